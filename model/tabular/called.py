"""A table in, what its rows and numbers are called out: what is counted, what is only a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Mapping, Set

from model.tabular.amounts import currency, marks, yes
from model.tabular.asking import SOFT, Asked, alike
from model.tabular.tables import Table
from retrieval.terms import STOP, words

_CALLED = re.compile(  # and not how many there are: Customer no, Bestellnummer; Total number
    r"\b(?:id|nr|key|code)\b\W*$|(?:nummer|nr|kennung|schlüssel)\W*$|"
    r"^(?!.*\b(?:total|max\w*|min\w*|average|required)\b).*\w\W+(?:no|num|number)\b\W*$"
)
_NUMBERED = re.compile(r"(?:no|num|number)\W*|#")
_CODE = re.compile(r"[^\W\d_]+\s?\d+")  # SEV1, Phase 2
BRACKETS = re.compile(r"\s*\(.*?\)|\s*\[.*?\]")  # a unit behind a name, a note behind a value
_LONGEST = 80  # characters of a cell that a question may name
_LEADS = 3  # last words of a line that leads in that say to what
_FEW = 4  # numbers that may be in a row by chance


def identifies(n: int, table: Table, asked: Asked) -> bool:
    """Whether the numbers of a column are what its rows are called: order 1000, and not 1,000 orders."""
    cells, name = [cell.strip() for cell in table.cells(n) if cell], table.columns[n].casefold()
    if n == 0 and len(set(cells)) == len(cells) and all(map(_CODE.fullmatch, cells)):
        return not any(map(currency, cells))
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


def names_cell(asked: Asked, cell: str, named: bool, first: bool) -> set[int]:
    """Where the question names a cell: all its words, or those before a bracket; of the first also those
    before a comma."""
    if not cell or len(cell) > _LONGEST or yes([cell]) is not None or cell.casefold() in ("no", "nein"):
        return set()
    if re.fullmatch(r"[\d.,]+", cell) and not named:
        return set()
    short = BRACKETS.sub("", cell)
    for form in dict.fromkeys((cell, short, short.partition(", ")[0] if first else short)):
        parts = words(form)
        if any(part not in STOP for part in parts) and (where := asked.run(parts)):
            return where
    return set()


def marks_cell(asked: Asked, cell: str, name: Collection[int]) -> set[int]:
    """Where the question names a cell that says yes or no, which is nothing but a word elsewhere: directly
    behind the name of its column, with no word that goes on. "Beamer: yes", and not "beamer, no discount"."""
    at = max(name, default=len(asked.words)) + 1
    said = [*asked.words[at : at + 1], cell.strip().casefold()]
    means = yes([*said, "yes"]) if len(said) > 1 and said[1] else None  # ✅ is a yes as well
    if means is None or means[0] is not means[1]:
        return set()
    return {at} if all(word in SOFT for word in asked.words[at + 1 : at + 2]) else set()


def denies_cells(denied: Set[str], tests: Mapping[int, Collection[str]], table: Table) -> bool:
    """Whether the words that deny are a column's: one of yes and no is named, or a cell that says no."""
    said = {cell.casefold() for cells in tests.values() for cell in cells}
    return denied <= said or any(marks(table.cells(column)) for column in tests)


def heads(question: str, table: Table) -> bool:
    """Whether what is counted or listed is what the table or its first line is called by: then that names the
    columns."""
    asked = Asked.of(question)
    meant = asked.counted() or asked.listed()
    return any(alike(one, word) for one in meant for word in words(f"{table.columns[0]} {table.name}"))
