"""What training an adapter takes: memory and tokens a second, of a model of a real shape with random weights.

    PYTHON -m docs.training [small | 4b]    PYTHON: of the environment torch, or of a machine with a GPU

Quality cannot be measured so; footnote train with the real base and footnote gate do that.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from random import Random

import torch
from transformers import AutoTokenizer, Qwen3Config, Qwen3ForCausalLM

from examples import apprentice
from examples.apprentice import handbook
from examples.apprentice.by_hand import dataset
from model.learning.basis import TEMPLATE
from model.learning.encoding import examples
from model.learning.plan import Plan
from model.learning.row import Row
from model.learning.train import run

SHAPES = {
    "small": {
        "hidden_size": 256,
        "intermediate_size": 512,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 64,
        "vocab_size": 2048,
    },
    "4b": {  # as Qwen3-4B-Instruct-2507 says of itself
        "hidden_size": 2560,
        "intermediate_size": 9728,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "vocab_size": 151936,
    },
}
STEPS = 16  # every eighth is told; the first eight are for warming up


def long_rows(count: int, pages: int) -> list[Row]:
    """Questions over six passages of so many pages each: about 36 tokens a page."""
    chance = Random(7)
    rows = []
    for right in handbook.rows(count, 7, part="correct", refusals=0.0):
        filled = []
        for passage in (right.passages * 2)[:6]:
            more = " ".join(handbook.page(chance.choice(handbook.THINGS), chance).text for _ in range(pages))
            text = f"{passage.text} {more}"
            filled.append(replace(passage, text=text, end=len(text)))
        rows.append(replace(right, passages=tuple(filled)))
    return rows


def base(folder: Path, shape: str) -> Path:
    """A model of that shape, saved, so that it is loaded as a real one is."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = AutoTokenizer.from_pretrained(apprentice.BASE)
    config = Qwen3Config(**SHAPES[shape], tie_word_embeddings=True, max_position_embeddings=8192)
    config.eos_token_id, config.pad_token_id = tokenizer.eos_token_id, tokenizer.pad_token_id
    torch.set_default_dtype(torch.bfloat16)
    with torch.device(device):
        model = Qwen3ForCausalLM(config)
    torch.set_default_dtype(torch.float32)
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    print(f"{shape}: {sum(p.numel() for p in model.parameters()) / 1e9:.2f} billion weights, {device}")
    return folder


def measured(plan: Plan, tokens: float) -> dict[str, float]:
    """One training; the rate is of its second half."""
    gc.collect()  # the model of the run before
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    said = StringIO()
    began = time.monotonic()
    with redirect_stdout(said):
        run(plan)
    told = [line for line in said.getvalue().splitlines() if line.startswith("step ")]
    at = [float(line.rpartition(", ")[2].removesuffix(" s")) for line in told]
    peak = torch.cuda.max_memory_allocated() / 2**30 if torch.cuda.is_available() else 0.0
    rate = tokens * plan.batch * (STEPS // 2) / max(at[-1] - at[-2], 0.5)
    return {"tokens_s": round(rate), "peak_gib": round(peak, 1), "all_s": round(time.monotonic() - began)}


def main(words: list[str]) -> int:
    shape = words[0] if words else "small"
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        made = base(home / "base", shape)
        rows = long_rows(32, 9 if shape == "4b" else 2)
        tokenizer = AutoTokenizer.from_pretrained(apprentice.BASE)
        tokenizer.chat_template = TEMPLATE.read_text("utf-8")
        read = examples([json.loads(row.to_line()) for row in rows], tokenizer, 4096)
        mean = sum(len(one.ids) for one in read) / len(read)
        print(f"rows of about {mean:.0f} tokens")
        plan = Plan(
            dataset=str(dataset(home / "kb-000000000000", rows)),
            base=str(made),
            out=str(home / "adapter"),
            epochs=10,
            steps=STEPS,
        )
        ways = {"LoRA, 1 row at a time": {}, "LoRA, 4 rows at a time": {"each": 4}}
        if torch.cuda.is_available():
            ways |= {"QLoRA, 1 row at a time": {"qlora": True}}
            ways |= {"QLoRA, 4 rows at a time": {"qlora": True, "each": 4}}
        for number, (way, more) in enumerate(ways.items()):
            one = replace(plan, out=str(home / f"adapter-{number}"), batch=4, **more)
            print(way, json.dumps(measured(one, mean)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
