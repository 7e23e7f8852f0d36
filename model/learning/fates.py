"""Votes in, what becomes of each out: learnt from as it was asked, with a question made anew, or why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from model import feedback
from model.learning import optout, reviews
from model.learning.case import Terms, case
from model.learning.lesson import NoLesson, lessons, row, unreviewed
from model.learning.reviews import REJECTED, Review
from model.learning.row import Row

WAITS, REJECTED_ANSWER = "wait for a review", "are on answers that were rejected"
GONE, CLOSED = "are on answers whose words are not kept", "rest on what not everyone may read"
OUT = "are of people who opted out"
REVIEWER_OUT = "were reviewed by people who opted out, and wait again"


@dataclass(frozen=True, slots=True)
class Fates:
    """How many votes there are, how many are learnt from with the question that was asked, how many with one
    made anew, and why the others are not."""

    votes: int
    as_asked: int
    anew: int
    others: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        left = sum(self.others.values())
        why = ", ".join(f"{count} {reason}" for reason, count in self.others.items())
        said = f"{self.votes} votes: {self.as_asked} usable as asked, {self.anew} with regenerated questions"
        return f"{said}, {left} not{f', because {why}' if why else ''}."


@dataclass(frozen=True, slots=True)
class Placed:
    """Answers that are learnt from as they were asked, those whose question is made anew, and why others that
    might be are not."""

    as_asked: frozenset[str] = frozenset()
    anew: frozenset[str] = frozenset()
    left: Mapping[str, str] = field(default_factory=dict)


def fates(connection: sa.Connection, terms: Terms, placed: Placed | None = None) -> Fates:
    """Of every vote that counts. `placed`: as a dataset has been built; without it, as one would be."""
    out, cast = optout.out(connection), feedback.every(connection)
    placed = placed or _planned([*lessons(connection, terms), *unreviewed(connection, terms)])
    why, found = _Why(connection, terms), Counter[str]()
    as_asked = anew = 0
    for vote in cast:
        if out.has(vote.voter):
            found[OUT] += 1
        elif vote.answer in placed.as_asked | placed.anew:
            as_asked, anew = as_asked + (vote.answer in placed.as_asked), anew + (vote.answer in placed.anew)
        else:
            found[placed.left.get(vote.answer) or why(vote.answer)] += 1
    return Fates(len(cast), as_asked, anew, dict(found.most_common()))


def _planned(rows: Sequence[Row]) -> Placed:
    asked = frozenset(one.answer_id for one in rows if one.question)
    return Placed(asked, frozenset(one.answer_id for one in rows) - asked)


class _Why:
    """Why nothing is learnt from an answer, each looked at once."""

    def __init__(self, connection: sa.Connection, terms: Terms) -> None:
        self._connection, self._terms = connection, terms
        self._looked, self._known = reviews.reviewed(connection), dict[str, str]()
        self._out = optout.out(connection)

    def __call__(self, answer: str) -> str:
        if answer not in self._known:
            self._known[answer] = self._of(answer)
        return self._known[answer]

    def _of(self, answer: str) -> str:
        word = self._looked.get(answer)
        if word and word.verdict == REJECTED and not self._out.has(word.reviewer):
            return REJECTED_ANSWER
        of = case(self._connection, answer, self._terms)
        if of is None:
            return GONE
        if self._out.has(of.asker):
            return OUT
        try:
            row(of, of.answer, "votes", self._terms)
        except NoLesson:
            return CLOSED
        return self._after(word, reviews.lesson(self._connection, answer)) if word else WAITS

    def _after(self, word: Review, lesson: Row | None) -> str:
        """Why nothing is learnt from an answer that was reviewed, and that may be learnt from."""
        if self._out.has(word.reviewer):
            return REVIEWER_OUT
        return OUT if lesson and self._out.any(lesson.people) else CLOSED


def disliked(connection: sa.Connection, terms: Terms) -> list[Row]:
    """Answers as they were given that a reviewer corrected, or rejected because they were written down
    wrongly: as long as their words are kept, and of what everyone may read. They teach by contrast only. That
    nothing was found is wrong only where what was given carried the answer, not where an expert knew it."""
    out, found = optout.out(connection), list[Row]()
    for answer, word in reviews.reviewed(connection).items():
        wrong = word.verdict == reviews.CORRECTED or word.cause == "miswritten"
        of = case(connection, answer, terms) if wrong else None
        if of is None or of.answer == word.text or (of.missed and word.cause != "miswritten"):
            continue
        try:
            made = row(of, of.answer, "votes", terms)
        except NoLesson:
            continue
        if not out.any((*made.people, of.asker, word.reviewer)):
            found.append(made)
    return found
