"""Records of answers in, which of them went badly before a moment and since, and which may be asked again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.answering.tabled import WRITER as TABLES
from bot.state import inbox
from model import grounds
from model.answer import Fault, Status
from model.feedback import ballots
from model.learning import optout
from model.learning.watch import BEFORE, SINCE
from model.quoting.extract import Extract
from model.record import answers

# What no writer can help; other failures are its own: it does not end, is not known to the server, is empty.
OUTAGES = ("could not be reached", "is overloaded", "refused the key", "no time left")
_COUNTED = tuple(
    map(str, (Status.ANSWERED, Status.PARTIAL, Status.NOT_FOUND, Status.DEGRADED, Status.FAILED))
)
_FALLEN = (str(Status.DEGRADED), str(Status.FAILED))
_NO_MODEL = ("", Extract.name, TABLES)
_CITING = (Fault.FORGED, Fault.UNCITED)
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Conduct:
    """Bad answers before a moment and since, oldest first, and the votes on both: these advise only."""

    before: tuple[bool, ...]
    since: tuple[bool, ...]
    down_before: tuple[int, int]  # of so many
    down_since: tuple[int, int]


def conduct(connection: sa.Connection, moment: datetime, adapter: str) -> Conduct:
    """Of the month before `moment` what any model wrote, and since then what `adapter` did; on both sides
    also where a model failed and something else answered, which is recorded under the name of that."""
    failed = answers.c.status.in_(_FALLEN)
    month = (answers.c.created_at < moment) & (answers.c.created_at >= moment - _MONTH)
    month &= answers.c.writer.not_in(_NO_MODEL) | failed
    late = (answers.c.created_at >= moment) & ((answers.c.writer == adapter) | failed)
    before = connection.execute(_counted(month).order_by(answers.c.created_at.desc()).limit(BEFORE)).all()
    since = connection.execute(_counted(late).order_by(answers.c.created_at).limit(SINCE)).all()
    told = (tuple(map(_bad, reversed(before))), tuple(map(_bad, since)))
    return Conduct(*told, _down(connection, month), _down(connection, late))


def _counted(where: Any) -> Any:
    """What is asked of the records: those for which a writer was wanted."""
    columns = (answers.c.status, answers.c.struck, answers.c.trail)
    return sa.select(*columns).where(where, answers.c.status.in_(_COUNTED))


def _bad(row: Any) -> bool:
    """Whether it failed by its writer's fault, or something was struck out for its markers. What another one
    wrote in its place is not its own."""
    struck = {one["fault"] for one in json.loads(row.struck or "[]")}
    if row.status != Status.DEGRADED and struck & set(map(str, _CITING)):
        return True
    rungs = json.loads(row.trail or "{}").get("rungs", [])
    own = [sentence for sentence in rungs if not any(known in sentence for known in OUTAGES)]
    if row.status == Status.DEGRADED:
        return bool(own)
    return row.status == Status.FAILED and (bool(own) or not rungs)


def _down(connection: sa.Connection, where: Any) -> tuple[int, int]:
    query = sa.select(ballots.c.value).join(answers, answers.c.id == ballots.c.answer).where(where)
    values = list(connection.execute(query.where(ballots.c.value.in_(("up", "down")))).scalars())
    return values.count("down"), len(values)


def askable(connection: sa.Connection, most: int) -> list[str]:
    """Ids of the newest answers whose question was kept, as a person has allowed, with its passages; of
    nobody who opted out."""
    kept = sa.select(grounds.grounds.c.answer).where(grounds.grounds.c.passage.is_not(None)).distinct()
    query = sa.select(answers.c.id).where(answers.c.question.is_not(None), answers.c.id.in_(kept))
    query = query.where(answers.c.status.in_(_COUNTED), answers.c.id.not_in(withheld(connection)))
    return list(connection.execute(query.order_by(answers.c.created_at.desc()).limit(most)).scalars())


def unhelpful(connection: sa.Connection, most: int) -> dict[str, str]:
    """Ids of the newest answers with a vote against them or without a finding, and the last correction;
    nothing that somebody asked, voted or wrote who opted out."""
    against = (ballots.c.value == "down") & ballots.c.voter.not_in(out_of(connection, ballots.c.voter))
    down = sa.select(ballots.c.answer).where(against)
    wrong = answers.c.id.in_(down) | (answers.c.status == str(Status.NOT_FOUND))
    query = sa.select(answers.c.id).where(wrong, answers.c.id.not_in(withheld(connection)))
    ids = list(connection.execute(query.order_by(answers.c.created_at.desc()).limit(most)).scalars())
    told = sa.select(ballots.c.answer, ballots.c.correction).where(
        ballots.c.answer.in_(ids), against, ballots.c.correction.is_not(None)
    )
    right = {row.answer: row.correction for row in connection.execute(told.order_by(ballots.c.at))}
    return {one: right.get(one, "") for one in ids}


def withheld(connection: sa.Connection) -> Any:
    """Ids of what people asked in Slack who opted out."""
    return sa.select(inbox.c.event_id).where(inbox.c.person.in_(out_of(connection, inbox.c.person)))


def out_of(connection: sa.Connection, column: Any) -> list[str]:
    """Whoever of a column opted out."""
    out = optout.out(connection)
    people = connection.execute(sa.select(column).distinct()).scalars() if out.digests else ()
    return [one for one in people if out.has(one)]


def moment(at: float) -> datetime:
    """Seconds since 1970 as records have their times."""
    return datetime.fromtimestamp(at, UTC)
