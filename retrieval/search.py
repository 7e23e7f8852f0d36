"""A question in, passages out, best first: both legs, fused by their relative scores."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from retrieval.passage import Audience, Embedder, Hit
from retrieval.ranking import Ranking, rank
from retrieval.store import Store

DEPTH = 100  # hits of each leg that are fused
LONGEST = 2_000  # characters of a question that are searched: far beyond what an embedder reads


class Mode(StrEnum):
    """Which legs are asked."""

    KEYWORD = "keyword"
    VECTOR = "vector"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Results:
    """Hits best first, scores relative to this result; milliseconds spent."""

    hits: tuple[Hit, ...]
    embed_ms: float = 0.0
    search_ms: float = 0.0


class Search:
    """Hybrid search; `how` says how the hits of both legs become one ranking."""

    def __init__(self, store: Store, embedder: Embedder, how: Ranking | None = None) -> None:
        self._store = store
        self._embedder = embedder
        self._how = how or Ranking()
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="footnote-search")

    def find(self, text: str, readers: Audience, limit: int, mode: Mode = Mode.HYBRID) -> Results:
        """The best `limit` passages that `readers` may read. Raises what store and embedder raise."""
        asked = printable(text)
        if not asked or not readers.principals or limit < 1:
            return Results(())
        depth = max(DEPTH, limit)
        began = time.perf_counter()
        words = (
            self._threads.submit(self._keyword, asked, readers, depth) if mode is not Mode.VECTOR else None
        )
        vector = self._embedder.embed_query(asked) if mode is not Mode.KEYWORD else None
        embedded = time.perf_counter()
        near = self._store.vector(vector, readers, depth) if vector is not None else []
        hits = rank(asked, words.result() if words else [], near, self._ranking(mode))
        done = time.perf_counter()
        return Results(tuple(hits[:limit]), (embedded - began) * 1000, (done - embedded) * 1000)

    def _keyword(self, text: str, readers: Audience, depth: int) -> list[Hit]:
        return self._store.keyword(text, readers, depth)

    def _ranking(self, mode: Mode) -> Ranking:
        """One leg alone is shown as it is, without copies."""
        if mode is Mode.HYBRID:
            return self._how
        return Ranking(alpha=0.0 if mode is Mode.KEYWORD else 1.0, title=0.0, of_one=0)


def printable(text: str) -> str:
    """`text` as one line without control characters, cut to what is searched."""
    line = "".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST])
    return " ".join(line.split())[:LONGEST]
