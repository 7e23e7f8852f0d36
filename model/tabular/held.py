"""A question about people and a table of them in, what cells it names out: a place, a team."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from model.tabular.amounts import amounts, yes
from model.tabular.asking import IN, alike
from model.tabular.called import BRACKETS
from model.tabular.said import Said
from model.tabular.staff import Staff
from model.tabular.tables import Table
from retrieval.terms import words

_LINKS = IN | {"the", "our", "and", "or", "der", "die", "das", "den", "dem", "und", "oder"}  # before a place
_SEVERAL = re.compile(r"\s*[,;/]\s*")  # places of one cell
_EITHER = frozenset(("or", "oder"))


def held(said: Said, staff: Staff, table: Table) -> None:
    """Finds tests for the cells that are named, the longest first."""
    taken: list[tuple[frozenset[int], int, str]] = []
    for column in range(len(table.columns)):
        cells = table.cells(column)
        if column in (staff.name, staff.lead) or amounts(cells) or yes(cells):
            continue
        for cell in set(cells) - {""}:
            short = BRACKETS.sub("", cell)
            each = [short] if column == staff.role else _SEVERAL.split(short)
            for parts in {tuple(words(part)) for part in each} - {()}:
                taken += [(at, column, cell) for at in said.at(parts) if not at & said.used]
    having: dict[int, list[tuple[frozenset[int], frozenset[str]]]] = defaultdict(list)
    told: dict[int, tuple[frozenset[int], int]] = {}
    for at, column, _ in sorted(taken, key=lambda one: (-len(one[0]), one[1], one[2])):
        if not at & said.used:
            here = [one for one in taken if one[0] == at]
            having[column].append((at, frozenset(other for _, n, other in here if n == column)))
            said.add(column, {*having[column][-1][1]}, at)
            told[min(at)] = at, column
            said.doubt = "ambiguous" if len({n for _, n, _ in here}) > 1 else said.doubt
    for start, (at, column) in told.items():
        before = said.words[start - 1 : start] if start and start - 1 not in said.cue else []
        bare = column != staff.role and not _LINKS.issuperset(before or [""])
        said.doubt = "ambiguous" if bare and max(at) + 1 in told else said.doubt  # in Oslo support people
    for column, some in having.items():
        _all_of(said, column, some)
    _proofs(said, table)


def _all_of(said: Said, column: int, some: Sequence[tuple[frozenset[int], frozenset[str]]]) -> None:
    """Who has both one and the other, where cells have several: CEng and CSCS."""
    places = frozenset().union(*(at for at, _ in some))
    between = said.words[min(places) : max(places)]
    several = any(_SEVERAL.search(cell) for _, cells in some for cell in cells)
    if len(some) < 2 or not several or not _EITHER.isdisjoint(between):
        return
    values = frozenset.intersection(*(cells for _, cells in some))
    named = " / ".join(sorted(values)) or " + ".join(said.words[n] for n in sorted(places))
    said.found = [
        (replace(test, values=values, said=named), where)
        if test.column == column and test.sign == "="
        else (test, where)
        for test, where in said.found
    ]


def _proofs(said: Said, table: Table) -> None:
    """Takes the word right behind a cell that is another one for what its column has: a CSCS card, a first
    aider's certificate."""
    for test, where in said.found:
        name = table.columns[test.column].casefold()
        meant = {word for kind, told in said.asked.kinds() if kind.search(name) for word in told}
        for n in {n + 1 for n in where} - said.used & {*range(len(said.words))}:
            if said.words[n : n + 1] and (
                said.words[n] in meant or any(alike(said.words[n], one) for one in words(name))
            ):
                said.used.add(n)
