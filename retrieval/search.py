"""A question in, passages out, best first: both legs, fused by their relative scores."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.acronyms import added, familiar, spelt_out
from retrieval.compounds import pieces
from retrieval.feedback import fed
from retrieval.joined import joined
from retrieval.passage import Audience, Embedder, Hit, IndexMissing, Passage, SearchUnavailable, Speller
from retrieval.ranking import DEPTH, Found, Ranking, follow, pooled, rank, spelt
from retrieval.record import LAYOUT, fingerprint
from retrieval.rows import Reading
from retrieval.slips import meant
from retrieval.store import Made, Table, matched
from retrieval.whole import Lengths, Wholes

_ATTEMPTS = 8  # a document that is read anew as fast as it is asked for is left out of that answer
LONGEST = 2_000  # characters of a question that are searched: far beyond what an embedder reads


class Mode(StrEnum):
    """Which legs are asked."""

    KEYWORD = "keyword"
    VECTOR = "vector"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Results:
    """Hits best first, scores relative to this result; milliseconds spent, and where."""

    hits: tuple[Hit, ...]
    embed_ms: float = 0.0
    search_ms: float = 0.0
    table: str = ""  # that was searched
    told: tuple[str, ...] = ()  # what was searched beside the question: its acronyms spelt out, or the others


@dataclass(frozen=True, slots=True)
class Beside:
    """What is searched beside a question: what was asked `before` it, and `more` texts for it."""

    before: str = ""
    more: tuple[str, ...] = ()


class Live(Protocol):
    """A store, as far as a search needs it."""

    def live(self, workspace: str) -> Table: ...

    def close(self) -> None: ...


class Shown(Lengths, Protocol):
    """The ledger's word: what may be answered from now, of some documents of a table."""

    def shown(self, held_in: str, uris: Collection[str]) -> Mapping[str, Reading]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as both legs are asked it."""

    text: str
    readers: Audience
    depth: int
    mode: Mode
    sources: Collection[str] = ()

    @property
    def within(self) -> tuple[Audience, int, Collection[str]]:
        """For whom, how many, and of which sources."""
        return self.readers, self.depth, self.sources


class Search:
    """Hybrid search of one workspace; `how` says how the hits of both legs become one ranking.

    Both legs ask one table, so that no answer mixes two generations. Each hit is then held against the
    ledger: its document must still be there, in that very reading, and for these readers.
    """

    def __init__(
        self,
        store: Live,
        ledger: Shown,
        embedder: Embedder,
        workspace: str = "main",
        how: Ranking | None = None,
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._embedder = embedder
        self._workspace = workspace
        self._how = how or Ranking()
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="footnote-search")
        self._wholes = Wholes(ledger, self._threads)

    def live(self) -> Table:
        """The table that answers now. Raises IndexMissing, IndexMismatch."""
        table = self._store.live(self._workspace)
        matched(table.made, Made(self._embedder.name, self._embedder.dimension, LAYOUT))
        return table

    def close(self) -> None:
        """Lets go of threads and the store."""
        self._threads.shutdown()
        self._store.close()

    def find(
        self,
        text: str,
        readers: Audience,
        limit: int,
        mode: Mode = Mode.HYBRID,
        sources: Collection[str] = (),
    ) -> Results:
        """The best `limit` passages that `readers` may read, of these sources or, without any, of all. Raises
        what store, ledger and embedder raise."""
        return self._found([Asked(searchable(text), readers, max(DEPTH, limit), mode, sources)], limit)

    def follow(
        self, text: str, beside: Beside, readers: Audience, limit: int, sources: Collection[str] = ()
    ) -> Results:
        """The same for a question that follows another: searched by itself and behind it, in one table; and
        for more texts."""
        alone = Asked(searchable(text), readers, max(DEPTH, limit), Mode.HYBRID, sources)
        whole = [f"{beside.before[: LONGEST // 2]} {text}"] if beside.before.strip() else []
        asked = [alone, *(replace(alone, text=searchable(one)) for one in (*whole, *beside.more))]
        return self._found(asked, limit, more=len(beside.more))

    def _found(self, asked: Sequence[Asked], limit: int, more: int = 0) -> Results:
        """The best hits of a question, asked in one text or in the two of a follow-up, and `more`."""
        if not asked[0].text or not asked[0].readers.principals or limit < 1:
            return Results(())
        began = time.perf_counter()
        table, found, embed_ms = self._once(asked)
        how = self._ranking(asked[0].mode)
        own, others = found[: len(found) - more], found[len(found) - more :]
        texts = list(asked[: len(own)])
        read = self._meant(texts, own) if asked[0].mode is Mode.HYBRID else texts
        told = _told(read, own) if asked[0].mode is Mode.HYBRID else texts
        ranked = follow(own[0], own[1], how) if len(own) > 1 else rank(own[0], how)
        if told != texts:
            table, again, more_ms = self._once(told)
            embed_ms, ranked = embed_ms + more_ms, _spelt(own, read[0].text, again, how)
        ranked = pooled(ranked, [rank(one, how) for one in others])
        hits = joined(ranked, how.join, within=2 * limit)
        spent = (time.perf_counter() - began) * 1000 - embed_ms
        forms = added([one.text for one in read], [one.text for one in told])
        return Results(tuple(hits[:limit]), embed_ms, max(0.0, spent), table, forms)

    def _meant(self, asked: Sequence[Asked], found: Sequence[Found]) -> list[Asked]:
        """Each text with what slips mean, and compounds are made of, of which nothing was found."""
        passages, said = _passages(found), [one.text for one in asked]
        if isinstance(self._embedder, Speller):
            said = meant(said, passages, self._embedder.spells)
        return [replace(one, text=pieces(t, passages)[:LONGEST]) for one, t in zip(asked, said, strict=True)]

    def still(self, passages: Sequence[Passage], readers: Audience) -> list[Passage]:
        """`passages`, those without words whose documents went or became private since they were found."""
        if not passages:
            return []
        shown = self._ledger.shown(self.live().name, {passage.document for passage in passages})
        kept = {uri for uri, held in shown.items() if held.audience.admits(readers)}
        return [p if p.document in kept else replace(p, text="", lead="") for p in passages]

    def whole(self, passages: Sequence[Passage], readers: Audience) -> dict[str, list[Passage]]:
        """The documents that `passages` were found in, as Wholes.read gives them."""
        return self._wholes.read(self.live(), passages, readers)

    def _embedded(self, asked: Asked) -> tuple[NDArray[np.float32] | None, float]:
        """The question's vector, where it is needed, and the milliseconds that it took."""
        began = time.perf_counter()
        vector = self._embedder.embed_query(asked.text) if asked.mode is not Mode.KEYWORD else None
        return vector, (time.perf_counter() - began) * 1000

    def _once(self, asked: Sequence[Asked]) -> tuple[str, list[Found], float]:
        """The table, its hits, and the milliseconds that embedding took."""
        vectors = [self._threads.submit(self._embedded, one) for one in asked]
        return *self._legs(asked, vectors), max(vector.result()[1] for vector in vectors)

    def _legs(self, asked: Sequence[Asked], vectors: Sequence[Future[Any]]) -> tuple[str, list[Found]]:
        """The table and its hits in both legs; again where a document or the table changed in between."""
        for attempt in range(_ATTEMPTS):
            last, table = attempt == _ATTEMPTS - 1, self.live()
            try:
                found = self._both(table, asked, vectors)
                hits = [hit for one in found for hit in (*one.words, *one.near)]
                shown = self._ledger.shown(table.name, {hit.passage.document for hit in hits})
            except (SearchUnavailable, IndexMissing):
                if last or self._same(table):
                    raise
                continue
            if last or not any(_overtaken(hit, shown) for hit in hits):
                break
        admitted = partial(_admitted, shown=shown, readers=asked[0].readers)
        how = self._ranking(asked[0].mode)
        seen = (Found(one.text, admitted(one.words), admitted(one.near)) for one in found)
        queries = (vector.result()[0] for vector in vectors)
        return table.name, [fed(*each, table.vectors, how) for each in zip(seen, queries, strict=True)]

    def _both(self, table: Table, asked: Sequence[Asked], vectors: Sequence[Future[Any]]) -> list[Found]:
        legs: list[Future[list[Hit]] | None] = [
            self._threads.submit(table.keyword, one.text, *one.within)
            if one.mode is not Mode.VECTOR
            else None
            for one in asked
        ]
        last = len(asked) - 1  # it is asked here, the others beside it
        others = zip(asked[:last], vectors, strict=False)
        nears = [self._threads.submit(_near, table, one, vector) for one, vector in others]
        own = _near(table, asked[last], vectors[last])
        queries = [*(near.result() for near in nears), own]
        found = []
        for one, leg, (query, near) in zip(asked, legs, queries, strict=True):
            words = leg.result() if leg else []
            words = _measured(words, near, table, query) if query is not None else words
            found.append(Found(one.text, words, near))
        return found

    def _same(self, table: Table) -> bool:
        """Whether the table that failed still is the one that answers: then it is the store that is down."""
        return self._store.live(self._workspace).name == table.name

    def _ranking(self, mode: Mode) -> Ranking:
        """One leg alone is shown as it is, without copies."""
        if mode is Mode.HYBRID:
            return self._how
        return Ranking(0.0 if mode is Mode.KEYWORD else 1.0, feedback=0.0, title=0.0, again=1.0, join=1)


def _told(asked: Sequence[Asked], found: Sequence[Found]) -> list[Asked]:
    """Each text with what its acronyms stand for in what was found, and the other way round."""
    some = _passages(found)
    return [replace(one, text=spelt_out(one.text, some)[:LONGEST]) for one in asked]


def _spelt(found: Sequence[Found], meant: str, more: Sequence[Found], how: Ranking) -> list[Hit]:
    if len(found) > 1:
        return follow(more[0], more[1], how)
    return spelt(found[0], more[0], how, familiar=familiar(meant, more[0].text, _passages(found)))


def _passages(found: Sequence[Found]) -> list[Passage]:
    return list({hit.passage.id: hit.passage for one in found for hit in (*one.words, *one.near)}.values())


def _near(table: Table, asked: Asked, vector: Future[Any]) -> tuple[NDArray[np.float32] | None, list[Hit]]:
    """The question's vector, where it is needed, and its hits."""
    query = vector.result()[0]
    return query, table.vector(query, *asked.within) if query is not None else []


def _measured(
    words: Sequence[Hit], near: Sequence[Hit], table: Table, query: NDArray[np.float32]
) -> list[Hit]:
    """`words`, each with its cosine, also where the vector leg did not come that far."""
    known = {hit.passage.id for hit in near}
    prints = {h.passage.id: fingerprint(h.passage.indexed_text) for h in words if h.passage.id not in known}
    vectors = table.vectors(list(prints.values())) if prints else {}
    cosines = {id_: float(vectors[one] @ query) for id_, one in prints.items() if one in vectors}
    return [replace(h, vector=cosines[h.passage.id]) if h.passage.id in cosines else h for h in words]


def _overtaken(hit: Hit, shown: Mapping[str, Reading]) -> bool:
    """Whether another reading of the document is answered from than the one that was found."""
    held = shown.get(hit.passage.document)
    return held is not None and held.revision != hit.passage.revision


def _admitted(hits: Sequence[Hit], shown: Mapping[str, Reading], readers: Audience) -> list[Hit]:
    """Hits of the reading that is answered from, that `readers` may read by the ledger's word."""
    kept: list[Hit] = []
    for hit in hits:
        held = shown.get(hit.passage.document)
        if held and held.revision == hit.passage.revision and held.audience.admits(readers):
            same = held.audience == hit.passage.audience
            kept.append(hit if same else replace(hit, passage=replace(hit.passage, audience=held.audience)))
    return kept


def searchable(text: str) -> str:
    """`text` as one line without control characters, cut to what is searched."""
    line = "".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST])
    return " ".join(line.split())[:LONGEST]
