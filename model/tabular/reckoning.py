"""A question and whole tables in, what their rows say to it out: looked up or reckoned from every row, or not
at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from model.checking.citations import Quote
from model.checking.support import QUOTE
from model.tabular.amounts import amounts, marks, spelt, yes
from model.tabular.asking import SOFT, Asked, Op, alike
from model.tabular.criteria import Test, fitting, meant_by
from model.tabular.differences import differs
from model.tabular.people import asked_of
from model.tabular.provisos import provisos
from model.tabular.tables import PART, SPLIT, UNEVEN, UNNAMED, Row, Table
from model.tabular.wanted import Wanted
from retrieval.terms import words

_SEVERAL = re.compile(r"\s*[,;/&]\s*|\s(?:and|or|und|oder)\s")
QUOTES = 4  # places that a figure is cited by
SHOWN = 4  # rows that a look-up shows
LISTED = 20  # and one that is for all of a kind


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The `rows` that fit, of a table; `figure` is what was made of them, written as its cells are. `blank`:
    how many of them have no figure. `columns`: those a look-up shows."""

    table: Table
    wanted: Wanted
    rows: tuple[Row, ...]
    figure: str = ""
    blank: int = 0
    columns: tuple[int, ...] = ()
    others: bool = False  # whether other tables list such things too

    @property
    def listed(self) -> bool:
        """Whether its rows are all of a kind that were asked for."""
        return self.wanted.op is Op.LOOK and self.wanted.every

    @property
    def part(self) -> bool:
        """Whether there are more than are shown, or may be."""
        doubt = self.others or self.table.doubt in (PART, SPLIT, UNEVEN)
        return self.listed and (len(self.rows) > LISTED or doubt)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a table that was asked about is not reckoned with: a kind of doubt. Empty: it does not say, of what
    is `left` of the question; nothing is left where it may not be meant at all. `other`: one that differs;
    `column`: one that has several kinds of cells, none of which is named."""

    table: Table
    why: str = ""
    left: tuple[str, ...] = ()
    other: Table | None = None
    column: int = 0


def asks_of(question: str, table: Table) -> bool:
    """Whether a question may be one for a table of which some rows are known: worth reading all of it."""
    asked = asked_of(question, table)
    return asked.reckons or asked.every or bool(asked.tests) or (bool(asked.columns) and len(asked.left) < 3)


def reckon(question: str, tables: Sequence[Table]) -> Reckoned | Refused | None:
    """None where the question is not one for these tables."""
    read = [(table, asked_of(question, table)) for table in tables]
    whole = [(t, w) for t, w in read if not w.left and w.used and (w.op is not Op.LOOK or w.tests or w.every)]
    whole = [(t, w) for t, w in whole if w.people] or whole
    most = max((w.used for _, w in whole), default=0)
    likely = [(t, w) for t, w in whole if w.used == most]
    meant = [(t, w) for t, w in likely if w.op is Op.LOOK and _means(question, t)]
    made = [_made(question, t, w) for t, w in meant or likely]
    if not made:
        return _near(question, read)
    if refused := [one for one in made if isinstance(one, Refused)]:
        called = max(refused, key=lambda one: _called(question, one.table))
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


def _means(question: str, table: Table) -> bool:
    """Whether a column is of the kind that is meant: how much something is says no list of telephones."""
    names = [name.casefold() for name in table.columns]
    return any(kind.search(name) for kind, _ in Asked.of(question).kinds() for name in names)


def _same(one: Table, other: Table) -> bool:
    """Whether two are one, or parts of one."""
    return one is other or (
        one.doubt == other.doubt == SPLIT and one.columns != other.columns and one.name == other.name
    )


def _near(question: str, read: Sequence[tuple[Table, Wanted]]) -> Refused | None:
    """The table that says most of what a figure is asked of, and not all; or of which all rows are asked for
    by a mark and something more: one of its rows alone would say what is not so."""
    for table, asked in read:
        named = {*asked.columns, *(test.column for test in asked.tests)}
        if asked.every and any(marks(table.cells(n)) for n in named):
            return Refused(table)
    near = [(t, w) for t, w in read if w.op in (Op.SUM, Op.MEAN) or (w.reckons and len(w.left) < 3)]
    if not near:
        return None
    table, asked = max(near, key=lambda one: (-len(one[1].left), one[1].used, _called(question, one[0])))
    known = len(asked.left) < 3 and (asked.used or _called(question, table)[0])
    return Refused(table, left=tuple(w for w in Asked.of(question).words if w in asked.left) if known else ())


def _called(question: str, table: Table) -> tuple[int, int]:
    """How many words of the question the table is called by, and how few others it is called by."""
    asked = {word for word in Asked.of(question).words if word not in SOFT}
    said = words(table.about)
    return sum(any(alike(word, one) for one in said) for word in asked), -len(said)


def cited(rows: Sequence[Row], table: Table, most: int = QUOTES) -> tuple[Quote, ...]:
    """Where `rows` of a table stand: neighbours together while quotable, the first `most` places."""
    quotes: list[Quote] = []
    wanted, near = {(row.passage, row.start) for row in rows}, False
    for row in sorted({*rows, *table.rows}, key=lambda one: (one.passage, one.start)):
        last = quotes[-1] if quotes and near else None
        near = (row.passage, row.start) in wanted
        if not near:
            continue
        if last and last.passage == row.passage and row.end - last.start <= QUOTE:
            quotes[-1] = Quote(row.passage, last.start, row.end)
        else:
            quotes.append(Quote(row.passage, row.start, row.end))
    return tuple(quotes[:most])


def by_place(made: Reckoned, place: int) -> Reckoned | None:
    """Of the rows that were listed or counted, the first (0) or the last (-1): by their one column of days,
    else as they stand. None where there may be more of them."""
    table = made.table
    if made.part or table.doubt or not made.rows or not (made.listed or made.wanted.op is Op.COUNT):
        return None
    dated = [a.values for n in range(len(table.columns)) if (a := amounts(table.cells(n))) and a.dates]
    held = dict(zip(table.rows, dated[0], strict=True)) if len(dated) == 1 else {}
    known = [(value, row) for row in made.rows if (value := held.get(row)) is not None]
    rows = [row for _, row in sorted(known, key=lambda one: one[0])] if known else list(made.rows)
    asked = replace(made.wanted, op=Op.LOOK, every=False)
    return replace(made, wanted=asked, rows=(rows[place],), columns=tuple(range(len(table.columns))))


def _among(test: Test, table: Table) -> Test:
    """With the cells that name several, one of which is asked for: field team and support."""
    more = {cell for cell in table.cells(test.column) if test.values.intersection(_SEVERAL.split(cell))}
    return replace(test, values=test.values | more)


def heads(question: str, table: Table) -> bool:
    """Whether what is counted or listed is what the table or its first line is called by: then that names the
    columns."""
    asked = Asked.of(question)
    meant = asked.counted() or asked.listed()
    return any(alike(one, word) for one in meant for word in words(f"{table.columns[0]} {table.name}"))


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
        if column is None:
            return Reckoned(table, asked, tuple(rows), f"{len(rows):,}")
        cells = {row.cells[column] for row in rows if row.cells[column]}
        return Reckoned(table, asked, tuple(rows), f"{len(cells):,}")
    numbers = [n for n in range(len(table.columns)) if amounts(table.cells(n))]
    column = asked.column if asked.column is not None else meant_by(Asked.of(question), table, numbers)
    return _figured(table, asked, rows, column)


def _looked_up(question: str, table: Table, asked: Wanted, rows: Sequence[Row]) -> Reckoned | Refused | None:
    by_marks = bool(asked.tests) and all(marks(table.cells(test.column)) for test in asked.tests)
    if not rows and asked.every and (asked.people or by_marks):
        return _made(question, table, replace(asked, op=Op.COUNT))  # none of them
    if asked.absent:
        return Refused(table)
    if asked.every and (why := _blank(table, asked)):
        return Refused(table, why)
    if not rows or (len(rows) > SHOWN and not asked.every):
        return None
    if asked.every and not asked.tests:
        return Reckoned(table, asked, tuple(rows), columns=tuple(range(len(table.columns))))
    tested = {test.column for test in asked.tests}
    named = set(asked.columns)
    # Where they say which rows, how much or when is meant without a name.
    if named <= tested | {0} and not asked.people:
        named |= {
            n
            for n, name in enumerate(table.columns)
            if any(kind.search(name.casefold()) for kind, _ in Asked.of(question).kinds())
        }
    if not named and asked.used < 2 and not asked.dated:
        return None  # "and on lunch?" leans on what was asked before it
    if differs(question):  # the figures that it lies between
        named |= {n for n in range(len(table.columns)) if any(_beside(table, n, one) for one in named)}
    every = 0 in tested and not named - tested
    shown = set(range(len(table.columns))) if every else {0} | tested | named | provisos(table, rows)
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
    value = _value(asked.op, values)
    if asked.op in (Op.MOST, Op.LEAST):
        rows = [row for row, one in held if one == value]
    blank = len(of_rows.values) - len(held)
    own = of_rows.mixed and asked.op in (Op.MOST, Op.LEAST)  # 4 years, and not 48 months
    figure = rows[0].cells[column] if own else spelt(value, of_rows)
    return Reckoned(table, asked, tuple(rows), figure, blank, (column,))


def _value(op: Op, values: Sequence[Decimal]) -> Decimal:
    if op is Op.SUM:
        return sum(values, Decimal(0))
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
