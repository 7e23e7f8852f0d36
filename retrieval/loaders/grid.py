"""The rows of a sheet in, its tables in a Layout out: parted at blank rows, without what is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.loaders.layout import Layout

_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows; `number`: it is no text."""

    text: str
    number: bool = False


EMPTY = Cell("")


@dataclass
class Grid:
    """Takes rows in order and writes each run of them into `layout`; a blank row ends a run. The first run
    is headed by `name`, so that a sheet without one has no heading."""

    layout: Layout
    name: str
    _run: list[Sequence[Cell]] = field(default_factory=list)

    def row(self, cells: Sequence[Cell]) -> None:
        if any(cell.text for cell in cells):
            self._run.append(cells)
        else:
            self.end()

    def end(self) -> None:
        """Writes the run: lines above the table as paragraphs, then the table."""
        run, self._run = self._run, []
        if run:
            self.layout.heading(self.name, 1)
            self.name = ""
        columns = [n for n in range(max(map(len, run), default=0)) if any(_text(row, n) for row in run)]
        lines = [[row[n] if n < len(row) else EMPTY for n in columns] for row in run]
        while lines and (len(columns) == 1 or (len(lines) > 1 and _alone(lines[0]))):
            self.layout.paragraph(next(cell.text for cell in lines.pop(0) if cell.text))
        self.layout.table([[cell.text for cell in line] for line in lines], header=_names(lines))


def _text(row: Sequence[Cell], column: int) -> str:
    return row[column].text if column < len(row) else ""


def _alone(line: Sequence[Cell]) -> bool:
    """Whether a row is a single text, as a title above a table is."""
    filled = [cell for cell in line if cell.text]
    return len(filled) == 1 and not filled[0].number


def _names(lines: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names the columns: texts or years, each different, none ending in a colon."""
    filled = [cell for cell in lines[0] if cell.text] if lines else []
    texts = {cell.text.casefold() for cell in filled}
    return 1 < len(filled) == len(texts) and all(map(_name, filled))


def _name(cell: Cell) -> bool:
    if cell.number:
        return cell.text.isdecimal() and int(cell.text) in _YEARS
    return not cell.text.endswith(":")
