"""A question and a table in, what is wanted of it out: which rows, which column, and what to make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from model.tabular.amounts import Amounts, amounts, between, kinds, marks, no, yes
from model.tabular.asking import LISTING, LOOKING, SOFT, Asked, Op, alike
from model.tabular.called import calls_rows, column_called, denies_cells, identifies, rows_called, twice
from model.tabular.cells import figured
from model.tabular.criteria import (
    Found,
    Named,
    Test,
    cells_named,
    columns_named,
    comparisons,
    fitting,
    flags,
    meant_by,
    months,
    others,
)
from model.tabular.days import days
from model.tabular.keys import key, parted
from model.tabular.kinds import DATED
from model.tabular.lookups import in_time, looking
from model.tabular.purpose import Wanted
from model.tabular.quantities import quantity
from model.tabular.tables import Table
from retrieval.terms import words

_BOTH_FREE = re.compile(  # gluten- and milk-free
    r"\b(\w{3,})-\s(and|or|und|oder)\s(\w{3,}?)(-free|-?frei(?:e[nrsm]?)?)\b", re.IGNORECASE
)
_FREE = re.compile(r"\b(\w{3,})(?:-free|-frei(?:e[nrsm]?)?|frei(?:e[nrsm]?)?)\b", re.IGNORECASE)
_Numbers = Mapping[int, Amounts]
_DAYS = frozenset(("days", "dates", "tage", "daten"))  # what a row with a day is
_NUMBER = re.compile(r"\bnumber of\b")
_WHICH = re.compile(r"\A\W*(?:(?:and|und)\W+)?(?:which|what|welche[nrsm]?)\b")


def wanted(question: str, table: Table) -> Wanted:
    """What `question` wants of `table`."""
    asked = Asked.of(_parted(question, table))
    named = columns_named(asked, table)
    numbers = {n: a for n in range(len(table.columns)) if (a := amounts(table.cells(n)))}
    plain = {n: a for n, a in numbers.items() if not identifies(n, table, asked)}
    found, dated, doubt, unclear, mixed = _tested(asked, table, named, (numbers, plain))
    if not (doubt or mixed or asked.denied()) and (many := quantity(asked, table, plain, found)):
        return _many(asked, table, named, many)
    taken = {test.column for test, _ in found}
    free = {n: there for n, there in named.items() if n not in taken}
    op, cue = _op(asked, table, found, named, plain)
    sums = numbers if asked.numbered and op in (Op.MOST, Op.LEAST) else plain
    rows = not _figures(asked, free, sums) and _rows_counted(asked, table, found)
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
        op, left = Op.LOOK, left | _uncounted(asked, found)
    left = _telling(asked, op, left, unclear)
    found, doubted = _denied(asked, found, table)
    if found and (not mixed or asked.listed()):
        left -= asked.denied()
    tests = tuple(test for test, _ in found)
    whole = not used and op in (Op.SUM, Op.MEAN, Op.MOST, Op.LEAST) and rows_called(asked.telling(), table)
    column = _of_rows(asked, table, sums, (op, column, whole))
    weight, doubt = len(used) + (whole or (op is Op.COUNT and rows)), doubt or doubted or unclear or mixed
    made = Wanted(op, column, tests, frozenset(left), weight, doubt, distinct, tuple(free), dated=dated)
    if op is not Op.LOOK:
        return _counting(made, asked, table, free)
    return _all(asked, table, looking(asked, table, made, (found, used, sums)))


def _telling(asked: Asked, op: Op, left: set[str], unclear: str) -> set[str]:
    """Without what says nothing more where a row is looked up, or a figure reckoned."""
    if op is not Op.LOOK:
        return left - asked.how
    return left - (LOOKING - asked.apart) | {number for _, number in asked.compared if unclear}


def _uncounted(asked: Asked, found: list[Found]) -> set[str]:
    """What is counted and no row is called: how many years, that is in a cell, if anywhere; but of somebody's
    number not who that is."""
    cells = {n for _, where in found for n in where} if _NUMBER.search(asked.text) else set[int]()
    return {word for n, word in enumerate(asked.words) if word in asked.counted() and n not in cells}


def _many(asked: Asked, table: Table, named: Mapping[int, Named], many: tuple[int, list[Found]]) -> Wanted:
    """How many there are of what some rows are, which a column says; or that there is no such row."""
    column, found = many
    used = {i for _, where in found for i in where} | {i for there in named.values() for i in there.where}
    left = _left(asked, table, used | asked.op(set())[1]) - _meant(asked, table)
    tests = tuple(test for test, _ in found)
    op = Op.SUM if fitting(table, tests) else Op.COUNT
    op = Op.MEAN if op is Op.SUM and asked.adds() is Op.MEAN else op
    return Wanted(op, column if op is not Op.COUNT else None, tests, frozenset(left), len(used) + 1)


def _of_rows(asked: Asked, table: Table, numbers: _Numbers, of: tuple[Op, int | None, bool]) -> int | None:
    """The column that is meant where rows are named and none of figures: the most expensive product; none
    where it is not said by what: the smallest project."""
    op, column, whole = of
    of_rows = op in (Op.MOST, Op.LEAST) and column not in (None, *numbers)
    if not of_rows and not (whole and column is None):
        return column
    if (meant := meant_by(asked, table, numbers)) is not None:
        return meant
    return column if column is not None and figured(table.cells(column)) else None


def _op(
    asked: Asked, table: Table, found: list[Found], named: Mapping[int, Named], numbers: _Numbers
) -> tuple[Op, set[int]]:
    """What is to be reckoned, and the words that say so."""
    op, cue = asked.op(_inside(found, named))
    return in_time(asked, table, named, numbers) if op is Op.LOOK else (op, cue)


def _rows_counted(asked: Asked, table: Table, found: list[Found]) -> bool:
    """Whether what is counted is what its rows are called, or some of them: soups."""
    column = key(table)
    counted = {n for n, word in enumerate(asked.words) if word in asked.counted()}
    kinds = any(test.column == column and where & counted for test, where in found if len(test.values) > 1)
    return kinds or any(calls_rows(word, table) for word in asked.counted())


def _inside(found: list[Found], named: Mapping[int, Named]) -> set[int]:
    """Where words stand that are in the name of a column, or in a cell: Max Blum is no maximum."""
    columns = [there.where for there in named.values() if there.whole]
    return set().union(*columns, *(where for _, where in found if len(where) > 1))


def _tested(
    asked: Asked, table: Table, named: Mapping[int, Named], columns: tuple[_Numbers, _Numbers]
) -> tuple[list[Found], bool, str, str, str]:
    """What a question says of the rows that are meant, whether it names a day, and three kinds of doubt.
    `columns`: those with numbers, and of them those that do not only tell rows apart."""
    numbers, plain = columns
    found, doubt = cells_named(asked, table, named)
    found = parted(asked, table, named, found)
    if asked.denied() and any(_between(test, table) for test, _ in found):
        doubt = doubt or "unclear"  # no traces
    found += (dated := list(days(asked, table, {test.column for test, _ in found})))
    marked, mixed = flags(asked, table, named)
    found += [one for one in marked if one[0].column not in {test.column for test, _ in found}]
    more, unclear = comparisons(asked, table, named, numbers if asked.numbered else plain)
    found += more
    found += _of_time(asked, table, named, (numbers, {test.column for test, _ in found}))
    return found, bool(dated), doubt, unclear, mixed


def _of_time(
    asked: Asked, table: Table, named: Mapping[int, Named], of: tuple[_Numbers, set[int]]
) -> list[Found]:
    """Those of a month, or of a year where one column of days is named or meant: started in 2024."""
    numbers, taken = of
    days = {n: a for n, a in numbers.items() if a.dates}
    own = [n for n in days if n in named and named[n].whole]
    kinds = [kind for kind, _ in asked.kinds() if kind.pattern != DATED.pattern]
    own = own or next(([n for n in days if kind.search(table.columns[n].casefold())] for kind in kinds), [])
    if len(own) == 1:
        return months(asked, table, {own[0]: days[own[0]]}, taken, named=True)
    return months(asked, table, numbers, taken)


def _between(test: Test, table: Table) -> bool:
    """Whether a cell is named that says neither yes nor no, among others that do."""
    return between(table.cells(test.column)) and not all(no(one) or yes([one]) for one in test.values)


def _parted(question: str, table: Table) -> str:
    """With "nut-free" and "glutenfrei" in the words that name a column, which says yes or no."""

    def named(found: re.Match[str]) -> str:
        like = (n for n, name in enumerate(table.columns) if alike(found[1].casefold(), name.casefold()))
        return next((f"without {table.columns[n]}" for n in like if marks(table.cells(n))), found[0])

    return _FREE.sub(named, _BOTH_FREE.sub(r"\1\4 \2 \3\4", question))


def _denied(asked: Asked, found: list[Found], table: Table) -> tuple[list[Found], str]:
    """What is meant where a question denies: another mark, or all other cells; in doubt where that is not
    sure."""
    denied, cells = asked.denied(), {one.column: one.values for one, _ in found}
    if not denied or denies_cells(denied, cells, table):
        return found, ""
    turned = others(found, table, asked) if asked.others else []
    return turned or found, "" if turned else "unclear"


def _all(asked: Asked, table: Table, made: Wanted) -> Wanted:
    """Where all of a kind is asked for: the rows that are that, or what a column has of it."""
    listed = asked.listed()
    if not listed and made.tests and not made.left and rows_called(asked.phrase(), table):
        listed = asked.phrase()
    if not listed:
        some = any(test.column == key(table) and len(test.values) > 1 for test in made.tests)
        return (
            replace(made, every=True) if some and len(made.tests) > 1 and _WHICH.match(asked.text) else made
        )
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


def _counting(made: Wanted, asked: Asked, table: Table, free: Mapping[int, Named]) -> Wanted:
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


def _column(
    op: Op, asked: Asked, free: Mapping[int, Named], numbers: Mapping[int, Amounts], rows: bool
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
    fit = [n for n in fit if not asked.head & free[n].where] or fit or [n for n in whole if n]
    return (fit[0] if len(fit) == 1 else None), False, op


def _counted(asked: Asked, free: Mapping[int, Named]) -> list[int]:
    """The columns that "how many" names."""
    last, whole = asked.counted()[-1:], [n for n, there in free.items() if there.whole]
    return [n for n in whole or free if any(asked.words[i] in last for i in free[n].where)]


def _figures(asked: Asked, free: Mapping[int, Named], numbers: Mapping[int, Amounts]) -> list[int]:
    """Those of them that say in each row how many: seats, not years."""
    named = [n for n in _counted(asked, free) if n in numbers]
    return [n for n in named if not numbers[n].dates and not numbers[n].years]
