"""A stretch of a document in, its blocks out, each character of what is quoted marked, and no other.

Nothing in it is taken for HTML, and no link in it leads anywhere: its address is shown. Markup is read of a
Markdown file alone; of all others only items and rows, as our loaders write them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, NamedTuple

from bot.pages.fences import FENCE, closes, cut_into

DEEPEST = 6  # quotes and lists in each other
_LANGUAGE = re.compile(r"\s*[\w+#.-]*\s*", re.ASCII)  # of code, behind its fence: it is not shown
_HEADING = re.compile(r"\s{0,3}#{1,6}[ \t]+(?P<text>.*)")
_RULE = re.compile(r"\s{0,3}(?P<sign>[-*_])(?:[ \t]*(?P=sign)){2,}[ \t]*")
_QUOTE = re.compile(r"\s{0,3}> ?")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|(?P<number>\d{1,9})[.)])[ \t]{1,4}(?=\S)")
_ROW = re.compile(r"\s*\|.*\|\s*")
_BAR = re.compile(r"(?<!\\)\|")
_INLINE = re.compile(
    r"""\\(?P<escaped>[!-/:-@[-`{-~])
    |(?P<break><br\s{0,3}/?>)
    |`{1,3}(?P<code>[^`]+)`{1,3}
    |\*\*(?=\S)(?P<strong>[^*]+)(?<=\S)\*\*
    |(?<!\w)__(?=\S)(?P<bold>[^_]+)(?<=\S)__(?!\w)
    |(?<![\w*])\*(?=\S)(?P<stressed>[^*]+)(?<=\S)\*(?![\w*])
    |(?<!\w)_(?=\S)(?P<slanted>[^_]+)(?<=\S)_(?!\w)
    |!?\[(?P<words>[^\[\]]*)\]\((?P<address>[^()\s]*)(?:\s[^()]*)?\)""",
    re.VERBOSE | re.IGNORECASE,
)

Kind = Literal["words", "code", "address", "break"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters that are shown alike."""

    text: str
    kind: Kind = "words"
    bold: bool = False
    slanted: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Spans of a paragraph, heading or code; rows of cells, the first of which names the columns where it is
    `headed`; or items, each of blocks, of a list from `first` on, or of a quotation."""

    kind: Literal["p", "heading", "code", "table", "ul", "ol", "quote", "rule"]
    spans: tuple[Span, ...] = ()
    rows: tuple[tuple[tuple[Span, ...], ...], ...] = ()
    headed: bool = False
    items: tuple[tuple[Block, ...], ...] = ()
    first: int = 1


class Line(NamedTuple):
    """A line without its end, and where it begins."""

    at: int
    text: str

    def cut(self, start: int, end: int | None = None) -> Line:
        """A part of it."""
        return Line(self.at + start, self.text[start:end])


def blocks(text: str, marked: range, *, markdown: bool, whole: bool = False) -> tuple[Block, ...]:
    """All of it, in order; `marked` are the characters that are quoted, and `whole` says that a document or
    what a heading covers begins here, so that no code has begun before."""
    lines, at = [], 0
    for line in text.split("\n"):
        lines.append(Line(at, line))
        at += len(line) + 1
    reading = _Reading(marked, markdown)
    end = -1 if whole or not markdown else cut_into([one.text for one in lines])
    code = [reading.code(lines[:end])] if end > 0 else []
    return (*code, *reading.blocks(lines[end + 1 :], 0))


@dataclass(frozen=True, slots=True)
class _Reading:
    marked: range
    markdown: bool

    def blocks(self, lines: Sequence[Line], deep: int) -> Iterator[Block]:
        at = 0
        while at < len(lines):
            if not lines[at].text.strip():
                at += 1
                continue
            end, block = self._block(lines, at, deep)
            yield block
            at = end

    def code(self, lines: Sequence[Line]) -> Block:
        return Block("code", self._spans(lines))

    def _block(self, lines: Sequence[Line], at: int, deep: int) -> tuple[int, Block]:
        """The block that begins at this line, and the line behind it."""
        text = lines[at].text
        if end := _table(lines, at, markdown=self.markdown):
            return end, self._grid(lines[at:end])
        if deep < DEEPEST and _ITEM.match(text) and not (self.markdown and _RULE.fullmatch(text)):
            return self._list(lines, at, deep)
        if not self.markdown:
            end = _while(lines, at + 1, lambda n: not self._begins(lines, n))
            return end, Block("p", self._read(lines[at:end]))
        return self._marked_up(lines, at, deep)

    def _marked_up(self, lines: Sequence[Line], at: int, deep: int) -> tuple[int, Block]:
        line = lines[at]
        if fence := FENCE.fullmatch(line.text):
            end = _while(lines, at + 1, lambda n: not closes(lines[n].text, fence["mark"]))
            said = [] if _LANGUAGE.fullmatch(fence["rest"]) else [line.cut(fence.start("rest"))]
            return end + 1, self.code([*said, *lines[at + 1 : end]])
        if heading := _HEADING.fullmatch(line.text):
            start = heading.start("text")
            return at + 1, Block("heading", self._read([line.cut(start, start + _named(heading["text"]))]))
        if _RULE.fullmatch(line.text):
            return at + 1, Block("rule")
        if deep < DEEPEST and _QUOTE.match(line.text):
            end = _while(lines, at, lambda n: bool(_QUOTE.match(lines[n].text)))
            inner = [one.cut(found.end()) for one in lines[at:end] if (found := _QUOTE.match(one.text))]
            return end, Block("quote", items=(tuple(self.blocks(inner, deep + 1)),))
        end = _while(lines, at + 1, lambda n: not self._begins(lines, n))
        return end, Block("p", self._read(lines[at:end]))

    def _begins(self, lines: Sequence[Line], at: int) -> bool:
        """Whether a paragraph ends before this line."""
        text = lines[at].text
        if not text.strip() or _ITEM.match(text) or _table(lines, at, markdown=self.markdown):
            return True
        signs = (FENCE.fullmatch, _HEADING.fullmatch, _RULE.fullmatch, _QUOTE.match)
        return self.markdown and any(sign(text) for sign in signs)

    def _list(self, lines: Sequence[Line], at: int, deep: int) -> tuple[int, Block]:
        """Items of one kind one after another; what is further in than its sign belongs to an item."""
        items, first = list[tuple[Block, ...]](), _ITEM.match(lines[at].text)
        assert first is not None
        numbered, far, end = bool(first["number"]), _indent(lines[at].text), at
        while end < len(lines) and (item := _ITEM.match(lines[end].text)):
            inside = _indent(lines[end].text)
            if bool(item["number"]) != numbered or inside > far + 1:
                break
            begin, end = end, self._item(lines, end, inside)
            inner = [lines[begin].cut(item.end())]
            inner += [one.cut(_leading(one.text, item.end())) for one in lines[begin + 1 : end]]
            items.append(tuple(self.blocks(inner, deep + 1)))
            end = _while(lines, end, lambda n: not lines[n].text.strip())
        kind: Literal["ul", "ol"] = "ol" if numbered else "ul"
        return end, Block(kind, items=tuple(items), first=int(first["number"] or 1))

    def _item(self, lines: Sequence[Line], at: int, inside: int) -> int:
        """The line behind the item that begins at this one."""
        end = at + 1
        while end < len(lines):
            text, blank = lines[end].text, not lines[end - 1].text.strip()
            if text.strip() and _indent(text) <= inside + 1 and (blank or self._begins(lines, end)):
                break
            end += 1
        while not lines[end - 1].text.strip():
            end -= 1
        return end

    def _grid(self, lines: Sequence[Line]) -> Block:
        said = [line for n, line in enumerate(lines) if not _rule(lines, n)]
        rows = [[self._read([cell]) for cell in _cells(line)] for line in said]
        wide = max(map(len, rows), default=0)
        filled = tuple((*row, *[()] * (wide - len(row))) for row in rows)
        return Block("table", rows=filled, headed=_rule(lines, 1) and len(rows) > 1)

    def _read(self, lines: Sequence[Line]) -> tuple[Span, ...]:
        """The spans of these lines, their markup read where there is any."""
        if not self.markdown:
            return self._spans(lines)
        text, places = _joined(lines)
        return tuple(self._inline(text, places, Span("")))

    def _inline(self, text: str, places: Sequence[int], look: Span) -> Iterator[Span]:
        at = 0
        for found in _INLINE.finditer(text):
            yield from self._cut(text[at : found.start()], places[at : found.start()], look)
            yield from self._found(found, places, look)
            at = found.end()
        yield from self._cut(text[at:], places[at:], look)

    def _found(self, found: re.Match[str], places: Sequence[int], look: Span) -> Iterator[Span]:
        name = str(found.lastgroup)
        text, inner = found[name], places[slice(*found.span(name))]
        if name == "break":
            yield Span("\n", "break")
        elif name == "code":
            yield from self._cut(text, inner, replace(look, kind="code"))
        elif name == "escaped":
            yield from self._cut(text, inner, look)
        elif name == "address":
            yield from self._inline(found["words"], places[slice(*found.span("words"))], look)
            if text.startswith(("http://", "https://")):
                yield from self._cut(text, inner, replace(look, kind="address"))
        else:
            slanted = name in ("stressed", "slanted")
            look = replace(look, bold=look.bold or not slanted, slanted=look.slanted or slanted)
            yield from self._inline(text, inner, look)

    def _spans(self, lines: Sequence[Line]) -> tuple[Span, ...]:
        return tuple(self._cut(*_joined(lines), Span("")))

    def _cut(self, text: str, places: Sequence[int], look: Span) -> Iterator[Span]:
        """What is quoted and what is not, apart."""
        for marked, some in groupby(zip(text, places, strict=True), lambda one: one[1] in self.marked):
            yield replace(look, text="".join(letter for letter, _ in some), marked=marked)


def is_markdown(uri: str) -> bool:
    """Whether the file of a document is one of Markdown."""
    return uri.partition("#")[0].lower().endswith((".md", ".markdown"))


def _joined(lines: Sequence[Line]) -> tuple[str, list[int]]:
    """Their text, and where each of its characters stands."""
    places = [line.at + n for line in lines for n in range(len(line.text) + 1)]
    return "\n".join(line.text for line in lines), places[:-1]


def _while(lines: Sequence[Line], at: int, holds: Callable[[int], bool]) -> int:
    """The first line from this one on of which it does not hold."""
    return next((n for n in range(at, len(lines)) if not holds(n)), len(lines))


def _table(lines: Sequence[Line], at: int, *, markdown: bool) -> int:
    """The line behind the table that begins here; 0 where none does. Without a rule and bars at both ends,
    as our loaders write rows, it is lines with as many bars."""
    text = lines[at].text
    if "|" not in text:
        return 0
    if _ROW.fullmatch(text) or _rule(lines, at + 1):
        return _while(lines, at, lambda n: "|" in lines[n].text)
    bars = 0 if markdown else text.count(" | ")
    end = _while(lines, at, lambda n: lines[n].text.count(" | ") == bars) if bars else 0
    return end if end > at + 1 else 0


def _rule(lines: Sequence[Line], at: int) -> bool:
    """Whether this line sets the names of columns off."""
    text = lines[at].text if at < len(lines) else ""
    return "|" in text and "-" in text and not text.strip("|:- \t")


def _cells(line: Line) -> Iterator[Line]:
    line = _stripped(line)
    line = line.cut(line.text.startswith("|"))
    if line.text.endswith("|") and not line.text.endswith("\\|"):
        line = line.cut(0, -1)
    at = 0
    for bar in _BAR.finditer(line.text):
        yield _stripped(line.cut(at, bar.start()))
        at = bar.end()
    yield _stripped(line.cut(at))


def _stripped(line: Line) -> Line:
    return line.cut(len(line.text) - len(line.text.lstrip()), len(line.text.rstrip()))


def _leading(text: str, most: int) -> int:
    """How many characters are blank at its beginning, up to so many."""
    return min(len(text) - len(text.lstrip()), most)


def _indent(text: str) -> int:
    """How far in it begins, in letters."""
    wide = text.expandtabs(4)
    return len(wide) - len(wide.lstrip())


def _named(heading: str) -> int:
    """How many characters of it are left without the signs that may close it. An expression that looks for
    both ends takes cubic time over blanks."""
    text = heading.rstrip()
    bare = text.rstrip("#")
    return len(text if bare == bare.rstrip() and bare else bare.rstrip())
