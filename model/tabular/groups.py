"""A question and a table in, the column by whose values it counts out: how many there are in each team."""

from __future__ import annotations

import re

from model.tabular.amounts import amounts
from model.tabular.asking import alike
from model.tabular.tables import Table
from retrieval.terms import words

_EACH = re.compile(
    r"\s(?:(?:in|at|for|on|of|from|with|to|im|bei|für|an|von|zu)\s(?:each|every|jede[mnrs]?)|per|pro|je|by|nach|"
    r"(?:do|does|has|have|hat|haben)\s(?:each|every|jede[mnrs]?))\s"
    r"(?P<what>[^\W\d_]+)\b(?!\s(?!(?:do|does|have|has|are|is|work|sind|gibt|haben|hat|arbeiten)\b)\w)"
)
_BY_MOST = re.compile(  # who has drawn the most sheets
    r"\A\W*(?:(?:who|wer)\s(?:(?:has|have|hat|haben)\s)?(?P<verb>[^\W\d_]+)|"
    r"(?:which|what|welche[rsnm]?)\s(?P<noun>[^\W\d_]+)\s(?:has|have|hat|haben|leads|leitet))\s"
    r"(?:the\s|die\s)?(?:most|meisten)\s(?P<rows>[^\W\d_]+)\W*\Z"
)
_MOST = 20  # values of a column by which it is counted


def grouped(question: str, table: Table) -> tuple[str, int] | None:
    """The question without what it says of each, and the one column that this names, which has some values
    more than once; None where it counts by nothing."""
    found = [*_EACH.finditer(question)]
    fit = [
        n
        for n, name in enumerate(table.columns)
        if len(found) == 1 and any(alike(found[0]["what"], word) for word in words(name)) and _kinds(table, n)
    ]
    if len(fit) != 1:
        return None
    return f"{question[: found[0].start()]}{question[found[0].end() :]}", fit[0]


def by_most(question: str) -> str:
    """A question of who has the most rows, as how many there are of each."""
    found = _BY_MOST.match(question)
    return f"how many {found['rows']} per {found['verb'] or found['noun']}" if found else question


def _kinds(table: Table, column: int) -> bool:
    cells = [cell for cell in table.cells(column) if cell]
    return len(set(cells)) < len(cells) and len(set(cells)) <= _MOST and not amounts(cells)
