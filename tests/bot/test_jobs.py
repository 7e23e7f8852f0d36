"""Rows are brought to their end, whatever breaks between the steps."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS, SetWorkflowID

from bot import durable, jobs, server, state
from bot.events import Row
from bot.inbox import Inbox
from bot.jobs import Jobs, Step
from bot.replicas import SERVE, Replicas
from retrieval.passage import FootnoteError

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


class Tried(Inbox):
    """Rows that know how often each was taken."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self.takes = Counter[str]()

    def take(self, row: Row, executor: str) -> bool:
        self.takes[row.event_id] += 1
        return super().take(row, executor)


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


NO_ROOM = (  # for one
    "CREATE TRIGGER full BEFORE INSERT ON workflow_status WHEN NEW.workflow_uuid LIKE 'Ev1%' "
    "BEGIN SELECT RAISE(ABORT, 'as a full disk'); END"
)


def tell(home: Path, statement: str) -> None:
    """Does that in the database of durable work."""
    with closing(sqlite3.connect(home / "work.db", timeout=30)) as connection, connection:
        connection.execute(statement)


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


def test_what_cannot_be_begun_waits_however_often_it_is_tried_and_holds_up_nobody(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SWEEP_S", 0.02)
    inbox = Tried(engine)
    handler = Closing(inbox)
    working = Jobs(inbox, engine, {"question": handler})
    working.launch(tmp_path, alone=True)
    try:
        tell(tmp_path, NO_ROOM)
        inbox.store(asked(1))
        inbox.store(asked(2))
        assert soon(lambda: inbox.takes["Ev1"] > 2 * jobs.LAST_ATTEMPT)
        waits, other = inbox.get("Ev1"), inbox.get("Ev2")
        tell(tmp_path, "DROP TRIGGER full")
        ended = soon(lambda: not inbox.waiting())
    finally:
        working.close()

    assert (waits.state, waits.text, other.state) == ("received", "how long?", "final")
    assert waits.attempts <= 2  # the one that may have begun, and one under way
    assert ended and handler.failed == []


def test_that_work_cannot_be_begun_is_said_while_it_is_so(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SWEEP_S", 0.02)
    inbox = Inbox(engine)
    working = Jobs(inbox, engine, {"question": Closing(inbox)})
    working.launch(tmp_path, alone=True)
    try:
        tell(tmp_path, NO_ROOM)
        inbox.store(asked(1))
        assert soon(lambda: working.failing)
        with pytest.raises(FootnoteError, match="None of it is lost"):
            server.work(working)
        tell(tmp_path, "DROP TRIGGER full")

        assert soon(lambda: not working.failing)
        assert server.work(working) == "what is asked is begun"
    finally:
        working.close()


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


@pytest.mark.parametrize("left", ["PENDING", "SUCCESS"], ids=["before it began", "before it had the row"])
def test_a_row_comes_to_its_end_though_who_fetched_its_workflow_died_at_once(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    inbox, resume, taken_over = Inbox(engine), DBOS.resume_workflow, list[str]()

    def leave(status: str) -> None:
        with sqlite3.connect(tmp_path / "work.db") as workflows:
            workflows.execute("UPDATE workflow_status SET status = ?, executor_id = 'dead'", [status])
        workflows.close()

    def fetched(event_id: str) -> None:
        taken_over.append(event_id)
        leave(left) if len(taken_over) == 1 else resume(event_id)

    monkeypatch.setattr(DBOS, "resume_workflow", fetched)
    working = Jobs(inbox, engine, {"question": Closing(inbox)})
    working.launch(tmp_path, alone=True)
    try:
        with SetWorkflowID("Ev1"):  # of which a process that died left the beginning
            DBOS.start_workflow(durable.workflows().run, "Ev1").get_result()
        leave("PENDING")
        inbox.store(asked(1))
        assert inbox.take(inbox.get("Ev1"), "dead")
        ended = soon(lambda: not inbox.waiting() and working.idle)
    finally:
        working.close()

    assert taken_over and ended
