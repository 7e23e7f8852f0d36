"""Which processes live, as one that only looks finds out."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from bot import replicas
from bot.posting.stream import _Budget
from bot.replicas import SERVE, WORK, Replicas, Sharing
from bot.state import connect, upgrade


def test_who_only_looks_writes_nothing_while_nobody_is_dead(engine: sa.Engine) -> None:
    worker = Replicas(engine, WORK)
    worker.beat()
    begun: list[str] = []
    sa.event.listen(engine, "commit", lambda _: begun.append("commit"))

    alive = Replicas(engine, WORK).alive()

    assert (alive, begun) == ({worker.executor}, [])


def test_who_is_dead_is_struck_off_for_everybody(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    Replicas(engine, WORK).beat()
    monkeypatch.setattr(replicas, "DEAD_AFTER_S", 0.0)

    alive = Replicas(engine, WORK).alive()

    with engine.connect() as connection:
        left = connection.execute(sa.text("SELECT executor FROM replicas")).all()
    assert (alive, left) == (frozenset(), [])


def test_what_slack_allows_is_shared_by_those_that_live(engine: sa.Engine) -> None:
    clock = [0.0]
    sharing = Sharing(Replicas(engine, SERVE), lambda: clock[0])
    alone = sharing()
    for _ in range(2):
        Replicas(engine, SERVE).beat()
    soon = sharing()
    clock[0] = replicas.BEAT_S

    assert (alone, soon, sharing()) == (1, 1, 2)


class Narrow:
    """Sees how many are inside at once."""

    def __init__(self) -> None:
        self.most = self._inside = 0

    def __enter__(self) -> None:
        self._inside += 1
        self.most = max(self.most, self._inside)
        time.sleep(0.002)  # so that another would come in, if it could

    def __exit__(self, *_: object) -> None:
        self._inside -= 1

    def clock(self) -> float:
        with self:
            return 0.0


class Looked(Replicas):
    """Those that live, each look seen."""

    narrow: Narrow

    def _look(self) -> tuple[dict[str, int], set[int]]:
        with self.narrow:
            return super()._look()


def _looked(engine: sa.Engine, narrow: Narrow) -> Callable[[], object]:
    looked = Looked(engine, SERVE)
    looked.narrow = narrow
    return looked.alive


@pytest.mark.parametrize(
    "made",
    [
        lambda _, narrow: _Budget(100, narrow.clock, lambda: 1).take,
        lambda engine, narrow: Sharing(Replicas(engine, SERVE), narrow.clock),
        _looked,
    ],
    ids=["budget", "sharing", "alive"],
)
def test_what_slack_allows_in_a_minute_is_counted_by_one_thread_at_a_time(
    engine: sa.Engine, made: Callable[[sa.Engine, Narrow], Callable[[], object]]
) -> None:
    narrow = Narrow()
    count = made(engine, narrow)
    with ThreadPoolExecutor(8) as pool:
        for one in [pool.submit(count) for _ in range(8)]:
            one.result()

    assert narrow.most == 1


CUT = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7046031"


@pytest.fixture
def shared(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """PostgreSQL, with no patience for a process whose connection is gone."""
    monkeypatch.setattr(replicas, "GONE_AFTER_S", 0.0)
    monkeypatch.setattr(replicas, "LINE_S", 0.0)
    made = connect(database)
    upgrade(made)
    yield made
    made.dispose()


def cut(engine: sa.Engine) -> None:
    """Every process's line breaks, as it does when the process is killed."""
    with engine.begin() as connection:
        connection.execute(sa.text(CUT))


@pytest.mark.services
def test_whoever_has_just_come_sees_that_a_process_is_dead_whose_connection_is_gone(
    shared: sa.Engine,
) -> None:
    worker = Replicas(shared, WORK)
    worker.beat()
    living = Replicas(shared, WORK).alive()
    cut(shared)

    assert (living, Replicas(shared, WORK).alive()) == ({worker.executor}, frozenset())
    worker.leave()


@pytest.mark.services
def test_a_process_whose_connection_was_cut_has_another_and_lives(shared: sa.Engine) -> None:
    worker = Replicas(shared, WORK)
    worker.beat()
    cut(shared)
    worker.beat()

    assert Replicas(shared, WORK).alive() == {worker.executor}
    worker.leave()
    assert Replicas(shared, WORK).alive() == frozenset()


@pytest.mark.services
def test_a_database_that_was_away_for_long_makes_nobody_dead(
    shared: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "GONE_AFTER_S", 0.2)
    worker, other = Replicas(shared, WORK), Replicas(shared, WORK)
    worker.beat()
    other.alive()
    time.sleep(0.3)  # in which nobody could beat
    cut(shared)
    returned = other.alive()
    worker.beat()
    time.sleep(0.3)

    assert (returned, other.alive()) == ({worker.executor}, {worker.executor})
    worker.leave()


@pytest.mark.services
def test_a_process_of_an_older_release_lives_by_its_beats_alone(shared: sa.Engine) -> None:
    old = {"executor": uuid.uuid4().hex, "kind": WORK, "beats": 1}
    with shared.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO replicas (executor, kind, beats) VALUES (:executor, :kind, :beats)"), old
        )

    assert Replicas(shared, WORK).alive() == {old["executor"]}
