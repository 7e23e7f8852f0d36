"""A table whose rows are torn in, its lines as they are written out: what is whole is not always in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from model.tabular.cells import BAR, cells
from model.tabular.tables import Row, Table
from retrieval.passage import Passage


def as_written(table: Table, passages: Sequence[Passage]) -> Table | None:
    """Its lines from the names of the columns to the last one, each a row of one cell; None where they do not
    lie in one passage."""
    place = table.rows[0].passage
    text = passages[place].text
    start, end = table.head or (0, 0)
    if [cell for cell in cells(text[start:end], False) if cell] != [*table.columns]:
        return None
    lines = _lines(text[start:].partition("\n\n")[0].split("\n"), len(table.columns))
    rows = []
    for line in lines:
        end = start + len(line)
        if any(c.isalnum() for c in line):
            rows.append(Row(place, start, end, (line.strip(),)))
        start = end + 1
    return replace(table, columns=("",), rows=tuple(rows), doubt="")


def _lines(lines: Sequence[str], columns: int) -> Sequence[str]:
    """Up to the last with bars, and the one behind it where it goes on there."""
    last = max(n for n, line in enumerate(lines) if BAR.search(line))
    torn = len(cells(lines[last], False)) < columns
    return lines[: last + 1 + torn]
