"""A table in, what its rows and numbers are called out: what is counted, what is only a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Container

from model.tabular.asking import Asked, alike
from model.tabular.tables import Table
from retrieval.terms import words

_CALLED = re.compile(  # and not how many there are: Customer no, Bestellnummer; Total number
    r"\b(?:id|nr|key|code)\b\W*$|(?:nummer|nr|kennung|schlüssel)\W*$|"
    r"^(?!.*\b(?:total|max\w*|min\w*|average|required)\b).*\w\W+(?:no|num|number)\b\W*$"
)
_NUMBERED = re.compile(r"(?:no|num|number)\W*|#")
_CODE = re.compile(r"[^\W\d_]+\d+")  # SEV1
_LEADS = 3  # last words of a line that leads in that say to what
_FEW = 4  # numbers that may be in a row by chance


def identifies(n: int, table: Table, asked: Asked) -> bool:
    """Whether the numbers of a column are what its rows are called: order 1000, and not 1,000 orders."""
    cells, name = [cell.strip() for cell in table.cells(n) if cell], table.columns[n].casefold()
    if n == 0 and len(set(cells)) == len(cells) and all(map(_CODE.fullmatch, cells)):
        return True
    if not all(cell.isdecimal() for cell in cells):
        return False
    if _CALLED.search(name) or (n == 0 and _one_each(name, asked)):
        return True
    if len(set(cells)) < len(cells):
        return False
    numbers = sorted(map(int, cells))
    row = len(numbers) > _FEW and numbers[-1] - numbers[0] < 2 * len(numbers)
    named = any(alike(one, other) for one in words(name) for other in words(table.about))
    return bool(_NUMBERED.fullmatch(name)) or (n == 0 and not name.endswith("s") and (row or named))


def _one_each(name: str, asked: Asked) -> bool:
    """Whether a column is named after one of what is counted: Order, where it is asked how many orders."""
    return any(alike(one, name) and one != name for one in asked.counted())


def twice(asked: Asked, table: Table, numbers: Container[int]) -> bool:
    """Whether the first column has what is counted more than once, or figures that may say how many."""
    cells = table.cells(0)
    named = any(alike(one, other) for one in asked.counted() for other in words(table.columns[0]))
    return named and (0 in numbers or len(set(cells)) < len(cells))


def calls_rows(head: str, table: Table) -> bool:
    """Whether the table's rows are called so: by its name, a heading, its first column or the line above it
    that leads in; not by whatever else is said above."""
    headings = table.about.rpartition("\n")[0]
    said = words(f"{headings} {table.columns[0]}") + _lead(table)
    return any(alike(head, word) for word in said)


def rows_called(asked: Collection[str], table: Table) -> bool:
    """Whether all rows of a table are what is asked for: by its own name, its first column or the line above
    it that leads in, and not by the page that it is on."""
    said = words(f"{table.name} {table.columns[0]}") + _lead(table)
    return any(alike(one, word) for one in asked for word in said)


def _lead(table: Table) -> list[str]:
    above = table.about.rpartition("\n")[2]
    return words(above)[-_LEADS:] if above.endswith(":") else []


def column_called(asked: Collection[str], table: Table) -> int | None:
    """The one other column that is named so."""
    fit = [
        n
        for n, name in enumerate(table.columns[1:], 1)
        if any(alike(one, word) for one in asked for word in words(name)[:1])
    ]
    return fit[0] if len(fit) == 1 else None
