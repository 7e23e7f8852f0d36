"""Somebody who signed in in, the cookie that says so out, until it is over or they leave."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable

import sqlalchemy as sa

from bot.state import sessions

LASTS_S = 12 * 3600.0
KEY_S = 600.0  # in which a link opens: it stands on a terminal, or in the log of a service
_KEY = "key"  # whose rows are those of links
TOKEN = 43  # characters of a cookie's value


class Sessions:
    """The state keeps the hash of each cookie: who reads it there cannot sign in with it, and whoever leaves
    has left on every replica."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._clock = engine, clock

    def begin(self, person: str) -> str:
        """The value of the cookie of a new session. Those that are over go."""
        token, now = secrets.token_urlsafe(32), self._clock()
        own = {"id": _hash(token), "person": person, "until": now + LASTS_S}
        with self._engine.begin() as connection:
            connection.execute(sessions.delete().where(sessions.c.until <= now))
            connection.execute(sessions.insert().values(own))
        return token

    def key(self) -> str:
        """What begins a session once, within KEY_S; the one before it opens nothing any more."""
        key, now = secrets.token_urlsafe(24), self._clock()
        with self._engine.begin() as connection:
            connection.execute(sessions.delete().where(sessions.c.person == _KEY))
            connection.execute(sessions.insert().values(id=_hash(key), person=_KEY, until=now + KEY_S))
        return key

    def turned(self, key: str) -> bool:
        """Whether that is such a key; it opens nothing any more."""
        mine = (sessions.c.id == _hash(key)) & (sessions.c.person == _KEY)
        with self._engine.begin() as connection:
            change = sessions.delete().where(mine, sessions.c.until > self._clock())
            return connection.execute(change).rowcount == 1

    def person(self, token: str) -> str:
        """Whose it is; empty where it is nobody's or over."""
        if len(token) != TOKEN:
            return ""
        mine = (sessions.c.id == _hash(token)) & (sessions.c.until > self._clock())
        mine &= sessions.c.person != _KEY
        with self._engine.connect() as connection:
            return connection.execute(sa.select(sessions.c.person).where(mine)).scalar() or ""

    def end(self, token: str) -> None:
        """It is over."""
        with self._engine.begin() as connection:
            connection.execute(sessions.delete().where(sessions.c.id == _hash(token)))


def form_token(token: str) -> str:
    """What the forms of a session bring back: another site can neither read nor make it."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Compared in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
