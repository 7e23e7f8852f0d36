"""A question for a figure and rows of tables in, those out that are called by something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from model.quoting.measured import SAME, measured
from model.sentences import Span
from model.tabular.tables import paired, tables
from retrieval.passage import Embedder, Passage
from retrieval.terms import STOP, words


def called_otherwise(question: str, found: Sequence[tuple[Passage, Span]], embedder: Embedder) -> list[int]:
    """Places of rows that are called by something else than what a figure is asked of, where others
    are called so: breakfast at a hotel is no hotel; or by what means nearly the same: of meals are lunch and
    dinner."""
    thing = measured(question)
    names = {p: _names(p) for p in dict.fromkeys(p for p, _ in found)} if thing else {}
    rows = {n: name for n, (p, span) in enumerate(found) if thing and (name := names[p].get(span))}
    called = {n for n, cell in rows.items() if thing and thing.named_in(cell)}
    if not called and thing and not thing.german and len(thing.of) == 1:
        called = _meant(thing.of[0], rows, embedder)
    return [n for n in rows if n not in called] if called else []


def _meant(word: str, rows: Mapping[int, str], embedder: Embedder) -> set[int]:
    """Places of the rows that have a word near to it in meaning."""
    said = {
        n: [one for one in words(cell) if one not in STOP and one[0].isalpha()] for n, cell in rows.items()
    }
    every = list(dict.fromkeys((word, *(one for some in said.values() for one in some))))
    vectors = dict(zip(every, embedder.embed(every), strict=True)) if rows else {}
    return {n for n, some in said.items() if any(float(vectors[word] @ vectors[one]) >= SAME for one in some)}


def _names(passage: Passage) -> dict[Span, str]:
    """What each row of a table begins with, whether or not its columns are surely named."""
    every = {(row.start, row.end): row.cells[0] for table in tables([passage]) for row in table.rows}
    return every | {span: parts[0] for span, parts in paired(passage).items() if parts}
