"""Whether an index that was built may answer: by counts, vectors and questions, beside the one that does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.index import Index
from retrieval.passage import IndexMismatch, IndexMissing, Passage
from retrieval.record import fingerprint
from retrieval.rows import Found
from retrieval.search import Search
from retrieval.store import Table

LEAST = 0.7  # of the live index's documents: fewer are rather a source that failed than a tidied one
ASKED = 20  # documents that are looked for and whose vectors are looked at
ANSWERED = 0.8  # of what the live index finds
DEEP = 10  # hits among which a document must be
_NORM = 0.01  # how far from 1 the length of a vector may be


@dataclass(frozen=True, slots=True)
class Only:
    """A store of one table, so that what does not answer yet can be searched."""

    table: Table

    def live(self, workspace: str) -> Table:
        return self.table

    def close(self) -> None: ...


def probe(index: Index, built: Table) -> list[str]:
    """What is wrong with `built`, a sentence each; nothing where it may answer."""
    new = {one.uri: one for one in index.ledger.all(built.name) if one.revision}
    try:
        live = index.store.live(index.workspace)
    except (IndexMissing, IndexMismatch):
        return list(_vectors(index, built, _some(list(new.values()))))
    old = {one.uri: one for one in index.ledger.all(live.name) if one.revision}
    if len(new) < LEAST * len(old):
        return [f"It has {len(new)} documents where the live one has {len(old)}."]
    chosen = _some([one for uri, one in new.items() if uri in old])
    same = _some([one for uri, one in old.items() if uri in new and new[uri].digest == one.digest != ""])
    return [*_vectors(index, built, chosen), *_questions(index, built, live, same)]


def _some(found: Sequence[Found]) -> list[Found]:
    """The same few, chosen by their hash, whoever asks."""
    return sorted(found, key=lambda one: hashlib.sha256(one.uri.encode()).digest())[:ASKED]


def _vectors(index: Index, built: Table, chosen: Sequence[Found]) -> Iterator[str]:
    passages = [passage for one in chosen for passage in _first(built, one)]
    found = built.vectors([fingerprint(passage.indexed_text) for passage in passages])
    if passages and not found:
        yield "Its passages have no vectors."
    for vector in found.values():
        if vector.shape != (index.embedder.dimension,):
            yield f"Its vectors have {vector.shape[0]} dimensions, the embedder's {index.embedder.dimension}."
            return
        if not abs(float(np.linalg.norm(vector)) - 1) < _NORM:
            yield "Its vectors are not of length one: the embedder gave something else than numbers."
            return


def _questions(index: Index, built: Table, live: Table, chosen: Sequence[Found]) -> Iterator[str]:
    """Documents are looked for by their own words, in both."""
    asked = [(one, _question(parts[0])) for one in chosen if (parts := _first(live, one))]
    same = live.made == built.made  # else the embedder at hand cannot ask the live one
    before = [one for one, question in asked if not same or _finds(index, live, one, question)]
    after = [one for one, question in asked if one in before and _finds(index, built, one, question)]
    if len(after) < ANSWERED * len(before):
        yield f"Of {len(before)} documents that the live one finds by their own words it finds {len(after)}."


def _finds(index: Index, table: Table, wanted: Found, question: str) -> bool:
    search = Search(Only(table), index.ledger, index.embedder, index.workspace)
    found = search.find(question, wanted.audience, DEEP).hits
    return any(hit.passage.document == wanted.uri for hit in found)


def _question(passage: Passage) -> str:
    return " ".join(f"{passage.title} {' '.join(passage.heading)} {passage.text}".split()[:24])


def _first(table: Table, one: Found) -> list[Passage]:
    return table.around(one.uri, one.revision, 0, 1)[:1]
