"""A document in, its passages out: cut at headings, pages, paragraphs, rows, sentences, then words."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from retrieval.passage import Block, Document, Passage
from retrieval.pieces import Pieces, estimate
from retrieval.sections import Section, sections, visible

VERSION = 2  # raise it when the same document would be cut differently
BUDGET = 220  # estimated word pieces with the headings; MiniLM reads 254 and drops the rest silently

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_ITEM = re.compile(r"\n(?=[ \t]*(?:[-*+•]|\d{1,3}[.)])\s)")
_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？]")
_LINE = re.compile(r"\n")
_SPACES = re.compile(r"\s{0,8}")
_PROSE = (_PARAGRAPH, _ITEM, _SENTENCE, _LINE)
_ROWS = (_LINE, _SENTENCE)
_STRONG = (_PARAGRAPH, _ITEM)  # good places to end a passage
_LONGEST_TAIL = 600  # characters of a sentence that may follow its beginning over a page break


@dataclass(frozen=True, slots=True)
class Piece:
    """A span that is not cut further; `strong` begins a paragraph or list item, `lead` heads its columns."""

    start: int
    end: int
    strong: bool = False
    lead: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many passages what is left up to `end` needs, and how long each then is."""

    end: int
    room: float
    parts: int
    each: float


def split(document: Document, budget: int = BUDGET) -> list[Passage]:
    """Passages in order, none beyond `budget` estimated word pieces with its title, headings and lead."""
    cutter = _Cutter(document, budget)
    return [p for section in sections(document, cutter.pieces) for p in cutter.passages(section)]


class _Cutter:
    def __init__(self, document: Document, budget: int) -> None:
        self.document = document
        self.text = document.text
        self.pieces = Pieces(document.text)
        self.budget = budget
        self.cuts = tuple(self._page_cuts())
        self.newlines = [found.start() for found in _LINE.finditer(self.text)] if document.line else []

    def passages(self, section: Section) -> Iterator[Passage]:
        title, path = _header(self.document.title, section.path, self.budget // 3)
        room = self.budget - estimate(" > ".join((title, *path)))
        for start, end in visible(self.document, section.start, section.end):
            for a, b in self._pages(start, end):
                yield from self._packed(a, b, room, section)

    def _packed(self, start: int, end: int, room: float, section: Section) -> Iterator[Passage]:
        """Fills passages evenly: three of 170 rather than two of 220 and one of 70."""
        held: list[Piece] = []
        plan = self._plan(start, end, room)
        for piece in self._pieces(start, end, room):
            if held and self._full(held, piece, plan):
                yield from self._passage(held, section)
                held, plan = [], self._plan(piece.start, end, room)
            held.append(piece)
        if held:
            yield from self._passage(held, section)

    def _plan(self, start: int, end: int, room: float) -> Plan:
        total = self.pieces.count(start, end)
        parts = max(1, ceil(total / room))
        return Plan(end, room, parts, total / parts)

    def _full(self, held: list[Piece], piece: Piece, plan: Plan) -> bool:
        """Whether a passage ends before `piece`: it would not fit, or this is a good place."""
        lead = self.pieces.count(*held[0].lead)
        if lead + self.pieces.count(held[0].start, piece.end) > plan.room:
            return True
        now = lead + self.pieces.count(held[0].start, held[-1].end)
        if plan.parts == 1 or now < plan.each * (0.75 if piece.strong else 1):
            return False
        return self.pieces.count(piece.start, plan.end) <= (plan.parts - 1) * plan.room

    def _passage(self, held: list[Piece], section: Section) -> Iterator[Passage]:
        raw = self.text[held[0].start : held[-1].end]
        text = raw.strip()
        if not text:
            return
        document, start = self.document, held[0].start + len(raw) - len(raw.lstrip())
        title, path = _header(document.title, section.path, self.budget // 3)
        page = bisect_right(document.pages, start) or None
        end, url = start + len(text), self._place(start, page, _anchor(section, start))
        inside = [(at, self._place(at, page, anchor)) for at, anchor in section.anchors if start < at < end]
        yield Passage(
            id=_identity(document.uri, start, text),
            document=document.uri,
            source=document.source,
            title=title,
            text=text,
            start=start,
            end=end,
            url=url,
            heading=path,
            page=page,
            updated_at=document.updated_at,
            audience=document.audience,
            lead=self.text[slice(*held[0].lead)].strip(),
            gap=self._gap(end),
            places=tuple(inside) if any(there != url for _, there in inside) else (),
        )

    def _gap(self, end: int) -> str:
        found = _SPACES.match(self.text, end)
        return found[0] if found else ""

    def _place(self, start: int, page: int | None, anchor: str) -> str:
        """The url of the part that has one, else the document's, opening at the line, page or heading; an
        address that has its place already keeps it."""
        if at := bisect_right(self.document.places, start, key=lambda place: place[0]):
            return self.document.places[at - 1][1]
        url, line = self.document.url, self.document.line
        if "#" in url or not url:
            return url
        if line:
            return f"{url}#{line.format(line=bisect_left(self.newlines, start) + 1)}"
        return f"{url}#page={page}" if page else f"{url}#{anchor}" if anchor else url

    def _pieces(self, start: int, end: int, room: float) -> Iterator[Piece]:
        """Prose and blocks of a span, in pieces small enough to be packed well."""
        blocks = self.document.blocks
        at = bisect_right(blocks, start, key=lambda b: b.end)
        while at < len(blocks) and blocks[at].start < end:
            block, at = blocks[at], at + 1
            if block.kind == "hidden":
                continue
            yield from self._cut(start, block.start, room, _PROSE)
            start, stop = max(start, block.start), min(end, block.end)
            yield from self._block(block, start, stop, room)
            start = stop
        yield from self._cut(start, end, room, _PROSE)

    def _block(self, block: Block, start: int, end: int, room: float) -> Iterator[Piece]:
        if self.pieces.count(start, end) <= room and not (block.kind == "table" and not block.header):
            yield Piece(start, end, strong=True)
            return
        lead = (0, 0)
        if block.header:
            lead = (block.start, min(block.start + block.header, self.pieces.reach(block.start, room / 4)))
        for piece in self._cut(start, end, room - self.pieces.count(*lead), _ROWS, whole=True):
            inside = piece.start >= block.start + block.header
            yield Piece(piece.start, piece.end, strong=True, lead=lead if inside else (0, 0))

    def _cut(
        self, start: int, end: int, room: float, marks: tuple[re.Pattern[str], ...], whole: bool = False
    ) -> Iterator[Piece]:
        """Cuts at the first mark; what is longer than half the room (`whole`: than the room) at the next."""
        if start >= end:
            return
        if not marks:
            yield from self._words(start, end, room)
            return
        limit = room if whole else room / 2
        strong = marks[0] in _STRONG
        for a, b in _between(self.text, start, end, marks[0]):
            if self.pieces.count(a, b) <= (room if len(marks) == 1 else limit):
                yield Piece(a, b, strong)
            else:
                first = True
                for piece in self._cut(a, b, room, marks[1:], whole):
                    yield Piece(piece.start, piece.end, piece.strong or (first and strong))
                    first = False

    def _words(self, start: int, end: int, room: float) -> Iterator[Piece]:
        while start < end:
            stop = min(self.pieces.reach(start, room), end)
            if stop < end:
                space = max(self.text.rfind(mark, start + 1, stop) for mark in " \t\n")
                stop = space if space > (start + stop) // 2 else stop
            yield Piece(start, stop)
            start = stop

    def _page_cuts(self) -> Iterator[int]:
        """Where pages begin, moved behind the end of a sentence that runs over the break."""
        for page in self.document.pages[1:]:
            before = self.text[max(0, page - 40) : page].rstrip()
            here = re.compile(r"\s*[a-z]").match(self.text, page)
            end = _SENTENCE.search(self.text, page, page + _LONGEST_TAIL) if here else None
            yield end.end() if end and before and before[-1] not in ".!?:;" else page

    def _pages(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        at = bisect_right(self.cuts, start)
        while at < len(self.cuts) and self.cuts[at] < end:
            if self.cuts[at] > start:
                yield start, self.cuts[at]
                start = self.cuts[at]
            at += 1
        yield start, end


def _between(text: str, start: int, end: int, mark: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for found in mark.finditer(text, start, end):
        if found.end() > start:
            yield start, found.end()
            start = found.end()
    if start < end:
        yield start, end


@lru_cache(maxsize=4096)
def _header(title: str, path: tuple[str, ...], limit: float) -> tuple[str, tuple[str, ...]]:
    """Title and heading path within `limit`: outer headings go first, then the ends of long ones."""
    if estimate(" > ".join((title, *path))) <= limit:
        return title, path
    title = title[: Pieces(title).reach(0, limit / 2 - 3)]
    while len(path) > 1 and estimate(" > ".join((title, *path))) > limit:
        path = path[1:]
    return title, tuple(h[: Pieces(h).reach(0, limit / 2 - 3)] for h in path)


def _anchor(section: Section, start: int) -> str:
    """That of the section, or of those joined in it the one that `start` is in."""
    at = bisect_right(section.anchors, start, key=lambda one: one[0])
    return section.anchors[at - 1][1] if at else section.anchor


def _identity(uri: str, start: int, text: str) -> str:
    whole = f"{uri}\n{start}\n{start + len(text)}\n{text}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]
