"""Answers in, their records out: places, our own words, and what each came from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from model import grounds
from model.answer import Answer, Fault, Struck
from model.grounds import metadata as metadata
from model.trail import Place, names_and_numbers, places

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("question_ref", sa.String(80), nullable=False, index=True),
    sa.Column("question", sa.Text),  # below those before it, one a line; empty unless the caller keeps it
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("writer", sa.String(120), nullable=False),
    sa.Column("text", sa.Text),  # our own words; erasable
    sa.Column("citations", sa.Text, nullable=False),  # JSON: number, passage, document, start, end
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("trail", sa.Text),  # JSON: names and numbers of model.trail, nobody's words
    sa.Column("struck", sa.Text),  # JSON: what the check took out of the draft, and why; erasable
    sa.Index("answers_created_at", "created_at"),
    sa.Index("answers_asked", "question_ref", "status"),
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A place that an answer cites: characters `start` to `end` of a document, found in a passage."""

    number: int
    passage: str
    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Record:
    """An answer as it was kept; `at` in seconds since 1970, `trail` what model.trail keeps of it.

    Words are empty where they were never kept, or erased: the question, and those it leaned on, above all.
    """

    id: str
    status: str
    writer: str
    text: str
    citations: tuple[Cited, ...]
    at: float
    question: str = ""
    earlier: tuple[str, ...] = ()
    struck: tuple[Struck, ...] = ()
    places: tuple[Place, ...] = ()
    trail: Mapping[str, Any] = field(default_factory=dict)


def record_answer(
    connection: sa.Connection, answer: Answer, ref: str, *, keep_question: bool = False
) -> None:
    """Keeps ids, offsets and our own words; the question's words only where `keep_question` says so.

    `ref` says where the question can be found, e.g. the event's id. Recording twice keeps the first.
    """
    if connection.execute(sa.select(answers.c.id).where(answers.c.id == answer.id)).first():
        return
    connection.execute(answers.insert().values(_values(answer, ref, keep_question=keep_question)))
    grounds.keep(connection, answer)


def _values(answer: Answer, ref: str, *, keep_question: bool) -> dict[str, object]:
    trail = answer.trail
    cited = [Cited(c.number, c.passage, c.document, c.start, c.end) for c in answer.citations]
    asked = "\n".join((*(trail.earlier if trail else ()), answer.question))
    return {
        "id": answer.id,
        "question_ref": ref,
        "question": asked if keep_question else None,
        "status": str(answer.status),
        "writer": answer.writer,
        "text": answer.text,
        "citations": json.dumps([asdict(one) for one in cited]),
        "created_at": datetime.now(UTC),
        "trail": names_and_numbers(trail, asdict(answer.timings)) if trail else None,
        "struck": json.dumps([asdict(one) for one in answer.struck]) if answer.struck else None,
    }


def recorded(connection: sa.Connection, answer: str) -> Record | None:
    """What was kept of an answer; its text is empty where that was erased."""
    row = connection.execute(sa.select(answers).where(answers.c.id == answer)).first()
    if row is None:
        return None
    cited = tuple(Cited(**place) for place in json.loads(row.citations))
    *earlier, question = (row.question or "").split("\n")
    struck = tuple(Struck(s["text"], Fault(s["fault"]), s["what"]) for s in json.loads(row.struck or "[]"))
    trail = json.loads(row.trail or "{}")
    return Record(
        *(row.id, row.status, row.writer, row.text or "", cited, aware(row.created_at).timestamp()),
        *(question, tuple(earlier), struck, places(trail), trail),
    )


def named(connection: sa.Connection, given: str) -> list[str]:
    """Ids of answers that `given` may mean, two at most: one of them, or how one begins."""
    begins = sa.func.substr(answers.c.id, 1, len(given)) == given  # LIKE takes A for a on SQLite
    exact = connection.execute(sa.select(answers.c.id).where(answers.c.id == given)).scalars().all()
    return list(exact or connection.execute(sa.select(answers.c.id).where(begins).limit(2)).scalars())


def erase(connection: sa.Connection, documents: Sequence[str]) -> dict[str, bool]:
    """Erases what records have of these documents: their words, the text of answers that cite them, and of
    those made with them what was struck out, and the text where it cites nothing: it may name them. The
    answers that were made with them, and whether anything was left to erase of each."""
    uncited = sa.case((answers.c.citations == "[]", sa.null()), else_=answers.c.text)
    made = {}
    for answer, (cited, kept) in grounds.erase(connection, documents).items():
        gone = {"struck": None, "text": None if cited else uncited}
        said = sa.true() if cited else answers.c.citations == "[]"
        held = sa.or_(answers.c.struck.is_not(None), sa.and_(answers.c.text.is_not(None), said))
        done = connection.execute(answers.update().where(answers.c.id == answer, held).values(gone))
        made[answer] = kept or done.rowcount > 0
    return made


def aware(at: datetime) -> datetime:
    """The moment with its zone."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite keeps no zone
