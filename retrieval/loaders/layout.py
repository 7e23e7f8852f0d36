"""Headings, paragraphs, items, tables and code in, one text with its headings and blocks out."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.passage import Block, Heading


class Layout:
    """Writes a document's text and remembers where its parts are."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._at = 0
        self._headings: list[Heading] = []
        self._blocks: list[Block] = []
        self._in_list = False
        self._pages: list[int] = []
        self._due = 0  # pages of which nothing has come yet

    @property
    def began(self) -> bool:
        """Whether anything of the last page has come."""
        return not self._due

    def page(self) -> None:
        """What comes next begins a page."""
        self._due += 1

    def pages(self) -> tuple[int, ...]:
        """Where each page begins; one without text begins where the next does."""
        return (*self._pages, *[self._at] * self._due)

    def heading(self, text: str, level: int, anchor: str = "") -> None:
        if title := " ".join(text.split())[:500]:
            self._headings.append(Heading(self._write(title), level, title, anchor))

    def untitled(self, level: int) -> None:
        """What comes next is no longer under the last heading of this level."""
        self._headings.append(Heading(self._at, level, ""))

    def paragraph(self, text: str) -> None:
        if text := "\n".join(" ".join(line.split()) for line in text.split("\n")).strip():
            self._write(text)

    def item(self, text: str) -> None:
        if text := " ".join(text.split()):
            self._write(f"- {text}", close=self._in_list)
            self._in_list = True

    def code(self, text: str) -> None:
        if text.strip():
            start = self._write(text.strip("\n"))
            self._blocks.append(Block(start, self._at, "code"))

    def table(self, rows: Sequence[Sequence[str]], header: bool) -> None:
        """A line a row, cells apart by bars."""
        lines = [" | ".join(row) for row in rows if any(row)]
        if not lines:
            return
        start = self._write("\n".join(lines))
        head = len(lines[0]) + 1 if header and len(lines) > 1 else 0
        self._blocks.append(Block(start, self._at, "table", head))

    def finish(self) -> tuple[str, tuple[Heading, ...], tuple[Block, ...]]:
        return "".join(self._parts), tuple(self._headings), tuple(self._blocks)

    def _write(self, text: str, close: bool = False) -> int:
        gap = ("\n" if close else "\n\n") if self._at else ""
        start = self._at + len(gap)
        self._pages += [start] * self._due
        self._due = 0
        self._parts += (gap, text)
        self._at = start + len(text)
        self._in_list = False
        return start
