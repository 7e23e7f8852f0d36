"""Passages of a document in, what a page shows of it out: what is quoted, marked in its context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.pages.markdown import Block, blocks, is_markdown
from retrieval.passage import Passage

_RULE = "-|-"  # below the names of columns that a later part of a table brings along


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands under one heading, which is empty where there is none."""

    heading: str
    blocks: tuple[Block, ...]


def stretches(passages: Sequence[Passage], quoted: range = range(0)) -> list[Stretch]:
    """The passages of a document one after another, its characters `quoted` marked."""
    found, end = list[Stretch](), 0
    for path, some in groupby(passages, lambda one: one.heading):
        text, marked, end = _joined(list(some), quoted, end)
        if text:
            whole = bool(found) or not passages[0].start  # else it may begin in the middle of code
            read = blocks(text, marked, markdown=is_markdown(passages[0].document), whole=whole)
            found.append(Stretch(path[-1] if path else "", read))
    return found


def _joined(passages: Sequence[Passage], quoted: range, end: int) -> tuple[str, range, int]:
    """Their text from character `end` of the document on, what of it is quoted, and where it ends."""
    text, marked, gap = "", list[int](), ""
    if passages[0].lead and passages[0].start >= end:
        text = f"{passages[0].lead}\n{_RULE}\n" if "|" in passages[0].lead else f"{passages[0].lead}\n"
    for n, one in enumerate(passages):
        start, new = max(one.start, end), one.text[max(end - one.start, 0) :]
        if not new:
            continue  # said already
        text += _between(gap, start - end) if n else ""
        shift = len(text) - start
        text, end, gap = text + new, start + len(new), one.gap
        first, last = max(quoted.start, start), min(quoted.stop, end)
        marked += [first + shift, last + shift] if first < last else []
    return text, range(marked[0], marked[-1]) if marked else range(0), end


def _between(gap: str, wide: int) -> str:
    """What stands between two passages; a paragraph ends where something is left out."""
    return gap if len(gap) == wide else "\n" * min(wide, 2)
