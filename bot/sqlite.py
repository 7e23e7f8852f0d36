"""A file of SQLite in; one that its owner alone can read, and connections that lose nothing, out."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retrieval.passage import SettingError

_STEP_S = 0.02
# Who waits is not served in turn: of several that write all the time, one may go hungry for seconds.
_PATIENCE_S = 30.0
_HURRY_S = 5.0  # for whoever only looks
_NO_RIGHT = "this folder cannot be made or written. Give this user the right, or set another."
FULL = "its disk is full. Make room."
_UNMADE = {
    errno.ENOSPC: FULL,
    errno.EROFS: "it lies on a file system that is read-only. Mount it writable.",
}


def unmade(error: OSError) -> SettingError:
    """Why nothing can be made or written in FOOTNOTE_HOME, and what to do."""
    return SettingError(f"FOOTNOTE_HOME: {_UNMADE.get(error.errno or 0, _NO_RIGHT)}")


def private_file(path: Path) -> Path:
    """Makes the file, readable by its owner only; what SQLite puts beside it inherits the mode. One that is
    there is not opened: to close a descriptor of it would drop all locks that this process has on it.

    Raises SettingError where it cannot be made: it lies in FOOTNOTE_HOME.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise unmade(error) from None
    return path


def durable(connection: Any, _record: Any) -> None:
    """For each new connection: what is committed is on disk, and a writer waits for its turn."""
    connection.isolation_level = "IMMEDIATE"  # instead of failing half-way
    connection.execute(_waits(_PATIENCE_S))
    _logged_ahead(connection)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):  # what is deleted is overwritten
        connection.execute(f"PRAGMA {pragma}")


@contextlib.contextmanager
def hurried(connection: Any) -> Iterator[None]:
    """Inside, this connection to SQLite gives up sooner, as whoever only looks has to."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql(_waits(_HURRY_S))
    try:
        yield
    finally:
        connection.exec_driver_sql(_waits(_PATIENCE_S))


def _waits(seconds: float) -> str:
    return f"PRAGMA busy_timeout={round(seconds * 1000)}"


def _logged_ahead(connection: Any) -> None:
    """Readers beside a writer. SQLite does not wait by itself where two connections to a new file ask for it
    at once: one is refused at once."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > end:
                raise
            time.sleep(_STEP_S)
        else:
            return
