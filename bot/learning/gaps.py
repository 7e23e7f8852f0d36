"""Questions in Slack that found no answer."""

from __future__ import annotations

import sqlalchemy as sa

from bot.state import inbox
from model.answer import Status
from model.learning.verified import verified
from model.record import answers


def open_in(connection: sa.Connection, channel: str, thread: str) -> str:
    """The newest answer of the thread, where it found nothing and nobody has verified one since; else
    empty."""
    there = (inbox.c.channel == channel) & (inbox.c.thread_ts == thread) & (inbox.c.kind == "question")
    query = (
        sa.select(answers.c.id, answers.c.status, verified.c.answer)
        .select_from(inbox)
        .join(answers, answers.c.question_ref == inbox.c.event_id)
        .outerjoin(verified, verified.c.answer == answers.c.id)
        .where(there, inbox.c.direct.is_(False))
        .order_by(inbox.c.received_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    missed = row is not None and row.status == Status.NOT_FOUND and row.answer is None
    return str(row.id) if row is not None and missed else ""
