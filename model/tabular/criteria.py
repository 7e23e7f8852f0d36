"""A question and a table in, what it says of the rows that are meant out: cells, marks, months, figures."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from model.tabular.amounts import Amounts, amounts, between, currency, no, times, unit_of, yes
from model.tabular.asking import Asked
from model.tabular.called import BRACKETS, marks_cell, names_cell
from model.tabular.denied import denials, denied
from model.tabular.kinds import DATED
from model.tabular.months import in_month
from model.tabular.tables import Row, Table
from retrieval.terms import STOP, words

_TURNED = {">": "≤", "≥": "<", "<": "≥", "≤": ">"}
_THOUSANDS = re.compile(r"\d\.\d{3}(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d|\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Test:
    """What a row's cell must be: one of `values`, or none of them (≠), or, with another `sign`, so compared
    with `amount`."""

    column: int
    values: frozenset[str]
    sign: str = "="
    amount: Decimal = Decimal(0)
    said: str = ""

    def text(self, table: Table) -> str:
        """As a person reads it: "Lift: yes", "Seats > 20"."""
        name = table.columns[self.column]
        return f"{name}: {self.said}" if self.sign == "=" else f"{name} {self.sign} {self.said}"


@dataclass(frozen=True, slots=True)
class Named:
    """Where the words of a column's name stand, and whether all of them do."""

    where: frozenset[int]
    whole: bool


Found = tuple[Test, frozenset[int]]  # a test, and the words of the question that say it


def meant_by(asked: Asked, table: Table, numbers: Container[int]) -> int | None:
    """The one column with figures that is meant without being named: how much, oldest."""
    for kind, _ in asked.kinds():
        found = [n for n, name in enumerate(table.columns) if n in numbers and kind.search(name.casefold())]
        if len(found) == 1:
            return found[0]
    return None


def columns_meant(asked: Asked, table: Table) -> set[int]:
    """All columns that are meant without being named; when it begins is no other day."""
    found = set[int]()
    names = [name.casefold() for name in table.columns]
    for kind, _ in asked.kinds():
        fit = {n for n, name in enumerate(names) if kind.search(name)}
        dated = any((a := amounts(table.cells(n))) and a.dates for n in found)
        found |= set() if kind.pattern == DATED.pattern and dated else fit
    return found


def columns_named(asked: Asked, table: Table) -> dict[int, Named]:
    """The columns that a question names, if only by a word."""
    said = {n: _named(asked, name) for n, name in enumerate(table.columns)}
    return {n: there for n, there in said.items() if there}


def _named(asked: Asked, name: str) -> Named | None:
    parts = [w for w in words(BRACKETS.sub(" ", name)) if w not in STOP] or words(name)
    found = [asked.forms(part) for part in parts]
    where = frozenset(i for some in found for i in some)
    return Named(where, all(found)) if where else None


def cells_named(asked: Asked, table: Table, named: Mapping[int, Named]) -> tuple[list[Found], str]:
    """Cells that the question names, the longest first; in doubt where two columns have the same, unless
    only one of them is named."""
    whole = [n for n, there in named.items() if there.whole]
    found: list[tuple[int, int, int, str, set[int]]] = []
    for column in range(len(table.columns)):
        for cell in dict.fromkeys(table.cells(column)):
            said = names_cell(asked, cell, column in named, column == 0)
            if where := said or marks_cell(asked, cell, named[column].where if column in named else ()):
                rank = (column not in whole) + (column not in named)
                found.append((-len(where), rank, column, cell, where))
    tests: dict[int, tuple[set[str], set[int]]] = {}
    taken: set[int] = set()
    doubt = ""
    for *_, column, cell, where in sorted(found, key=lambda one: one[:3]):
        values, there = tests.get(column, (set(), set()))
        if where <= taken and not where <= there:
            others = {n in whole for n, (_, other) in tests.items() if where == other}
            same = (column in whole) in others and (column in whole or column not in named)
            doubt = "ambiguous" if same else doubt
            continue
        tests[column] = values | {cell}, there | where
        taken |= where
    made = [
        (Test(n, frozenset(values), said=" / ".join(sorted(values))), frozenset(where))
        for n, (values, where) in tests.items()
    ]
    return made, doubt


def near(test: Test, table: Table) -> list[str]:
    """Cells of its column that have the words of one of its values and more: Support EMEA beside Support."""
    named = [words(BRACKETS.sub("", value)) for value in test.values]
    others = [cell for cell in dict.fromkeys(table.cells(test.column)) if cell not in test.values]
    return [cell for cell in others if any(one and _run(one, words(cell)) for one in named)]


def _run(parts: Sequence[str], said: Sequence[str]) -> bool:
    return any(list(parts) == list(said[n : n + len(parts)]) for n in range(len(said) - len(parts) + 1))


def others(found: Sequence[Found], table: Table, asked: Asked) -> list[Found]:
    """What a question that denies means: all rows but those with the cells of one column that it names; none
    where that is not sure, as where one of them is not denied: in Lisbon and not in Oslo."""
    columns = {test.column for test, _ in found}
    if len(found) == 1 and (turned := _TURNED.get(found[0][0].sign)):
        return [(replace(test, sign=turned), where) for test, where in found]
    if len(found) != 1 or any(test.sign != "=" or near(test, table) for test, _ in found):
        return []
    sure = all(all(table.cells(column)) for column in columns) and denied(asked, found[0][1])
    return [(replace(test, sign="≠"), where) for test, where in found] if sure else []


def flags(asked: Asked, table: Table, named: Mapping[int, Named]) -> tuple[list[Found], str]:
    """Columns of yes and no that the question names: those with it, or without. Where cells say something
    between the two (traces), whoever asks for all with it means them too, and for all without means none. In
    doubt where it is not clear which of them are denied, or whether one of several will do."""
    whole = [n for n, there in named.items() if there.whole]
    marked = {n: said for n in whole if (said := _marks(asked, table.cells(n)))}
    places = sorted(marked, key=lambda n: min(named[n].where))
    said_of = denials(asked, [named[n].where for n in places])
    without = dict(zip(places, said_of, strict=True)) if said_of is not None else {}
    made = list[Found]()
    for n, said in marked.items():
        cells, turned = table.cells(n), without.get(n, bool(asked.denied()))
        values = {cell for cell, true in zip(cells, said, strict=True) if true is not turned}
        shown = " / ".join(sorted(filter(None, values))) or ("–" if turned else "")
        made.append((Test(n, frozenset(values), said=shown), named[n].where))
    return made, "mixed" if said_of is None else ""


def _marks(asked: Asked, cells: Sequence[str]) -> tuple[bool, ...] | None:
    """Whether each has what the column is called by; None where they do not say."""
    if asked.listed() and between(cells) and all(cells):
        return tuple(not no(cell) for cell in cells)
    return yes(cells)


def months(
    asked: Asked, table: Table, numbers: Mapping[int, Amounts], taken: Container[int], *, named: bool = False
) -> list[Found]:
    """The rows of a month, where a column has days; of a year too where that column is `named`."""
    made = list[Found]()
    for column, rows, said, where in in_month(asked, numbers, named=named):
        values = frozenset(table.rows[n].cells[column] for n in rows)
        made += [] if column in taken else [(Test(column, values, said=said), frozenset(where))]
    return made


def comparisons(
    asked: Asked, table: Table, named: Mapping[int, Named], numbers: Mapping[int, Amounts]
) -> tuple[list[Found], str]:
    """Tests of figures; in doubt where the column is not clear."""
    tests: list[Found] = []
    for sign, number in asked.compared:
        column = _compared(number, named, numbers)
        if column is None and not any(n in named for n in numbers):
            column = _meant_of(asked, table, number, numbers)
        value = None if column is None else _limit(number, sign, numbers[column])
        if column is None or value is None:
            return [], "unclear"
        timed = numbers[column].unit and unit_of(number)
        where = (named[column].where if column in named else frozenset()) | asked.forms(timed or "-")
        tests.append((Test(column, frozenset(), sign, value, number), where))
    return tests, ""


def _compared(number: str, named: Mapping[int, Named], numbers: Mapping[int, Amounts]) -> int | None:
    """The one column that is compared with `number`: that which is named, or that of days or years."""
    columns = [n for n in numbers if n in named]
    columns = [n for n in columns if named[n].whole] or columns
    if not columns and _YEAR.fullmatch(number):
        columns = [n for n, a in numbers.items() if a.dates] or [n for n, a in numbers.items() if a.years]
    return columns[0] if len(columns) == 1 else None


def _meant_of(asked: Asked, table: Table, number: str, numbers: Mapping[int, Amounts]) -> int | None:
    """The one column of money that is compared with an amount of money and not named, or that is meant."""
    money = [n for n, a in numbers.items() if currency(a.unit)] if currency(number) else []
    timed = [n for n, a in numbers.items() if times(unit_of(number), a.unit)]
    if len(timed) == 1:
        return timed[0]
    return money[0] if len(money) == 1 else meant_by(asked, table, money or numbers)


def _limit(number: str, sign: str, column: Amounts) -> Decimal | None:
    """A number as the column has them, in its unit of time; of days, a year alone is its first or last."""
    if column.dates and len(number) == 4:
        number += "-12-31" if sign in (">", "≤") else "-01-01"
    found = amounts([number.replace(".", "") if column.comma and _THOUSANDS.search(number) else number])
    other = currency(number) and currency(column.unit) not in ("", currency(number))
    if not found or found.dates != column.dates or other or found.values[0] is None:
        return None
    by = times(found.unit, column.unit) if unit_of(number) and column.unit else Decimal(not column.mixed)
    return found.values[0] * by if by else None


def fitting(table: Table, tests: Sequence[Test]) -> list[Row]:
    """The rows that pass all tests."""
    rows = list(table.rows)
    for test in tests:
        figures = amounts(table.cells(test.column)) if test.sign not in "=≠" else None
        held = dict(zip(table.rows, figures.values, strict=True)) if figures else {}
        rows = [row for row in rows if _passes(test, row.cells[test.column], held.get(row))]
    return rows


def _passes(test: Test, cell: str, value: Decimal | None) -> bool:
    if test.sign in "=≠":
        return (cell in test.values) is (test.sign == "=")
    if value is None:
        return False
    limit = test.amount
    return {">": value > limit, "≥": value >= limit, "<": value < limit, "≤": value <= limit}[test.sign]
