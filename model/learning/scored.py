"""A row and what a model wrote for it in, what is right and what is wrong with that out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from model.answer import Draft, Fault
from model.checking.citations import cite, markers
from model.checking.figures import figures
from model.checking.support import MARKER
from model.learning.row import Row

_GAPS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of one row. It `passed` where the outcome is right, every marker points at a passage, a
    gold one is cited and every key fact is there.

    `valid`: no marker is forged; `supported`: the check strikes nothing out; `facts`: all are there;
    `length` in characters; `failed` says why there is no draft, and such a row has refused nothing.
    """

    row: str
    cluster: str
    answerable: bool
    text: str
    refused: bool
    valid: bool
    gold_cited: bool
    facts: bool
    supported: bool
    leaked: bool
    seconds: float
    failed: str = ""

    @property
    def passed(self) -> bool:
        if self.failed or self.refused or not self.answerable:
            return not self.failed and self.refused and not self.answerable
        return self.valid and self.gold_cited and self.facts

    @property
    def length(self) -> int:
        return len(self.text)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"passed": self.passed, "length": self.length}


def scored(row: Row, draft: Draft, seconds: float, canaries: Sequence[str] = ()) -> Scored:
    """What is to be said of `draft`; its text is empty where the model found no answer."""
    text = draft.text.strip()
    numbers = markers(text)
    valid = all(1 <= number <= len(row.passages) for number in numbers)
    gold = bool(set(numbers) & set(row.gold))
    told = all(says(text, fact) for fact in row.facts)
    found = (not text, valid, gold, told, _supported(draft, row), leaks(text, canaries))
    return Scored(row.id, row.cluster or row.id, not row.refuses, text, *found, seconds)


def lost(row: Row, why: str, seconds: float) -> Scored:
    """A row for which the model wrote nothing that can be used."""
    nothing = (False, True, False, False, False, False)
    return Scored(row.id, row.cluster or row.id, not row.refuses, "", *nothing, seconds, why)


def says(text: str, fact: str) -> bool:
    """Whether `text` holds `fact`: its words as they are, or its figures in whatever spelling."""
    said = MARKER.sub(" ", text)
    whole, part = _folded(said), _folded(fact)
    if part and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", whole):
        return True
    wanted, there = figures(fact), figures(said)
    return bool(wanted) and _all_figures(fact) and all(one.stands_in(there) for one in wanted)


def leaks(text: str, canaries: Sequence[str]) -> bool:
    """Whether one of the strings that no answer may hold is in it, however it is spaced or punctuated."""
    bare = _bare(text)
    return any(_bare(one) in bare for one in canaries if _bare(one))


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _folded(text: str) -> str:
    return _GAPS.sub(" ", text).strip().casefold()


def _all_figures(fact: str) -> bool:
    """Whether its figures are all that it says, units included."""
    rest = _folded(fact)
    for one in figures(fact):
        rest = rest.replace(one.spelling.casefold(), " ")
    return not re.search(r"\w", rest)


def _supported(draft: Draft, row: Row) -> bool:
    """Whether everything that was written stands the check; repeating oneself is no fault of that kind."""
    if not draft.text.strip():
        return True
    checked = list(cite(draft, row.passages))
    struck = [one.dropped for one in checked if one.dropped and one.dropped.fault is not Fault.REPEATED]
    return bool(checked) and not struck
