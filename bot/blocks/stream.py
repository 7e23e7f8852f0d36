"""A piece of an answer in, Markdown for a stream out: markers are its only links, no mention lives."""

from __future__ import annotations

from collections.abc import Iterable

from bot.blocks.grid import Grid, parts
from bot.blocks.markup import Table, clean, marked, runs
from model.answer import Citation

_JOINS = ("(", "[", ":", "/")  # behind what came before they could make a link of it


def streamed(text: str, citations: Iterable[Citation]) -> str:
    """`text` for `chat.appendStream`, whatever is in it and whatever was sent before it.

    `citations` are those that the answer has so far. A space or line at the start stays.
    """
    table = {c.number: c.url for c in citations}
    shown = "\n".join(
        _grid(part, table) if isinstance(part, Grid) else _prose(part, table) for part in parts(clean(text))
    )
    return f" {shown}" if shown.startswith(_JOINS) else shown


def _prose(text: str, table: Table) -> str:
    return "\n".join(_line(line, table) for line in text.split("\n"))


def _line(line: str, table: Table) -> str:
    whole = ""
    for run in runs(line):
        piece = marked([run], table)
        whole += f" {piece}" if whole.endswith(("]", "!")) and piece.startswith(_JOINS) else piece
    return whole


def _grid(grid: Grid, table: Table) -> str:
    """A Markdown table; of a single row its cells in a line."""
    rows = [[_line(cell, table).replace("|", "/") or " " for cell in row] for row in grid.rows]
    if len(rows) == 1:
        return " · ".join(cell for cell in rows[0] if cell.strip())
    head, *body = rows if grid.headed else [[" "] * grid.columns, *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * grid.columns, *body))
