"""A question in, the time it asks about out; passages of a document in, from when on it says to hold.

Times are years, months or days as ISO writes them ("2023", "2023-03", "2023-03-01"), and compare as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from model.checking.figures import figures
from retrieval.passage import Passage
from retrieval.terms import terms

_TIME = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}")
_DOTTED = re.compile(r"(\d{1,2})\.\d{1,2}\.\d{2,4}")
_BEYOND = re.compile(
    r"\b(?:since|before|after|until|till|by|from|than|with|seit|vor|nach|bis|ab|als|mit)\s(?:the\s|dem\s|der\s)?\Z",
    re.IGNORECASE,
)
_YEAR = re.compile(  # what stands before a number that is a year: room 2023 is none
    r"(?:\A|[(,?]|\b(?:in|im|of|for|during|from|year|the|our|my|that|this|jahr|jahre|jahres|des|der|die|das|den|dem|"
    r"von|aus|für|unsere?[rn]?|meine?[rn]?))\W*\Z",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:effective\b|stand:|(?:with effect|in force|in effect|valid|appl(?:y|ies|icable)|gültig|wirksam|"
    r"gilt|gelten|in kraft)\s(?:\w+\s){0,2}?(?:from|since|as of|on|ab|seit|zum|vom|am)\b)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till|through|to|bis)\b", re.IGNORECASE)
_NEAR = 40  # characters behind "valid from" in which its date stands
_BEGINNING = 1000  # characters of a document in which it says from when on it holds


def then(question: str) -> str:
    """The one time at which something is asked about; "" where none is named, or several, or since one."""
    line = question.rpartition("\n")[2]
    found = list(_times(line))
    if len({time for time, _, _ in found}) != 1:
        return ""
    time, _, start = found[0]
    before = line[:start]
    return "" if _BEYOND.search(before) or not (len(time) > 4 or _YEAR.search(before)) else time


def told(passages: Sequence[Passage]) -> str:
    """From when on a document holds, as its title or its beginning says; "" where they do not."""
    titled = next((time for one in passages for time, _, _ in _times(one.title)), "")
    return titled or next((time for one in passages for time in _effective(one)), "")


def since(passages: Sequence[Passage]) -> str:
    """The same, or when it was last changed."""
    changed = [one.updated_at.date().isoformat() for one in passages if one.updated_at]
    return told(passages) or max(changed, default="")


def begun(time: str, by: str) -> bool:
    """Whether `time` comes before the end of `by`."""
    return bool(time) and (time <= by or time.startswith(by))


def named(question: str, passage: Passage) -> frozenset[str]:
    """Terms of the time that is asked about, where the passage's document says to hold then: it speaks of
    that time without a word on it."""
    if not (at := then(question)) or not begun(told([passage]), at):
        return frozenset()
    return frozenset(term for _, written, _ in _times(question) for term in terms(written))


def _effective(passage: Passage) -> Iterator[str]:
    if passage.start > _BEGINNING:
        return
    for match in _HOLDS.finditer(passage.text[:_BEGINNING]):
        behind = _UNTIL.split(passage.text[match.end() : match.end() + _NEAR])[0]
        yield from (time for time, _, _ in _times(behind))


def _times(text: str) -> Iterator[tuple[str, str, int]]:
    """Each as ISO writes it, as it is written, and where."""
    for figure in figures(text):
        found = sorted(value for value in figure.values if _TIME.fullmatch(value))
        if dotted := _DOTTED.fullmatch(figure.spelling):  # the day comes first
            found = [value for value in found if value.endswith(f"-{int(dotted[1]):02}")] or found
        if found and not figure.unit:
            yield found[0], figure.spelling, figure.start
