"""A question and who asked it in; why it is not answered out: who they are, a circle of bots, a quota."""

from __future__ import annotations

import hashlib
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from bot.events import Row
from bot.phrases import say
from bot.state import inbox
from bot.who.people import Person
from model.record import answers

HOUR_S = 3600.0
# Of a bot in an hour, so that a circle over new threads ends as well; people are what the bot is for.
BOT_QUESTIONS = 5
_LATER_S = 1e-6
_LOCKS = 7046032  # the advisory locks of who asks and where, apart from all others
# Nothing is said to these: whatever is said to a bot may be its next question.
SILENT = frozenset({"refused_bot", "refused_circle", "refused_gone"})


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is answered beside members of the workspace, and how many questions an hour; 0: any number."""

    guests: bool = False
    strangers: bool = False
    bots: bool = False
    per_person: int = 30
    per_channel: int = 200


class Door:
    """Whether a question is answered. Quotas are counted from the inbox: what is being or was answered
    counts, what was refused or failed does not."""

    def __init__(
        self, engine: sa.Engine, rules: Rules, seen: Callable[[str], None] = lambda reason: None
    ) -> None:
        """`seen` is told of each refusal: person and channel are quotas, the others who somebody is."""
        self._engine, self._rules, self._seen = engine, rules, seen

    def words(self, row: Row, person: Person) -> str | None:
        """Why not, as it is said to them; empty: it is answered; None: it is not, and nothing is said."""
        key = self.refusal(row, person)
        if key:
            self._seen(key.removeprefix("refused_"))
        if key in SILENT:
            return None
        return say(key, person.locale, **self.values(row, key)) if key else ""

    def refusal(self, row: Row, person: Person) -> str:
        """The key of the phrase that says why not, for those in SILENT of none; empty: it is answered."""
        bot = person.kind == "bot" or bool(row.payload.get("bot"))
        if who := self.stranger(person, bot=bot):
            return who
        with self._engine.connect() as connection:
            return self._counted(connection, row, bot)

    def stranger(self, person: Person, *, bot: bool = False) -> str:
        """The key of why somebody is not served at all, whatever they want; empty: they are."""
        if person.kind == "gone":
            return "refused_gone"
        if bot or person.kind == "bot":
            return "" if self._rules.bots else "refused_bot"
        served = {"guest": self._rules.guests, "stranger": self._rules.strangers}
        return "" if served.get(person.kind, True) else f"refused_{person.kind}"

    def values(self, row: Row, key: str) -> dict[str, object]:
        """What the phrase of a refusal names: `count` minutes until the next question, and the quota."""
        if key not in ("refused_person", "refused_channel"):
            return {}
        limit = self._rules.per_person if key == "refused_person" else self._rules.per_channel
        with self._engine.connect() as connection:
            earlier = self._earlier(connection, row, key)
        if len(earlier) < limit:  # some were refused meanwhile
            return {"count": 1, "limit": limit}
        free = (
            earlier[-limit] + HOUR_S - row.received_at
        )  # until the last that stands in the way is old enough
        return {"count": max(1, math.ceil(free / 60)), "limit": limit}

    def _counted(self, connection: sa.Connection, row: Row, bot: bool) -> str:
        if bot:
            circle = self._again(connection, row) or self._full(
                connection, row, "refused_person", BOT_QUESTIONS
            )
            if circle:
                return "refused_circle"
        if self._full(connection, row, "refused_person", self._rules.per_person):
            return "refused_circle" if bot else "refused_person"
        if not row.direct and self._full(connection, row, "refused_channel", self._rules.per_channel):
            return "refused_circle" if bot else "refused_channel"
        return ""

    def _again(self, connection: sa.Connection, row: Row) -> bool:
        """Whether this bot has asked in this thread already: then it may only be answering us."""
        if not row.thread_ts:
            return False
        there = (inbox.c.channel == row.channel) & (inbox.c.thread_ts == row.thread_ts)
        asked = sa.select(inbox.c.event_id).where(there, inbox.c.person == row.person, _before(row))
        return connection.execute(asked.limit(1)).first() is not None

    def _full(self, connection: sa.Connection, row: Row, key: str, limit: int) -> bool:
        return bool(limit) and len(self._earlier(connection, row, key)) >= limit

    def _earlier(self, connection: sa.Connection, row: Row, key: str) -> list[float]:
        """When the questions of the hour before this one came that are or were answered, oldest first. Of a
        channel no more of one person's than they are answered: the rest only waits to be refused."""
        whose = inbox.c.person == row.person if key == "refused_person" else inbox.c.channel == row.channel
        kept = sa.exists().where(answers.c.question_ref == inbox.c.event_id, answers.c.status != "failed")
        served = (inbox.c.state != "final") | kept
        recent = inbox.c.received_at > row.received_at - HOUR_S
        mine = sa.true() if key == "refused_person" else sa.not_(inbox.c.direct)
        query = sa.select(inbox.c.received_at, inbox.c.person)
        query = query.where(whose, mine, recent, _before(row), served).order_by(inbox.c.received_at)
        most, of = self._rules.per_person if key == "refused_channel" else 0, Counter[str]()
        times = []
        for at, person in connection.execute(query):
            of[person] += 1
            if not most or of[person] <= most:
                times.append(at)
        return times


def _before(row: Row) -> sa.ColumnElement[bool]:
    """Questions that came before this one: the same ones however often it is looked at."""
    earlier = inbox.c.received_at < row.received_at
    tied = (inbox.c.received_at == row.received_at) & (inbox.c.event_id < row.event_id)
    return (inbox.c.kind == "question") & (earlier | tied)


def came(connection: sa.Connection, row: Row) -> dict[str, sa.ColumnElement[float]]:
    """When a question that is put into the inbox comes: later than each of its person and its channel that is
    there, whichever machine's clock is ahead. So whoever counts those before it misses none."""
    if row.kind != "question":
        return {}
    of = {"person": row.person} if row.direct else {"channel": row.channel, "person": row.person}
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time as it is
        for column, value in of.items():
            number = hashlib.sha256(f"{column} {value}".encode()).digest()[:4]
            key = sa.cast(_LOCKS, sa.Integer), sa.cast(int.from_bytes(number, signed=True), sa.Integer)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(*key)))
    other, now = inbox.alias(), time.time()
    ahead = (other.c.received_at >= now) & (other.c.kind == "question")
    same = sa.or_(*(other.c[column] == value for column, value in of.items()))
    last = sa.select(sa.func.max(other.c.received_at) + _LATER_S).where(ahead, same).scalar_subquery()
    return {"received_at": sa.func.coalesce(last, now)}
