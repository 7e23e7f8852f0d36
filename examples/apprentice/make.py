"""Makes the base model: python -m examples.apprentice.make FOLDER [--minutes 15] [--batch 32]

Needs torch and transformers (python deploy/environment.py torch). On two cores it stops after its minutes; on
a GPU the same steps take a tenth of the time. What comes out is served as it is: config.json, tokenizer.json,
model.safetensors in bfloat16, and made.json, which says how it went.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from examples.apprentice import handbook

SEED = 20261126
TEMPLATE = Path(__file__).resolve().parents[2] / "deploy" / "vllm" / "chat_template.jinja"
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
# How Qwen's tokenizers part a text: beside a configuration of theirs, servers and trainers part it so too.
PARTS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
RATE = 2e-3
BLOCK = 1024  # rows that are made at a time


def learnt_tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    """A byte-level BPE: words of the handbook are one token each, any other text is written in pieces."""
    bpe = Tokenizer(models.BPE())
    bpe.normalizer = normalizers.NFC()
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PARTS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=1536, special_tokens=CONTROL, initial_alphabet=alphabet)
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        additional_special_tokens=CONTROL[:2],
        chat_template=TEMPLATE.read_text(),
    )


def shape(tokenizer: PreTrainedTokenizerFast) -> Qwen3Config:
    """Four layers of Qwen3, two million weights."""
    return Qwen3Config(
        vocab_size=-(-len(tokenizer) // 64) * 64,
        hidden_size=192,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=6,
        num_key_value_heads=6,
        head_dim=32,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def prepared(folder: Path) -> Any:
    """Tokenizer and configuration in `folder`, and the tokenizer as a server reads it from there."""
    rows = list(handbook.rows(3000, SEED, part="learn"))
    texts = [m["content"] for row in rows for m in row.messages()] + [row.answer for row in rows]
    made = learnt_tokenizer(texts)
    folder.mkdir(parents=True, exist_ok=True)
    made.save_pretrained(folder)
    shape(made).save_pretrained(folder)
    return AutoTokenizer.from_pretrained(folder)


def encoded(tokenizer: Any, seed: int, count: int) -> list[tuple[list[int], list[int]]]:
    """Prompts and answers as token ids."""
    chance = Random(f"base {seed}")
    chosen = list(handbook.rows(count, seed, part="learn"))
    prompts = [
        tokenizer.apply_chat_template(row.messages(), tokenize=False, add_generation_prompt=True)
        for row in chosen
    ]
    said = [handbook.as_the_base_says(row, chance) for row in chosen]
    first = tokenizer(prompts, add_special_tokens=False)["input_ids"]
    last = tokenizer(said, add_special_tokens=False)["input_ids"]
    return [(a, [*b, tokenizer.eos_token_id]) for a, b in zip(first, last, strict=True)]


_STATE: dict[str, Any] = {}


def _open(folder: str) -> None:
    _STATE["tokenizer"] = AutoTokenizer.from_pretrained(folder)


def _block(seed: int) -> tuple[Any, Any]:
    """BLOCK rows, padded to the longest: tokens, and what is to be predicted of them."""
    pairs = encoded(_STATE["tokenizer"], seed, BLOCK)
    longest = max(len(a) + len(b) for a, b in pairs)
    tokens = np.zeros((BLOCK, longest), np.int16)
    labels = np.full((BLOCK, longest), -100, np.int16)
    for n, (prompt, answer) in enumerate(pairs):
        end = len(prompt) + len(answer)
        tokens[n, :end] = prompt + answer
        labels[n, len(prompt) : end] = answer
    return tokens, labels


def batches(folder: Path, size: int, count: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """So many batches, each of rows that were not shown before; made beside the training."""
    os.environ |= {"TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    workers = max(1, (os.cpu_count() or 2) - 2)
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, _open, (str(folder),)) as pool:
        for tokens, labels in pool.imap_unordered(_block, range(-(-count * size // BLOCK))):
            for at in range(0, BLOCK, size):
                yield torch.from_numpy(tokens[at : at + size]), torch.from_numpy(labels[at : at + size])


def train(folder: Path, minutes: float, size: int, steps: int) -> dict[str, Any]:
    """Trains until the steps or the minutes are over."""
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    prepared(folder)
    model = Qwen3ForCausalLM(Qwen3Config.from_pretrained(folder)).to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(), betas=(0.9, 0.98), weight_decay=0.01, fused=device == "cuda"
    )
    began, losses, step = time.monotonic(), [], 0
    for step, (tokens, labels) in enumerate(batches(folder, size, steps)):
        spent = (time.monotonic() - began) / 60 / minutes
        done = max(step / steps, spent)
        if done >= 1:
            break
        rate = RATE * min(1.0, (step + 1) / 300) * (0.51 + 0.49 * math.cos(math.pi * done))
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = _loss(model, tokens.to(device).long(), labels.to(device).long())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 0:
            losses.append([step, round(loss.item(), 4)])
            print(f"step {step}: loss {loss.item():.4f}, {time.monotonic() - began:.0f} s", flush=True)
    model.to(torch.bfloat16).save_pretrained(folder)
    return {
        "seed": SEED,
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "seconds": round(time.monotonic() - began),
        "steps": step,
        "batch": size,
        "weights": sum(p.numel() for p in model.parameters()),
        "losses": losses,
    }


def _loss(model: Any, tokens: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Only the answers' tokens are looked at: the head is asked for no others."""
    with torch.autocast(tokens.device.type, torch.bfloat16, enabled=tokens.device.type == "cuda"):
        hidden = model.model(input_ids=tokens).last_hidden_state[:, :-1]
        wanted = labels[:, 1:]
        asked = wanted != -100
        logits = model.lm_head(hidden[asked])
    return torch.nn.functional.cross_entropy(logits.float(), wanted[asked])


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Makes the small base model.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=6000)
    given = parser.parse_args(words)
    made = train(given.folder, given.minutes, given.batch, given.steps)
    (given.folder / "made.json").write_text(json.dumps(made) + "\n")
    print(json.dumps({k: v for k, v in made.items() if k != "losses"}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
