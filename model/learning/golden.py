"""Golden rows in, a frozen folder named by its content out, and back: what models are measured on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.learning.folders import NAMED, put, sweep
from model.learning.row import Row
from retrieval.passage import FootnoteError

_ROWS = ("items.jsonl", "locked.jsonl", "pairs.jsonl")
FILES = (*_ROWS, "general.jsonl", "canaries.txt")
_TOLD = {"name": str, "made_at": str, "counts": dict, "refusals": int, "ids": list, "sha256": dict}
_DAMAGED = (
    "The golden set {folder} is damaged: its {file} is not as it was frozen. Put the folder {place} back "
    "from a backup, or remove it."
)


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
    if folder.parent != place:
        raise NotGolden(f"{name} is no name of a golden set: {NAMED}")
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
    general = tuple(json.loads(line)["text"] for line in _lines(texts["general.jsonl"]))
    rows = (_rows(texts["items.jsonl"]), _rows(texts["pairs.jsonl"]))
    canaries = tuple(texts["canaries.txt"].splitlines())
    return Golden(folder.name, *rows, general, canaries, int(told["counts"]["locked.jsonl"]))


def unsealed(folder: Path) -> tuple[Row, ...]:
    """The locked part. Who calls this has nothing else left to decide by."""
    return _rows(_read(folder, "locked.jsonl", manifest(folder)))


def manifest(folder: Path) -> dict[str, Any]:
    """What is said of a frozen set. Raises NotGolden."""
    with suppress(OSError, ValueError):
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if isinstance(told, dict) and all(isinstance(told.get(key), kind) for key, kind in _TOLD.items()):
            return told
    raise _why(folder, "manifest.json")


def _why(folder: Path, file: str) -> NotGolden:
    return NotGolden(_DAMAGED.format(folder=folder.name, file=file, place=folder))


def every(place: Path) -> list[Path]:
    """The folders of frozen sets in `place`, damaged or not, by name."""
    found = place.iterdir() if place.is_dir() else ()
    return sorted(one for one in found if one.is_dir() and not one.name.startswith("."))


def folders(place: Path) -> list[Path]:
    """The frozen sets in `place` of which it can be read what they are, newest first."""
    told = dict[Path, str]()
    for folder in every(place):
        with suppress(NotGolden):
            told[folder] = manifest(folder)["made_at"]
    return sorted(told, key=lambda one: (told[one], one.name), reverse=True)


def damaged(place: Path) -> dict[str, str]:
    """By the folder's name, those in `place` that are not as they were frozen, and what to do, a sentence."""
    return {folder.name: str(why) for folder in every(place) if (why := _fault(folder))}


def _fault(folder: Path) -> NotGolden | None:
    try:
        told = manifest(folder)
        for file in FILES:
            _read(folder, file, told)
    except NotGolden as why:
        return why
    return None


def called(folder: Path) -> str:
    """The name of the set, which all its versions have."""
    return folder.name.rpartition("-")[0]


def legible(folder: Path) -> Iterator[Row]:
    """Every row that can be read of it, the locked ones too, however damaged it is."""
    for file in _ROWS:
        with suppress(OSError):
            for line in (folder / file).read_bytes().splitlines():
                with suppress(ValueError, KeyError, TypeError, AttributeError):
                    yield Row.of_line(line.decode())


def newest(place: Path, name: str = "") -> Path:
    """The newest set in `place` that is whole, or the newest of that name; a folder's whole name names it
    alone. Raises NotGolden, with what to do where all that are meant are damaged."""
    known, whys = folders(place), list[NotGolden]()
    for folder in (*known, *(one for one in every(place) if one not in known)):
        if name and name not in (folder.name, called(folder)):
            continue
        if (why := _fault(folder)) is None:
            return folder
        whys.append(why)
    if whys:
        raise whys[0]
    asked = f" called {name}" if name else ""
    raise NotGolden(f"There is no golden set{asked}. Add items with footnote eval add, then freeze them.")


def _read(folder: Path, file: str, told: dict[str, Any]) -> str:
    with suppress(OSError, ValueError):
        text = (folder / file).read_text(encoding="utf-8")
        if _sha(text) == told["sha256"].get(file):
            return text
    raise _why(folder, file)


def _rows(text: str) -> tuple[Row, ...]:
    return tuple(Row.of_line(line) for line in _lines(text))


def _lines(text: str) -> list[str]:
    """Not at what a text may have within, as a paragraph's own mark."""
    return [line for line in text.split("\n") if line.strip()]
