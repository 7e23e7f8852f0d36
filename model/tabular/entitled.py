"""A question of how much of something a person gets in, whether prose says it out: no count of rows does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from model.checking.figures import figures
from model.sentences import sentences
from model.tabular.asking import Asked, alike
from retrieval.terms import STOP, words

_OF_ME = re.compile(  # how many desks do I get, are we given, darf ich nehmen; not: how many desks do we have
    r"\b(?:do|can|may|might|could|should|shall|will|would|am|have) i\b|\b(?:for|to) me\b|"
    r"\b(?:do|does|can|may|might|could|should|will|would|are|is|have|has)\s(?:we|you|people|staff|employees|"
    r"everybody|everyone|somebody|someone|an? \w+|each \w+|each of us)\s(?:\w+\s){0,2}?"
    r"(?:get|given|take|taken|receive|allowed|entitled|granted|due|claim)\b|"
    r"\b(?:habe|hab|bekomme|kriege|erhalte|darf|kann|nehme) ich\b|\bsteh(?:en|t) (?:mir|uns|einem)\b|"
    r"\b(?:bekommen|kriegen|erhalten|dürfen) wir\b|\b(?:bekommt|kriegt|erhält|darf) (?:man|jede[rs]?)\b"
)
_TO_YOU = re.compile(  # who a sentence of rules speaks to or of
    r"\b(?:you|your|we|our|everybody|everyone|every|each|all|any|employees?|staff|people|entitle\w*|du|dir|dein\w*|"
    r"sie|ihnen|ihr\w*|wir|unser\w*|uns|jede[rsmn]?|alle|mitarbeite\w*|beschäftigte\w*|anspruch)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_IS = frozenset("is are to includes amounts comes totals equals beträgt betragen ist sind umfasst".split())
_NEAR = 6  # words of what has a figure, before "is"
_UNITS = frozenset(
    "hour hours day days week weeks month months stunden tag tage tagen woche wochen monat monate".split()
)
_JOINS = frozenset("of von the der des den".split())  # 28 days of the annual holiday
_ABOUT = frozenset("about around exactly least currently now mindestens derzeit etwa rund genau".split())
_ADJECTIVES = 2  # before what a figure is of: days of paid annual holiday
_APART = STOP | frozenset("per each in im am an auf bei für pro je mit vor nach ein eine einer eines".split())
_CLAUSE = re.compile(r"[,;()]|[.!?]\s")


def entitles(question: str, texts: Iterable[str]) -> bool:
    """Whether `question` is how many of something a person gets, and a sentence says so: "You have 28 days of
    paid holiday"."""
    found = _OF_ME.search(asked := question.casefold())
    wanted = Asked(asked[: found.start()]).counted() if found else []  # also which: public holidays
    said = (text[start:end].casefold() for text in texts if wanted for start, end in sentences(text))
    return any(_says(wanted, one) for one in said)


def _says(wanted: Sequence[str], sentence: str) -> bool:
    clauses = _CLAUSE.split(sentence) if _TO_YOU.search(sentence) else []
    return any(_figured(wanted, said, n) for said in map(words, clauses) for n in range(len(said)))


def _figured(wanted: Sequence[str], said: Sequence[str], n: int) -> bool:
    """Whether the word at `n` is a figure, and of what is wanted: right behind it, or before "is"."""
    if _YEAR.fullmatch(said[n]) or not any(not one.loose for one in figures(said[n])):
        return False
    if _has(wanted, _counted(said[n + 1 :], len(wanted))):
        return True
    before = said[max(0, n - _NEAR) : n]
    verb = list(takewhile(lambda word: word in STOP | _IS | _ABOUT, reversed(before)))
    return not _IS.isdisjoint(verb) and _has(wanted, before)


def _counted(behind: Sequence[str], long: int) -> list[str]:
    """What a figure is of, by the words behind it: holidays, paid holidays, days of paid holiday; never what
    stands in, at or per something else."""
    found = list(takewhile(lambda word: word in _JOINS or word not in _APART, behind))
    unit = next((n for n, word in enumerate(found[:_ADJECTIVES]) if word in _UNITS), -1)
    rest = [word for word in found[unit + 1 :] if word not in _JOINS]
    if unit < 0:
        return rest[: 1 + long]
    return found[: unit + 1] + rest[: _ADJECTIVES + long]


def _has(wanted: Sequence[str], said: Sequence[str]) -> bool:
    return all(any(alike(one, other) for other in said) for one in wanted)
