"""What admins did: who, what and to which of our own things, row by row; never a word of a message."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from bot.state import audit

_WHAT, _ABOUT = 64, 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done; `at` in seconds since 1970."""

    at: float
    who: str
    what: str
    about: str


def note(connection: sa.Connection, who: str, what: str, about: str = "") -> None:
    """Adds a row in the transaction in which what it tells of is done, so that each is there once. `about`
    holds ids and names of ours."""
    values = {"at": time.time(), "who": who, "what": what[:_WHAT], "about": about[:_ABOUT]}
    connection.execute(audit.insert().values(**values))


class Audit:
    """The rows. There is nothing here that changes or removes one."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def note(self, who: str, what: str, about: str = "") -> None:
        """Adds a row."""
        with self._engine.begin() as connection:
            note(connection, who, what, about)

    def latest(self, limit: int = 50) -> list[Entry]:
        """The newest first."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [Entry(row.at, row.who, row.what, row.about) for row in connection.execute(query)]
