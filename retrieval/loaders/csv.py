"""A table of comma-separated values in, one Document out: a line a row, each value with its column's name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from retrieval.loaders import File
from retrieval.loaders.decoding import decode
from retrieval.passage import Block, Document, DocumentError


def load(file: File) -> Iterator[Document]:
    text, notes = decode(file.content)
    rows = csv.reader(io.StringIO(text, newline=""), _dialect(text))
    try:
        names = [" ".join(name.split()) for name in next(rows, [])]
        lines = [line for row in rows if (line := _line(names, row))]
    except csv.Error:
        reason = f"Row {rows.line_num} cannot be read; a quotation mark may be missing its twin."
        raise DocumentError(reason) from None
    if not lines:
        lines, notes = (
            [_line([], names)],
            (*notes, "It has a single row, read as values without column names."),
        )
    body = "\n".join(lines)
    yield replace(file.document(body), blocks=(Block(0, len(body), "table"),), notes=notes)


def _line(names: list[str], row: list[str]) -> str:
    """`Column: value; Column: value`; values that no column names stand alone."""
    values = [" ".join(value.split()) for value in row]
    named = [
        f"{name}: {value}" if name else value for name, value in zip(names, values, strict=False) if value
    ]
    return "; ".join(named + [v for v in values[len(names) :] if v])


def _dialect(text: str) -> type[csv.Dialect]:
    """The delimiter that the first lines share; Sniffer guesses letters where there is one column."""
    head = [line for line in text[:20_000].split("\n")[:20] if line.strip()]

    class Found(csv.excel):
        delimiter = max(",;\t|", key=lambda mark: min((line.count(mark) for line in head[:1]), default=0))

    return Found
