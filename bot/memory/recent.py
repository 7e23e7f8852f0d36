"""What has been asked of late and what came of it, by ids: no question's words are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.state import inbox
from model.feedback import ballots
from model.record import answers

_UNANSWERED = ("not_found", "failed")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: where it was asked, and the status of its answer; `waiting` until it has one."""

    channel: str
    message_ts: str  # empty where it was asked by a command
    thread_ts: str
    at: datetime
    status: str
    direct: bool


@dataclass(frozen=True, slots=True)
class Week:
    """What administrators see. `unanswered`: the newest of channels, of `unanswered_in_all`."""

    waiting: int
    up: int
    down: int
    unanswered: tuple[Asked, ...]
    unanswered_in_all: int


class Recent:
    """Looks at the inbox, the records of answers and the votes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, person: str, most: int) -> tuple[Asked, ...]:
        """Somebody's newest questions; a greeting is none, nor what was said and not meant for the bot."""
        open_or_answered = (inbox.c.state != "final") | (answers.c.status != "small_talk")
        mine = _asked().where(inbox.c.person == person, open_or_answered)
        with self._engine.connect() as db:
            return tuple(map(_row, db.execute(mine.order_by(inbox.c.received_at.desc()).limit(most))))

    def week(self, since: datetime, most: int) -> Week:
        """How it has gone since then."""
        late = (inbox.c.received_at >= since.timestamp()) & answers.c.status.in_(_UNANSWERED)
        query = _asked().where(late)
        told = query.where(inbox.c.direct.is_(False), inbox.c.message_ts.is_not(None))
        with self._engine.connect() as db:
            newest = db.execute(told.order_by(inbox.c.received_at.desc()).limit(most)).all()
            total = db.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar() or 0
            waits = sa.select(sa.func.count()).select_from(inbox)
            waits = waits.where(inbox.c.state != "final", inbox.c.kind != "home")  # who looks waits for none
            waiting = db.execute(waits).scalar() or 0
            cast = sa.select(ballots.c.value, sa.func.count()).where(ballots.c.at >= since)
            votes = {value: int(some) for value, some in db.execute(cast.group_by(ballots.c.value))}
        return Week(waiting, votes.get("up", 0), votes.get("down", 0), tuple(map(_row, newest)), total)


def _asked() -> sa.Select[tuple[str, str, str, float, bool, str]]:
    answered = answers.c.question_ref == inbox.c.event_id
    columns = (inbox.c.channel, inbox.c.message_ts, inbox.c.thread_ts, inbox.c.received_at, inbox.c.direct)
    chosen = sa.select(*columns, answers.c.status).select_from(inbox.outerjoin(answers, answered))
    return chosen.where(inbox.c.kind == "question")


def _row(row: sa.Row[tuple[str, str, str, float, bool, str]]) -> Asked:
    at = datetime.fromtimestamp(row.received_at, UTC)
    return Asked(
        row.channel, row.message_ts or "", row.thread_ts or "", at, row.status or "waiting", row.direct
    )
