"""The rows of a table in a text in, Slack's table block and aligned text out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks.markup import Run, Table, rich, runs, spoken

ROWS, COLUMNS = 100, 20  # of a table block
WIDEST = 40  # characters to which the cells of a column are filled up
_ROW = re.compile(r"\s*\|(?P<cells>.*)\|\s*(?P<after>(?:\[\d{1,3}\]\s*)*\.?)\s*")
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:+=-]+")


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells, all of one length; `headed`: the first names the columns."""

    rows: tuple[tuple[str, ...], ...]
    headed: bool

    @property
    def columns(self) -> int:
        return len(self.rows[0])


def parts(text: str) -> Iterator[str | Grid]:
    """The text as prose and tables, in order; the line ends between them are left out."""
    lines, prose, at = text.split("\n"), list[str](), 0
    while at < len(lines):
        end = _end(lines, at)
        if end == at:
            prose.append(lines[at])
        elif prose:
            yield "\n".join(prose)
            prose = []
        if end > at:
            yield _table(lines[at:end])
        at = max(end, at + 1)
    if prose:
        yield "\n".join(prose)


def _end(lines: Sequence[str], at: int) -> int:
    """Behind the table that begins at this line, or the line itself: its first row may stand apart."""
    end = at
    while end < len(lines) and _is_row(lines[end]):
        end += 1
        if end == at + 1 and end + 1 < len(lines) and not lines[end].strip() and _is_row(lines[end + 1]):
            end += 1
    return end if len(_rows(lines[at:end])) and _columns(lines[at:end]) <= COLUMNS else at


def _is_row(line: str) -> bool:
    return bool(_cells(line))


def _rows(lines: Sequence[str]) -> list[tuple[str, ...]]:
    return [_cells(line) for line in lines if line.strip() and not _RULE.fullmatch(line)]


def _columns(lines: Sequence[str]) -> int:
    return max((len(row) for row in _rows(lines)), default=0)


def _table(lines: Sequence[str]) -> Grid:
    """The grid of these lines. A rule, or the gap where the check has dropped it, sets the first row off."""
    rows, columns = _rows(lines), _columns(lines)
    set_off = len(lines) > 1 and (not lines[1].strip() or bool(_RULE.fullmatch(lines[1])))
    return Grid(tuple((*row, *[""] * (columns - len(row))) for row in rows), set_off and len(rows) > 1)


def _cells(line: str) -> tuple[str, ...]:
    """Its cells, none where it is no row; the markers behind a row belong to its last one."""
    found = _ROW.fullmatch(line)
    if not found or not found["cells"].strip():
        return ()
    *cells, last = (cell.replace("\\|", "|").strip() for cell in _CELL.split(found["cells"]))
    return (*cells, f"{last} {found['after']}".strip())


def block(grid: Grid, table: Table) -> dict[str, Any]:
    """Slack's table block, of at most ROWS rows."""
    rows = [
        [_cell(cell, table, bold=grid.headed and n == 0) for cell in row] for n, row in enumerate(grid.rows)
    ]
    return {"type": "table", "rows": rows, "column_settings": [{"is_wrapped": True}] * grid.columns}


def _cell(text: str, table: Table, *, bold: bool) -> dict[str, Any]:
    line = [Run(run.kind, run.text, bold or run.bold) for run in runs(text)]
    section = {"type": "rich_text_section", "elements": rich(line, table)}
    return {"type": "rich_text", "elements": [section]}


def aligned(grid: Grid) -> str:
    """The rows as lines of mrkdwn, the columns below each other where letters are of one width."""
    rows = [[spoken(runs(cell)) for cell in row] for row in grid.rows]
    widths = [min(WIDEST, max(len(row[n]) for row in rows)) for n in range(grid.columns)]
    filled = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return "\n".join(" | ".join(row).rstrip() for row in filled)


def cut(grid: Grid, limit: int) -> Iterator[Grid]:
    """Grids of at most ROWS rows whose aligned text has at most `limit` characters, as far as a row allows;
    each with the head."""
    head = grid.rows[:1] if grid.headed else ()
    taken: list[tuple[str, ...]] = []
    for row in grid.rows[len(head) :]:
        more = Grid((*head, *taken, row), grid.headed)
        if taken and (len(more.rows) > ROWS or len(aligned(more)) > limit):
            yield Grid((*head, *taken), grid.headed)
            taken = []
        taken.append(row)
    yield Grid((*head, *taken), grid.headed)
