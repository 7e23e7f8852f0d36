"""Rows in, a dataset of just these out: for what `footnote dataset build` would rightly leave out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from model.learning import general
from model.learning.row import Row
from model.writing import prompt


def dataset(folder: Path, train: Sequence[Row], held: Sequence[Row] = (), beside: Sequence[Row] = ()) -> Path:
    """A folder as the trainer reads it; its name ends with its digest. `beside` are general texts."""
    folder.mkdir(parents=True, exist_ok=True)
    split = [(row, "train") for row in train] + [(row, "held") for row in held]
    lines = [json.dumps(json.loads(row.to_line()) | {"split": part}) + "\n" for row, part in split]
    manifest = {"digest": folder.name.rpartition("-")[2], "prompt": prompt.version()}
    (folder / "sft.jsonl").write_text("".join(lines), "utf-8")
    (folder / "general.jsonl").write_text(general.lines(beside), "utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder
