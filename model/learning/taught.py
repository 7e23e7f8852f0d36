"""A verified answer in, what is learnt from it and measured on it out; each only by its rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from model import grounds
from model.learning import reviews
from model.learning.asked import anew
from model.learning.case import Case, Terms
from model.learning.correction import Unfit, corrected
from model.learning.lesson import NoLesson, row
from model.learning.redact import Redaction
from model.learning.reviews import CORRECTED, Review
from model.learning.row import Row
from model.learning.verified import Verified
from model.record import recorded
from retrieval.passage import Passage


def taught(connection: sa.Connection, one: Verified, passages: Sequence[Passage], terms: Terms) -> Row | None:
    """The question, the passages of the verified answer before those that were found without it, and the
    answer. The question is empty where its words may not be used. None where not everyone may read it, or
    nothing of it can be cited."""
    record = recorded(connection, one.answer)
    if record is None:
        return None
    words = grounds.words(connection, one.answer, terms.days)
    found = tuple(words[place] for place in sorted(words))
    of = Case(record, (*passages, *found), asker=one.asker, channel=one.channel)
    try:
        text = corrected(one.text, tuple(passages), terms.meaning)
        made = row(of, text, "correction", terms)
    except (NoLesson, Unfit):
        return None
    people = tuple(sorted({*made.people, one.expert}))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return replace(made, people=people, reviewer=one.expert, rights="consented", made_at=at)


def learn(connection: sa.Connection, made: Row, terms: Terms, *, again: bool = False) -> None:
    """Keeps it as a lesson, by its expert's word; doing so again changes nothing. `again`: what somebody else
    has said of it stands."""
    standing = reviews.latest(connection, made.answer_id)
    told = (made.answer_id, CORRECTED, made.reviewer, standing.turn if standing else 0, "not_indexed")
    word = Review(*told, text=made.answer)
    mine = standing is None or (standing.reviewer, standing.cause) == (word.reviewer, word.cause)
    if (mine or not again) and not (standing and standing.repeats(word)):
        reviews.put(connection, word, Redaction(terms.finder).row(made))


def measured(made: Row, source: str, terms: Terms) -> Row | None:
    """The golden item: with a question that nobody asked where its words may not be used. None where there is
    none to be made."""
    if made.question:
        return Redaction(terms.finder).row(made)
    bare = [replace(p, title="", heading=()) if p.source == source else p for p in made.passages]
    again = anew(replace(made, passages=tuple(bare)))
    return Redaction(terms.finder).row(again) if again else None
