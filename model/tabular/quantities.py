"""A question how many of something there are and a table that says so in a column, that and the rows out."""

from __future__ import annotations

import re
from collections.abc import Collection

from model.tabular.asking import Asked, same
from model.tabular.criteria import Found, Test
from model.tabular.tables import Table
from retrieval.terms import words

_MANY = re.compile(
    r"(?:quantity|quantities|qty|count|units|pieces|(?:in )?stock|"
    r"anzahl|menge|stück(?:zahl)?|bestand)\W*(?:\(.*)?"
)


def quantity(
    asked: Asked, table: Table, numbers: Collection[int], found: list[Found]
) -> tuple[int, list[Found]] | None:
    """The one column of `numbers` that says how many there are of each row, and what says which rows are
    counted: harnesses. None where what is counted is called otherwise than rows are."""
    columns = [n for n in numbers if n and _MANY.fullmatch(table.columns[n].casefold().strip())]
    counted = asked.counted()
    if len(columns) != 1 or not counted:
        return None
    cells = {
        cell
        for cell in table.cells(0)
        if all(any(same(one, word) for word in words(cell)) for one in counted)
    }
    if not cells:
        return None
    at = frozenset(n for n, word in enumerate(asked.words) if word in counted)
    rest = [one for one in found if one[0].column]
    return columns[0], [*rest, (Test(0, frozenset(cells), said=" / ".join(sorted(cells))), at)]
