"""Passages in, hits out, all in memory and compared one by one: the plain twin of the real stores.

A fake: it passes the shared test of all stores, tests/retrieval/test_store.py.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.generation import MISSING, Generation, matched
from retrieval.passage import Audience, Hit, IndexMissing, Passage, Vectors
from retrieval.record import LAYOUT, searched

_K1, _B = 1.2, 0.75


@dataclass(eq=False)
class Table:
    """One generation: passages by id, with their vectors and terms."""

    generation: Generation
    passages: dict[str, Passage] = field(default_factory=dict)
    vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    terms: dict[str, Counter[str]] = field(default_factory=dict)

    def replace(self, documents: set[str], passages: Sequence[Passage], vectors: Vectors) -> None:
        for id_ in [id_ for id_, passage in self.passages.items() if passage.document in documents]:
            del self.passages[id_], self.vectors[id_], self.terms[id_]
        for passage, vector in zip(passages, vectors, strict=True):
            self.passages[passage.id] = passage
            self.vectors[passage.id] = vector
            self.terms[passage.id] = Counter(searched(passage.indexed_text).split())

    def bm25(self, text: str) -> dict[str, float]:
        """Scores above zero by passage id."""
        lengths = {id_: counts.total() for id_, counts in self.terms.items()}
        mean = sum(lengths.values()) / max(1, len(lengths))
        scores: dict[str, float] = defaultdict(float)
        for term in searched(text).split():
            having = [id_ for id_, counts in self.terms.items() if term in counts]
            weight = math.log(1 + (len(lengths) - len(having) + 0.5) / (len(having) + 0.5))
            for id_ in having:
                count = self.terms[id_][term]
                scores[id_] += weight * count / (count + _K1 * (1 - _B + _B * lengths[id_] / mean))
        return scores


@dataclass(eq=False)
class Shelf:
    """What several handles share: the table that answers and the one that is being built."""

    current: Table | None = None
    building: Table | None = None


class MemoryStore:
    """A Store on `shelf`; a shelf of its own unless it is given one."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf or Shelf()
        self._table: Table | None = None
        self._wanted = Generation("", "", 0, LAYOUT)

    def open(self, embedder: str, dimension: int, *, create: bool = False) -> None:
        self._wanted = Generation("", embedder, dimension, LAYOUT)
        shelf = self._shelf
        if not create:
            self._table = self._answering()
            return
        for table in (shelf.current, shelf.building):
            if table and table.generation.answers(self._wanted):
                self._table = table
                return
        self._table = Table(self._wanted)
        if shelf.current is None:
            shelf.current = self._table
        else:
            shelf.building = self._table

    def replace(self, documents: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
        if documents:
            self._bound().replace(set(documents), passages, vectors)

    def keyword(self, text: str, readers: Audience, limit: int) -> list[Hit]:
        table = self._bound()
        scores = table.bm25(text)
        return [
            Hit(passage, scores[passage.id], keyword=scores[passage.id])
            for passage in _best(table, scores, readers, limit)
        ]

    def vector(self, vector: NDArray[np.float32], readers: Audience, limit: int) -> list[Hit]:
        table = self._bound()
        scores = {id_: float(kept @ vector) for id_, kept in table.vectors.items()}
        return [
            Hit(passage, scores[passage.id], vector=scores[passage.id])
            for passage in _best(table, scores, readers, limit)
        ]

    def count(self) -> int:
        return len(self._bound().passages)

    def settle(self) -> None:
        if self._bound() is self._shelf.building:
            self._shelf.current, self._shelf.building = self._shelf.building, None

    def drop(self) -> None:
        self._shelf.current = self._shelf.building = self._table = None

    def close(self) -> None:
        self._table = None

    def _bound(self) -> Table:
        if self._table is None:
            raise IndexMissing(MISSING)
        if self._table not in (self._shelf.current, self._shelf.building):
            self._table = self._answering()
        return self._table

    def _answering(self) -> Table:
        if self._shelf.current is None:
            raise IndexMissing(MISSING)
        matched(self._shelf.current.generation, self._wanted)
        return self._shelf.current


def _best(table: Table, scores: dict[str, float], readers: Audience, limit: int) -> list[Passage]:
    found = [table.passages[id_] for id_ in scores if table.passages[id_].audience.admits(readers)]
    return sorted(found, key=lambda passage: (-scores[passage.id], passage.id))[: max(0, limit)]
