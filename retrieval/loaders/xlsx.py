"""An Excel workbook in, one Document out: a section a sheet, its tables as people see their cells."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from retrieval.loaders import File
from retrieval.loaders.declared import date
from retrieval.loaders.decoding import clean
from retrieval.loaders.grid import EMPTY, Cell, Grid
from retrieval.loaders.layout import Layout
from retrieval.loaders.numerals import seen
from retrieval.loaders.packed import broken, weigh
from retrieval.loaders.sheetmarks import Marks, marks
from retrieval.passage import Document

_MOST_CELLS = 300_000  # of a workbook, blank ones between others included
_BROKEN = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    zipfile.BadZipFile,
    InvalidFileException,
)
_CORE = "docProps/core.xml"


def load(file: File) -> Iterator[Document]:
    weigh(file.content, "XLSX", "old Excel file (.xls)")
    try:
        with warnings.catch_warnings():  # openpyxl warns of what it passes over: styles, images, macros
            warnings.simplefilter("ignore")
            document = _document(file)
    except _BROKEN:
        raise broken("XLSX") from None
    yield document


def _document(file: File) -> Document:
    book = openpyxl.load_workbook(io.BytesIO(file.content), read_only=True, data_only=True, keep_links=False)
    reading = _Reading(Layout())
    for sheet in book.worksheets:
        reading.sheet(sheet)
    text, headings, blocks = reading.layout.finish()
    facts = book.properties
    told = _CORE in zipfile.ZipFile(io.BytesIO(file.content)).namelist()  # else openpyxl says: today
    changed = (date(facts.modified) or date(facts.created)) if told else None
    return replace(
        file.document(text, clean(facts.title or "").strip()),
        headings=headings,
        blocks=blocks,
        notes=tuple(reading.notes),
        updated_at=changed or file.modified,
    )


@dataclass
class _Reading:
    """What has come of a workbook, and how many cells may still."""

    layout: Layout
    notes: list[str] = field(default_factory=list)
    left: int = field(default_factory=lambda: _MOST_CELLS)

    def sheet(self, sheet: Any) -> None:
        name = " ".join(clean(sheet.title).split())
        if sheet.sheet_state != "visible":
            self.notes.append(f"Sheet {name} is hidden and was left out.")
            return
        with sheet.parent._archive.open(sheet._worksheet_path) as part:  # openpyxl shows no other way to it
            known = marks(part)
        grid = Grid(self.layout, name)
        last = 0
        for number, cells in self._rows(sheet, known):
            grid.row(cells)
            last = number
        grid.end()
        self._note(name, known, last)

    def _rows(self, sheet: Any, known: Marks) -> Iterator[tuple[int, list[Cell]]]:
        """Rows that people see, by number, until no more cells may come."""
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        above: dict[int, tuple[Cell, int]] = {}
        for number, row in enumerate(sheet.iter_rows(), start=1):
            self.left -= max(1, len(row))
            if self.left < 0:
                return
            cells = _spanned([_cell(cell) for cell in row], number, known, above)
            if number not in known.rows:
                yield number, [c for n, c in enumerate(cells, start=1) if n not in known.columns]

    def _note(self, name: str, known: Marks, last: int) -> None:
        if self.left < 0:
            self.notes.append(
                f"Sheet {name} was read to row {last}: a workbook is read to {_MOST_CELLS:,} cells."
            )
        hidden = [_count(len(known.rows), "row"), _count(len(known.columns), "column")]
        if said := " and ".join(filter(None, hidden)):
            self.notes.append(f"Sheet {name}: {said} hidden and left out.")
        if known.unsaved:
            self.notes.append(
                f"Sheet {name}: {_count(known.unsaved, 'formula')} without a stored result; "
                "opening and saving it in a spreadsheet program stores them."
            )


def _spanned(
    cells: list[Cell], number: int, known: Marks, above: dict[int, tuple[Cell, int]]
) -> Sequence[Cell]:
    """The row, with what is merged downwards repeated."""
    if not known.tall:
        return cells
    for column in [column for column, (_, last) in above.items() if last < number]:
        del above[column]
    for column, (cell, _) in above.items():
        cells += [EMPTY] * (column - len(cells))
        cells[column - 1] = cell
    for column, cell in enumerate(cells, start=1):
        if last := known.tall.get((number, column)):
            above[column] = cell, last
    return cells


def _cell(cell: Any) -> Cell:
    """What people see in a cell; a moment is written as ISO dates are."""
    value = cell.value
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return Cell(str(value).upper(), number=True)
    if isinstance(value, int | float):
        return Cell(clean(seen(value, cell.number_format or "General")), number=True)
    if isinstance(value, datetime | time | timedelta):
        return Cell(_moment(value), number=True)
    return Cell(" ".join(clean(str(value)).split()))


def _moment(value: datetime | time | timedelta) -> str:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    exact = "seconds" if value.second else "minutes"
    if isinstance(value, datetime):
        return value.isoformat(" ", exact) if value.time() != time() else value.date().isoformat()
    return value.isoformat(exact)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("s" if number > 1 else "") if number else ""
