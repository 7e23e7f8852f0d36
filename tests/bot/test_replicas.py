"""Which processes live, as one that only looks finds out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot import replicas
from bot.replicas import WORK, Replicas


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
