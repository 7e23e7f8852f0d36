"""The same frozen questions to base and adapter, with passages and without, in; what each is good for out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from model.answer import Draft
from model.checking.citations import check
from model.checking.support import MARKER
from model.learning.evaluate import THREADS, asked, share
from model.learning.plot import Bar, drawn
from model.learning.row import Row
from model.learning.scored import says
from model.sentences import sentences
from model.writing.prompt import NOT_FOUND
from model.writing.tokens import at_most

ALONE = (
    "Answer the question of a company's employee in at most six short sentences, in its language.\n"
    f"If you do not know the answer, reply with {NOT_FOUND} and nothing else."
)
Ask = Callable[[Row], Draft]
Count = Callable[[str, Row, bool], int]  # answer, row, whether with passages -> tokens in and out


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the four: who is asked, and whether with the passages."""

    model: str
    retrieval: bool
    ask: Ask
    count: Count

    @property
    def name(self) -> str:
        return f"{self.model} {'+ retrieval' if self.retrieval else 'alone'}"


@dataclass(frozen=True, slots=True)
class Told:
    """What one cell said to one row. `right`: refused exactly where no passage carries the answer, else every
    key fact is said; markers are not asked for, since who has no passages has none. `supported`: the passages
    carry every sentence, whatever it cites."""

    row: str
    right: bool
    refused: bool
    supported: bool
    tokens: int
    seconds: float
    text: str


def told(cell: Cell, rows: Sequence[Row]) -> list[Told]:
    """The rows as one cell answers them, in order."""
    with ThreadPoolExecutor(THREADS, "grid") as pool:
        return list(pool.map(lambda row: _told(cell, row), rows))


def _told(cell: Cell, row: Row) -> Told:
    began = perf_counter()
    draft = asked(row, cell.ask)
    seconds = perf_counter() - began
    text = draft.text.strip() if draft else ""
    refused = draft is not None and not text
    right = refused if row.refuses else bool(text) and all(says(text, fact) for fact in row.facts)
    tokens = cell.count(text, row, cell.retrieval)
    return Told(row.id, right, refused, bool(text) and carried(text, row), tokens, seconds, text)


def carried(text: str, row: Row) -> bool:
    """Whether the passages of `row` together carry every sentence of `text`, as the check has it."""
    every = "".join(f"[{n}]" for n in range(1, len(row.passages) + 1))
    said = [MARKER.sub(" ", text[start:end]).strip() for start, end in sentences(text)]
    said = [one for one in said if any(c.isalnum() for c in one)]
    return bool(said) and all(check(f"{one} {every}", row.passages).ok for one in said)


def guessed(text: str, messages: Sequence[dict[str, str]]) -> int:
    """Tokens in and out where the server does not count them."""
    return at_most(text) + sum(at_most(one["content"]) for one in messages)


def figures(cell: Cell, said: Sequence[Told]) -> dict[str, Any]:
    """A line of the table."""
    answered = [one for one in said if one.text]
    return {
        "cell": cell.name,
        "right": share(one.right for one in said),
        "supported": share(one.supported for one in answered),
        "refused": share(one.refused for one in said),
        "tokens": round(float(np.mean([one.tokens for one in said])), 1) if said else 0.0,
        "p50_s": round(float(np.median([one.seconds for one in said])), 3) if said else 0.0,
    }


def table(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """As Markdown: shares with their 95 % intervals, means, medians."""
    yield "| | right | supported, of the answered | refused | tokens | seconds |\n|---|---|---|---|---|---|"
    for one in lines:
        shares = " | ".join(_percent(one[name]) for name in ("right", "supported", "refused"))
        yield f"| {one['cell']} | {shares} | {one['tokens']:.0f} | {one['p50_s']:.2f} |"


def _percent(given: dict[str, float]) -> str:
    low, high = 100 * given["low"], 100 * given["high"]
    return f"{100 * given['share']:.0f} % ({low:.0f} to {high:.0f})" if given["of"] else "-"


def picture(lines: Sequence[dict[str, Any]]) -> str:
    """Right and supported of each cell, with their intervals."""
    bars = []
    for name, colour in (("right", "#2e7d4f"), ("supported", "#2f5f9e")):
        for one in lines:
            given = one[name]
            where = (given["low"], given["share"], given["high"])
            bars.append(Bar(f"{one['cell']}: {name}", *where, f"{100 * given['share']:.0f} %", None, colour))
    return drawn("The same questions, four ways", bars)
