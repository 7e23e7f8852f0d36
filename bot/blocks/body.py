"""The text of an answer in, pieces of a message out: paragraphs, lists, tables, each with its plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.blocks import grid
from bot.blocks.markup import Table, mrkdwn, rich, runs, spoken, words
from bot.posting.post import Message

Block = dict[str, Any]

_SPLIT = re.compile(r"(?<=\n\n)|(?<=[.!?\]]\s)(?=[^\s\[])")
_ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+(.*)")
_CODE = re.compile(r"^```json\n(.*?)\n```$", re.DOTALL | re.MULTILINE)  # no checked sentence is such a line
_HEADING = re.compile(r"#{1,6}\s+(.*)")


def pieces(text: str, table: Table, limit: int) -> Iterator[Message]:
    """Pieces whose plain text has at most `limit` characters, cut where a paragraph, sentence or row ends."""
    for number, bit in enumerate(_CODE.split(text)):
        yield from _code(bit, limit) if number % 2 else _written(bit, table, limit)


def _written(text: str, table: Table, limit: int) -> Iterator[Message]:
    for part in grid.parts(text):
        if isinstance(part, grid.Grid):
            for some in grid.cut(part, limit):
                yield from _table(some, table, limit)
        elif part.strip():
            yield from (prose(bit, table) for bit in _cut(part.strip(), limit))


def _code(text: str, limit: int) -> Iterator[Message]:
    """Lines to be copied, to the letter: a block of code has neither links nor mentions."""
    for some in _lines(text, limit - 10):
        said = {"type": "rich_text_preformatted", "elements": [words(some)]}
        plain = mrkdwn(some).replace("```", "'''")
        yield Message(f"```\n{plain}\n```", ({"type": "rich_text", "elements": [said]},))


def _lines(text: str, limit: int) -> Iterator[str]:
    """Pieces of whole lines, as far as a line fits."""
    piece = ""
    for line in text.split("\n"):
        for at in range(0, len(line) or 1, limit // 5):
            bit = line[at : at + limit // 5]
            if piece and len(mrkdwn(piece)) + len(mrkdwn(bit)) >= limit:
                yield piece
                piece = ""
            piece = f"{piece}\n{bit}" if piece else bit
    yield piece


def _table(some: grid.Grid, table: Table, limit: int) -> Iterator[Message]:
    """The block; of a single row, or one that fits no message, its cells in a line."""
    plain = grid.aligned(some)
    if len(some.rows) > 1 and len(plain) <= limit:
        yield Message(plain, (grid.block(some, table),))
        return
    for row in some.rows:
        line = " · ".join(cell for cell in row if cell)
        yield from (prose(bit, table) for bit in _cut(line, limit))


def prose(text: str, table: Table) -> Message:
    """Paragraphs and lists; bold, code and markers are the only markup, and only markers are links."""
    elements: list[Block] = []
    for line in text.split("\n"):
        item, heading = _ITEM.match(line), _HEADING.match(line)
        if item:
            _add_item(elements, "ordered" if line.strip()[0].isdigit() else "bullet", item.group(1), table)
        else:
            shown = runs(f"**{heading.group(1)}**" if heading else line)
            inside = [*rich(shown, table), words("\n")]
            elements.append({"type": "rich_text_section", "elements": inside})
    return Message(plainly(text), ({"type": "rich_text", "elements": elements},))


def _add_item(elements: list[Block], style: str, text: str, table: Table) -> None:
    row = {"type": "rich_text_section", "elements": rich(runs(text), table)}
    if elements and elements[-1].get("style") == style:
        elements[-1]["elements"].append(row)
    else:
        elements.append({"type": "rich_text_list", "style": style, "elements": [row]})


def plainly(text: str) -> str:
    """Its lines in mrkdwn, without the signs of Markdown."""
    return "\n".join(spoken(runs(_HEADING.sub(r"\1", line))) for line in text.split("\n"))


def _cut(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters, cut after a paragraph or a sentence where there is one."""
    piece, size = "", 0
    for bit in _SPLIT.split(text):
        size += len(plainly(bit))
        if size <= limit:
            piece += bit
            continue
        if piece.strip():
            yield piece.strip()
        while len(plainly(bit)) > limit:  # words without an end: cut so that even escaped they fit
            yield bit[: limit // 5]
            bit = bit[limit // 5 :]
        piece, size = bit, len(plainly(bit))
    if piece.strip():
        yield piece.strip()
