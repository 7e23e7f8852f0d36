"""People and documents in, golden sets without rows of theirs out: frozen anew, the old ones gone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from model.learning import attempts, folders, golden, page, waiting
from model.learning.erasure import word
from model.learning.golden import NotGolden, Parts
from model.learning.row import Row


def thaw(root: Path, people: Collection[str] = (), documents: Collection[str] = ()) -> tuple[str, ...]:
    """Of `root` (the folder models), the golden sets that are gone: each is there again without those rows,
    as old as it was, and what was measured on it is gone as well, as are its words on pages of verdicts. One
    that is broken goes whole where it names one of them."""
    gone, meant = list[str](), _meant(set(people), set(documents))
    if (root / "golden").is_dir():
        waiting.drop(root / "golden", meant)
    for folder in golden.folders(root / "golden"):
        try:
            parts = _parts(folder)
        except NotGolden:
            parts = Parts()
            if not _mentions(folder, [*people, *documents]):
                continue
        else:
            kept = _without(parts, meant, people, set(documents))
            if kept == parts:
                continue
            told = golden.manifest(folder)
            fresh = golden.freeze(folder.parent, str(told["name"]), kept, str(told["made_at"]))
            attempts.carry(root, folder.name, fresh.name)
        shutil.rmtree(root / "evals" / folder.name, ignore_errors=True)
        folders.remove(folder)
        gone.append(folder.name)
    page.blank(root / "verdicts", {one.name for one in golden.folders(root / "golden")})
    return tuple(sorted(gone))


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


def _mentions(folder: Path, names: Sequence[str]) -> bool:
    files = [one for one in folder.iterdir() if one.is_file()]
    return any(name.encode() in one.read_bytes() for one in files for name in names)
