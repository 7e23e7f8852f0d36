"""Somebody who is to be told what came of a question or a correction in, the row that sees to it out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from bot.events.changed import CHANGED
from bot.events.row import Row, made
from bot.learning.gaps import Gap, Missed
from bot.state import inbox
from model.answer import Vote
from model.learning import optout, reviews, verified
from model.learning.reviews import Review
from model.learning.row import Row as Lesson
from model.learning.verified import Verified

ANSWER, CORRECTION, DUE, FILLED = "answer", "correction", "due", "filled"  # what it is about
_LATER = "later"  # the state of a row that nobody runs until `again`


def values(row: Row) -> dict[str, object]:
    """As the inbox keeps it."""
    return {
        "event_id": row.event_id, "kind": row.kind, "team": row.team, "channel": row.channel,
        "message_ts": row.message_ts or None, "thread_ts": row.thread_ts, "person": row.person,
        "direct": row.direct, "text": row.text, "payload": json.dumps(dict(row.payload)),
        "state": "received", "attempts": 0, "received_at": time.time(),
    }  # fmt: skip


def others(connection: sa.Connection, one: Verified, every: Iterable[Gap]) -> None:
    """Whoever else asked the same is to be told of a verified answer: once, where they asked it last."""
    same = next((gap.asked for gap in every if any(asked.answer == one.answer for asked in gap.asked)), ())
    told = {one.asker, one.expert}
    for asked in same:
        if asked.person in told:
            continue
        told.add(asked.person)
        payload = {"what": ANSWER, "answer": one.answer}
        owe(connection, _there(made("told", one.answer, one.reply, asked.person), asked, payload))


def filled(connection: sa.Connection, asked: Missed, document: str) -> None:
    """Who asked it is to be told, once, that a document may answer it now, where they asked it."""
    payload = {"what": FILLED, "document": document}
    owe(connection, _there(made("filled", asked.answer), asked, payload))


def corrector(connection: sa.Connection, vote: Vote) -> None:
    """Who wrote what would have been right is to be told, once for each answer, what a review made of it."""
    payload = {"what": CORRECTION, "answer": vote.answer, "at": vote.at.isoformat()}
    owe(connection, _row(made("told", vote.answer, vote.voter), vote.voter, ("", ""), payload, direct=True))


def reminder(connection: sa.Connection, one: Verified) -> None:
    """Who verified an answer is to be asked whether it still holds, once for each day on which it was due."""
    payload = {"what": DUE, "answer": one.answer}
    id = made("due", one.answer, one.due.isoformat())
    owe(connection, _row(id, one.expert, ("", ""), payload, direct=True))


def look(connection: sa.Connection, one: Verified, at: str = "") -> None:
    """Its reply is to be looked at once more: what happened to it before it was kept, nobody took down; or
    `at` some moment, what happened until then."""
    id, payload = made("kept", one.answer, one.reply, *filter(None, [at])), {"ts": one.reply}
    owe(connection, Row(id, "", one.channel, "", "", "", direct=False, kind=CHANGED, payload=payload))


def owe(connection: sa.Connection, row: Row) -> None:
    """In the transaction that it tells of; once, whatever is done twice."""
    known = sa.select(inbox.c.event_id).where(inbox.c.event_id == row.event_id)
    if connection.execute(known).first() is None:
        connection.execute(inbox.insert().values(values(row)))


def later(connection: sa.Connection, event_id: str) -> None:
    """What a row asks for could not be done now."""
    connection.execute(inbox.update().where(inbox.c.event_id == event_id).values(state=_LATER))


def again(connection: sa.Connection) -> None:
    """What was to be done later is to be done, once where it is the same: as new rows, since the work of the
    old ones is over."""
    waits = inbox.c.state == _LATER
    rows = connection.execute(sa.select(inbox).where(waits)).all()
    for row in {(row.kind, row.channel, row.payload): row for row in rows}.values():
        payload, id = json.loads(row.payload), made("again", row.event_id)
        told = Row(id, row.team, row.channel, "", "", "", direct=False, kind=row.kind, payload=payload)
        owe(connection, told)
    connection.execute(inbox.update().where(waits).values(state="final", payload=None))


@dataclass(frozen=True, slots=True)
class Owed:
    """What there is to tell, when it is told."""

    engine: sa.Engine

    def answer(self, id: str) -> Verified | None:
        """The verified answer, if it still stands."""
        with self.engine.connect() as connection:
            return verified.of(connection, id)

    def review(self, answer: str) -> tuple[Review | None, Lesson | None]:
        """What was said of an answer last, and what is learnt of it."""
        with self.engine.connect() as connection:
            return reviews.latest(connection, answer), reviews.kept(connection).get(answer)

    def out(self, person: str) -> bool:
        """Whether they want nothing of theirs used."""
        with self.engine.connect() as connection:
            return optout.out(connection).has(person)


def _there(id: str, asked: Missed, payload: dict[str, str]) -> Row:
    """What somebody is told where they asked; of a command, which only they saw, in a direct message."""
    by_command = not asked.message_ts
    place = ("", "") if by_command else (asked.channel, asked.thread_ts)
    return _row(id, asked.person, place, payload, direct=asked.direct or by_command)


def _row(id: str, person: str, place: tuple[str, str], payload: dict[str, str], *, direct: bool) -> Row:
    channel, thread = place
    return Row(id, "", channel, "", thread, person, direct=direct, kind="told", payload=payload)
