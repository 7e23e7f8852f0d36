"""Which rows of the inbox are not at their end, and whose turn it is: conditions, and a query."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.state import inbox

UNENDED = ("received", "stopped", "answered")
OPEN = inbox.c.state.in_(UNENDED)  # named: "not final" would read every row
LONG = ("labour", "weekly")  # kinds of rows whose work may take hours
LONG_AT_ONCE = 2  # of these by one process, beside all others: commands that read sources
EACH = 4  # rows of one kind that are run for one person at once: the other places are other people's
_ONE = inbox.alias()
_BEHIND = sa.exists().where(  # of a question: one before it in its thread is not at its end
    (_ONE.c.channel == inbox.c.channel) & (_ONE.c.thread_ts == inbox.c.thread_ts) & _ONE.c.state.in_(UNENDED),
    (_ONE.c.message_ts < inbox.c.message_ts) & (_ONE.c.kind == "question") & (inbox.c.kind == "question"),
)


def due(but: frozenset[str], *, long: bool) -> sa.Select[Any]:
    """Rows that no executor in `but` runs and whose turn it is, in order: those that may take `long`, or
    everything else.

    Each person's oldest come first, then their second and so on; a fifth waits until one of these is at its
    end, so that who asks a lot keeps nobody waiting. What waits for a question before it in its thread,
    whoever has that, has no turn yet.
    """
    free = inbox.c.executor.is_(None) | inbox.c.executor.not_in(but)
    kind = inbox.c.kind.in_(LONG) if long else inbox.c.kind.not_in(LONG)
    whose, since = (inbox.c.person, inbox.c.kind), (inbox.c.received_at, inbox.c.event_id)
    nth = sa.func.row_number().over(partition_by=whose, order_by=since).label("nth")
    turns = sa.select(inbox.c.event_id, nth).where(OPEN, kind, ~_BEHIND).subquery()
    query = sa.select(inbox).join(turns, turns.c.event_id == inbox.c.event_id)
    return query.where(free, turns.c.nth <= EACH).order_by(turns.c.nth, inbox.c.received_at)
