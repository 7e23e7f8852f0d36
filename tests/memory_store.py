"""Passages in, hits out, all in memory and compared one by one: the plain twin of the real stores.

A fake: it passes the shared test of all stores, tests/retrieval/test_store.py.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.passage import Audience, Hit, IndexMissing, Passage, Vectors
from retrieval.record import fingerprint, row, searched
from retrieval.store import MISSING, Made, matched
from retrieval.terms import indexed

_K1, _B = 1.2, 0.75


class MemoryTable:
    """One generation of one workspace: passages by row, with their vectors and terms."""

    def __init__(self, name: str, made: Made) -> None:
        self.name = name
        self.made = made
        self.passages: dict[str, Passage] = {}
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def put(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        for passage, vector in zip(passages, vectors, strict=True):
            self.passages[row(passage)] = passage
            self._vectors[row(passage)] = vector

    def keep(self, revisions: Mapping[str, str]) -> None:
        for id_, passage in list(self.passages.items()):
            if passage.document in revisions and passage.revision != revisions[passage.document]:
                del self.passages[id_], self._vectors[id_]

    def permit(self, audiences: Mapping[str, Audience]) -> None:
        for id_, passage in self.passages.items():
            if passage.document in audiences:
                self.passages[id_] = replace(passage, audience=audiences[passage.document])

    def keyword(self, text: str, readers: Audience, limit: int, sources: Collection[str] = ()) -> list[Hit]:
        scores = self._bm25(text)
        return [
            Hit(self.passages[id_], scores[id_], keyword=scores[id_])
            for id_ in self._best(scores, readers, limit, sources)
        ]

    def vector(
        self, vector: NDArray[np.float32], readers: Audience, limit: int, sources: Collection[str] = ()
    ) -> list[Hit]:
        scores = {id_: float(kept @ vector) for id_, kept in self._vectors.items()}
        return [
            Hit(self.passages[id_], scores[id_], vector=scores[id_])
            for id_ in self._best(scores, readers, limit, sources)
        ]

    def vectors(self, prints: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        rows = list(self.passages.items())  # another thread may put some meanwhile
        here = {fingerprint(passage.indexed_text): id_ for id_, passage in rows}
        return {one: self._vectors[here[one]] for one in prints if one in here}

    def around(self, document: str, revision: str, start: int, end: int) -> list[Passage]:
        of_it = (p for p in self.passages.values() if (p.document, p.revision) == (document, revision))
        return sorted((p for p in of_it if p.start <= end and p.end >= start), key=lambda p: p.start)

    def pages(self, size: int) -> Iterator[tuple[list[Passage], Vectors]]:
        rows = list(self.passages)
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            yield [self.passages[one] for one in some], np.stack([self._vectors[one] for one in some])

    def count(self) -> int:
        return len(self.passages)

    def settle(self) -> None: ...

    def _bm25(self, text: str) -> dict[str, float]:
        """Scores above zero by row."""
        counted = {id_: _counted(p.indexed_text) for id_, p in self.passages.items()}
        lengths = {id_: counts.total() for id_, counts in counted.items()}
        mean = sum(lengths.values()) / max(1, len(lengths))
        scores: dict[str, float] = defaultdict(float)
        for term in searched(text).split():
            having = [id_ for id_, counts in counted.items() if term in counts]
            weight = math.log(1 + (len(lengths) - len(having) + 0.5) / (len(having) + 0.5))
            for id_ in having:
                count = counted[id_][term]
                scores[id_] += weight * count / (count + _K1 * (1 - _B + _B * lengths[id_] / mean))
        return scores

    def _best(
        self, scores: Mapping[str, float], readers: Audience, limit: int, sources: Collection[str]
    ) -> list[str]:
        found = [id_ for id_ in scores if self.passages[id_].audience.admits(readers)]
        found = [id_ for id_ in found if not sources or self.passages[id_].source in sources]
        return sorted(found, key=lambda id_: (-scores[id_], self.passages[id_].id))[: max(0, limit)]


@lru_cache(maxsize=4096)
def _counted(text: str) -> Counter[str]:
    return Counter(indexed(text))


@dataclass(eq=False)
class Turn:
    """Of one workspace in one generation: the table that answers, the one before, one being built alone."""

    live: MemoryTable | None = None
    previous: MemoryTable | None = None
    building: MemoryTable | None = None


Generation = dict[str, Turn]


@dataclass(eq=False)
class Shelf:
    """What several handles share: the generations."""

    live: Generation | None = None
    previous: Generation | None = None
    building: Generation | None = None
    made: int = 0


class MemoryStore:
    """A Store on `shelf`; a shelf of its own unless it is given one."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf or Shelf()

    def live(self, workspace: str) -> MemoryTable:
        turn = (self._shelf.live or {}).get(workspace)
        if turn is None or turn.live is None:
            raise IndexMissing(MISSING)
        return turn.live

    def table(self, name: str) -> MemoryTable:
        for table in self._all(""):
            if table.name == name:
                return table
        raise IndexMissing(MISSING)

    def tables(self, workspace: str) -> list[str]:
        return [table.name for table in self._all(workspace)]

    def workspaces(self, *, building: bool = False) -> list[str]:
        generation = (self._shelf.building if building else self._shelf.live) or {}
        return sorted(workspace for workspace, turn in generation.items() if turn.live)

    def build(self, made: Made, workspace: str, *, alone: bool = False) -> MemoryTable:
        if not alone:
            if self._shelf.building is None:
                self._shelf.building = {}
            turn = self._shelf.building.setdefault(workspace, Turn())
            turn.live = turn.live or self._fresh(made, workspace)
            return turn.live
        if self._shelf.live is None:
            raise IndexMissing(MISSING)
        for other in self._shelf.live.values():
            if other.live:
                matched(other.live.made, made)
        turn = self._shelf.live.setdefault(workspace, Turn())
        turn.building = turn.building or self._fresh(made, workspace)
        return turn.building

    def swap(self, workspace: str = "") -> None:
        turn = self._turn(workspace)
        if turn.building is None:
            raise IndexMissing(MISSING)
        turn.live, turn.previous, turn.building = turn.building, turn.live, None

    def discard(self, workspace: str = "") -> None:
        self._turn(workspace).building = None

    def back(self, workspace: str = "") -> None:
        turn = self._turn(workspace)
        if turn.previous is None:
            raise IndexMissing("There is no earlier index to go back to.")
        turn.live, turn.previous = turn.previous, turn.live

    def check(self) -> None: ...

    def drop(self) -> None:
        self._shelf.live = self._shelf.previous = self._shelf.building = None

    def close(self) -> None: ...

    def _fresh(self, made: Made, workspace: str) -> MemoryTable:
        self._shelf.made += 1
        return MemoryTable(f"{workspace}@{self._shelf.made}", made)

    def _turn(self, workspace: str) -> Any:
        return (self._shelf.live or {}).setdefault(workspace, Turn()) if workspace else self._shelf

    def _all(self, workspace: str) -> list[MemoryTable]:
        kept = [one or {} for one in (self._shelf.live, self._shelf.previous, self._shelf.building)]
        ranks: list[list[MemoryTable | None]] = [[] for _ in range(6)]
        for each in [workspace] if workspace else sorted({w for one in kept for w in one}):
            live, previous, building = (one.get(each, Turn()) for one in kept)
            found = (live.live, live.previous, previous.live, previous.previous, live.building, building.live)
            for rank, table in zip(ranks, found, strict=True):
                rank.append(table)
        return [table for rank in ranks for table in rank if table]
