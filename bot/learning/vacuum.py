"""A database out of whose tables something was taken in, its file with no trace of it out, if it is free."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import sqlalchemy as sa

_BUSY_S = 5  # what readers of the file may take to end, before it is cleaned


def cleaned(engine: sa.Engine) -> tuple[str, ...]:
    """What is still to be done where it is not."""
    return () if _compact(engine) else ("The database is in use: its file is cleaned when this runs again.",)


def _compact(engine: sa.Engine) -> bool:
    """Whether the database's file holds nothing any more of what was taken out of its tables."""
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(sa.text("VACUUM"))
        return True
    engine.dispose()  # idle connections of ours would be in the way
    try:
        with closing(sqlite3.connect(str(engine.url.database), timeout=_BUSY_S, isolation_level=None)) as db:
            db.execute("VACUUM")
            busy: tuple[Any, ...] = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy[0]
    except sqlite3.OperationalError:
        return False
