"""A restored state in, the same without what was deleted since its backup began out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.inbox import Inbox
from bot.learning import erasing
from bot.memory import deleted
from bot.memory.deleted import Deletions
from bot.state import channels, deletions, inbox, switches
from model.feedback import ballots, early
from model.grounds import grounds
from model.learning import reviews, verified
from model.learning.optout import optouts
from retrieval.passage import VERIFIED
from retrieval.rows import documents, files, forgotten, unnamed

_ASKED = ("question", "command", "labour", "press")  # kinds of rows that somebody waited for
Erase = Callable[[sa.Connection, list[str]], None]


@dataclass(frozen=True, slots=True)
class Away:
    """How much was taken out of what was restored, so that what was deleted stays deleted."""

    documents: int = 0
    people: int = 0
    learnt: int = 0
    everyone: bool = False


def apply(engine: sa.Engine, home: Path, found: Deletions, began: float, erase: Erase) -> Away:
    """Deletes once more, in the state on `engine` and the folders of `home`, what was deleted after a backup
    began; `erase` is what documents take along. Documents that are out stay out, whether they are in the
    backup or not; people of whom nothing is learnt stay so."""
    gone = found.since(began, deleted.DOCUMENT)
    with engine.begin() as db:
        uris = deleted.meant(_documents(db), gone | set(found.out()), deleted.DOCUMENT)
        _left(db, uris)
        if uris:
            erase(db, uris)
        _kept_out(db, found, uris)
        _silent(db, found)
        people = deleted.meant(_people(db), found.since(began, deleted.PERSON), deleted.PERSON)
        learnt = deleted.meant(_taught(db), found.since(began, deleted.LEARNT), deleted.LEARNT)
    everyone = bool(found.since(began, deleted.EVERYONE))
    if everyone:
        Inbox(engine).wipe("")
        erasing.everyone(engine, home)
    for one in people:
        erasing.person(engine, home, one, by="restore")
    if learnt or uris:
        erasing.documents(engine, home, {*learnt, *uris}, "restore")
    with engine.begin() as db:
        _withdrawn(db)
        _remembered(db, found)  # with their own times: who came back after that is in later backups
    return Away(len(uris), len(people), len(learnt), everyone)


def closed(engine: sa.Engine) -> int:
    """Brings to its end what was being answered when the backup was made: what is asked in Slack now is a
    later question, and an answer of yesterday's would be a second one. What is owed to people and the report
    of the week stay to be done. How many."""
    with engine.begin() as db:
        wordless = {"state": "final", "text": None, "payload": None, "outcome": None, "executor": None}
        open_, asked = inbox.c.state != "final", inbox.c.kind.in_(_ASKED)
        # Tried once: on a server that stays, its work may be over since, which is asked from the second on.
        again = inbox.update().where(open_, ~asked, inbox.c.attempts == 0).values(attempts=1)
        db.execute(again)
        return db.execute(inbox.update().where(open_, asked).values(wordless)).rowcount


def _remembered(db: sa.Connection, found: Deletions) -> None:
    """The list of the state is the whole one: the next backup goes on from it."""
    db.execute(deletions.delete())
    rows = [{"kind": kind, "key": key, "at": at} for (kind, key), at in found.gone.items()]
    if rows:
        db.execute(deletions.insert(), rows)


def _documents(db: sa.Connection) -> set[str]:
    known = (documents.c.uri, grounds.c.document, forgotten.c.uri)
    return {uri for column in known for uri in db.execute(sa.select(column).distinct()).scalars()}


def _left(db: sa.Connection, uris: list[str]) -> None:
    """Out of the index: passages of documents that the ledger does not know are not restored. What they were
    read from counts as unread, so that the next sync looks whether they are there again."""
    for uri in uris:
        db.execute(documents.delete().where(documents.c.uri == uri))
        for part in {uri, uri.partition("#")[0]}:
            db.execute(files.delete().where(files.c.uri == part))


def _kept_out(db: sa.Connection, found: Deletions, uris: list[str]) -> None:
    """Documents that are not to be indexed: by name where the backup has them, else by digest alone."""
    before = {deleted.kept_out(row.uri): row for row in db.execute(sa.select(forgotten))}
    named = {deleted.digest(deleted.DOCUMENT, uri): uri for uri in uris}
    db.execute(forgotten.delete())
    for key, at in found.out().items():
        row, when = before.get(key), datetime.fromtimestamp(at, UTC)
        uri = row.uri if row else named.get(key, unnamed(key))
        db.execute(forgotten.insert().values(uri=uri, url=row.url if row else "", at=when))


def _silent(db: sa.Connection, found: Deletions) -> None:
    db.execute(optouts.delete())
    rows = [{"digest": key, "at": datetime.fromtimestamp(at, UTC)} for key, at in found.silent().items()]
    if rows:
        db.execute(optouts.insert(), rows)


def _people(db: sa.Connection) -> set[str]:
    """Ids of everybody who left something."""
    columns = (
        *(inbox.c.person, ballots.c.voter, early.c.voter, reviews.reviews.c.reviewer),
        *(verified.verified.c.expert, verified.verified.c.asker, channels.c.expert),
        *(channels.c.changed_by, switches.c.changed_by),
    )
    found = {one for column in columns for one in db.execute(sa.select(column).distinct()).scalars()}
    return {one for one in (*found, *_learners(db)) if one}


def _learners(db: sa.Connection) -> Iterator[str]:
    for row in reviews.kept(db).values():
        yield from row.people


def _taught(db: sa.Connection) -> set[str]:
    of_lessons = {one.document for row in reviews.kept(db).values() for one in row.passages}
    return of_lessons | set(db.execute(sa.select(grounds.c.document).distinct()).scalars())


def _withdrawn(db: sa.Connection) -> None:
    """Verified answers that are no more leave the index with those who asked or gave them."""
    held = set(db.execute(sa.select(documents.c.uri).where(documents.c.source == VERIFIED)).scalars())
    left = {one.uri for one in verified.every(db, VERIFIED)}
    _left(db, sorted(held - left))
