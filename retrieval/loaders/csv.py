"""A table of comma-separated values in, one Document out: a line a row, each value with its column's name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from retrieval.loaders import File
from retrieval.loaders.decoding import decode
from retrieval.passage import Block, Document, DocumentError, Heading

_MARKS = ",;\t|"
_LOOKS = 20  # lines that are looked at for what the file is like
_ABOVE = 6  # of them that may stand above the row that names the columns


def load(file: File) -> Iterator[Document]:
    text, notes = decode(file.content)
    title, rows = _titled(_rows(text))
    names = rows[0] if rows else []
    lines = [line for row in rows[1:] if (line := _line(names, row))]
    if not lines:
        lines, notes = (
            [_line([], names)],
            (*notes, "It has a single row, read as values without column names."),
        )
    head = f"{title}\n\n" if title else ""
    body = head + "\n".join(lines)
    yield replace(
        file.document(body),
        headings=(Heading(0, 1, title),) if title else (),
        blocks=(Block(len(head), len(body), "table"),),
        notes=notes,
    )


def _rows(text: str) -> list[list[str]]:
    """Its rows, blanks and breaks in a value as one space. Raises DocumentError."""
    rows = csv.reader(io.StringIO(text, newline=""), _dialect(text))
    try:
        return [[" ".join(value.split()) for value in row] for row in rows]
    except csv.Error:
        reason = f"Row {rows.line_num} cannot be read; a quotation mark may be missing its twin."
        raise DocumentError(reason) from None


def _titled(rows: list[list[str]]) -> tuple[str, list[list[str]]]:
    """What stands above the row that names the columns, and the rows from there: lines of fewer values than
    all that follow, each with a single one or with a blank line below it."""
    at, titles = 0, list[str]()
    wide = [sum(map(bool, row)) for row in rows[:_LOOKS]]
    while at < len(wide) and (wide[at] < 2 or 0 in wide[at + 1 : at + 2]):
        titles += [", ".join(filter(None, rows[at]))] if wide[at] else []
        at += 1
    below = [len(row) for row in rows[at:_LOOKS] if any(row)]
    table = len(below) > 1 and min(below) > 1 and below[0] == max(below) and at <= _ABOVE
    fewer = all(count < sum(map(bool, rows[at])) for count in wide[:at]) if table else False
    return (". ".join(titles), rows[at:]) if fewer and titles else ("", rows)


def _line(names: list[str], row: list[str]) -> str:
    """`Column: value; Column: value`; values that no column names stand alone."""
    named = [f"{name}: {value}" if name else value for name, value in zip(names, row, strict=False) if value]
    return "; ".join(named + [v for v in row[len(names) :] if v])


def _dialect(text: str) -> type[csv.Dialect]:
    """The delimiter of the row that names the columns; Sniffer guesses letters where there is one column."""
    lines = text[:20_000].split("\n")[:_LOOKS]
    filled = [n for n, line in enumerate(lines) if line.strip()]
    first = next((n for n in filled if any(mark in lines[n] for mark in _MARKS)), 0)
    if n := next((n for n in filled if n > first and n <= _ABOVE and not lines[n - 1].strip()), 0):
        first = n

    class Found(csv.excel):
        delimiter = max(_MARKS, key=lambda mark: lines[first].count(mark))

    return Found
