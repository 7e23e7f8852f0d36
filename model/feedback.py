"""Answers and votes in, their records out: places and our own words, one vote a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa

from model.answer import Answer, Vote

metadata = sa.MetaData()

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("question_ref", sa.String(80), nullable=False, index=True),
    sa.Column("question", sa.Text),  # stays empty unless the caller keeps it
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("writer", sa.String(120), nullable=False),
    sa.Column("text", sa.Text),  # our own words; erasable
    sa.Column("citations", sa.Text, nullable=False),  # JSON: number, passage, document, start, end
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)

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


def record_answer(
    connection: sa.Connection, answer: Answer, ref: str, *, keep_question: bool = False
) -> None:
    """Keeps ids, offsets and our own words; the question's words only where `keep_question` says so.

    `ref` says where the question can be found, e.g. the event's id. Recording twice keeps the first.
    """
    if connection.execute(sa.select(answers.c.id).where(answers.c.id == answer.id)).first():
        return
    places = [
        {"number": c.number, "passage": c.passage, "document": c.document, "start": c.start, "end": c.end}
        for c in answer.citations
    ]
    connection.execute(
        answers.insert().values(
            id=answer.id,
            question_ref=ref,
            question=answer.question if keep_question else None,
            status=str(answer.status),
            writer=answer.writer,
            text=answer.text,
            citations=json.dumps(places),
            created_at=datetime.now(UTC),
        )
    )


def vote(connection: sa.Connection, ballot: Vote) -> bool:
    """Counts one person's latest word on one answer; False for a word older than the one that counts."""
    mine = (ballots.c.answer == ballot.answer) & (ballots.c.voter == ballot.voter)
    # The update comes first, so that on SQLite the transaction holds the write lock before anything is read.
    newer = ballots.update().where(mine, ballots.c.at <= ballot.at).values(value=ballot.value, at=ballot.at)
    if connection.execute(newer).rowcount:
        return True
    if connection.execute(sa.select(ballots.c.value).where(mine)).first():
        return False
    connection.execute(
        ballots.insert().values(answer=ballot.answer, voter=ballot.voter, value=ballot.value, at=ballot.at)
    )
    return True


def votes(connection: sa.Connection, answer: str) -> list[Vote]:
    """The votes that count on one answer, oldest first."""
    rows = connection.execute(sa.select(ballots).where(ballots.c.answer == answer).order_by(ballots.c.at))
    return [Vote(r.answer, r.voter, r.value, _aware(r.at)) for r in rows]


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite keeps no zone
