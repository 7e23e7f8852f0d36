"""A question and a table in, what is wanted of it out: which rows, which column, and what to make of them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from model.tabular.amounts import Amounts, amounts, currency, kinds, yes
from model.tabular.asking import LISTING, LOOKING, SOFT, Asked, Op, alike
from model.tabular.called import (
    BRACKETS,
    calls_rows,
    column_called,
    denies_cells,
    identifies,
    marks_cell,
    names_cell,
    rows_called,
    twice,
)
from model.tabular.months import in_month
from model.tabular.tables import Table
from retrieval.terms import STOP, words

_DAYS = frozenset(("days", "dates", "tage", "daten"))  # what a row with a day is
_YEAR = re.compile(r"(?:19|20)\d\d|\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Test:
    """What a row's cell must be: one of `values`, or, with another `sign`, so compared with `amount`."""

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
class Wanted:
    """What a question wants of a table. `left`: words that the table says nothing about; `doubt`: why it
    may be meant otherwise; `distinct`: different cells of `column` are counted, not rows."""

    op: Op
    column: int | None
    tests: tuple[Test, ...]
    left: frozenset[str]
    used: int  # words of the question that cells, names of columns and what rows are called have
    doubt: str = ""
    distinct: bool = False
    columns: tuple[int, ...] = ()  # all that are named
    every: bool = False  # all rows that fit are asked for, or all there are

    @property
    def reckons(self) -> bool:
        """Whether rows of this very table are to be counted, or figures of a column of it."""
        return self.op is Op.COUNT or (self.op is not Op.LOOK and self.column is not None)


@dataclass(frozen=True, slots=True)
class _Named:
    """Where the words of a column's name stand, and whether all of them do."""

    where: frozenset[int]
    whole: bool


_Found = tuple[Test, frozenset[int]]  # a test, and the words of the question that say it


def wanted(question: str, table: Table) -> Wanted:
    """What `question` wants of `table`."""
    asked = Asked.of(question)
    named = {n: there for n, name in enumerate(table.columns) if (there := _named(asked, name))}
    numbers = {n: a for n in range(len(table.columns)) if (a := amounts(table.cells(n)))}
    found, doubt = _values(asked, table, named)
    found += [one for one in _flags(asked, table, named) if one[0].column not in {t.column for t, _ in found}]
    plain = {n: a for n, a in numbers.items() if not identifies(n, table, asked)}
    more, unclear = _comparisons(asked, table, named, numbers if asked.numbered else plain)
    found += more
    found += _months(asked, table, numbers, {test.column for test, _ in found})
    taken = {test.column for test, _ in found}
    free = {n: there for n, there in named.items() if n not in taken}
    op, cue = asked.op({i for there in named.values() if there.whole for i in there.where})
    sums = numbers if asked.numbered and op in (Op.MOST, Op.LEAST) else plain
    rows = not _figures(asked, free, sums) and any(calls_rows(word, table) for word in asked.counted())
    called = {n: there for n, there in free.items() if n in numbers and n not in sums}
    if op is not Op.LOOK and (rows or _counted(asked, called)):  # in total, and yet no sum of order numbers
        unclear = "unclear" if op not in (Op.COUNT, Op.SUM) or twice(asked, table, sums) else unclear
        op = Op.COUNT
    some = free if op in (Op.LOOK, Op.COUNT) else {n: free[n] for n in free if n not in called}
    column, distinct, op = _column(op, asked, some, sums, rows)
    if op is Op.COUNT and not rows and not distinct and (meant := meant_by(asked, table, sums)) is not None:
        column, op = meant, asked.adds()
    used = {i for _, where in found for i in where} | {i for there in named.values() for i in there.where}
    left = _left(asked, table, used | cue) - _meant(asked, table)
    if op is Op.COUNT and not distinct and not rows:
        op, left = Op.LOOK, left | {*asked.counted()}  # how many years: that is in a cell, if anywhere
    if op is Op.LOOK:
        left -= LOOKING - asked.apart
        left |= {number for _, number in asked.compared if unclear}
    if denied := asked.denied():
        cells = {one.column: one.values for one, _ in found}
        left, unclear = left - denied, unclear if denies_cells(denied, cells, table) else "unclear"
    tests = tuple(test for test, _ in found)
    whole = not used and op in (Op.SUM, Op.MEAN, Op.MOST, Op.LEAST) and rows_called(asked.telling(), table)
    column = meant_by(asked, table, sums) if whole and column is None else column
    weight = len(used) + (whole or (op is Op.COUNT and rows))
    made = Wanted(op, column, tests, frozenset(left), weight, doubt or unclear, distinct, tuple(free))
    return _all(asked, table, made) if op is Op.LOOK else _counting(made, asked, table, free)


def _all(asked: Asked, table: Table, made: Wanted) -> Wanted:
    """Where all of a kind is asked for: the rows that are that, or what a column has of it."""
    if not (listed := asked.listed()):
        return made
    if made.tests and any((a := amounts(table.cells(test.column))) and a.dates for test in made.tests):
        made = replace(made, left=made.left - _DAYS)
    called = rows_called(listed, table)
    if made.tests or called:
        used = made.used + (not made.tests or (called and not made.used))
        return replace(made, every=True, left=made.left - LISTING, used=used)
    if (column := column_called(listed, table)) is None:
        return made
    again = len(set(table.cells(column))) < len(table.rows)
    return replace(made, op=Op.COUNT if again else Op.LOOK, column=column, distinct=again, every=True)


def _counting(made: Wanted, asked: Asked, table: Table, free: Mapping[int, _Named]) -> Wanted:
    """In doubt where a count names a column of kinds beside what is counted, and not of which: "how many
    holidays does Oslo have", where the column Oslo says open or closed."""
    counted = {n for n, word in enumerate(asked.words) if word in asked.counted()}
    named = {n for n, there in free.items() if n and there.whole and not there.where & counted}
    of_kinds = [n for n in named if kinds(table.cells(n))]
    unsaid = of_kinds and made.op is Op.COUNT and not made.distinct
    return replace(made, column=of_kinds[0], doubt=made.doubt or "kinds") if unsaid else made


def _left(asked: Asked, table: Table, used: set[int]) -> set[str]:
    about = words(table.about)
    rest = {word for n, word in enumerate(asked.words) if n not in used and word not in SOFT}
    return {word for word in rest if not any(alike(word, one) for one in about)}


def _meant(asked: Asked, table: Table) -> set[str]:
    """Words that mean a column without naming it."""
    names = [name.casefold() for name in table.columns]
    return {word for kind, said in asked.kinds() if any(map(kind.search, names)) for word in said}


def meant_by(asked: Asked, table: Table, numbers: Container[int]) -> int | None:
    """The one column with figures that is meant without being named: how much, oldest."""
    for kind, _ in asked.kinds():
        found = [n for n, name in enumerate(table.columns) if n in numbers and kind.search(name.casefold())]
        if len(found) == 1:
            return found[0]
    return None


def _named(asked: Asked, name: str) -> _Named | None:
    parts = [w for w in words(BRACKETS.sub(" ", name)) if w not in STOP] or words(name)
    found = [asked.forms(part) for part in parts]
    where = frozenset(i for some in found for i in some)
    return _Named(where, all(found)) if where else None


def _values(asked: Asked, table: Table, named: Mapping[int, _Named]) -> tuple[list[_Found], str]:
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


def _flags(asked: Asked, table: Table, named: Mapping[int, _Named]) -> Iterator[_Found]:
    """Columns of yes and no that the question names: those with it, or without."""
    for n, there in named.items():
        cells = table.cells(n)
        said = yes(cells) if there.whole else None
        if said is None:
            continue
        denied = bool(asked.denied())
        values = {cell for cell, true in zip(cells, said, strict=True) if true is not denied}
        shown = next((cell for cell in cells if cell in values and cell), "–" if denied else "")
        yield Test(n, frozenset(values), said=shown), there.where


def _months(
    asked: Asked, table: Table, numbers: Mapping[int, Amounts], taken: Container[int]
) -> list[_Found]:
    """The rows of a month, where a column has days."""
    made = list[_Found]()
    for column, rows, said, where in in_month(asked, numbers):
        values = frozenset(table.rows[n].cells[column] for n in rows)
        made += [] if column in taken else [(Test(column, values, said=said), frozenset(where))]
    return made


def _comparisons(
    asked: Asked, table: Table, named: Mapping[int, _Named], numbers: Mapping[int, Amounts]
) -> tuple[list[_Found], str]:
    """Tests of figures; in doubt where the column is not clear."""
    tests: list[_Found] = []
    for sign, number in asked.compared:
        column = _compared(number, named, numbers)
        if column is None and not any(n in named for n in numbers):
            column = _meant_of(asked, table, number, numbers)
        value = None if column is None else _limit(number, sign, numbers[column])
        if column is None or value is None:
            return [], "unclear"
        where = named[column].where if column in named else frozenset()
        tests.append((Test(column, frozenset(), sign, value, number), where))
    return tests, ""


def _compared(number: str, named: Mapping[int, _Named], numbers: Mapping[int, Amounts]) -> int | None:
    """The one column that is compared with `number`: that which is named, or that of days or years."""
    columns = [n for n in numbers if n in named]
    columns = [n for n in columns if named[n].whole] or columns
    if not columns and _YEAR.fullmatch(number):
        columns = [n for n, a in numbers.items() if a.dates] or [n for n, a in numbers.items() if a.years]
    return columns[0] if len(columns) == 1 else None


def _meant_of(asked: Asked, table: Table, number: str, numbers: Mapping[int, Amounts]) -> int | None:
    """The one column of money that is compared with an amount of money and not named, or that is meant."""
    money = [n for n, a in numbers.items() if currency(a.unit)] if currency(number) else []
    return money[0] if len(money) == 1 else meant_by(asked, table, money or numbers)


def _limit(number: str, sign: str, column: Amounts) -> Decimal | None:
    """A number as the column has them; of days, a year alone is its first or its last."""
    if column.dates and len(number) == 4:
        number += "-12-31" if sign in (">", "≤") else "-01-01"
    found = amounts([number])
    other = currency(number) and currency(column.unit) not in ("", currency(number))
    return found.values[0] if found and found.dates == column.dates and not other else None


def _column(
    op: Op, asked: Asked, free: Mapping[int, _Named], numbers: Mapping[int, Amounts], rows: bool
) -> tuple[int | None, bool, Op]:
    """The column that is asked for, whether its different cells are counted, and what is made of it."""
    whole = [n for n, there in free.items() if there.whole]
    if op is Op.COUNT:
        if figures := _figures(asked, free, numbers):
            return figures[0], False, asked.adds()
        named = _counted(asked, free)
        return (named[0], True, op) if named and not rows else (None, False, op)
    if op is Op.LOOK:
        named = whole or [*free]
        return (named[0] if named else None), False, op
    fit = [n for n in whole if n in numbers] or [n for n in free if n in numbers]
    fit = fit or [n for n in whole if n]
    return (fit[0] if len(fit) == 1 else None), False, op


def _counted(asked: Asked, free: Mapping[int, _Named]) -> list[int]:
    """The columns that "how many" names."""
    last, whole = asked.counted()[-1:], [n for n, there in free.items() if there.whole]
    return [n for n in whole or free if any(asked.words[i] in last for i in free[n].where)]


def _figures(asked: Asked, free: Mapping[int, _Named], numbers: Mapping[int, Amounts]) -> list[int]:
    """Those of them that say in each row how many: seats, not years."""
    named = [n for n in _counted(asked, free) if n in numbers]
    return [n for n in named if not numbers[n].dates and not numbers[n].years]
