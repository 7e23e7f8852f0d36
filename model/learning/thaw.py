"""People and documents in, golden sets without rows of theirs out: frozen anew, the old ones gone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from model.learning import attempts, folders, golden, page, waiting
from model.learning.erasure import word
from model.learning.folders import Step
from model.learning.golden import NotGolden, Parts
from model.learning.row import Row


@dataclass(frozen=True, slots=True)
class Thawed:
    """Golden sets that are gone, and those that are damaged and could not be searched whole."""

    gone: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def thaw(
    root: Path, people: Collection[str] = (), documents: Collection[str] = (), told: Step = folders.nothing
) -> Thawed:
    """Of `root` (the folder models), the golden sets that are gone: each is there again without those rows,
    as old as it was, and what was measured on it is gone as well, as are its words on pages of verdicts. One
    that is damaged goes whole where what can be read of it names one of them. Each is `told` before it
    goes: after a crash it is found no more."""
    gone, unread, meant = list[str](), list[str](), _meant(set(people), set(documents))
    if (root / "golden").is_dir():
        waiting.drop(root / "golden", meant)
    for folder in golden.every(root / "golden"):
        try:
            parts = _parts(folder)
        except NotGolden:
            if not _mentions(folder, people, documents):
                unread.append(folder.name)
                continue
        else:
            kept = _without(parts, meant, people, set(documents))
            if kept == parts:
                continue
            made_at = str(golden.manifest(folder)["made_at"])
            fresh = golden.freeze(folder.parent, golden.called(folder), kept, made_at)
            attempts.carry(root, folder.name, fresh.name)
        told(folder.name)
        shutil.rmtree(root / "evals" / folder.name, ignore_errors=True)
        folders.remove(folder)
        gone.append(folder.name)
    page.blank(root / "verdicts", {one.name for one in golden.folders(root / "golden")})
    return Thawed(tuple(sorted(gone)), tuple(unread))


def _parts(folder: Path) -> Parts:
    held = golden.opened(folder)
    return Parts(held.items, golden.unsealed(folder), held.pairs, held.general, held.canaries)


def _meant(people: set[str], documents: set[str]) -> Callable[[Row], bool]:
    def of(row: Row) -> bool:
        return bool({*row.people, row.reviewer} & people or row.documents & documents) or _names(
            people, row.to_line()
        )

    return of


def _names(people: Collection[str], text: str) -> bool:
    return any(word(name).search(text) for name in people)


def _without(
    parts: Parts, meant: Callable[[Row], bool], people: Collection[str], documents: set[str]
) -> Parts:
    """Also without other texts that name these people, and general ones that are of these documents."""
    every = (*parts.items, *parts.locked, *parts.pairs)
    words = {one.text for row in every for one in row.passages if one.document in documents}

    def left(rows: Sequence[Row]) -> tuple[Row, ...]:
        return tuple(row for row in rows if not meant(row))

    twos = zip(parts.pairs[::2], parts.pairs[1::2], strict=False)
    pairs = tuple(row for two in twos if not any(map(meant, two)) for row in two)
    general = tuple(text for text in parts.general if text not in words and not _names(people, text))
    canaries = tuple(text for text in parts.canaries if not _names(people, text))
    return Parts(left(parts.items), left(parts.locked), pairs, general, canaries)


def _mentions(folder: Path, people: Collection[str], documents: Collection[str]) -> bool:
    """Whether any of its files has one of them, as far as they can be read."""
    for file in (one for one in folder.iterdir() if one.is_file()):
        with suppress(OSError):
            held = file.read_text(encoding="utf-8", errors="replace")
            if _names(people, held) or any(one in held for one in documents):
                return True
    return False
