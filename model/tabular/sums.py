"""Rows of a table in, which of them add up others, and which may, out: by what they are called, and by what
stands in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from model.tabular.amounts import amounts
from retrieval.daynames import MONTHS
from retrieval.terms import words

_SUM = (
    r"(?:grand[ -]?|sub[ -]?|overall )?totals?|sums?|averages?|mean|(?:zwischen|gesamt)?summen?|gesamt|"
    r"insgesamt|durchschnitt|mittelwert"
)
_PERIOD = (
    r"(?:[qh][1-4]|year|month|week|quarter|jahr|monat|woche|quartal|"
    rf"{MONTHS.replace(' ', '|')})\.?(?:\s\d{{4}})?|"
    r"(?:19|20)\d\d(?:\W(?:19|20)?\d\d)?"
)
_SUMS = re.compile(  # what a row is called that adds up others: alone, or of a period
    rf"\W*(?:{_SUM})\W*(?:\(.*|(?:(?:of|for|in|für|im)\s)?(?:the\s)?(?:{_PERIOD}))?\W*", re.IGNORECASE
)
_FIRST = re.compile(rf"\W*(?:{_SUM})\b(?P<rest>.+)", re.IGNORECASE)  # or a company, or an instrument
_LAST = re.compile(rf"(?P<rest>.+)\b(?:{_SUM})\W*", re.IGNORECASE)
_NAMES = 2  # first cells, which call a row
_SEVERAL, _MOST = 2, 200  # rows that are added up
_TOTALS = 50  # rows that are called after a total and looked at: where the first are none, others are not
_LONG = 80  # characters of a cell that calls a row


def sums(cells: Sequence[str]) -> bool:
    """Whether a row adds up the rows above it."""
    return any(_SUMS.fullmatch(cell) for cell in cells[:_NAMES] if 0 < len(cell) <= 2 * _LONG)


def first_sum(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that may do so, of those that are called after a total."""
    called = [n for n, cells in enumerate(rows) if _called(cells)]
    return next((n for n in called[:_TOTALS] if _may_sum(n, rows)), None)


def _called(cells: Sequence[str]) -> list[re.Match[str]]:
    forms = ((cell[:_LONG], form) for cell in cells[:_NAMES] for form in (_FIRST, _LAST))
    return [found for cell, form in forms if (found := form.fullmatch(cell))]


def _may_sum(n: int, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the row at `n` may do so: it is called after a total and more, and that is what rows have,
    or it lacks what all others have, or its figures are those of the rows above it."""
    cells, rest = rows[n], [words(one["rest"]) for one in _called(rows[n])]
    others = [row for m, row in enumerate(rows) if m != n]
    of_rows = any(words(cell) in rest for row in others for cell in row)
    gaps = any(_blank(cell) and not any(_blank(row[c]) for row in others) for c, cell in enumerate(cells))
    return of_rows or (gaps and bool(others)) or any(_adds(rows, n, c) for c in range(len(cells)))


def _blank(cell: str) -> bool:
    return not any(c.isalnum() for c in cell)


def _adds(rows: Sequence[Sequence[str]], n: int, column: int) -> bool:
    """Whether the figure there is the sum or the mean of some rows right above it."""
    found = amounts([row[column] for row in rows[max(0, n - _MOST) : n + 1]])
    if found is None or found.dates or not (value := found.values[-1]):
        return False
    total = Decimal(0)
    for many, one in enumerate(reversed(found.values[:-1]), 1):
        total += one or 0
        if many >= _SEVERAL and value in (total, total / many):
            return True
    return False
