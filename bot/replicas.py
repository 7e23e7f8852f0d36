"""Which processes live: each says so every few seconds, and who has not for long is dead to the others.

On PostgreSQL each also holds a connection, its line, on which it has a lock. The server knows at once that
the line of a killed process is gone, so whoever comes after need not have heard it beat.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

import sqlalchemy as sa

from bot.state import alone, replicas

BEAT_S = 5.0
DEAD_AFTER_S = 20.0
GONE_AFTER_S = 5.0  # without a beat and seen without its line: longer than a line takes to come back
LINE_S = 1.0  # between two looks at one's own line
SERVE, WORK = "serve", "worker"
_LINED = "L"  # how the names of those begin that have a line; older releases have none
_LOCKS = 7046031  # the advisory locks of processes, apart from all others
_STANDING = sa.text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :locks AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Replicas:
    """The processes of a kind, as one of them or somebody who only looks sees them."""

    def __init__(self, engine: sa.Engine, kind: str) -> None:
        self._shared = engine.dialect.name == "postgresql"
        # Fresh: two processes of one id would run a step twice.
        self.executor = (_LINED if self._shared else "") + uuid.uuid4().hex
        self._engine = engine
        self._kind = kind
        self._heard: dict[str, tuple[int, float]] = {}
        self._gone: dict[str, float] = {}  # since when they are seen without their line
        self._beaten = self._held = 0.0
        self._looking = threading.Lock()  # what was heard is of one look: metrics and budgets ask at once

    def alone(self) -> None:
        """Nobody else can be alive."""
        with self._engine.begin() as connection:
            connection.execute(replicas.delete())

    def beat(self) -> bool:
        """Says that this process lives, if it has not just done so; whether it did."""
        now = time.monotonic()
        self.hold(now)
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
        """This process works no more: what it has left may be taken over at once, or, where that cannot be
        written down, after its silence."""
        with suppress(sa.exc.DBAPIError), self._engine.begin() as connection:
            connection.execute(replicas.delete().where(replicas.c.executor == self.executor))
        self.let_go()

    def alive(self) -> frozenset[str]:
        """Processes of this kind whose beat has changed within DEAD_AFTER_S by this process's own clock, and
        which have not been seen without their line since, for GONE_AFTER_S. Seen, as a database that was away
        has cut every line: those who live have theirs again before long."""
        with self._looking:
            return self._alive(time.monotonic())

    def _alive(self, now: float) -> frozenset[str]:
        beats, standing = self._look()
        for executor, count in beats.items():
            if self._heard.get(executor, (-1, 0.0))[0] != count:
                self._heard[executor] = (count, now)
                self._gone.pop(executor, None)
        self._heard = {e: h for e, h in self._heard.items() if e in beats}
        cut = [e for e in beats if e.startswith(_LINED) and _number(e) not in standing]
        self._gone = {e: self._gone.get(e, now) for e in cut}
        dead = {e for e, (_, at) in self._heard.items() if now - at >= DEAD_AFTER_S}
        dead |= {e for e, since in self._gone.items() if now - since >= GONE_AFTER_S}
        if dead:  # who only looks writes nothing: this is asked for every batch
            self._strike(dead)
        return frozenset(set(self._heard) - dead)

    def _look(self) -> tuple[dict[str, int], set[int]]:
        mine = sa.select(replicas).where(replicas.c.kind == self._kind)
        with self._engine.connect() as connection:
            beats = {row.executor: row.beats for row in connection.execute(mine)}
            if not self._shared or not beats:
                return beats, set()
            return beats, set(connection.scalars(_STANDING, {"locks": _LOCKS}))

    def hold(self, now: float) -> None:
        """Has the line, if that was not just looked at; on SQLite there is none."""
        if self._shared and now - self._held >= LINE_S:
            self._lock()
            self._held = now

    def let_go(self) -> None:
        if self._shared:
            self._line.dispose()

    def _lock(self) -> None:
        """Has the lock, on a new line where the old one is gone; a lock that one has is had again."""
        number = _number(self.executor)
        signed = number - (1 << 32) if number >> 31 else number
        lock = sa.select(
            sa.func.pg_try_advisory_lock(sa.cast(_LOCKS, sa.Integer), sa.cast(signed, sa.Integer))
        )
        for _ in range(2):  # the first finds out that the line is gone
            with suppress(sa.exc.DBAPIError), self._line.begin() as connection:
                connection.execute(lock)
                return

    @cached_property
    def _line(self) -> sa.Engine:
        return alone(self._engine.url.render_as_string(hide_password=False))

    def _strike(self, dead: set[str]) -> None:
        """Whoever comes after need not find out again; one that lives after all writes itself anew."""
        with self._engine.begin() as connection:
            for executor in dead:
                same = (replicas.c.executor == executor) & (replicas.c.beats == self._heard[executor][0])
                connection.execute(replicas.delete().where(same))


@contextmanager
def seen(engine: sa.Engine) -> Iterator[None]:
    """A process that takes no work over has a line as long as this, and nothing else: whoever restores sees
    from any machine that it is there."""
    one, over = Replicas(engine, ""), threading.Event()

    def hold() -> None:
        while not over.wait(LINE_S):
            one.hold(time.monotonic())

    one.hold(time.monotonic())
    thread = threading.Thread(target=hold, name="footnote-line", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        one.let_go()


class Sharing:
    """How many processes share what Slack allows in a minute; looked up every few seconds."""

    def __init__(self, replicas: Replicas, clock: Callable[[], float] = time.monotonic) -> None:
        self._replicas, self._clock = replicas, clock
        self._count, self._due = 1, 0.0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            if self._clock() >= self._due:
                self._count = max(1, len(self._replicas.alive()))
                self._due = self._clock() + BEAT_S
            return self._count


def _number(executor: str) -> int:
    """Of its lock, as PostgreSQL shows it: 32 bits."""
    return int(executor.removeprefix(_LINED)[:8], 16)
