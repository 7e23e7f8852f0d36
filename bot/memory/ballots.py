"""A vote or a reaction in, the votes that count out: a reaction finds its answer by the message it is on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.events.votes import Reaction
from bot.state import inbox, posts
from model import feedback
from model.answer import Vote

_KEPT = timedelta(days=7)  # for so long a reaction waits for its message to turn out an answer
_PART = re.compile(r"(?P<event>[^/]+)(?:/shared)?(?:/\d+)?")  # keys of messages that show an answer


def count(connection: sa.Connection, ballot: Vote | Reaction) -> bool:
    """Whether it changed something. Raises IntegrityError, as feedback.vote does."""
    if isinstance(ballot, Vote):
        return feedback.vote(connection, ballot)
    key = _key(connection, ballot.channel, ballot.ts)
    if key is None:  # the message is out and we have not written down yet which it is
        feedback.forget_early(connection, datetime.now(UTC) - _KEPT)
        return feedback.vote_early(connection, (ballot.channel, ballot.ts), ballot.vote)
    settle(connection)
    answer = _answer(connection, key)
    return bool(answer) and feedback.vote(connection, replace(ballot.vote, answer=answer))


def settle(connection: sa.Connection) -> None:
    """Joins the reactions that came before it was known what they were on. One look where there are none."""
    waiting = feedback.early.c
    same = (posts.c.channel == waiting.channel) & (posts.c.ts == waiting.ts)
    known = sa.select(waiting.channel, waiting.ts, posts.c.key).distinct().select_from(feedback.early)
    for channel, ts, key in connection.execute(known.join(posts, same)).all():
        feedback.join(connection, (channel, ts), _answer(connection, key))


def shown(connection: sa.Connection, channel: str, ts: str) -> str:
    """The answer that the message shows; empty where it shows none."""
    return _answer(connection, _key(connection, channel, ts) or "")


def _key(connection: sa.Connection, channel: str, ts: str) -> str | None:
    return connection.execute(
        sa.select(posts.c.key).where(posts.c.channel == channel, posts.c.ts == ts)
    ).scalar()


def _answer(connection: sa.Connection, key: str) -> str:
    """The answer that the message with this key shows; empty where it shows none."""
    part = _PART.fullmatch(key)
    if part is None:
        return ""
    asked = (inbox.c.event_id == part["event"]) & (inbox.c.kind == "question")
    return connection.execute(sa.select(inbox.c.event_id).where(asked)).scalar() or ""
