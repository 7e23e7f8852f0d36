"""Rows are brought to their end, whatever breaks between the steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS

from bot import jobs, state
from bot.events import Row
from bot.inbox import Inbox
from bot.jobs import Jobs, Step
from bot.replicas import SERVE, Replicas

pytestmark = pytest.mark.slow  # starts what runs in the background


class Away(Inbox):
    """Rows in a database that is away as often as is said."""

    away = 0

    def hold(self, event_id: str, executor: str) -> Row:
        self._reached()
        return super().hold(event_id, executor)

    def close(self, event_id: str) -> None:
        self._reached()
        super().close(event_id)

    def _reached(self) -> None:
        if self.away:
            self.away -= 1
            raise sa.exc.OperationalError("", {}, Exception("the database is away"))


class Closing:
    """A handler whose one step closes the row; `failed` are the rows that it was told to end."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox, self.failed = inbox, list[str]()

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.inbox.close,)

    def fail(self, event_id: str, reference: str) -> None:
        self.failed.append(event_id)
        self.inbox.close(event_id)


class Slow:
    """A handler whose one step takes a moment; `most` are its runs at once."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox, self.runs, self.now, self.most = inbox, 0, 0, 0

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.step, self.inbox.close)

    def step(self, _: str) -> None:
        self.runs, self.now = self.runs + 1, self.now + 1
        self.most = max(self.most, self.now)
        time.sleep(4)
        self.now -= 1

    def fail(self, event_id: str, reference: str) -> None:
        raise AssertionError


@pytest.fixture
def slow(engine: sa.Engine) -> Slow:
    """A handler, for which there is one row."""
    inbox = Inbox(engine)
    inbox.store(asked(1))
    return Slow(inbox)


def asked(number: int) -> dict[str, Any]:
    event = {"type": "app_mention", "channel": "C1", "ts": f"{number}.0", "user": "U1", "text": "how long?"}
    return {"type": "event_callback", "event_id": f"Ev{number}", "team_id": "T1", "event": event}


def soon(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize("away", [1, 2, 3])
def test_a_row_whose_work_broke_off_between_its_steps_comes_to_its_end(
    engine: sa.Engine, tmp_path: Path, away: int
) -> None:
    inbox = Away(engine)
    inbox.away = away
    working = Jobs(inbox, engine, {"question": Closing(inbox)})
    inbox.store(asked(1))
    working.launch(tmp_path, alone=True)
    try:
        ended = soon(lambda: not inbox.waiting() and working.idle)
    finally:
        working.close()

    assert ended


def test_rows_that_broke_off_take_no_room_from_others(engine: sa.Engine, tmp_path: Path) -> None:
    inbox = Away(engine)
    inbox.away = jobs.AT_ONCE
    for number in range(jobs.AT_ONCE):
        inbox.store(asked(number))
    working = Jobs(inbox, engine, {"question": Closing(inbox)})
    working.launch(tmp_path, alone=True)
    try:
        assert soon(lambda: not inbox.away)
        inbox.store(asked(99))
        ended = soon(lambda: inbox.get("Ev99").state == "final")
    finally:
        working.close()

    assert ended


def test_a_process_that_was_told_to_stop_counts_as_alive_until_its_work_is_done(
    engine: sa.Engine, tmp_path: Path, slow: Slow
) -> None:
    working = Jobs(slow.inbox, engine, {"question": slow})
    working.launch(tmp_path, alone=True)
    assert soon(lambda: slow.now > 0)

    finished = working.close(patience_s=0.1)

    assert not finished
    assert working.executor in Replicas(engine, SERVE).alive()
    assert soon(lambda: not slow.now)


@pytest.mark.parametrize("queued", [False, True])
def test_a_workflow_that_was_just_fetched_from_the_queue_is_not_begun_beside_itself(
    engine: sa.Engine, tmp_path: Path, slow: Slow, queued: bool
) -> None:
    working = Jobs(slow.inbox, engine, {"question": slow})
    working.launch(tmp_path, alone=True)
    try:
        assert soon(lambda: slow.now > 0)
        dead = state.inbox.update().values(executor="dead")  # as one that took it over and died left it
        with engine.begin() as connection:
            connection.execute(dead)
        if queued:  # and as if its sweep had come a moment before it was fetched
            DBOS.resume_workflow("Ev1")
        ended = soon(lambda: not slow.inbox.waiting() and working.idle)
    finally:
        working.close()

    assert ended and slow.most == 1
    assert slow.runs == 1 + queued  # a step may be done again
