"""A reviewer's word in; it written down, with the lesson that follows from it, out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa

from model.learning import reviews
from model.learning.case import Case, Terms, case
from model.learning.correction import corrected
from model.learning.lesson import NoLesson, row
from model.learning.redact import Redaction
from model.learning.reviews import CAUSES, CONFIRMED, CORRECTED, REJECTED, Review
from model.learning.row import Row
from model.record import recorded
from retrieval.passage import FootnoteError

_ORIGIN = {CONFIRMED: "confirmed", CORRECTED: "correction"}


class NotReviewable(FootnoteError):
    """There is nothing to review, or the word is none; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a word: `lesson`, or `without`, why none is learnt of an answer that is now right.
    `new`: it was not said already."""

    review: Review
    lesson: Row | None = None
    without: str = ""
    new: bool = True


def judge(connection: sa.Connection, word: Review, terms: Terms) -> Judged:
    """Writes it down. Raises NotReviewable, Unfit for a correction that the passages do not carry, and what
    `reviews.put` raises."""
    of = case(connection, word.answer, terms)
    if of is None and (word.verdict != REJECTED or recorded(connection, word.answer) is None):
        raise NotReviewable("There is no such answer, or its words are not kept any more.")
    if word.verdict not in (CONFIRMED, CORRECTED, REJECTED):
        raise NotReviewable("An answer is confirmed, corrected or rejected.")
    if word.verdict == REJECTED and word.cause not in CAUSES:
        raise NotReviewable(f"Say why it is bad: {', '.join(CAUSES)}.")
    if of is not None and word.verdict == CORRECTED:
        word = replace(word, text=corrected(word.text, of.passages, terms.meaning))
    lesson, without = _lesson(of, word, terms)
    return Judged(word, lesson, without, reviews.put(connection, word, lesson))


def _lesson(of: Case | None, word: Review, terms: Terms) -> tuple[Row | None, str]:
    """The row, or why there is none."""
    if of is None or word.verdict == REJECTED:
        return None, ""
    answer = word.text if word.verdict == CORRECTED else of.answer
    try:
        made = Redaction(terms.finder).row(
            row(of, answer, _ORIGIN[word.verdict], terms)
        )  # before it is stored
    except NoLesson as why:
        return None, str(why)
    return replace(made, reviewer=word.reviewer, made_at=datetime.now(UTC).isoformat()), ""
