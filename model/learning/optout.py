"""Who wants nothing of theirs used for learning: kept as a digest, so that a search for a name finds none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from model.record import metadata

optouts = sa.Table(
    "optouts",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Out:
    """Those who are out, as digests."""

    digests: frozenset[str] = frozenset()

    def has(self, person: str) -> bool:
        """Whether this person is one of them."""
        return bool(self.digests) and digest(person) in self.digests

    def any(self, people: Iterable[str]) -> bool:
        """Whether one of these people is."""
        return any(map(self.has, people))


def digest(person: str) -> str:
    """What stands for a person's id. Not a secret: whoever knows the id can ask whether it is here."""
    return hashlib.sha256(f"footnote optout {person}".encode()).hexdigest()


def out(connection: sa.Connection) -> Out:
    """Everybody who is out now."""
    return Out(frozenset(connection.execute(sa.select(optouts.c.digest)).scalars()))


def leave(connection: sa.Connection, person: str) -> None:
    """From here on nothing of theirs is used; it stays so when what they left is erased. Raises
    IntegrityError where the same is said twice in one moment."""
    if not out(connection).has(person):
        connection.execute(optouts.insert().values(digest=digest(person), at=datetime.now(UTC)))


def come_back(connection: sa.Connection, person: str) -> bool:
    """They may be learnt from again; whether they were out."""
    return connection.execute(optouts.delete().where(optouts.c.digest == digest(person))).rowcount > 0
