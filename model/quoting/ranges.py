"""A question that names an amount and rows of a table of ranges in, the row in whose range it lies out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from model.quoting.limits import Amount, Limit, amounts, limits
from model.quoting.passages import said
from model.quoting.quotable import Quotable
from model.tabular.tables import SPLIT, Row, Table, tables
from retrieval.passage import Passage


def within(question: str, chosen: Sequence[Quotable], passages: Sequence[Passage]) -> list[Quotable]:
    """With the row of the range in which the amount lies that is asked about, in place of those of others."""
    told = list[Quotable]()
    for one in chosen:
        row = ruling(question, one, passages[one.passage])
        fit = (_row(one, row, passages[one.passage]) or one) if row else one
        if fit.text not in [other.text for other in told]:
            told.append(fit)
    return told


def ruling(question: str, one: Quotable, passage: Passage) -> Row | None:
    """The row of its table in whose range the amount lies; None where it has no ranges, or none for that."""
    asked = amounts(question)
    table = _table(one, passage) if asked else None
    return next((row for much in asked if (row := _of(much, table))), None) if table else None


def _row(one: Quotable, row: Row, passage: Passage) -> Quotable | None:
    its = next((other for other in said(passage) if other.start == row.start), None)
    if its is None or one.start == row.start:
        return None
    return replace(one, start=its.start, end=its.end, text=its.text, terms=its.terms, vector=None)


def _table(one: Quotable, passage: Passage) -> Table | None:
    every = (table for table in tables([passage]) if table.doubt != SPLIT)
    return next((t for t in every if any(row.start == one.start for row in t.rows)), None)


def _of(asked: Amount, table: Table) -> Row | None:
    for held in _ranges(table):
        fit = [row for row, limit in zip(table.rows, held, strict=True) if limit.has(asked)]
        if len(fit) == 1:
            return fit[0]
    return None


@lru_cache(maxsize=64)
def _ranges(table: Table) -> list[list[Limit]]:
    """Of each column whose cells are ranges, of which none reaches into another: those."""
    found = list[list[Limit]]()
    for column in range(len(table.columns)):
        read = [[*limits(row.cells[column])] for row in table.rows]
        each = [some[0] for some in read if len(some) == 1]
        if len(each) == len(read) > 1 and _apart(each):
            found.append(each)
    return found


def _apart(each: Sequence[Limit]) -> bool:
    order = sorted(each, key=lambda one: one.low)
    alike = all(one.of.unit == order[0].of.unit for one in order)
    return alike and all(one.high <= other.low for one, other in pairwise(order))
