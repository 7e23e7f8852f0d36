"""Passages of a table with their vectors, through the contract of the stores: into an archive and back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from bot.care.archive import Archive, Indexed, Writing
from retrieval.passage import Passage
from retrieval.record import FOUND, LISTS, NUMBERS, from_record, to_record
from retrieval.store import Made, Table

_PAGE = 2_000
_KEPT = (*FOUND, *LISTS, *NUMBERS)


@dataclass(frozen=True, slots=True)
class Seen:
    """How many passages an archive has of each reading of a document, (uri, revision)."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def whole(self, uri: str, revision: str, passages: int) -> bool:
        """Whether it has that reading to its end."""
        return self.counts[uri, revision] >= passages


def write(archive: Writing, table: Table, folder: str) -> Seen:
    """Adds all passages of the table, page by page."""
    seen = Seen()
    for number, (passages, vectors) in enumerate(table.pages(_PAGE), 1):
        seen.counts.update((one.document, one.revision) for one in passages)
        archive.add(f"{folder}/{number:06}.jsonl", (_line(one) for one in passages))
        flat = np.ascontiguousarray(vectors, "<f4").tobytes()
        archive.add(f"{folder}/{number:06}.vectors", [flat], packed=False)
    return seen


def put(archive: Archive, folder: str, table: Table, wanted: Callable[[Passage], bool]) -> int:
    """Puts the passages that are wanted into the table; how many."""
    count = 0
    for passages, vectors in _pages(archive, folder, table.made.dimension):
        chosen = [n for n, one in enumerate(passages) if wanted(one)]
        if chosen:
            table.put([passages[n] for n in chosen], vectors[chosen])
            count += len(chosen)
    table.settle()
    return count


def made(one: Indexed) -> Made:
    """What a table of the archive was made by."""
    return Made(one.embedder, one.dimension, one.layout)


def _pages(
    archive: Archive, folder: str, dimension: int
) -> Iterator[tuple[list[Passage], np.ndarray[tuple[int, int], np.dtype[np.float32]]]]:
    for name in archive.names(f"{folder}/"):
        if name.endswith(".jsonl"):
            with archive.open(name) as part:
                passages = [from_record(json.loads(line)) for line in part]
            with archive.open(name.replace(".jsonl", ".vectors")) as part:
                flat = np.frombuffer(part.read(), "<f4")
            yield passages, flat.astype(np.float32).reshape(len(passages), dimension)


def _line(passage: Passage) -> bytes:
    record = to_record(passage)
    return json.dumps({name: record[name] for name in _KEPT}, ensure_ascii=False).encode() + b"\n"
