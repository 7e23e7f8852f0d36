"""The rows of a sheet in, its tables in a Layout out: parted at blank rows, without what is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.loaders.layout import Layout

_YEARS = range(1900, 2101)
_FEW = 3  # lines above a table: its title and what is said below it
_LONGEST = 100  # characters of a title


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows; `number`: it is no text."""

    text: str
    number: bool = False


EMPTY = Cell("")


@dataclass
class Grid:
    """Takes rows in order and writes each run of them into `layout`; a blank row ends a run. All of it is
    headed by `name`, and a table by the line above it that is its title."""

    layout: Layout
    name: str
    _run: list[Sequence[Cell]] = field(default_factory=list)
    _above: list[str] = field(default_factory=list)  # lines that have come since the last table
    _titled: bool = False  # whether the last table has a title of its own

    def row(self, cells: Sequence[Cell]) -> None:
        if any(cell.text for cell in cells):
            self._run.append(cells)
        else:
            self._part()

    def end(self) -> None:
        """Writes what is left."""
        self._part()
        if self._above:
            self._lines(0)

    def _part(self) -> None:
        """Writes the run: lines above the table as its title and paragraphs, then the table."""
        run, self._run = self._run, []
        if run and self.name:
            self.layout.heading(self.name, 1)
            self.name = ""
        columns = [n for n in range(max(map(len, run), default=0)) if any(_text(row, n) for row in run)]
        lines = [[row[n] if n < len(row) else EMPTY for n in columns] for row in run]
        while lines and (len(columns) == 1 or _above(lines)):
            text = ", ".join(cell.text for cell in lines.pop(0) if cell.text)
            if text not in self._above[-1:]:  # a merged cell says it in each of its rows
                self._above.append(text)
        if lines:
            header = _names(lines)
            self._lines(1 if header and _title(self._above) else 0)
            self.layout.table([[cell.text for cell in line] for line in lines], header=header)

    def _lines(self, titles: int) -> None:
        """Writes the lines above a table, of which the first may be its title."""
        lines, self._above = self._above, []
        if titles:
            self.layout.heading(lines[0], 2)
        elif self._titled:
            self.layout.untitled(2)
        self._titled = bool(titles)
        for line in lines[titles:]:
            self.layout.paragraph(line)


def _title(above: Sequence[str]) -> bool:
    """Whether lines above a table begin with its title: few, and no sentence or note to the table before."""
    first = above[0] if 0 < len(above) <= _FEW else ""
    return bool(first) and len(first) <= _LONGEST and first[-1] not in ".:;,!?" and first[0].isalnum()


def _text(row: Sequence[Cell], column: int) -> str:
    return row[column].text if column < len(row) else ""


def _alone(line: Sequence[Cell]) -> bool:
    """Whether a row is a single text, as a title above a table is."""
    filled = [cell for cell in line if cell.text]
    return len(filled) == 1 and not filled[0].number


def _above(lines: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first line stands above a table: a text alone, or beside a date over a row of names."""
    if len(lines) < 2 or _alone(lines[0]):
        return len(lines) > 1
    some, first = [cell for cell in lines[0] if cell.text], lines[0][0]
    part = bool(first.text) and not first.number and len(some) < len(lines[0])
    full = all(cell.text for cell in lines[1]) and _names(lines[1:])
    return part and full and any(cell.number and not _name(cell) for cell in some)


def _names(lines: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row names the columns: texts or years, each different, none ending in a colon."""
    filled = [cell for cell in lines[0] if cell.text] if lines else []
    texts = {cell.text.casefold() for cell in filled}
    return 1 < len(filled) == len(texts) and all(map(_name, filled))


def _name(cell: Cell) -> bool:
    if cell.number:
        return cell.text.isdecimal() and int(cell.text) in _YEARS
    return not cell.text.endswith(":")
