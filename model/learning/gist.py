"""A question's vector in, 256 bits of its meaning out: no word can be read in them, two can be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from model.record import metadata

BITS = 256
SAME = 0.64  # of two questions' likeness, 1 at most, from which they are one gap: docs.gaps measures it

gists = sa.Table(
    "gists",  # of questions in Slack that found no answer
    metadata,
    sa.Column("answer", sa.String(64), primary_key=True),
    sa.Column("made", sa.String(200), nullable=False),  # by which embedder: others cannot be compared
    sa.Column("bits", sa.String(64), nullable=False),
)


def gist(vector: NDArray[np.float32]) -> str:
    """On which side of 256 planes through the origin it lies, in hexadecimal."""
    return np.packbits(vector @ _planes(len(vector)) > 0).tobytes().hex()


@lru_cache(maxsize=4)
def _planes(dimension: int) -> NDArray[np.float32]:
    """The same in every process and version."""
    drawn = np.frombuffer(hashlib.shake_256(b"footnote gist").digest(dimension * BITS // 8), np.uint8)
    return (np.unpackbits(drawn).astype(np.float32) * 2 - 1).reshape(dimension, BITS)


def likeness(some: Sequence[str]) -> NDArray[np.float64]:
    """Of each two about the cosine of their vectors: the share of planes that part them is the angle."""
    bits = np.array([list(bytes.fromhex(one)) for one in some], np.uint8)
    signs = np.unpackbits(bits, axis=1).astype(np.float64) * 2 - 1
    return np.asarray(np.cos(np.pi * (1 - (signs @ signs.T / BITS + 1) / 2)))


def grouped(some: Sequence[str], least: float = SAME) -> list[int]:
    """For each the number of its group. Two groups are one where their members are as alike on average."""
    if not some:
        return []
    alike, of_each = likeness(some), [[i] for i in range(len(some))]
    np.fill_diagonal(alike, -1.0)
    while True:
        one, other = divmod(int(alike.argmax()), len(some))
        if alike[one, other] < least:
            break
        a, b = len(of_each[one]), len(of_each[other])
        alike[one] = (alike[one] * a + alike[other] * b) / (a + b)
        alike[:, one] = alike[one]
        alike[other] = alike[:, other] = alike[one, one] = -1.0
        of_each[one], of_each[other] = of_each[one] + of_each[other], []
    number = {i: n for n, members in enumerate(of_each) for i in members}
    return [number[i] for i in range(len(some))]


def keep(connection: sa.Connection, answer: str, made: str, bits: str) -> None:
    """Of the question of that answer; the first stays."""
    if not connection.execute(sa.select(gists.c.answer).where(gists.c.answer == answer)).first():
        connection.execute(gists.insert().values(answer=answer, made=made, bits=bits))


def drop(connection: sa.Connection, of: sa.Select[tuple[str]] | Collection[str]) -> int:
    """Erases those of these answers; how many."""
    return connection.execute(gists.delete().where(gists.c.answer.in_(of))).rowcount


def wipe(connection: sa.Connection) -> None:
    """Erases all."""
    connection.execute(gists.delete())
