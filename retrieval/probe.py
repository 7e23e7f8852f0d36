"""Whether an index that was built may answer: by counts, vectors and questions, beside the one that does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.expected import Expected
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


Pair = tuple[Found, Found]  # a document as the live index and as the new one has it
Held = tuple[Table, Mapping[str, Found]]  # a table, and its documents by uri


@dataclass(frozen=True, slots=True)
class Only:
    """A store of one table, so that what does not answer yet can be searched."""

    table: Table

    def live(self, workspace: str) -> Table:
        return self.table

    def close(self) -> None: ...


def probe(index: Index, built: Table, expected: Sequence[Expected] = ()) -> list[str]:
    """What is wrong with `built`, a sentence each; nothing where it may answer. `expected` are questions of
    the operator's own: it must find as many of their documents as the live index does."""
    new = {one.uri: one for one in index.ledger.all(built.name) if one.revision}
    try:
        live = index.store.live(index.workspace)
    except (IndexMissing, IndexMismatch):
        return list(_vectors(index, built, _some(list(new.values()))))
    old = {one.uri: one for one in index.ledger.all(live.name) if one.revision}
    if len(new) < LEAST * len(old):
        return [
            f"It has {len(new)} documents where the live one has {len(old)}; where that is meant, run "
            "`footnote index` first, which takes out of the live one what is gone."
        ]
    chosen = _some([one for uri, one in new.items() if uri in old])
    same = _some([one for one in _unchanged(old, new) if new[one.uri].audience.principals])
    pairs = [(one, new[one.uri]) for one in same]
    return [
        *_vectors(index, built, chosen),
        *_questions(index, built, live, pairs),
        *_expected(index, (built, new), (live, old), expected),
    ]


def _unchanged(old: Mapping[str, Found], new: Mapping[str, Found]) -> list[Found]:
    """Documents that both have, word for word."""
    return [one for uri, one in old.items() if uri in new and new[uri].digest == one.digest != ""]


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


def _questions(index: Index, built: Table, live: Table, pairs: Sequence[Pair]) -> Iterator[str]:
    """Documents are looked for by their own words, in both, by whoever may read them now."""
    asked = [(one, _question(parts[0])) for one in pairs if (parts := _first(live, one[0]))]
    if live.made == built.made:  # else the embedder at hand cannot ask the live one
        found = _finding(index, live, [(old, question) for (old, _), question in asked])
        asked = [one for one, there in zip(asked, found, strict=True) if there]
    after = sum(_finding(index, built, [(new, question) for (_, new), question in asked]))
    if after < ANSWERED * len(asked):
        yield f"Of {len(asked)} documents that the live one finds by their own words it finds {after}."


def _expected(index: Index, new: Held, old: Held, asked: Sequence[Expected]) -> Iterator[str]:
    before, after = _lines(index, old, asked), _lines(index, new, asked)
    if len(after) < len(before):
        lost = ", ".join(str(line) for line in sorted(before - after))
        yield (
            f"Of the {len(asked)} questions of FOOTNOTE_PROBES it finds the documents of {len(after)}, the "
            f"live one of {len(before)}; it misses those of line {lost}."
        )


def _lines(index: Index, held: Held, asked: Sequence[Expected]) -> set[int]:
    """The lines whose documents the table finds; one of another embedder is asked by words alone."""
    table, documents = held
    wanted = [(one, one.among(documents.values())) for one in asked]
    if table.made == index.made:
        each = [(one.line, (found, one.question)) for one, some in wanted for found in some]
        there = _finding(index, table, [question for _, question in each])
        return {line for (line, _), found in zip(each, there, strict=True) if found}
    return {
        one.line
        for one, some in wanted
        for found in some
        if any(h.passage.document == found.uri for h in table.keyword(one.question, found.audience, DEEP))
    }


def _finding(index: Index, table: Table, asked: Sequence[tuple[Found, str]]) -> list[bool]:
    """Whether each document is found by its question."""
    search = Search(Only(table), index.ledger, index.embedder, index.workspace)
    try:
        results = [search.find(question, wanted.audience, DEEP).hits for wanted, question in asked]
    finally:
        search.close()
    return [
        any(hit.passage.document == wanted.uri for hit in hits)
        for (wanted, _), hits in zip(asked, results, strict=True)
    ]


def _question(passage: Passage) -> str:
    return " ".join(f"{passage.title} {' '.join(passage.heading)} {passage.text}".split()[:24])


def _first(table: Table, one: Found) -> list[Passage]:
    return table.around(one.uri, one.revision, 0, 1)[:1]
