"""Questions in Slack that found no answer in, those that ask the same together out, the most asked first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.state import inbox
from model.answer import Status
from model.learning import gist as meant
from model.learning import optout
from model.learning.gist import gists, grouped
from model.learning.verified import verified
from model.record import answers, aware, metadata

MOST = 500  # of the newest
ENDED = 200  # of those from before that have an answer, or need none

closed = sa.Table(
    "closed_gaps",  # somebody who reviews said that the question needs no answer; the audit has who
    metadata,
    sa.Column("answer", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that found nothing. `question` is empty where its words are not kept, `near` the document
    that came nearest; `given` are the digests of the passages that its writer was given."""

    answer: str
    person: str
    channel: str
    message_ts: str  # empty where it was asked by a command
    thread_ts: str
    direct: bool
    at: float
    question: str
    near: str
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask the same, the newest first."""

    asked: tuple[Missed, ...]

    @property
    def people(self) -> int:
        """How many asked it."""
        return len({one.person for one in self.asked})

    @property
    def near(self) -> str:
        """The document that most of them came nearest to, if there is one."""
        found = Counter(one.near for one in self.asked if one.near)
        return found.most_common(1)[0][0] if found else ""


def open_in(connection: sa.Connection, channel: str, thread: str) -> str:
    """The newest answer of the thread, where it found nothing and nobody has verified one since; else
    empty."""
    there = (inbox.c.channel == channel) & (inbox.c.thread_ts == thread) & inbox.c.direct.is_(False)
    row = connection.execute(_missed().where(there).order_by(inbox.c.received_at.desc()).limit(1)).first()
    missed = row is not None and row.status == Status.NOT_FOUND and row.settled is None
    return str(row.id) if row is not None and missed else ""


def note(connection: sa.Connection, answer: str, made: str, bits: str) -> None:
    """Keeps what a question means that found nothing, unless its person wants nothing of theirs used."""
    person = connection.execute(sa.select(inbox.c.person).where(inbox.c.event_id == answer)).scalar()
    if person and not optout.out(connection).has(person):
        meant.keep(connection, answer, made, bits)


def gaps(connection: sa.Connection, since: datetime) -> list[Gap]:
    """Those that are open: of nobody who opted out, and asked after whatever was verified for the same or
    somebody closed it."""
    begin = since.timestamp()
    query = _missed().where(answers.c.status == str(Status.NOT_FOUND), inbox.c.person != "")
    query = query.order_by(inbox.c.received_at.desc())
    ended = verified.c.answer.is_not(None) | closed.c.answer.is_not(None)
    asked = query.where(inbox.c.received_at >= begin).limit(MOST)
    before = query.where(inbox.c.received_at < begin, ended).limit(ENDED)  # it may close what was asked since
    out = optout.out(connection)
    rows = [row for part in (asked, before) for row in connection.execute(part) if not out.has(row.person)]
    found = [Gap(tuple(map(_one, left))) for some in _alike(rows) if (left := _open(some, begin))]
    return sorted(found, key=lambda gap: (-gap.people, -len(gap.asked), -gap.asked[0].at))


def close(connection: sa.Connection, code: str, at: float) -> str:
    """The gap of the question whose answer's id is, or begins with, `code` needs no answer; who asks it later
    opens it again. The answer's id; empty where there is no such question, or more than one."""
    id = answers.c.id
    query = _missed().with_only_columns(id).where(id.startswith(code, autoescape=True)).limit(2)
    found = connection.execute(query.where(answers.c.status == str(Status.NOT_FOUND))).scalars().all()
    if len(found) != 1 or not code:
        return ""
    settle(connection, found[0], at)
    return str(found[0])


def settle(connection: sa.Connection, answer: str, at: float) -> None:
    """The gap of the question of that answer is none until somebody asks it again."""
    if connection.execute(closed.update().where(closed.c.answer == answer).values(at=at)).rowcount == 0:
        connection.execute(closed.insert().values(answer=answer, at=at))


def _missed() -> sa.Select[Any]:
    of = inbox.c
    asked = (of.person, of.channel, of.message_ts, of.thread_ts, of.direct, of.received_at)
    kept = (answers.c.id, answers.c.status, answers.c.question, answers.c.trail)
    settled = (
        verified.c.answer.label("settled"),
        verified.c.open,
        verified.c.at,
        verified.c.channel.label("in"),
    )
    return (
        sa.select(*asked, *kept, *settled, gists.c.made, gists.c.bits, closed.c.at.label("closed"))
        .select_from(inbox)
        .join(answers, answers.c.question_ref == of.event_id)
        .outerjoin(verified, verified.c.answer == answers.c.id)
        .outerjoin(gists, gists.c.answer == answers.c.id)
        .outerjoin(closed, closed.c.answer == answers.c.id)
        .where(of.kind == "question")
    )


def _alike(rows: Sequence[Any]) -> list[list[Any]]:
    """Rows that mean the same together; one whose meaning is not known is by itself."""
    by_embedder = dict[str, list[Any]]()
    for row in rows:
        by_embedder.setdefault(row.made or f"\0{row.id}", []).append(row)
    found = list[list[Any]]()
    for some in by_embedder.values():
        numbers = grouped([row.bits for row in some]) if some[0].bits else [0]
        together = dict[int, list[Any]]()
        for number, row in zip(numbers, some, strict=True):
            together.setdefault(number, []).append(row)
        found += together.values()
    return found


def _open(some: Sequence[Any], since: float) -> list[Any]:
    """Those asked `since` then, without those that have a verified answer, or were asked before one that they
    may read, or before the gap was closed."""
    until = max((row.closed for row in some if row.closed), default=0.0)
    settled = [row for row in some if row.settled]

    def done(row: Any) -> bool:
        return any(
            row.received_at <= aware(one.at).timestamp() and (one.open or row.channel == one._mapping["in"])
            for one in settled
        )

    late = [row for row in some if row.received_at >= since and row.received_at > until]
    return [row for row in late if not row.settled and not done(row)]


def _one(row: Any) -> Missed:
    places = json.loads(row.trail or "{}").get("places", ())
    return Missed(
        *(row.id, row.person, row.channel, row.message_ts or "", row.thread_ts, row.direct, row.received_at),
        (row.question or "").split("\n")[-1],
        places[0]["document"] if places else "",
        frozenset(str(place.get("digest", "")) for place in places),
    )
