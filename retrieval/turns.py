"""One at a time, across processes: who is late says so and waits. A turn ends with its process, however."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from retrieval.waits import KEEPALIVES, waits

Waiting = Callable[[], None]
_INSIDE: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)  # a turn holds in one process as well


def sync_of(workspace: str, source: str) -> str:
    """The name of the turn to bring the live table up to a source."""
    return f"sync {workspace} {source}"


def schedule_of(workspace: str, source: str) -> str:
    """The name of the turn to have a source synced by a process of its own."""
    return f"schedule {workspace} {source}"


class Busy(Exception):
    """Somebody else has the turn, and the caller did not want to wait."""


class Turns:
    """Turns by name: locks of PostgreSQL, or of the kernel on files in the folder of a SQLite database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def take(self, name: str, waiting: Waiting | None = None, *, wait: bool = True) -> Iterator[None]:
        """Has the turn inside. `waiting` is called once where somebody else has it now; with `wait` off
        that raises Busy."""
        own = _INSIDE[f"{self._engine.url!s} {name}"]
        if not own.acquire(blocking=False):
            _late(waiting, wait=wait)
            own.acquire()
        try:
            if self._engine.dialect.name == "postgresql":
                yield from self._shared(name, waiting, wait=wait)
            else:
                yield from self._local(name, waiting, wait=wait)
        finally:
            own.release()

    def _shared(self, name: str, waiting: Waiting | None, *, wait: bool) -> Iterator[None]:
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        # A connection of its own, of no pool: the lock goes with it, and a rebuild has one for each source.
        with _lasting(self._engine.url).connect() as db:
            db.exec_driver_sql("; ".join(f"SET tcp_{key} = {value}" for key, value in KEEPALIVES.items()))
            if not db.scalar(sa.select(sa.func.pg_try_advisory_lock(number))):
                _late(waiting, wait=wait)
                db.execute(sa.select(sa.func.pg_advisory_lock(number)))
            try:
                yield
            finally:
                with suppress(
                    sa.exc.DBAPIError
                ):  # lost with its connection; what failed inside is to be seen
                    db.execute(sa.select(sa.func.pg_advisory_unlock(number)))

    def _local(self, name: str, waiting: Waiting | None, *, wait: bool) -> Iterator[None]:
        database = self._engine.url.database
        if not database or database == ":memory:":
            yield  # nobody else can see it
            return
        folder = Path(database).parent / "turns"
        folder.mkdir(mode=0o700, exist_ok=True)
        # The file stays: one that was removed while somebody waits would be two locks.
        held = os.open(folder / hashlib.sha256(name.encode()).hexdigest()[:32], os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                _late(waiting, wait=wait)
                fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)


@lru_cache(maxsize=4)
def _lasting(url: sa.URL) -> sa.Engine:
    """Connections that idle for hours; either side notices within half a minute that the other is gone."""
    how: dict[str, Any] = {"poolclass": sa.NullPool, "isolation_level": "AUTOCOMMIT"}
    return sa.create_engine(url, hide_parameters=True, connect_args=waits(url), **how)


def _late(waiting: Waiting | None, *, wait: bool) -> None:
    if not wait:
        raise Busy
    if waiting:
        waiting()
