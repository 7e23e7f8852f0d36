"""A base model's folder or name in, what an adapter has to fit out: its parts' digests, its layers."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.learning import tensors

TEMPLATE = Path(__file__).resolve().parents[2] / "deploy" / "vllm" / "chat_template.jinja"
SILENT = "{%- set enable_thinking = false -%}"  # before the template: a model that thinks does not
PARTS = ("config", "tokenizer", "template")
_FILES = {"config": "config.json", "tokenizer": "tokenizer.json"}
_DENSE = frozenset({"qwen2", "qwen3", "llama", "mistral", "granite"})  # the layers of one form, named alike
_EMBEDDING = ("embed_tokens", "lm_head", "wte", "embed_out")


@dataclass(frozen=True, slots=True)
class Basis:
    """A base model. `parts` are SHA-256 by name, of those that could be read; `layers` the shape, out and in,
    of each layer that can be adapted, by its name as vLLM has it, empty where nothing says what there is."""

    name: str
    parts: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """One for all parts; empty where one of them could not be read."""
        return combined(self.parts) if all(part in self.parts for part in PARTS) else ""

    @classmethod
    def of(cls, name: str, template: Path = TEMPLATE) -> Basis:
        """Of a folder, or of a name on the hub as far as its files lie in the hub's cache."""
        folder = folder_of(name)
        paths = {part: folder / file for part, file in _FILES.items()} if folder else {}
        parts = {part: _sha(path) for part, path in paths.items() if path.is_file()}
        if template.is_file():
            parts["template"] = _sha(template)
        return cls(name, parts, dict(_layers(folder)) if folder else {})


def thinks(name: str) -> bool:
    """Whether a model thinks aloud unless its chat template is told not to, as the small Qwen3 do. Training
    then begins the answer behind the empty thought that the server is told to write."""
    folder = folder_of(name)
    files = [folder / "chat_template.jinja", folder / "tokenizer_config.json"] if folder else []
    own = [file.read_text("utf-8") for file in files if file.is_file()]
    ours = TEMPLATE.read_text("utf-8") if TEMPLATE.is_file() else ""
    return any("enable_thinking" in text for text in own if text.strip() != ours.strip())


def combined(parts: Mapping[str, str]) -> str:
    """The digest of a base: SHA-256 over the JSON of its parts' digests, with sorted keys."""
    return hashlib.sha256(json.dumps({part: parts[part] for part in sorted(PARTS)}).encode()).hexdigest()


def folder_of(name: str) -> Path | None:
    """The folder of a model: itself, or where the hub's cache has it; None where there is none."""
    if Path(name).is_dir():
        return Path(name)
    root = os.environ.get("HF_HUB_CACHE") or Path(os.environ.get("HF_HOME") or "~/.cache/huggingface") / "hub"
    cached = Path(root).expanduser() / f"models--{name.strip('/').replace('/', '--')}"
    try:
        revision = (cached / "refs" / "main").read_text().strip()
    except OSError:
        return None
    snapshot = cached / "snapshots" / revision
    return snapshot if snapshot.is_dir() else None


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _layers(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return
    if isinstance(config, dict) and config.get("model_type") in _DENSE:
        with suppress(KeyError, TypeError, ValueError):  # then nothing says what there is
            yield from list(_dense(config))
        return
    for file in sorted(folder.glob("*.safetensors")):
        for name, of in tensors.read(file).items():
            module = name.removesuffix(".weight")
            if module != name and len(of.shape) == 2 and not module.endswith(_EMBEDDING):
                yield module, (of.shape[0], of.shape[1])


def _dense(config: dict[str, Any]) -> Iterator[tuple[str, tuple[int, int]]]:
    """The seven projections of each layer of a decoder of Llama's form."""
    hidden, wide, heads = (
        int(config[key]) for key in ("hidden_size", "intermediate_size", "num_attention_heads")
    )
    one = int(config.get("head_dim") or hidden // heads)
    asking, asked = heads * one, int(config.get("num_key_value_heads") or heads) * one
    shapes = {
        "self_attn.q_proj": (asking, hidden),
        "self_attn.k_proj": (asked, hidden),
        "self_attn.v_proj": (asked, hidden),
        "self_attn.o_proj": (hidden, asking),
        "mlp.gate_proj": (wide, hidden),
        "mlp.up_proj": (wide, hidden),
        "mlp.down_proj": (hidden, wide),
    }
    for layer in range(int(config["num_hidden_layers"])):
        for name, shape in shapes.items():
            yield f"model.layers.{layer}.{name}", shape
