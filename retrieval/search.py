"""A question in, passages out, best first: both legs, fused by their relative scores."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from math import log

from retrieval.passage import Audience, Embedder, Hit, Store
from retrieval.terms import terms

DEPTH = 100  # hits of each leg that are fused
TITLE = 0.2  # most that a title adds to a fused score, which is in 0..1
OF_ONE = 2  # passages of one document before those of others have had their turn
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
    """Hybrid search. `alpha` is the weight of the vectors: 0 words only, 1 vectors only."""

    def __init__(self, store: Store, embedder: Embedder, alpha: float = 0.5) -> None:
        self._store = store
        self._embedder = embedder
        self._alpha = alpha
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
        hits = self._fused(asked, words.result() if words else [], near, mode)
        done = time.perf_counter()
        return Results(tuple(hits[:limit]), (embedded - began) * 1000, (done - embedded) * 1000)

    def _keyword(self, text: str, readers: Audience, depth: int) -> list[Hit]:
        return self._store.keyword(text, readers, depth)

    def _fused(self, text: str, words: Sequence[Hit], near: Sequence[Hit], mode: Mode) -> list[Hit]:
        alpha = {Mode.KEYWORD: 0.0, Mode.VECTOR: 1.0}.get(mode, self._alpha)
        if not words:  # nothing but stop words, or words that no passage has: meaning alone decides
            alpha = 1.0
        hits = collapsed(fuse(words, near, alpha))
        return spread(titled(hits, text)) if mode is Mode.HYBRID else hits


def fuse(words: Sequence[Hit], near: Sequence[Hit], alpha: float) -> list[Hit]:
    """Relative-score fusion: each leg's scores scaled to 0..1, weighted, added. Ties go by passage id."""
    by_words, by_vector = _scaled(words), _scaled(near)
    both = {hit.passage.id: hit for hit in near}
    for hit in words:
        twin = both.get(hit.passage.id)
        both[hit.passage.id] = replace(hit, vector=twin.vector if twin else None)
    hits = [
        replace(hit, score=(1 - alpha) * by_words.get(id_, 0.0) + alpha * by_vector.get(id_, 0.0))
        for id_, hit in both.items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))


def collapsed(hits: Iterable[Hit]) -> list[Hit]:
    """`hits` without those whose text, spaces and case apart, a better one already has."""
    kept: dict[str, Hit] = {}
    for hit in hits:
        kept.setdefault(" ".join(hit.passage.text.casefold().split()), hit)
    return list(kept.values())


def titled(hits: Sequence[Hit], question: str) -> list[Hit]:
    """`hits` again, those first whose title the question names: a page about it beats one that mentions it.

    Added to a score: TITLE times the share of the title's terms that the question has, each term weighed by
    its rarity among the titles of `hits` (inverse document frequency; Robertson & Sparck Jones 1976).
    """
    asked = set(terms(question))
    titles = [frozenset(terms(hit.passage.title)) for hit in hits]
    found = Counter(term for title in titles for term in title)
    weight = {term: log(1 + len(hits) / (1 + count)) for term, count in found.items()}

    def share(title: frozenset[str]) -> float:
        return sum(weight[term] for term in title & asked) / (sum(weight[term] for term in title) or 1.0)

    raised = [
        replace(hit, score=hit.score + TITLE * share(title)) for hit, title in zip(hits, titles, strict=True)
    ]
    return sorted(raised, key=lambda hit: (-hit.score, hit.passage.id))


def spread(hits: Iterable[Hit]) -> list[Hit]:
    """`hits`, what a document has beyond its best OF_ONE passages moved to the end: more sources in few."""
    seen: Counter[str] = Counter()
    first: list[Hit] = []
    later: list[Hit] = []
    for hit in hits:
        seen[hit.passage.document] += 1
        (first if seen[hit.passage.document] <= OF_ONE else later).append(hit)
    return first + later


def printable(text: str) -> str:
    """`text` as one line without control characters, cut to what is searched."""
    line = "".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST])
    return " ".join(line.split())[:LONGEST]


def _scaled(hits: Sequence[Hit]) -> dict[str, float]:
    if not hits:
        return {}
    low, high = min(h.score for h in hits), max(h.score for h in hits)
    spread = high - low
    return {h.passage.id: (h.score - low) / spread if spread > 0 else 1.0 for h in hits}
