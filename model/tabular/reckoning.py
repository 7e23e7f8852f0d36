"""A question and whole tables in, what their rows say to it out: looked up or reckoned from every row, or not
at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from model.tabular.amounts import amounts, marks, spelt, yes
from model.tabular.asking import Asked, Op
from model.tabular.called import column_called, heads, rows_called
from model.tabular.criteria import Test, columns_meant, fitting, meant_by
from model.tabular.differences import differs
from model.tabular.keys import key
from model.tabular.outcome import Reckoned, Refused
from model.tabular.people import asked_of
from model.tabular.provisos import provisos
from model.tabular.purpose import Wanted
from model.tabular.staff import Staff
from model.tabular.tables import SPLIT, UNNAMED, Row, Table
from model.tabular.unsaid import apart, lacking, namesake, near, owned, titled, unmarked
from retrieval.terms import words

SHOWN = 4  # rows that a look-up shows
_WHO = re.compile(r"\b(?:who|whom|wer|wem|wen)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[,;/&]\s*|\s(?:and|or|und|oder)\s")


def asks_of(question: str, table: Table) -> bool:
    """Whether a question may be one for a table of which some rows are known: worth reading all of it."""
    asked = asked_of(question, table)
    figures = asked.op is not Op.LOOK and asked.used and not asked.left  # by what it is called, of no column
    return (
        asked.reckons
        or bool(figures)
        or asked.every
        or bool(asked.tests)
        or (bool(asked.columns) and len(asked.left) < 3)
        or bool(asked.lacking)
        or namesake(question, [(table, asked)]) is not None
    )


def _none(question: str, read: Sequence[tuple[Table, Wanted]]) -> Refused | None:
    return owned(question, read) or namesake(question, read) or near(question, read)


def reckon(question: str, tables: Sequence[Table]) -> Reckoned | Refused | None:
    """None where the question is not one for these tables."""
    read = [(table, asked_of(question, table)) for table in tables]
    read = [(t, w) for t, w in read if not _of_names(t, w, tables)]
    whole = [(t, w) for t, w in read if not w.left and w.used and (w.op is not Op.LOOK or w.tests or w.every)]
    whole = [(t, w) for t, w in whole if not _refers(question, t, w, [t for t, _ in whole])]
    whole = [(t, w) for t, w in whole if w.people] or whole
    most = max((w.used for _, w in whole), default=0)
    likely = [(t, w) for t, w in whole if w.used == most]
    meant = [(t, w) for t, w in likely if w.op is Op.LOOK and _means(question, t)]
    made = [_made(question, t, w) for t, w in meant or _able(question, likely)]
    if not made:
        return lacking(read) or unmarked(question, read) or _none(question, read)
    if all(isinstance(one, Refused) and one.why == "apart" for one in made):
        return made[0]
    if refused := [one for one in made if isinstance(one, Refused) and one.why != "apart"]:
        called = max(refused, key=lambda one: titled(question, one.table))
        first = whole[0][1]
        return called if first.op is not Op.LOOK or first.sure_of or first.absent else None
    good = [one for one in made if isinstance(one, Reckoned)]
    if len({(one.figure, _told(one)) for one in good}) > 1:
        other = next(one for one in good if (one.figure, _told(one)) != (good[0].figure, _told(good[0])))
        several = Refused(good[0].table, "several", other=other.table)
        if not good[0].listed:
            return several if good[0].wanted.op is not Op.LOOK else None
    others = bool(good) and any(w.every and not _same(t, good[0].table) for t, w in whole)
    return replace(good[0], others=others) if good else None


def _of_names(table: Table, asked: Wanted, tables: Sequence[Table]) -> bool:
    """Whether the figures that are asked for are only what rows of another table are called: the project of a
    drawing."""
    column = asked.column
    if column is None or asked.op not in (Op.SUM, Op.MEAN, Op.MOST, Op.LEAST, Op.GAP):
        return False
    own, name = {*table.cells(column)}, words(table.columns[column])
    rows = [t for t in tables if t is not table and rows_called(name, t)]
    others = [t.cells(n) for t in rows for n in range(len(t.columns))]
    return any(own <= {*cells} and len({*cells}) == len(cells) for cells in others)


def _refers(question: str, table: Table, asked: Wanted, tables: Sequence[Table]) -> bool:
    """Whether only a column is called as what all of is asked for, and all rows of another table are."""
    said = (one := Asked.of(question)).listed() or one.phrase()
    if not asked.every or rows_called(said, table) or column_called(said, table) is None:
        return False
    return any(rows_called(said, t) for t in tables)


def _able(question: str, likely: Sequence[tuple[Table, Wanted]]) -> Sequence[tuple[Table, Wanted]]:
    """Those that have a column of which the most or the least is asked for, where some have; who that is, no
    table tells without people while one with them may be meant."""
    kinds = [names for names, _ in Asked.of(question).kinds()]
    able = [
        (t, w)
        for t, w in likely
        if w.op not in (Op.MOST, Op.LEAST)
        or w.column is not None
        or any(names.search(name.casefold()) for names in kinds for name in t.columns)
    ]
    people = [t for t, _ in likely if _WHO.search(question) and Staff.of(t)]
    unsure = people and not any(t in people for t, _ in able)
    return likely if unsure or not able else able


def _means(question: str, table: Table) -> bool:
    """Whether a column is of the kind that is meant: how much something is says no list of telephones."""
    names = [name.casefold() for name in table.columns]
    return any(kind.search(name) for kind, _ in Asked.of(question).kinds() for name in names)


def _same(one: Table, other: Table) -> bool:
    """Whether two are one, or parts of one."""
    return one is other or (
        one.doubt == other.doubt == SPLIT and one.columns != other.columns and one.name == other.name
    )


def _among(test: Test, table: Table) -> Test:
    """With the cells that name several, one of which is asked for: field team and support."""
    more = {cell for cell in table.cells(test.column) if test.values.intersection(_SEVERAL.split(cell))}
    return replace(test, values=test.values | more)


def _told(one: Reckoned) -> str:
    return "\n".join("; ".join(one.table.parts(row)) for row in one.rows)


def _made(question: str, table: Table, asked: Wanted) -> Reckoned | Refused | None:
    if asked.op is Op.LOOK:
        if asked.sure_of and asked.doubt:
            return Refused(table, asked.doubt, (asked.tests[0].said,), column=asked.column or 0)
        if asked.doubt == "ambiguous" and not asked.columns:
            return None  # the rows of one of two columns that have the cell would be half of them
        more = asked.every and not asked.people
        tests = [_among(test, table) if more else test for test in asked.tests]
        return _looked_up(question, table, asked, fitting(table, tests))
    rows = fitting(table, asked.tests)
    doubt = "" if table.doubt == UNNAMED and heads(question, table) else table.doubt
    if why := doubt or asked.doubt or _blank(table, asked):
        return Refused(table, why, column=asked.column or 0)
    if asked.op is Op.COUNT:
        column = asked.column if asked.distinct else None
        if asked.by is not None:
            return _each(table, asked, rows, asked.by)
        if column is None:
            return Reckoned(table, asked, tuple(rows), f"{len(rows):,}")
        cells = {row.cells[column] for row in rows if row.cells[column]}
        return Reckoned(table, asked, tuple(rows), f"{len(cells):,}")
    numbers = [n for n in range(len(table.columns)) if amounts(table.cells(n))]
    column = asked.column if asked.column is not None else meant_by(Asked.of(question), table, numbers)
    return _figured(table, asked, rows, column)


def _looked_up(question: str, table: Table, asked: Wanted, rows: Sequence[Row]) -> Reckoned | Refused | None:
    others = [test for test in asked.tests if test.column != key(table)]
    by_marks = bool(others) and all(marks(table.cells(test.column)) for test in others)
    if not rows and asked.apart and not table.doubt:
        return apart(table, asked)
    if not rows and asked.every and (asked.people or by_marks):
        return _made(question, table, replace(asked, op=Op.COUNT))  # none of them
    if asked.absent:
        return Refused(table)
    if asked.every and (why := _blank(table, asked)):
        return Refused(table, why)
    if not rows or (len(rows) > SHOWN and not asked.every):
        return None
    if asked.every and not asked.tests:
        every = asked.columns if asked.people else tuple(range(len(table.columns)))
        return Reckoned(table, asked, tuple(rows), columns=every)
    tested = {test.column for test in asked.tests}
    named = set(asked.columns)
    # Where they say which rows, how much or when is meant without a name.
    if named <= tested | {0} and not asked.people:
        named |= columns_meant(Asked.of(question), table)
    if not named and asked.used < 2 and not asked.dated:
        return None  # "and on lunch?" leans on what was asked before it
    if differs(question):  # the figures that it lies between
        named |= {n for n in range(len(table.columns)) if any(_beside(table, n, one) for one in named)}
    whole = 0 in tested and not named - tested and not (others and asked.of_kind(key(table)))
    shown = set(range(len(table.columns))) if whole else {0} | tested | named | provisos(table, rows)
    return Reckoned(table, asked, tuple(rows), columns=tuple(sorted(shown)))


def _beside(table: Table, one: int, two: int) -> bool:
    """Whether two columns are of the same in another year: price 2025, price 2026."""
    names = [re.sub(r"\d+", "", table.columns[n]).casefold().strip() for n in (one, two)]
    return names[0] == names[1] and bool(amounts(table.cells(one)))


def _figured(table: Table, asked: Wanted, rows: Sequence[Row], column: int | None) -> Reckoned | Refused:
    """A sum, a mean, the most or the least of a column's figures."""
    if column is None or not rows:
        return Refused(table, "unclear")
    like = amounts(table.cells(column)) or amounts([r.cells[column] for r in rows])
    of_rows = amounts([row.cells[column] for row in rows])
    if like is None or of_rows is None:
        return Refused(table, "figures", column=column)
    held = [(row, v) for row, v in zip(rows, of_rows.values, strict=True) if v is not None]
    values = [value for _, value in held]
    if asked.op in (Op.SUM, Op.MEAN) and (like.dates or (asked.op is Op.SUM and like.unit == "%")):
        return Refused(table, "figures", column=column)
    if asked.op is Op.GAP and len(values) != len(rows):
        return Refused(table, "figures", column=column)
    value = _value(asked.op, values)
    if asked.op in (Op.MOST, Op.LEAST):
        rows = [row for row, one in held if one == value]
    blank = len(of_rows.values) - len(held)
    written = of_rows.mixed or of_rows.dates  # 4 years, and not 48 months
    own = written and asked.op in (Op.MOST, Op.LEAST)
    figure = rows[0].cells[column] if own else spelt(value, of_rows)
    return Reckoned(table, asked, tuple(rows), figure, blank, (column,))


def _each(table: Table, asked: Wanted, rows: Sequence[Row], column: int) -> Reckoned:
    """How many rows have each value of a column, the most first."""
    counts = Counter(row.cells[column] for row in rows)
    blank = counts.pop("", 0)
    figure = ", ".join(f"{cell} {count:,}" for cell, count in counts.most_common())
    return Reckoned(table, asked, tuple(rows), figure, blank, (column,))


def _value(op: Op, values: Sequence[Decimal]) -> Decimal:
    if op is Op.SUM:
        return sum(values, Decimal(0))
    if op is Op.GAP:
        return max(values) - min(values)
    if op is Op.MEAN:
        return sum(values, Decimal(0)) / len(values)
    return max(values) if op is Op.MOST else min(values)


def _blank(table: Table, asked: Wanted) -> str:
    """In doubt where a row says neither yes nor no."""
    for test in asked.tests:
        cells = table.cells(test.column)
        if yes(cells) is not None and "" in cells and any(c.casefold() in ("no", "nein") for c in cells):
            return "blank_cells"
    return ""
