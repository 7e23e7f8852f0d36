"""A look-up in a table in, what more it means out: a row that is not there, whether something is so, what
lies between two rows, which of them was first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from model.tabular.amounts import Amounts
from model.tabular.asking import IN, Asked, Op
from model.tabular.criteria import Found, Named, meant_by
from model.tabular.differences import apart, differs
from model.tabular.keys import key, named_in_part
from model.tabular.purpose import Wanted
from model.tabular.tables import Table
from retrieval.terms import STOP, words

WHETHER = re.compile(  # yes or no, and not: is there one
    r"\A\W*(?:(?:and|und|but|aber)\W+)?(?:is|are|was|were|do|does|did|has|have|can|ist|sind|hat|haben|enthält|enthalten|kann)\b"
    r"(?!\s(?:there|we|you|i|any|wir|ihr|ich|man|es)\b)"
)
_FIRST = re.compile(r"\bfirst\b(?=\W*\Z|\s(?:\w+\s)?to\b)|\b(?:zuerst|als erste[rs]?)\b")
_LAST = re.compile(r"\blast\b(?=\W*\Z|\s(?:\w+\s)?to\b)|\b(?:zuletzt|als letzte[rs]?)\b")
_LONG = re.compile(r"\b(?:how long|wie lange)\b")  # something lasts


def looking(
    asked: Asked,
    table: Table,
    made: Wanted,
    of: tuple[Sequence[Found], Collection[int], Mapping[int, Amounts]],
) -> Wanted:
    """`made`, as far as it is more than rows that fit; `of`: what says which rows, where words stand that are
    accounted for, and the columns with figures."""
    found, used, numbers = of
    made = _lacking(asked, table, made, (found, used))
    return _between(asked, table, _whether(asked, table, made), numbers)


def in_time(
    asked: Asked, table: Table, named: Mapping[int, Named], numbers: Mapping[int, Amounts]
) -> tuple[Op, set[int]]:
    """The first or the last, by a column of days that is named or meant, and the word that says so."""
    for op, pattern in ((Op.LEAST, _FIRST), (Op.MOST, _LAST)):
        if (found := pattern.search(asked.text)) and not _LONG.search(asked.text):
            dates = {n: a for n, a in numbers.items() if a.dates}
            if len({*dates} & {*named}) == 1 or meant_by(asked, table, dates) is not None:
                before = len(words(asked.text[: found.start()]))
                return op, {*range(before, before + len(words(found[0])))}
    return Op.LOOK, set()


def _between(asked: Asked, table: Table, made: Wanted, numbers: Mapping[int, Amounts]) -> Wanted:
    """What lies between the figures of two rows, in the one column that is named or meant."""
    rows = [test for test in made.tests if test.column == key(table) and test.sign == "="]
    if made.doubt or len(made.tests) != 1 or not rows or len(rows[0].values) != 2 or not differs(asked.text):
        return made
    figures = [n for n in made.columns if n in numbers and not numbers[n].dates]
    meant = meant_by(asked, table, [n for n in numbers if not numbers[n].dates])
    figures = figures or ([] if meant is None else [meant])
    if len(figures) != 1:
        return made
    left = made.left - apart(asked.text)
    return replace(made, op=Op.GAP, column=figures[0], left=left)


def _lacking(asked: Asked, table: Table, made: Wanted, of: tuple[Sequence[Found], Collection[int]]) -> Wanted:
    """With what is named that is in no row, though it would be one; and of what a row is named, and it is
    not: the one of Lisbon in Oslo."""
    found, used = of
    strange = [one for one in named_in_part(asked, table, used) if one.strange]
    lacking = next((one for one in strange if len(made.left - {asked.words[n] for n in one.where}) < 2), None)
    cells = [one for one in found if one[0].sign == "=" and one[0].values]
    rows = [test for test, _ in cells if len(test.values) == 1 and _tells_apart(table.cells(test.column))]
    beside = all(test in rows or _placed(asked, where) for test, where in cells)
    apart = bool(rows) and beside and len(found) == len(cells) > 1
    return replace(made, lacking=lacking, apart=apart)


def _tells_apart(cells: list[str]) -> bool:
    return len(set(cells)) == len(cells)


def _placed(asked: Asked, where: Collection[int]) -> bool:
    """Whether it stands behind a preposition."""
    before = asked.words[max(0, min(where, default=0) - 2) : min(where, default=0)]
    return bool(before) and (before[-1] in IN or (before[0] in IN and before[-1] in STOP))


def _whether(asked: Asked, table: Table, made: Wanted) -> Wanted:
    """Of one row that is named, what is asked about, be it so or not."""
    own = tuple(test for test in made.tests if test.column == key(table) and len(test.values) == 1)
    if not own or made.doubt or not WHETHER.match(asked.text) or own[0].sign != "=":
        return made
    rest = (test.column for test in made.tests if test not in own)
    return replace(made, tests=own, columns=(*made.columns, *rest))
