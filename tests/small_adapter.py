"""A base model's folder without weights and an adapter of it, as PEFT and the trainer write them."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from model.learning.basis import Basis
from model.writing import prompt

HIDDEN, WIDE, RANK = 16, 24, 4
MODEL = {
    "model_type": "qwen3",
    "hidden_size": HIDDEN,
    "intermediate_size": WIDE,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 8,
    "num_hidden_layers": 2,
}
CONFIG = {
    "peft_type": "LORA",
    "task_type": "CAUSAL_LM",
    "peft_version": "0.21.2",
    "base_model_name_or_path": None,
    "bias": "none",
    "lora_bias": False,
    "r": RANK,
    "lora_alpha": 8,
    "lora_dropout": 0.0,
    "target_modules": ["v_proj", "q_proj"],
    "modules_to_save": None,
    "init_lora_weights": True,
    "use_dora": False,
    "use_rslora": False,
    "rank_pattern": {},
    "inference_mode": True,
    "kasa_config": None,
}
PREFIX = "base_model.model.model.layers"
Weights = dict[str, np.ndarray[Any, Any]]


def base(folder: Path, words: str = "a b c") -> Path:
    """A base model as far as anything but a server reads it."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(MODEL))
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": words.split()}}))
    return folder


def weights(seed: int = 1) -> Weights:
    """Of the two modules that CONFIG names, in both layers."""
    rng = np.random.default_rng(seed)
    found = {}
    for layer in (0, 1):
        for name, out in (("q_proj", HIDDEN), ("v_proj", 8)):
            at = f"{PREFIX}.{layer}.self_attn.{name}"
            found[f"{at}.lora_A.weight"] = rng.normal(size=(RANK, HIDDEN)).astype(np.float32)
            found[f"{at}.lora_B.weight"] = rng.normal(size=(out, RANK)).astype(np.float32)
    return found


def training(of: Basis) -> dict[str, Any]:
    """The train.json of an adapter of that base."""
    rows = ["00000000000000a1", "00000000000000b2"]
    return {
        "base": of.name,
        "base_digest": of.digest,
        "base_parts": dict(of.parts),
        "dataset": "kb-0123456789ab",
        "dataset_digest": "0123456789ab" + "0" * 52,
        "prompt": prompt.version(),
        "seed": 1,
        "settings": {"rank": RANK},
        "versions": {"peft": "0.21.2"},
        "losses": [[1, 2.0, 2.1]],
        "rows": len(rows),
        "row_ids": rows,
        "probe": [{"row": one, "prompt_tokens": 9, "base": -2.0, "adapter": -0.5} for one in rows],
        "canary": False,
    }


def safetensors(given: Weights, dtype: str = "F32") -> bytes:
    """The file, made by hand, so that what reads it is not tested with its own hand."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, array in given.items():
        raw = array.tobytes()
        header[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "data_offsets": [len(body), len(body) + len(raw)],
        }
        body += raw
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + body


def adapter(folder: Path, of: Path, seed: int = 1, **config: Any) -> Path:
    """An adapter's folder, whole and fit for the base in `of`."""
    folder.mkdir(parents=True)
    write(folder, CONFIG | config, training(Basis.of(str(of))))
    (folder / "adapter_model.safetensors").write_bytes(safetensors(weights(seed)))
    return folder


def write(folder: Path, config: Mapping[str, Any], train: Mapping[str, Any]) -> None:
    (folder / "adapter_config.json").write_text(json.dumps(config))
    (folder / "train.json").write_text(json.dumps(train))
