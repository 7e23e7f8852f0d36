"""A row that is to be quoted in, the rows beside it that may be meant as well out."""

from __future__ import annotations

from model.checking.support import bare
from model.quoting.quotable import Quotable
from model.tabular.tables import SPLIT, UNNAMED, Table, tables
from retrieval.passage import Passage
from retrieval.terms import terms


def siblings(question: str, one: Quotable, passage: Passage, most: int) -> list[str]:
    """All rows of its table as they are quoted, up to `most`, where the question has no word by which this
    row differs from the others; else none."""
    table = next((t for t in tables([passage]) if _has(t, one)), None)
    if table is None or table.doubt in (UNNAMED, SPLIT) or not 1 < len(table.rows) <= most:
        return []
    own = _own(one, table, 1) | _own(one, table, len(table.columns))
    if own & frozenset(terms(question)):
        return []
    return [bare("; ".join(table.parts(row))) for row in table.rows]


def _own(one: Quotable, table: Table, columns: int) -> frozenset[str]:
    """The terms that its first cells have, and those of no other row."""
    said = {row.start: frozenset(terms(" ".join(row.cells[:columns]))) for row in table.rows}
    return said[one.start].difference(*(other for start, other in said.items() if start != one.start))


def _has(table: Table, one: Quotable) -> bool:
    return any((row.start, row.end) == (one.start, one.end) for row in table.rows)
