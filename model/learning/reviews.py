"""What reviewers say of answers in, the latest word and the lessons made of it out, until they are erased."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from model import record
from model.learning import verified
from model.learning.row import Row
from model.record import aware, metadata
from retrieval.passage import FootnoteError

CONFIRMED, CORRECTED, REJECTED = "confirmed", "corrected", "rejected"
# Why an answer was bad: what would have been right is in no document, was not found, was found and written
# down wrongly, has changed since, or may not be read by who asked.
CAUSES = ("not_indexed", "not_retrieved", "miswritten", "outdated", "rights", "other")

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("answer", sa.String(64), primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),  # from 1; the last one counts
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("reviewer", sa.String(64), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("cause", sa.String(16), nullable=False, server_default=""),
    sa.Column("text", sa.Text),  # what would have been right, as the reviewer wrote it; erasable
)

lessons = sa.Table(
    "lessons",  # of answers that were confirmed or corrected
    metadata,
    sa.Column("answer", sa.String(64), primary_key=True),
    sa.Column("line", sa.Text, nullable=False),  # a Row, words and all; the row goes when it is erased
)


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody says of an answer, having seen `turn` words on it before: confirmed, corrected to `text`
    (with markers, or NOT_FOUND), or rejected. `cause` says why it was bad, where it was."""

    answer: str
    verdict: str
    reviewer: str
    turn: int = 0
    cause: str = ""
    text: str = ""
    at: datetime | None = None

    def repeats(self, other: Review) -> bool:
        """Whether `other` is the same word of the same person."""
        mine, theirs = ((one.verdict, one.reviewer, one.cause, one.text) for one in (self, other))
        return mine == theirs


class Overtaken(FootnoteError):
    """Somebody else has reviewed it meanwhile: `by` says who, and what."""

    def __init__(self, by: Review) -> None:
        super().__init__(f"{by.reviewer} has {by.verdict} it meanwhile. Look at it again.")
        self.by = by


def latest(connection: sa.Connection, answer: str) -> Review | None:
    """The word that counts. Its `turn` is how many there are."""
    mine = sa.select(reviews).where(reviews.c.answer == answer).order_by(reviews.c.turn.desc()).limit(1)
    row = connection.execute(mine).first()
    return _review(row) if row else None


def reviewed(connection: sa.Connection) -> dict[str, Review]:
    """The word that counts on each answer that has one."""
    rows = connection.execute(sa.select(reviews).order_by(reviews.c.turn))
    return {row.answer: _review(row) for row in rows}


def put(connection: sa.Connection, review: Review, lesson: Row | None) -> bool:
    """Makes it the word that counts, with the lesson that follows from it in the place of the one before.
    False where it has been said already: whatever comes twice changes nothing.

    Raises Overtaken where somebody has spoken since, and IntegrityError where two do so in one moment: the
    second is to be tried again, and then is overtaken.
    """
    standing = latest(connection, review.answer)
    if standing and standing.turn == review.turn + 1 and review.repeats(standing):
        return False
    if standing and standing.turn != review.turn:
        raise Overtaken(standing)
    values = {name: getattr(review, name) for name in ("answer", "verdict", "reviewer", "cause")}
    values |= {"turn": review.turn + 1, "at": review.at or datetime.now(UTC), "text": review.text or None}
    connection.execute(reviews.insert().values(values))
    connection.execute(lessons.delete().where(lessons.c.answer == review.answer))
    if lesson is not None:
        connection.execute(lessons.insert().values(answer=review.answer, line=lesson.to_line()))
    return True


def kept(connection: sa.Connection) -> dict[str, Row]:
    """All lessons, by the answer that each is of."""
    rows = connection.execute(sa.select(lessons).order_by(lessons.c.answer))
    return {row.answer: Row.of_line(row.line) for row in rows}


def lesson(connection: sa.Connection, answer: str) -> Row | None:
    """The lesson of one answer."""
    line = connection.scalar(sa.select(lessons.c.line).where(lessons.c.answer == answer))
    return Row.of_line(line) if line else None


def holding(connection: sa.Connection, documents: Collection[str]) -> set[str]:
    """The answers of lessons that hold words of these documents."""
    meant = set(documents)
    return {answer for answer, row in kept(connection).items() if row.documents & meant}


def drop(connection: sa.Connection, of: Collection[str]) -> None:
    """Erases the lessons of these answers, and what reviewers wrote of them."""
    for answer in of:
        connection.execute(lessons.delete().where(lessons.c.answer == answer))
        connection.execute(reviews.update().where(reviews.c.answer == answer).values(text=None))


def hush(connection: sa.Connection, answer: str, reviewer: str) -> None:
    """Erases what somebody wrote of an answer; that they reviewed it stays."""
    theirs = (reviews.c.answer == answer) & (reviews.c.reviewer == reviewer)
    connection.execute(reviews.update().where(theirs).values(text=None))


def erase(connection: sa.Connection, documents: Sequence[str]) -> None:
    """Erases what records, reviews and lessons have of these documents, as they leave the index, and those
    that are verified answers. A lesson may hold what its answer was not made with: a verified answer."""
    drop(connection, {*record.erase(connection, documents), *holding(connection, documents)})
    verified.erase(connection, documents)


def wipe(connection: sa.Connection) -> None:
    """Erases what people wrote: corrections, lessons that hold a question or a correction, and verified
    answers."""
    verified.wipe(connection)
    connection.execute(reviews.update().where(reviews.c.text.is_not(None)).values(text=None))
    for answer, row in kept(connection).items():
        if row.question or row.origin == "correction":
            connection.execute(lessons.delete().where(lessons.c.answer == answer))


def _review(row: sa.Row[tuple[str, int, str, str, datetime, str, str]]) -> Review:
    word = (row.answer, row.verdict, row.reviewer, row.turn, row.cause)
    return Review(*word, row.text or "", aware(row.at))
