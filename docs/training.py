"""What training an adapter takes: memory and seconds a step, of a model of a real shape with random weights.

    PYTHON -m docs.training [small | 4b] [FOLDER]    PYTHON: of the environment torch, on a GPU for 4b

In FOLDER base, dataset and adapters stay, to be served and measured (docs/askers.py).
Quality cannot be measured so; footnote train with the real base and footnote gate do that.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from contextlib import ExitStack, redirect_stdout
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median

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
STEPS, TOLD = 16, 4  # every fourth step is told; the first four are for warming up


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
    _filled(folder / "tokenizer.json", SHAPES[shape]["vocab_size"])
    print(f"{shape}: {sum(p.numel() for p in model.parameters()) / 1e9:.2f} billion weights, {device}")
    return folder


def _filled(file: Path, size: int) -> None:
    """Gives each number that the model can write a word, so that a server can say what it writes. None of
    them is ever read: no two parts merge into it."""
    said = json.loads(file.read_bytes())
    words = said["model"]["vocab"]
    words |= {f"Ġ{number}": number for number in range(max(words.values()) + 1, size)}
    file.write_text(json.dumps(said), "utf-8")


def measured(plan: Plan, tokens: float) -> dict[str, float]:
    """One training; a step is the median of those behind the first that were told."""
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
    step = max(median(later - before for before, later in pairwise(at)), 0.1) / TOLD
    return {
        "step_s": round(step, 2),
        "rows_s": round(plan.batch / step, 2),
        "tokens_s": round(tokens * plan.batch / step),
        "peak_gib": round(peak, 1),
        "all_s": round(time.monotonic() - began),
    }


def main(words: list[str]) -> int:
    shape = words[0] if words else "small"
    with ExitStack() as stack:
        home = Path(words[1] if words[1:] else stack.enter_context(tempfile.TemporaryDirectory()))
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
            epochs=5,  # of eight steps each, and a tenth of them is told at once
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
