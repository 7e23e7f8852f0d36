"""The words of the passages that answers were made from: kept for some days, erased with their document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from model.answer import Answer
from model.trail import Trail, packed, unpacked
from retrieval.passage import Passage

metadata = sa.MetaData()
_AT_ONCE = 500  # values in one statement

grounds = sa.Table(
    "grounds",
    metadata,
    sa.Column("answer", sa.String(64), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),  # from 1, as markers of a draft
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("cited", sa.Boolean, nullable=False),
    sa.Column("passage", sa.Text),  # JSON; empty once it is erased, and `kept_since` with it
    sa.Column("kept_since", sa.DateTime(timezone=True)),
    sa.Index("grounds_document", "document"),
    sa.Index("grounds_kept_since", "kept_since"),
)
_ERASED = {"passage": None, "kept_since": None}


def keep(connection: sa.Connection, answer: Answer) -> None:
    """What the answer was made from, with its words for as many days as its trail says; files that came with
    the question leave only their places."""
    if answer.trail is None:
        return
    now, days = datetime.now(UTC), answer.trail.days
    if rows := list(_rows(answer, answer.trail, now if days else None)):
        connection.execute(grounds.insert(), rows)


def late(connection: sa.Connection, days: int) -> bool:
    """Whether any has been kept for longer than that; nothing is locked by asking."""
    return connection.execute(sa.select(grounds.c.answer).where(_older(days)).limit(1)).first() is not None


def expire(connection: sa.Connection, days: int) -> None:
    """Erases what has been kept for longer than that."""
    connection.execute(grounds.update().where(_older(days)).values(_ERASED))


def _older(days: int) -> sa.ColumnElement[bool]:
    return grounds.c.kept_since < datetime.now(UTC) - timedelta(days=days)


def _rows(answer: Answer, trail: Trail, since: datetime | None) -> Iterator[dict[str, object]]:
    cited = {(c.passage, c.document) for c in answer.citations}
    for place, hit in enumerate(trail.hits, 1):
        one = hit.passage
        kept = since is not None and place > trail.attached and one.text != ""
        yield {
            "answer": answer.id,
            "place": place,
            "document": one.document,
            "cited": (one.id, one.document) in cited,
            "passage": packed(one) if kept else None,
            "kept_since": since if kept else None,
        }


def words(connection: sa.Connection, answer: str, days: int) -> dict[int, Passage]:
    """The passages that are still kept, by place, and for no longer than `days`."""
    young = grounds.c.kept_since >= datetime.now(UTC) - timedelta(days=days)
    mine = (grounds.c.answer == answer) & grounds.c.passage.is_not(None) & young
    rows = connection.execute(sa.select(grounds.c.place, grounds.c.passage).where(mine))
    return {place: unpacked(passage) for place, passage in rows}


def documents(connection: sa.Connection, made: Sequence[str]) -> dict[str, set[str]]:
    """Which documents each of these answers was made from, of those that were made from any."""
    query = sa.select(grounds.c.answer, grounds.c.document).where(grounds.c.answer.in_(made))
    found: dict[str, set[str]] = {}
    for answer, document in connection.execute(query):
        found.setdefault(answer, set()).add(document)
    return found


def erase(connection: sa.Connection, documents: Sequence[str]) -> dict[str, tuple[bool, bool]]:
    """Erases the words of these documents. The answers that were made with them: whether each cites one, and
    whether it still had words of one."""
    made: dict[str, tuple[bool, bool]] = {}
    for start in range(0, len(documents), _AT_ONCE):
        theirs = grounds.c.document.in_(documents[start : start + _AT_ONCE])
        query = sa.select(grounds.c.answer, grounds.c.cited, grounds.c.passage.is_not(None)).where(theirs)
        for answer, cited, kept in connection.execute(query).all():
            before = made.get(answer, (False, False))
            made[answer] = before[0] or bool(cited), before[1] or bool(kept)
        connection.execute(grounds.update().where(theirs, grounds.c.passage.is_not(None)).values(_ERASED))
    return made
