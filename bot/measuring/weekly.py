"""Records and votes in, how a week went for people out: what was asked, refused and voted, by ids."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.measuring.conduct import out_of, withheld
from bot.state import inbox
from bot.who.asking import everyone_reads
from model.answer import Status
from model.feedback import ballots
from model.learning.drift import WEEKS, Group, Heard, Share, Shift, against, fresh, rose, voiced
from model.record import answers
from retrieval.passage import Audience

_ASKED = tuple(map(str, (Status.ANSWERED, Status.PARTIAL, Status.DEGRADED, Status.NOT_FOUND)))
_MOST = 5000  # answers of a week that are looked at, the newest


WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class People:
    """How people fared: what of what they asked was refused, who found it unhelpful, both beside the weeks
    before, and what nobody asked before."""

    asked: Share
    votes: Share
    shifts: tuple[Shift, ...]
    new: tuple[Group, ...]


def people(connection: sa.Connection, now: datetime) -> People:
    """The seven days before `now`, beside the weeks before them."""
    weeks = [(now - (n + 1) * WEEK, now - n * WEEK) for n in range(WEEKS + 1)]
    asked, *before = [heard(connection, *week) for week in weeks]
    voted, *earlier = [against(votes(connection, *week)) for week in weeks]
    shifts = (
        rose("refused", sum(map(voiced, before), Share()), voiced(asked)),
        rose("disliked", sum(earlier, Share()), voted),
    )
    new = fresh([one for some in before for one in some], asked)
    return People(Share(sum(one.refused for one in asked), len(asked)), voted, shifts, new)


def heard(connection: sa.Connection, since: datetime, until: datetime) -> list[Heard]:
    """What was asked in that time and answered or refused; of nobody who opted out."""
    columns = (answers.c.id, answers.c.status, answers.c.question, answers.c.trail)
    then = (answers.c.created_at >= since) & (answers.c.created_at < until)
    query = sa.select(*columns).where(then, answers.c.status.in_(_ASKED))
    query = query.where(answers.c.id.not_in(withheld(connection)))
    rows = connection.execute(query.order_by(answers.c.created_at.desc()).limit(_MOST))
    return [
        Heard(row.id, row.status == Status.NOT_FOUND, _last(row.question), _nearest(row.trail))
        for row in rows
    ]


def votes(connection: sa.Connection, since: datetime, until: datetime) -> list[tuple[str, bool]]:
    """Who voted in that time, and whether it helped; nobody who opted out."""
    then = (ballots.c.at >= since) & (ballots.c.at < until) & ballots.c.value.in_(("up", "down"))
    query = sa.select(ballots.c.voter, ballots.c.value).where(then)
    query = query.where(ballots.c.voter.not_in(out_of(connection, ballots.c.voter)))
    return [(row.voter, row.value == "up") for row in connection.execute(query)]


def began(connection: sa.Connection) -> datetime | None:
    """When the first answer was given of which there is a record."""
    return connection.execute(sa.select(sa.func.min(answers.c.created_at))).scalar()


def words(connection: sa.Connection, answer: str, there: Callable[[str], Audience]) -> str:
    """What was asked in Slack where everyone may read it, never in a direct message, if its words are still
    kept and who asked did not opt out since. `there`: who may read what is said in a channel."""
    query = sa.select(answers.c.question, inbox.c.channel).join(
        inbox, inbox.c.event_id == answers.c.question_ref
    )
    mine = (answers.c.id == answer) & inbox.c.direct.is_(False) & answers.c.question.is_not(None)
    row = connection.execute(query.where(mine, answers.c.id.not_in(withheld(connection)))).first()
    return _last(row.question) if row is not None and everyone_reads(row.channel, there) else ""


def _last(question: str | None) -> str:
    return (question or "").split("\n")[-1].strip()


def _nearest(trail: str | None) -> str:
    places = json.loads(trail or "{}").get("places", [])
    return str(places[0]["passage"]) if places else ""
