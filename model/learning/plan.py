"""Words of a command in, a training's plan out; a dataset's folder in, what there is to learn from."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from model.learning.encoding import Mismatch
from model.writing import prompt

ENOUGH = 150  # labels of each kind below which KTO teaches noise


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained and how. `rate` is for LoRA at rank 16; `batch` rows a step, `each` of them at once;
    `general` is what a drift from the base on general texts weighs beside the loss on answers."""

    dataset: str
    base: str
    out: str
    seed: int = 0
    epochs: float = 3.0
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    rate: float = 2e-4
    batch: int = 8
    each: int = 1
    longest: int = 4096
    steps: int = -1
    general: float = 0.3
    qlora: bool = False
    kto: bool = False
    enough: int = ENOUGH
    server: str = ""
    served: str = "base"

    @property
    def partial(self) -> Path:
        """Where a run keeps its checkpoints until it is done."""
        out = Path(self.out)
        return out.with_name(f".{out.name}.partial")


@dataclass(frozen=True, slots=True)
class Material:
    """The dataset as it was read: lines by split, those with labels, general texts, and what its manifest
    says."""

    train: list[dict[str, Any]]
    held: list[dict[str, Any]]
    judged: list[dict[str, Any]]
    general: list[dict[str, Any]]
    manifest: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path) -> Material:
        lines = _lines(folder / "sft.jsonl")
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if manifest["prompt"] != prompt.version():
            raise Mismatch(
                "The dataset was rendered by another version of the prompt than is served now. "
                "Build it again: footnote dataset build."
            )
        held = [line for line in lines if line.get("split") == "held"]
        train = [line for line in lines if line.get("split") != "held"]
        if not train:
            raise Mismatch("The dataset has no row to train on. Review some answers: footnote review.")
        judged, general = (_lines(folder / name) for name in ("kto.jsonl", "general.jsonl"))
        return cls(train, held, judged, general, manifest)


def plan_of(words: Sequence[str]) -> Plan:
    """The plan that a command line means; its options are the plan's fields."""
    parser = argparse.ArgumentParser(description="Trains an adapter.")
    parser.add_argument("dataset")
    for one in fields(Plan)[1:]:
        kind = {"bool": bool, "int": int, "float": float, "str": str}[str(one.type)]
        if kind is bool:
            parser.add_argument(f"--{one.name}", action="store_true")
        else:
            required = one.name in ("base", "out")
            parser.add_argument(
                f"--{one.name}", type=kind, required=required, default=None if required else one.default
            )
    return Plan(**vars(parser.parse_args(words)))


def _lines(file: Path) -> list[dict[str, Any]]:
    text = file.read_text("utf-8") if file.exists() else ""
    return [json.loads(line) for line in text.split("\n") if line]
