"""The text of an answer in, what a page shows of it out: paragraphs, lists, tables, code, and runs in them.

Nothing in it is taken for HTML, and the only links are markers whose number is of a citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bot.blocks import grid
from bot.blocks.markup import Run, clean, runs

_CODE = re.compile(r"^```json\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"\s*(?P<sign>[-*•]|\d+[.)])\s+(?P<text>.*)")
_HEADING = re.compile(r"#{1,6}\s+(.*)")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that are shown alike: of a table its rows, of everything else one run after another."""

    kind: Literal["p", "ul", "ol", "code", "table"]
    lines: tuple[tuple[Run, ...], ...] = ()
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    headed: bool = False
    text: str = ""


def parts(text: str) -> list[Part]:
    """All of it, in order."""
    found: list[Part] = []
    for number, bit in enumerate(_CODE.split(clean(text).strip())):
        found += [Part("code", text=bit)] if number % 2 else _written(bit)
    return found


def _written(text: str) -> Iterator[Part]:
    for bit in grid.parts(text):
        if isinstance(bit, grid.Grid):
            rows = tuple(tuple(_joined(cell) for cell in row) for row in bit.rows)
            yield Part("table", rows=rows, headed=bit.headed)
        else:
            yield from _prose(bit)


def _prose(text: str) -> Iterator[Part]:
    """Lines of one kind that follow each other are one part; an empty one ends a paragraph."""
    kind: Literal["p", "ul", "ol", ""] = ""
    lines: list[tuple[Run, ...]] = []
    for line in [*text.split("\n"), ""]:
        now, shown = _line(line)
        if lines and now != kind and kind:
            yield Part(kind, tuple(lines))
            lines = []
        kind = now
        lines += [shown] if now else []


def _line(line: str) -> tuple[Literal["p", "ul", "ol", ""], tuple[Run, ...]]:
    if item := _ITEM.match(line):
        return ("ol" if item["sign"][0].isdigit() else "ul"), _joined(item["text"])
    if heading := _HEADING.match(line):
        return "p", _joined(f"**{heading[1]}**")
    return ("p" if line.strip() else ""), _joined(line)


def _joined(line: str) -> tuple[Run, ...]:
    """Its runs; no marker begins a line by itself, as it stands right behind what it is of."""
    found = runs(line)
    behind = [*found, None][1:]
    return tuple(
        replace(one, text=one.text.rstrip()) if after is not None and after.kind == "marker" else one
        for one, after in zip(found, behind, strict=True)
    )
