"""The lines of PDF pages in, paragraphs out: running headers dropped, broken lines and words joined; and
which of them are rows of tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median

from retrieval.passage import Block

_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"[-•▪◦·*–]\s|\(?\d{1,3}[.)]\s|[a-z][.)]\s")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
CELLS = " | "  # between what stands side by side, as in a table
_SHORT = 30  # characters of a cell, in the mean of a table
_WRAPPED = 60  # characters of a line that a long cell goes on in
_EDGE = 2  # lines at the top and the bottom of a page that may be a running header


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; `level` is above 0 where it is surely a heading."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Joined lines."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph and where it begins; one with cells side by side may be the row of a table."""

    start: int
    text: str

    @property
    def cells(self) -> list[str]:
        return self.text.split(CELLS)


def tables(rows: Iterable[Row]) -> Iterator[Block]:
    """Runs of rows whose cells are short. What stands side by side may also be two columns of prose."""
    run: list[Row] = []
    for row in [*rows, Row(0, "")]:
        if CELLS in row.text or (run and row.text[:1].islower() and len(row.text) < _WRAPPED):
            run.append(row)
            continue
        cells = [cell for one in run for cell in one.cells]
        if len(run) > 1 and mean(map(len, cells)) < _SHORT:
            head = len(run[0].text) + 1 if _names(run[0], run[1]) else 0
            yield Block(run[0].start, run[-1].start + len(run[-1].text), "table", head)
        run = []


def _names(first: Row, second: Row) -> bool:
    """Whether the first row names the columns: as many as there are, each another, without figures."""
    names = {cell.casefold() for cell in first.cells}
    return len(names) == len(first.cells) == len(second.cells) and not _DIGITS.search(first.text)


def without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages less the lines that stand at the edge of most of them, whatever their page number. What stands as
    often between the edges is no such line: the rows of a long table differ in their figures only."""
    edges: Counter[str] = Counter()
    inner: Counter[str] = Counter()
    for page in pages:
        edges.update({_shape(line) for line in [*page[:_EDGE], *page[-_EDGE:]]})
        inner.update(map(_shape, page[_EDGE:-_EDGE]))
    often = {s for s, n in edges.items() if n >= 3 and n > len(pages) * 0.6 and inner[s] < n}
    return [_inner(page, often) for page in pages]


def _inner(page: Sequence[Line], often: set[str]) -> list[Line]:
    last = len(page) - _EDGE
    return [line for n, line in enumerate(page) if not ((n < _EDGE or n >= last) and _shape(line) in often)]


def _shape(line: Line) -> str:
    return _DIGITS.sub("0", line.text.strip())


class Joiner:
    """Joins the lines of pages; knows the document's words, so that only added hyphens go."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        lines = [line.text for page in pages for line in page]
        self._words = Counter(word.casefold() for line in lines for word in _WORD.findall(line))
        self._full = median([len(line) for line in lines if len(line) > 20] or [0])

    def paragraphs(self, page: Sequence[Line]) -> list[Paragraph]:
        made: list[Paragraph] = []
        last = Line("")
        for line in page:
            if made and self._continues(last, line):
                made[-1] = Paragraph(self.join(made[-1].text, line.text), made[-1].level)
            elif line.text.strip():
                made.append(Paragraph(line.text.strip(), line.level))
            last = line
        return made

    def join(self, before: str, after: str) -> str:
        """Two parts of one paragraph, a word that was broken between them made whole."""
        after = after.strip()
        left, right = re.search(r"([^\W\d_]+)-$", before), re.match(r"[^\W\d_]+", after)
        if not left or not right or not right[0][0].islower():
            return f"{before} {after}"
        whole, hyphened = (left[1] + right[0]).casefold(), f"{left[1]}-{right[0]}".casefold()
        kept = self._words[hyphened] > self._words[whole]
        return f"{before if kept else before[:-1]}{after}"

    def _continues(self, last: Line, line: Line) -> bool:
        one, two = last.text.strip(), line.text.strip()
        if not one or not two or last.level != line.level or _BULLET.match(two) or CELLS in one + two:
            return False
        if last.level:
            return True
        return len(one) > self._full * 0.7 or (two[0].islower() and one[-1] not in ".!?:;")
