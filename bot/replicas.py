"""Which processes live: each says so every few seconds, and who has not for long is dead to the others."""

from __future__ import annotations

import time
import uuid

import sqlalchemy as sa

from bot.state import replicas

BEAT_S = 5.0
DEAD_AFTER_S = 20.0
SERVE, WORK = "serve", "worker"


class Replicas:
    """The processes of a kind, as one of them or somebody who only looks sees them."""

    def __init__(self, engine: sa.Engine, kind: str) -> None:
        self.executor = uuid.uuid4().hex  # fresh: two processes of one id would run a step twice
        self._engine = engine
        self._kind = kind
        self._heard: dict[str, tuple[int, float]] = {}
        self._beaten = 0.0

    def alone(self) -> None:
        """Nobody else can be alive."""
        with self._engine.begin() as connection:
            connection.execute(replicas.delete())

    def beat(self) -> bool:
        """Says that this process lives, if it has not just done so; whether it did."""
        now = time.monotonic()
        if self._beaten and now - self._beaten < BEAT_S:
            return False
        mine = replicas.c.executor == self.executor
        with self._engine.begin() as connection:
            change = replicas.update().where(mine).values(beats=replicas.c.beats + 1)
            if not connection.execute(change).rowcount:
                fresh = {"executor": self.executor, "kind": self._kind, "beats": 1}
                connection.execute(replicas.insert().values(**fresh))
        self._beaten = now
        return True

    def leave(self) -> None:
        """This process works no more: what it has left may be taken over at once."""
        with self._engine.begin() as connection:
            connection.execute(replicas.delete().where(replicas.c.executor == self.executor))

    def alive(self) -> frozenset[str]:
        """Processes of this kind whose beat has changed within DEAD_AFTER_S by this process's own clock."""
        now = time.monotonic()
        mine = sa.select(replicas).where(replicas.c.kind == self._kind)
        with self._engine.connect() as connection:
            beats = {row.executor: row.beats for row in connection.execute(mine)}
        for executor, count in beats.items():
            if self._heard.get(executor, (-1, 0.0))[0] != count:
                self._heard[executor] = (count, now)
        self._heard = {e: h for e, h in self._heard.items() if e in beats}
        dead = {e for e, (_, at) in self._heard.items() if now - at >= DEAD_AFTER_S}
        if dead:  # who only looks writes nothing: this is asked for every batch
            self._strike(dead)
        return frozenset(set(self._heard) - dead)

    def _strike(self, dead: set[str]) -> None:
        """Whoever comes after need not find out again; one that lives after all writes itself anew."""
        with self._engine.begin() as connection:
            for executor in dead:
                same = (replicas.c.executor == executor) & (replicas.c.beats == self._heard[executor][0])
                connection.execute(replicas.delete().where(same))
