"""A row that is to be quoted in, the rows beside it that may be meant as well out."""

from __future__ import annotations

from model.checking.support import bare
from model.quoting.quotable import Quotable
from model.tabular.tables import SPLIT, UNNAMED, Table, tables
from retrieval.passage import Passage
from retrieval.terms import terms


def siblings(question: str, one: Quotable, passage: Passage, most: int) -> list[str]:
    """The rows of its table that the question may mean as well, as they are quoted, up to `most`: where it
    has no word by which this row differs from all others. Those that have the same of its words as this one;
    all of a table of which no row has more of them than another."""
    table = next((t for t in tables([passage]) if _has(t, one)), None)
    if table is None or table.doubt in (UNNAMED, SPLIT):
        return []
    asked = frozenset(terms(question))
    if (_own(one, table, 1) | _own(one, table, len(table.columns))) & asked:
        return []
    said = _said(table, len(table.columns))
    told = (said[one.start] & asked) - frozenset.intersection(*said.values())
    rows = [row for row in table.rows if told <= said[row.start]]
    return [bare("; ".join(table.parts(row))) for row in rows] if 1 < len(rows) <= most else []


def _own(one: Quotable, table: Table, columns: int) -> frozenset[str]:
    """The terms that its first cells have, and those of no other row."""
    said = _said(table, columns)
    return said[one.start].difference(*(other for start, other in said.items() if start != one.start))


def _said(table: Table, columns: int) -> dict[int, frozenset[str]]:
    """The terms of the first cells of each row, by where it begins."""
    return {row.start: frozenset(terms(" ".join(row.cells[:columns]))) for row in table.rows}


def _has(table: Table, one: Quotable) -> bool:
    return any((row.start, row.end) == (one.start, one.end) for row in table.rows)
