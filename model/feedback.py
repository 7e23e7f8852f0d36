"""Votes in, those that count out: one a person and answer, the latest word."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from model.answer import Vote
from model.record import answers, aware, metadata

ballots = sa.Table(
    "votes",
    metadata,
    sa.Column("answer", sa.String(64), primary_key=True),  # no foreign key: a vote may come before the record
    sa.Column("voter", sa.String(64), primary_key=True),
    sa.Column("value", sa.String(8), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("via", sa.String(16), nullable=False, server_default="button"),  # or reaction
    sa.Column("reasons", sa.Text),  # JSON: keys of why it did not help
    sa.Column("correction", sa.Text),  # typed to us in the form that asks for it; erasable
    sa.Index("votes_at", "at", "value"),
)

early = sa.Table(
    "early_votes",  # on a message of ours that has no record yet
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("ts", sa.String(32), primary_key=True),
    sa.Column("voter", sa.String(64), primary_key=True),
    sa.Column("value", sa.String(8), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


def vote(connection: sa.Connection, ballot: Vote) -> bool:
    """Counts one person's latest word on one answer; False where it changes nothing.

    Raises IntegrityError where two first words of one person come at once: the second is to be tried again.
    """
    mine = (ballots.c.answer == ballot.answer) & (ballots.c.voter == ballot.voter)
    while True:
        kept = connection.execute(sa.select(ballots).where(mine)).first()
        new = after(_vote(kept) if kept else None, ballot)
        if new is None:
            return False
        values = _values(new)
        if kept is None:
            connection.execute(ballots.insert().values(answer=new.answer, voter=new.voter, **values))
            return True
        same = mine & (ballots.c.at == kept.at) & (ballots.c.value == kept.value)
        if connection.execute(ballots.update().where(same).values(**values)).rowcount:
            return True


def after(standing: Vote | None, new: Vote) -> Vote | None:
    """What counts when `new` has come; None where what stands goes on standing. In whatever order words
    come, the latest counts; what took a reaction back stays, so that the reaction that comes after it in
    delivery, but was made before it, is known to be over."""
    if standing is None or new == standing:
        return new if standing is None else None
    if new.value.startswith("-"):
        its_own = standing.via == "reaction" and standing.value in (new.value, new.value[1:])
        return new if its_own and standing.at <= new.at else None
    if standing.value.startswith("-"):
        over = new.via == "reaction" and standing.value == f"-{new.value}" and standing.at >= new.at
        return None if over else new
    if new.at < standing.at:
        return None
    return _again(standing, new) if new.value == standing.value else new


def _again(standing: Vote, new: Vote) -> Vote:
    """The same word once more: it is still the button's, and has its reasons, where it brings no others."""
    via = "button" if "button" in (standing.via, new.via) else "reaction"
    if new.reasons or new.correction:
        return replace(new, via=via)
    return replace(new, via=via, reasons=standing.reasons, correction=standing.correction)


def votes(connection: sa.Connection, answer: str) -> list[Vote]:
    """The votes that count on one answer, oldest first."""
    return cast(connection, sa.select(sa.literal(answer)))


def every(connection: sa.Connection) -> list[Vote]:
    """The votes that count on any answer, oldest first."""
    return cast(connection, sa.select(ballots.c.answer))


def cast(connection: sa.Connection, of: sa.Select[tuple[str]]) -> list[Vote]:
    """The votes that count on these answers, oldest first."""
    counting = ballots.c.answer.in_(of) & ballots.c.value.in_(("up", "down"))
    rows = connection.execute(sa.select(ballots).where(counting).order_by(ballots.c.at))
    return [_vote(row) for row in rows]


def vote_early(connection: sa.Connection, place: tuple[str, str], ballot: Vote) -> bool:
    """Keeps a reaction on the message (channel, ts) of ours that nobody knows to be an answer yet.

    Raises IntegrityError as `vote` does.
    """
    channel, ts = place
    mine = (early.c.channel == channel) & (early.c.ts == ts) & (early.c.voter == ballot.voter)
    while True:
        kept = connection.execute(sa.select(early).where(mine)).first()
        new = after(Vote("", kept.voter, kept.value, aware(kept.at), "reaction") if kept else None, ballot)
        if new is None:
            return False
        own = {"channel": channel, "ts": ts, "voter": new.voter, "value": new.value, "at": new.at}
        if kept is None:
            connection.execute(early.insert().values(**own))
            return True
        same = mine & (early.c.at == kept.at) & (early.c.value == kept.value)
        if connection.execute(early.update().where(same).values(**own)).rowcount:
            return True


def join(connection: sa.Connection, place: tuple[str, str], answer: str) -> None:
    """Counts the reactions that came before it was known which answer the message shows, if it shows one."""
    there = (early.c.channel == place[0]) & (early.c.ts == place[1])
    # Taken out and read in one: a reaction that comes in between is not swept out uncounted.
    for row in connection.execute(early.delete().where(there).returning(early)).all():
        if answer:
            vote(connection, Vote(answer, row.voter, row.value, aware(row.at), "reaction"))


def forget_early(connection: sa.Connection, before: datetime) -> None:
    """Drops reactions on messages that have turned out to be no answers."""
    connection.execute(early.delete().where(early.c.at < before))


def _values(ballot: Vote) -> dict[str, object]:
    return {
        "value": ballot.value,
        "at": ballot.at,
        "via": ballot.via,
        "reasons": json.dumps(ballot.reasons) if ballot.reasons else None,
        "correction": ballot.correction or None,
    }


def _vote(row: Any) -> Vote:
    reasons = tuple(json.loads(row.reasons)) if row.reasons else ()
    return Vote(row.answer, row.voter, row.value, aware(row.at), row.via, reasons, row.correction or "")


def wipe(connection: sa.Connection) -> None:
    """Erases what people wrote: corrections, questions where they were kept, and what was struck out, which
    may repeat them. Votes and our own words stay."""
    connection.execute(ballots.update().where(ballots.c.correction.is_not(None)).values(correction=None))
    asked = answers.c.question.is_not(None) | answers.c.struck.is_not(None)
    connection.execute(answers.update().where(asked).values(question=None, struck=None))
