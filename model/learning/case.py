"""Answers that were voted on, or that were unsure, in; what a reviewer is shown of them, in order, out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from model import feedback, grounds
from model.answer import Status, Vote
from model.checking.citations import WORDS, markers
from model.checking.meaning import Meaning
from model.checking.support import MARKER
from model.feedback import ballots
from model.learning import optout, reviews
from model.learning.redact import Finder
from model.learning.reviews import Review
from model.record import Record, answers, recorded
from model.writing.prompt import NOT_FOUND
from retrieval.passage import Passage

CORRECTION, DOWN, UP, UNSURE = "correction", "down", "up", "unsure"
NEAR = 0.1  # how near to the threshold an answer was unsure whether the passages carry one
_NEWEST = 2000  # answers that are looked at for being unsure
_EARLY = timedelta(days=1)  # longer than a vote comes before the record of its answer
_REVIEWED = tuple(map(str, (Status.ANSWERED, Status.PARTIAL, Status.DEGRADED, Status.NOT_FOUND)))
_TABLES = "tables"  # it answers from the rows of a table, however sure the search was
_TWICE = re.compile(r"(\[\d+\])(?:\s*\1)+")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for learning here. `everyone`: of some documents, those that everyone may read now; `asked`:
    who asked for an answer and in which channel, as far as that is known; `days`: for which records keep
    words; `slack_text`: whether questions that people wrote in Slack may be learnt from; `unreviewed`:
    whether what people find helpful enters without a review; `finder`: what finds names of people, to be
    redacted before anything is stored."""

    everyone: Callable[[Collection[str]], Collection[str]]
    asked: Callable[[sa.Connection, str], tuple[str, str]] = lambda *_: ("", "")
    days: int = 30
    slack_text: bool = False
    unreviewed: bool = True
    meaning: Meaning = WORDS
    finder: Finder | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An answer and all that is known of it. Its passages are those that the writer was given, in that order;
    votes of people who opted out are not among its votes."""

    record: Record
    passages: tuple[Passage, ...]
    votes: tuple[Vote, ...] = ()
    review: Review | None = None
    asker: str = ""
    channel: str = ""

    @property
    def turn(self) -> int:
        """How many words there have been on it."""
        return self.review.turn if self.review else 0

    @property
    def missed(self) -> bool:
        """Whether nothing was found."""
        return self.record.status == Status.NOT_FOUND

    @property
    def answer(self) -> str:
        """Its text, in which a marker is the number of a passage; NOT_FOUND where it is none."""
        if self.missed:
            return NOT_FOUND
        places = {(one.id, one.document): n for n, one in enumerate(self.passages, 1)}
        cited = {c.number: places.get((c.passage, c.document), 0) for c in self.record.citations}
        return renumbered(self.record.text, cited)

    @property
    def why(self) -> str:
        """Why it is worth a look: the most telling reason; empty where there is none."""
        return _why(self.votes) or (UNSURE if _near(self.record.trail) else "")


def renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """`text` with other numbers in its markers; 0 where there is none for it, which points at no passage."""

    def new(found: re.Match[str]) -> str:
        return "".join(f"[{numbers.get(n, 0)}]" for n in dict.fromkeys(markers(found[0])))

    return _TWICE.sub(r"\1", MARKER.sub(new, text))


def case(connection: sa.Connection, answer: str, terms: Terms) -> Case | None:
    """None where there is no such answer, where it is talk, or JSON, or another answer in another form, or
    where words of it are no longer kept."""
    record = recorded(connection, answer)
    if record is None or not _whole(record):
        return None
    words = grounds.words(connection, answer, terms.days)
    if len(words) < len(record.places):
        return None
    out = optout.out(connection)
    cast = tuple(vote for vote in feedback.votes(connection, answer) if not out.has(vote.voter))
    passages = tuple(words[place] for place in sorted(words))
    return Case(record, passages, cast, reviews.latest(connection, answer), *terms.asked(connection, answer))


def _whole(record: Record) -> bool:
    searched = record.trail.get("sure") is not None and not record.trail.get("attached")
    return bool(record.text and searched and record.status in _REVIEWED and not record.trail.get("schema"))


def waiting(connection: sa.Connection, terms: Terms) -> Generator[str, None, None]:
    """What is worth a look and has not had one: what was corrected, then what did not help, what did, and
    what was unsure; of each the most telling first. A correction that comes after a look asks for another,
    and so does a look of somebody who opted out since. No words are read of any, so that looking on is
    cheap: of some there may be no case (any more)."""
    silent = _silent(connection, ballots.c.voter)
    counts = ballots.c.value.in_(("up", "down")) & ballots.c.voter.not_in(silent)
    void = _last(reviews.reviews.c.reviewer).in_(_silent(connection, reviews.reviews.c.reviewer))
    yield from connection.scalars(_voted(_since(terms), counts, void)).all()
    yield from _unsure(connection, _since(terms), counts, void)


def _silent(connection: sa.Connection, people: sa.Column[str]) -> list[str]:
    """Those in this column who opted out."""
    out = optout.out(connection)
    said = connection.execute(sa.select(people).distinct()).scalars() if out.digests else ()
    return [one for one in said if out.has(one)]


def _last(column: sa.Column[Any]) -> sa.ScalarSelect[Any]:
    """The same of the word that counts on an answer."""
    of = sa.select(column).where(reviews.reviews.c.answer == answers.c.id)
    return of.order_by(reviews.reviews.c.turn.desc()).limit(1).correlate(answers).scalar_subquery()


def queue(connection: sa.Connection, terms: Terms) -> Iterator[Case]:
    """The cases of what waits, in its order."""
    found = (case(connection, one, terms) for one in waiting(connection, terms))
    return (one for one in found if one is not None)


def voted(connection: sa.Connection, terms: Terms) -> dict[str, list[Vote]]:
    """The votes that count on answers whose words may still be kept, of people who did not opt out."""
    return _votes(connection, _since(terms))


def _since(terms: Terms) -> datetime:
    return datetime.now(UTC) - timedelta(days=terms.days)


def _votes(connection: sa.Connection, since: datetime) -> dict[str, list[Vote]]:
    late = sa.select(answers.c.id).where(answers.c.created_at >= since, answers.c.text.is_not(None))
    out, found = optout.out(connection), dict[str, list[Vote]]()
    for vote in feedback.cast(connection, late):
        if not out.has(vote.voter):
            found.setdefault(vote.answer, []).append(vote)
    return found


def _why(votes: Sequence[Vote]) -> str:
    if any(vote.correction for vote in votes):
        return CORRECTION
    values = {vote.value for vote in votes}
    return DOWN if "down" in values else UP if values else ""


def _voted(since: datetime, counts: sa.ColumnElement[bool], void: sa.ColumnElement[bool]) -> sa.Select[str]:
    """Those with votes that count and no look, or none that is not `void`, after their last correction. They
    are found by their votes, of which there are fewer than answers, and which may be a moment earlier than
    the record of theirs."""
    said, look = ballots.c.correction.is_not(None), _last(reviews.reviews.c.at)
    order = sa.func.min(sa.case((said, 0), (ballots.c.value == "down", 1), else_=2))
    late = (answers.c.created_at >= since) & answers.c.text.is_not(None) & (ballots.c.at >= since - _EARLY)
    return (
        sa.select(answers.c.id)
        .join(ballots, ballots.c.answer == answers.c.id)
        .where(late, counts)
        .group_by(answers.c.id)
        .having(look.is_(None) | void | (sa.func.max(sa.case((said, ballots.c.at))) > look))
        .order_by(order, sa.func.count().desc(), answers.c.id)
    )


def _unsure(
    connection: sa.Connection,
    since: datetime,
    counts: sa.ColumnElement[bool],
    void: sa.ColumnElement[bool],
) -> Iterator[str]:
    """Answers without a vote or a look that were near to the threshold, the newest first."""
    late = (answers.c.created_at >= since) & answers.c.text.is_not(None) & answers.c.status.in_(_REVIEWED)
    voted = sa.exists().where(ballots.c.answer == answers.c.id, counts)
    looked = sa.exists().where(reviews.reviews.c.answer == answers.c.id)
    unseen = late & (answers.c.writer != _TABLES) & ~voted & (~looked | void)
    query = sa.select(answers.c.id, answers.c.trail).where(unseen)
    newest = query.order_by(answers.c.created_at.desc()).limit(_NEWEST)
    with connection.execute(newest, execution_options={"yield_per": 50}) as rows:
        for answer, trail in rows:
            if _near(json.loads(trail or "{}")):
                yield answer


def _near(trail: Mapping[str, Any]) -> bool:
    sure = trail.get("sure")
    return sure is not None and abs(sure - trail["threshold"]) < NEAR
