"""A question, what is said behind it and tables in, the question asked of another row out: "And the M?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from model.tabular.amounts import yes
from model.tabular.asking import Op, alike
from model.tabular.called import BRACKETS
from model.tabular.criteria import Test
from model.tabular.keys import key
from model.tabular.outcome import Reckoned, Refused
from model.tabular.reckoning import reckon
from model.tabular.staff import Staff, first_names
from model.tabular.tables import Table
from retrieval.terms import words

_LEADS_IN = re.compile(
    r"\A\W*(?:and|und|or|oder|but|aber|what about|how about|what is with|was ist mit|wie ist es mit|"
    r"wie sieht es (?:aus )?(?:mit|bei))\b",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    r"\b(?:his|her|its|their|seine?[mnrs]?|ihre?[mnrs]?|deren|dessen)\b(?=\s\w)", re.IGNORECASE
)
_SMALL = frozenset(
    """and or the a an for in of to at on with by from please then und oder der die das den dem des ein eine
    einen einem für im in bei an am von zu zum zur mit bitte dann""".split()
)


def instead(asked: str, tables: Sequence[Table]) -> str:
    """Of questions, one a line, the one that the last is asked like, with the cell or the column of marks
    that the last names in the place of its own, or whom that one was about in the place of "his"; empty
    where it says more than that, or it is not clear."""
    *above, last = asked.splitlines() or [""]
    if above and _WHOSE.search(last):
        return next((new for one in reversed(above) if (new := _of_whom(one, last, tables))), "")
    found = _LEADS_IN.match(last)
    said = words(last[found.end() :]) if found else []
    return next((new for one in reversed(above) if said and (new := _again(one, said, tables))), "")


def _of_whom(before: str, last: str, tables: Sequence[Table]) -> str:
    """The last question, asked of the one row that the one before it looks up: what is his extension."""
    made = reckon(before, tables)
    if not isinstance(made, Reckoned) or made.wanted.op is not Op.LOOK or len(made.rows) != 1:
        return ""
    column = key(made.table)
    if column is None:
        return ""
    question = _WHOSE.sub(lambda _: f"{made.rows[0].cells[column]}'s", last, count=1)
    again = reckon(question, tables)
    same = isinstance(again, Reckoned) and again.table is made.table and again.rows == made.rows
    return question if same else ""


def _again(before: str, said: Sequence[str], tables: Sequence[Table]) -> str:
    if not isinstance(made := reckon(before, tables), Reckoned):
        return ""
    changed = {
        question
        for test in made.wanted.tests
        if test.sign == "="
        for old, new in _pairs(made.table, test, said)
        if (question := _with(before, old, new)) and _same(made, reckon(question, tables), new)
    }
    return changed.pop() if len(changed) == 1 else ""


def _same(made: Reckoned, again: Reckoned | Refused | None, new: str) -> bool:
    """Whether it is asked the same of the same table, of what is named now."""
    if not isinstance(again, Reckoned) or again.table is not made.table:
        return False
    tests = again.wanted.tests
    named = any(new in test.values or new == again.table.columns[test.column] for test in tests)
    return named and again.wanted.op is made.wanted.op and len(tests) == len(made.wanted.tests)


def _pairs(table: Table, test: Test, said: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What the question before may name of a test, and what is said instead of it."""
    own = table.columns[test.column]
    if yes(table.cells(test.column)) is not None:
        left = [word for word in said if word not in _SMALL]
        marks = [n for n, name in enumerate(table.columns) if words(name) == left]
        yield from ((own, table.columns[n]) for n in marks if yes(table.cells(n)) is not None)
    elif len(test.values) == 1:
        left = [w for w in said if w not in _SMALL and not any(alike(w, one) for one in words(own))]
        (old,) = test.values
        yield from ((old, cell) for cell in _cells(table, test.column, left) - {old})


def _cells(table: Table, column: int, left: Sequence[str]) -> set[str]:
    """The cells of a column that are all that is left of what is said; of people, who alone is called so."""
    cells = {cell for cell in table.cells(column) if cell and left}
    whole = {cell for cell in cells if left in (words(cell), words(BRACKETS.sub("", cell)))}
    staff = Staff.of(table)
    if whole or staff is None or column not in (staff.name, staff.lead) or len(left) != 1:
        return whole
    called = {name for name in staff.people(table) if left[0] in first_names(name)}
    return called & cells if len(called) == 1 else set()


def _with(before: str, old: str, new: str) -> str:
    """The question with `new` where it names `old`; empty where that is not once."""
    for form in filter(None, _forms(old)):
        parts = r"\W*".join(map(re.escape, form))
        found = [*re.finditer(rf"(?<![\w'’]){parts}(?!\w)", before, re.IGNORECASE)]
        if found:
            start, end = found[0].span()
            return f"{before[:start]}{new}{before[end:]}" if len(found) == 1 else ""
    return ""


def _forms(cell: str) -> Iterator[list[str]]:
    yield words(cell)
    yield words(BRACKETS.sub("", cell))
    yield from ([name] for name in sorted(first_names(cell)))
