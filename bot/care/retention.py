"""What has been kept for longer than its kind may be: counted, or gone, down to the file of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.care.kinds import Kind
from bot.learning.gaps import closed
from bot.memory import audit as trail
from bot.state import ASKED, audit, inbox, posts, weeks
from model.feedback import ballots, early
from model.grounds import grounds
from model.learning.gist import gists
from model.learning.reviews import lessons, reviews
from model.learning.verified import verified
from model.record import answers

Where = sa.ColumnElement[bool]
_LATE = Callable[[datetime], Where]


@dataclass(frozen=True, slots=True)
class Rule:
    """What of a table goes: whole rows, or the words in some of its columns."""

    kind: Kind
    table: sa.Table
    late: _LATE  # of rows from before that moment
    columns: tuple[str, ...] = ()  # that are emptied; none: the row goes


@dataclass(frozen=True, slots=True)
class Due:
    """How much of a table has been kept for longer than `days`: rows, or words of rows."""

    kind: Kind
    table: str
    columns: tuple[str, ...]
    days: int
    count: int


def _of_old(column: sa.ColumnElement[str]) -> _LATE:
    """Rows of answers that are that old, or whose record is gone."""
    return lambda before: column.not_in(sa.select(answers.c.id).where(answers.c.created_at >= before))


def _taught() -> Where:
    """Answers that something was learnt from are explained as long as that is."""
    kept = (reviews.c.answer, lessons.c.answer, verified.c.answer)
    return sa.and_(*(answers.c.id.not_in(sa.select(column)) for column in kept))


def _final(before: datetime) -> Where:
    return inbox.c.state.in_(("final", ASKED)) & (inbox.c.received_at < before.timestamp())


def _posted(before: datetime) -> Where:
    """Messages of that age; of those whose fate was never known the thread's, once no row asks for them."""
    late = f"{before.timestamp():.6f}"
    asked = (posts.c.key == inbox.c.event_id) | posts.c.key.startswith(inbox.c.event_id + "/")
    lost = posts.c.ts.is_(None) & (posts.c.thread_ts != "") & (posts.c.thread_ts < late)
    return (posts.c.ts < late) | (lost & ~sa.exists().where(asked))


RULES = (
    Rule(
        Kind.WORDS,
        answers,
        lambda before: answers.c.created_at < before,
        ("question", "text", "struck"),
    ),
    Rule(Kind.WORDS, grounds, lambda before: grounds.c.kept_since < before, ("passage", "kept_since")),
    Rule(Kind.WORDS, ballots, lambda before: ballots.c.at < before, ("correction",)),
    Rule(Kind.EVENTS, inbox, _final),
    Rule(Kind.EVENTS, posts, _posted),
    Rule(Kind.EVENTS, early, lambda before: early.c.at < before),
    Rule(Kind.FIGURES, gists, _of_old(gists.c.answer)),
    Rule(Kind.FIGURES, closed, lambda before: closed.c.at < before.timestamp()),
    Rule(Kind.FIGURES, ballots, lambda before: ballots.c.at < before),
    Rule(Kind.FIGURES, answers, lambda before: (answers.c.created_at < before) & _taught()),
    Rule(Kind.FIGURES, grounds, lambda _: grounds.c.answer.not_in(sa.select(answers.c.id))),
    Rule(Kind.WEEKS, weeks, lambda before: weeks.c.at < before.timestamp()),
    Rule(Kind.AUDIT, audit, lambda before: audit.c.at < before.timestamp()),
)


@dataclass(frozen=True, slots=True)
class Retention:
    """The rules on `engine`, with the days of each kind; of a kind that has none, nothing goes by itself."""

    engine: sa.Engine
    days: Mapping[Kind, int]

    def due(self, now: datetime | None = None) -> list[Due]:
        """What would go now."""
        with self.engine.connect() as connection:
            return [self._due(rule, _count(connection, rule, before)) for rule, before in self._rules(now)]

    def apply(self, now: datetime | None = None) -> list[Due]:
        """Removes it, a transaction for each table: nobody waits for long. What went, with a row of the audit
        where anything did."""
        done = []
        for rule, before in self._rules(now):
            with self.engine.begin() as connection:
                done.append(self._due(rule, _gone(connection, rule, before)))
        gone = [f"{one.table}={one.count}" for one in done if one.count]
        if gone:
            with self.engine.begin() as connection:
                trail.note(connection, "retention", "retention", " ".join(gone))
            self._wiped()
        return done

    def _rules(self, now: datetime | None) -> Iterator[tuple[Rule, datetime]]:
        moment = (now or datetime.now(UTC)).timestamp()
        for rule in RULES:
            if rule.kind in self.days:
                yield rule, datetime.fromtimestamp(moment - self.days[rule.kind] * 86_400, UTC)

    def _due(self, rule: Rule, count: int) -> Due:
        return Due(rule.kind, rule.table.name, rule.columns, self.days[rule.kind], count)

    def _wiped(self) -> None:
        """What SQLite has deleted it overwrites at once (secure_delete); what it wrote before still lies in
        its log, until that is written back and cut off."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _where(rule: Rule, before: datetime) -> Where:
    late = rule.late(before)
    if not rule.columns:
        return late
    return late & sa.or_(*(rule.table.c[name].is_not(None) for name in rule.columns))


def _count(connection: sa.Connection, rule: Rule, before: datetime) -> int:
    query = sa.select(sa.func.count()).select_from(rule.table).where(_where(rule, before))
    return connection.execute(query).scalar() or 0


def _gone(connection: sa.Connection, rule: Rule, before: datetime) -> int:
    """Nothing is locked where there is nothing."""
    if not _count(connection, rule, before):
        return 0
    if rule.columns:
        emptied = rule.table.update().where(_where(rule, before))
        return connection.execute(emptied.values(dict.fromkeys(rule.columns))).rowcount
    if rule.table is audit:  # a chain: what is left of it is still to be verified
        return trail.expire(connection, before.timestamp())
    return connection.execute(rule.table.delete().where(rule.late(before))).rowcount
