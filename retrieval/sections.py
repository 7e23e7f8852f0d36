"""A document in, its sections out: what one heading covers, tiny neighbours joined under what they share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from retrieval.passage import Document, Heading
from retrieval.pieces import Pieces

_TINY = 30  # word pieces below which a section may join its neighbour
_JOINED = 80  # and how long the two may become


@dataclass(frozen=True, slots=True)
class Section:
    """A span under one heading path: `heading` begins its first heading line, `start` its text; `anchors` of
    those that were joined in it, each with where its heading begins."""

    heading: int
    start: int
    end: int
    path: tuple[str, ...]
    anchor: str = ""
    anchors: tuple[tuple[int, str], ...] = ()


def sections(document: Document, pieces: Pieces) -> list[Section]:
    """Sections in order. A heading line is text only where no path carries it."""
    joined: list[Section] = []
    size = 0.0
    for section in _plain(document):
        length = pieces.count(section.heading, section.end)
        together = _join(document, joined[-1], section) if joined and length < _TINY else None
        if together and size + length < _JOINED:
            joined[-1], size = together, size + length
        else:
            joined.append(section)
            size = length if length < _TINY else float(_JOINED)
    return joined


def _plain(document: Document) -> Iterator[Section]:
    text, headings = document.text, sorted(document.headings, key=lambda h: h.start)
    first = headings[0].start if headings else len(text)
    if not _blank(document, 0, first):
        yield Section(0, 0, first, ())
    stack: list[Heading] = []
    for here, after in zip_longest(headings, headings[1:]):
        while stack and stack[-1].level >= here.level:
            stack.pop()
        stack.append(here)
        end = after.start if after else len(text)
        line = text.find("\n", here.start, end)
        start = end if line < 0 else line + 1
        if not _blank(document, start, end):
            yield Section(here.start, start, end, tuple(h.title for h in stack if h.title), here.anchor)
        elif after is None or after.level <= here.level:
            yield Section(here.start, here.start, end, tuple(h.title for h in stack if h.title), here.anchor)


def _blank(document: Document, start: int, end: int) -> bool:
    """Whether nothing is left of a span that a reader would see."""
    for gap_start, gap_end in visible(document, start, end):
        if document.text[gap_start:gap_end].strip():
            return False
    return True


def visible(document: Document, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a span outside the document's hidden blocks."""
    blocks = document.blocks
    at = bisect_right(blocks, start, key=lambda b: b.end)
    while at < len(blocks) and blocks[at].start < end:
        block, at = blocks[at], at + 1
        if block.kind != "hidden":
            continue
        if block.start > start:
            yield start, block.start
        start = max(start, min(block.end, end))
    if start < end:
        yield start, end


def _join(document: Document, one: Section, two: Section) -> Section | None:
    """Both under the path they share, where that is the parent of the second."""
    shared = 0
    while shared < min(len(one.path), len(two.path)) and one.path[shared] == two.path[shared]:
        shared += 1
    if shared < len(two.path) - 1 or (one.end, two.end) != next(
        visible(document, two.heading, two.end), (0, 0)
    ):
        return None
    path = two.path[:shared]
    start = one.start if path == one.path else one.heading
    anchors = (*(one.anchors or ((one.heading, one.anchor),)), (two.heading, two.anchor))
    return Section(one.heading, start, two.end, path, one.anchor, anchors)
