"""Batches that wait to be indexed, as rows that any process can take: one at a time has each, for sure."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.failpoint import failpoint
from bot.indexing.packed import OtherShape, pack, unpack
from bot.log import frames
from bot.state import batches
from retrieval.batch import Works
from retrieval.passage import FootnoteError, IndexMismatch, IndexMissing
from retrieval.rows import Batch

log = logging.getLogger("footnote.queue")

ATTEMPTS = 3  # a batch that failed, or took its process down, this often is given up
_LOCKS = 7046030  # the advisory locks of batches, apart from all others
_HOLDING = (
    "FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND classid = :locks AND objid = :id AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_KILLED = "Indexing it ended its process each time. Look at its size, and at the memory of the workers."
_OTHER = (
    "Another version of Footnote handed it over. Run the same one everywhere; the next sync reads it again."
)

Call = Callable[[sa.Connection, int], None]


@dataclass(frozen=True, slots=True)
class Open:
    """A batch that is not over. `executor`: who took it last; empty: nobody has it."""

    id: int
    executor: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A batch that was given up: why, the kind of that error (empty: a fault of ours), and what was in it."""

    id: int
    error: str
    kind: str
    documents: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handed:
    """Batches of a source: those that nobody has yet, those that a worker has, and those given up."""

    waiting: int
    taken: int
    lost: int


class Queue:
    """The rows on `engine`, which is a PostgreSQL."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, batch: Batch, call: Call) -> None:
        """Keeps a batch and calls for somebody to carry it out, in one commit."""
        files = {one.file for one in batch.rows} | {one.uri for one in batch.files}
        about = {
            "documents": [one.document.uri for one in batch.rows],
            "files": sorted(files),
        }
        values = {
            "held_in": batch.held_in, "source": batch.source, "about": json.dumps(about),
            "payload": pack(batch), "attempts": 0, "handed_at": time.time(),
        }  # fmt: skip
        with self._engine.begin() as connection:
            put = batches.insert().values(**values).returning(batches.c.id)
            call(connection, connection.execute(put).scalar_one())

    def open(self, held_in: str, source: str) -> list[Open]:
        """What is not over of a source, what nobody has first, then oldest first."""
        columns = (
            batches.c.id,
            sa.func.coalesce(batches.c.executor, "").label("executor"),
        )
        mine = (batches.c.held_in == held_in) & (batches.c.source == source) & batches.c.error.is_(None)
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(*columns).where(mine).order_by("executor", batches.c.id))
            return [Open(row.id, row.executor) for row in rows]

    def handed(self) -> dict[str, Handed]:
        """How many batches there are of each source."""
        bad, taken = batches.c.error.is_not(None), batches.c.executor.is_not(None)
        counts = [sa.func.sum(sa.case((kind, 1), else_=0)) for kind in (~bad & ~taken, ~bad & taken, bad)]
        query = sa.select(batches.c.source, *counts).group_by(batches.c.source).order_by(batches.c.source)
        with self._engine.connect() as connection:
            return {source: Handed(*map(int, many)) for source, *many in connection.execute(query)}

    def given_up(self, held_in: str, source: str) -> list[GivenUp]:
        """What was given up of a source and not yet said."""
        columns = (batches.c.id, batches.c.error, batches.c.kind, batches.c.about)
        mine = (batches.c.held_in == held_in) & (batches.c.source == source) & batches.c.error.is_not(None)
        with self._engine.connect() as connection:
            return [_given_up(row) for row in connection.execute(sa.select(*columns).where(mine))]

    def drop(self, ids: list[int]) -> None:
        """What was given up has been said."""
        with self._engine.begin() as connection:
            connection.execute(batches.delete().where(batches.c.id.in_(ids)))

    def clear(self, held_in: Sequence[str], source: str = "") -> list[Open]:
        """Nobody takes a batch for these tables (of the source) any more; who has one may be at it."""
        mine = batches.c.held_in.in_(held_in) & ((batches.c.source == source) if source else sa.true())
        cleared = batches.delete().where(mine).returning(batches.c.id, batches.c.executor)
        with self._engine.begin() as connection:
            return [Open(row.id, row.executor or "") for row in connection.execute(cleared)]

    def held(self, id: int) -> bool:
        """Whether some process is at the batch, or seems so."""
        found = sa.text(f"SELECT count(*) {_HOLDING}")
        with self._engine.connect() as connection:
            return bool(connection.scalar(found, {"locks": _LOCKS, "id": id}))

    def cut(self, id: int) -> None:
        """Takes the batch away from a process that seems dead: its connection ends, and with it all that it
        could still write if it came back."""
        found = sa.text(f"SELECT pg_terminate_backend(pid) {_HOLDING}")
        with self._engine.begin() as connection:
            connection.execute(found, {"locks": _LOCKS, "id": id})


class Desk:
    """Where batches are carried out, one at a time. `alone` is an engine of one connection: its lock says who
    has a batch, and `works` writes the ledger through it, so who has lost the lock can write no more."""

    def __init__(self, alone: sa.Engine, works: Works, executor: str) -> None:
        self.works = works
        self.executor = executor
        self._alone = alone
        self._one = threading.Lock()  # the connection is one as well

    @property
    def busy(self) -> bool:
        """Whether a batch is being carried out."""
        return self._one.locked()

    def carry(self, id: int) -> bool:
        """Carries a batch out, if it is not over; False where somebody else has it. Raises what it fails
        with, and IndexMismatch for one that other settings are needed for: then nothing was tried."""
        with self._one, self._lock(id) as mine:
            if mine and (taken := self._taken(id)):
                failpoint("taken")
                self._carried(id, *taken)
            return mine

    @contextmanager
    def _lock(self, id: int) -> Iterator[bool]:
        key = (sa.cast(_LOCKS, sa.Integer), sa.cast(id, sa.Integer))
        with self._alone.begin() as connection:
            mine = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(*key))))
        try:
            yield mine
        finally:
            if mine:
                with suppress(sa.exc.DBAPIError), self._alone.begin() as connection:
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(*key)))

    def _taken(self, id: int) -> tuple[bytes, int] | None:
        """What is in the batch, and how often it was taken; None where it is over."""
        values = {"executor": self.executor, "attempts": batches.c.attempts + 1}
        mine = (batches.c.id == id) & batches.c.error.is_(None)
        with self._alone.begin() as connection:
            take = batches.update().where(mine).values(**values)
            row = connection.execute(take.returning(batches.c.payload, batches.c.attempts)).one_or_none()
        return (row.payload, row.attempts) if row else None

    def _carried(self, id: int, payload: bytes, attempts: int) -> None:
        if attempts > ATTEMPTS:
            log.error("batch given up: it ended its process each time: batch=%s", id)
            return self._leave(id, attempts, **_given(_KILLED))
        try:
            log.info("batch taken: batch=%s attempt=%s", id, attempts)
            self.works.carry_out(unpack(payload))
        except IndexMissing:  # the table is gone, and with it what the batch was for
            log.info("batch dropped, its table is gone: batch=%s", id)
        except OtherShape:
            log.warning("batch given up: another version of Footnote handed it over: batch=%s", id)
            return self._leave(id, attempts, **_given(_OTHER))
        except IndexMismatch:
            self._leave(id, attempts, attempts=attempts - 1)
            raise
        except Exception as error:
            log.warning("batch failed: batch=%s attempt=%s %s", id, attempts, frames(error))
            self._leave(id, attempts, **(_reason(error) if attempts == ATTEMPTS else {}))
            raise
        with self._alone.begin() as connection:
            connection.execute(batches.delete().where(self._still(id, attempts)))
        log.info("batch done: batch=%s", id)
        return None

    def _leave(self, id: int, taken: int, **values: Any) -> None:
        """Nobody has the batch any more."""
        with self._alone.begin() as connection:
            change = batches.update().where(self._still(id, taken))
            connection.execute(change.values({"executor": None, **values}))

    def _still(self, id: int, attempts: int) -> sa.ColumnElement[bool]:
        """That nobody has taken it over: after a cut the connection is another one, without the lock."""
        mine = (batches.c.executor == self.executor) & (batches.c.attempts == attempts)
        return (batches.c.id == id) & mine


def _reason(error: Exception) -> dict[str, Any]:
    if isinstance(error, FootnoteError):
        return _given(str(error), type(error).__name__)
    return _given(f"Indexing it failed ({type(error).__name__}); please report this with the log.")


def _given(error: str, kind: str = "") -> dict[str, Any]:
    """Of a batch that is given up; what was in it is kept no longer."""
    return {"error": error, "kind": kind, "payload": b""}


def _given_up(row: Any) -> GivenUp:
    about = json.loads(row.about)
    return GivenUp(row.id, row.error, row.kind, tuple(about["documents"]), tuple(about["files"]))
