"""Golden rows in, a frozen folder named by its content out, and back: what models are measured on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.learning.folders import put, sweep
from model.learning.row import Row
from retrieval.passage import FootnoteError

FILES = ("items.jsonl", "locked.jsonl", "pairs.jsonl", "general.jsonl", "canaries.txt")


class NotGolden(FootnoteError):
    """There is no such golden set, or it is not what was frozen."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a golden set is made of. `locked` is read only by a gate that would pass otherwise; `pairs` are
    rows two by two, of one cluster, that differ in who asks; `general` are texts that have nothing to do with
    what is learnt; `canaries` are strings that no answer may hold."""

    items: Sequence[Row] = ()
    locked: Sequence[Row] = ()
    pairs: Sequence[Row] = ()
    general: Sequence[str] = ()
    canaries: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Golden:
    """A frozen set without its locked part, of which only the number is known."""

    name: str
    items: tuple[Row, ...]
    pairs: tuple[Row, ...]
    general: tuple[str, ...]
    canaries: tuple[str, ...]
    sealed: int

    @property
    def refusals(self) -> int:
        """Rows whose passages carry no answer."""
        return sum(row.refuses for row in self.items)


def freeze(place: Path, name: str, parts: Parts, made_at: str = "") -> Path:
    """The folder of these parts in `place`, whole or not at all; the same parts have the same folder. One
    that takes the place of another is as old as that: `made_at`."""
    texts = _texts(parts)
    digest = hashlib.sha256("\0".join(texts[file] for file in FILES).encode()).hexdigest()
    folder = place / f"{name}-{digest[:12]}"
    sweep(place)
    told = _manifest(name, parts, texts) | ({"made_at": made_at} if made_at else {})
    put(folder, {**texts, "manifest.json": json.dumps(told, indent=1) + "\n"})
    return folder


def _texts(parts: Parts) -> dict[str, str]:
    rows = {"items.jsonl": parts.items, "locked.jsonl": parts.locked, "pairs.jsonl": parts.pairs}
    texts = {file: "".join(row.to_line() + "\n" for row in some) for file, some in rows.items()}
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in parts.general]
    texts["general.jsonl"] = "".join(f"{line}\n" for line in lines)
    texts["canaries.txt"] = "".join(f"{one}\n" for one in parts.canaries)
    return texts


def _manifest(name: str, parts: Parts, texts: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "made_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "counts": {file: text.count("\n") for file, text in texts.items()},
        "refusals": sum(row.refuses for row in parts.items),
        "ids": [row.id for row in parts.items],
        "sha256": {file: _sha(text) for file, text in texts.items()},
    }


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def opened(folder: Path) -> Golden:
    """The set in `folder`, without what is locked. Raises NotGolden where a file is not as it was frozen."""
    told = manifest(folder)
    texts = {file: _read(folder, file, told) for file in FILES if file != "locked.jsonl"}
    general = tuple(json.loads(line)["text"] for line in texts["general.jsonl"].splitlines())
    rows = (_rows(texts["items.jsonl"]), _rows(texts["pairs.jsonl"]))
    canaries = tuple(texts["canaries.txt"].splitlines())
    return Golden(folder.name, *rows, general, canaries, int(told["counts"]["locked.jsonl"]))


def unsealed(folder: Path) -> tuple[Row, ...]:
    """The locked part. Who calls this has nothing else left to decide by."""
    return _rows(_read(folder, "locked.jsonl", manifest(folder)))


def manifest(folder: Path) -> dict[str, Any]:
    """What is said of a frozen set. Raises NotGolden."""
    try:
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotGolden(
            f"{folder.name} is no golden set. footnote eval list names those there are."
        ) from None
    return dict(told)


def folders(place: Path) -> list[Path]:
    """The frozen sets in `place`, newest first."""
    found = [one.parent for one in place.glob("*/manifest.json") if not one.parent.name.startswith(".")]
    return sorted(found, key=lambda one: (manifest(one)["made_at"], one.name), reverse=True)


def newest(place: Path, name: str = "") -> Path:
    """The newest set in `place`, or of that name; a folder's whole name names it alone. Raises NotGolden."""
    for folder in folders(place):
        if not name or name in (folder.name, manifest(folder)["name"]):
            return folder
    asked = f" called {name}" if name else ""
    raise NotGolden(f"There is no golden set{asked}. Add items with footnote eval add, then freeze them.")


def _read(folder: Path, file: str, told: dict[str, Any]) -> str:
    try:
        text = (folder / file).read_text(encoding="utf-8")
    except OSError:
        text = ""
    if _sha(text) != told["sha256"].get(file):
        raise NotGolden(f"{folder.name}/{file} is not as it was frozen: freeze the set anew.")
    return text


def _rows(text: str) -> tuple[Row, ...]:
    return tuple(Row.of_line(line) for line in text.splitlines() if line.strip())
