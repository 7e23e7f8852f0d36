"""Sources are read when their schedule says so: once, by one process, and not again before."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import wiring
from bot.indexing.schedules import Child, Entry, Schedules
from bot.settings import load
from retrieval.passage import IndexMissing
from retrieval.rows import syncs
from retrieval.sources import Spec
from retrieval.syncs import SourceState, Syncs
from retrieval.turns import Turns, sync_of

pytestmark = pytest.mark.slow
TABLE, WIKI = "table", "wiki"
SYNC = """
import signal, sys, time
from bot.state import connect
from retrieval.syncs import Syncs
where, ending, name = sys.argv[1:]
open(where + "/runs", "a").write(name + "\\n")
syncs = Syncs(connect(where))
if ending == "late": time.sleep(3)
syncs.began("table", name)
if ending == "deaf": signal.signal(signal.SIGTERM, signal.SIG_IGN)
if ending in ("slow", "deaf"): time.sleep(60)
if ending == "short": time.sleep(1)
if ending == "fails": syncs.failed("table", name, "The wiki does not answer. Try later.")
elif ending != "dies": syncs.finished("table", name, {}, changed=False)
"""


@pytest.fixture
def engine(anywhere: sa.Engine) -> sa.Engine:
    return anywhere


class Planned:
    """A source with a schedule, and processes that keep it; a run is a process that writes down its name."""

    def __init__(self, place: str | Path, folder: Path, engine: sa.Engine) -> None:
        self.syncs, self.turns = Syncs(engine), Turns(engine)
        self._place, self._folder = str(place), folder

    def keeping(
        self, ending: str = "done", schedule: str = "every 6h", sweep: Callable[[], None] = lambda: None
    ) -> Schedules:
        script = SYNC.replace('where + "/runs"', repr(str(self._folder / "runs")))
        child = Child(sys.executable, "-c", script, self._place, ending)
        spec = Spec(WIKI, "files", ("docs",), schedule=schedule)

        def look() -> list[Entry]:
            return [Entry(spec, "main", TABLE, self.state)]

        return Schedules(look, self.turns, self.syncs, child, sweep)

    @property
    def state(self) -> SourceState:
        return self.syncs.states(TABLE).get(WIKI) or SourceState(WIKI)

    @property
    def runs(self) -> int:
        made = self._folder / "runs"
        return len(made.read_text().split()) if made.exists() else 0


@pytest.fixture
def planned(place: str | Path, tmp_path: Path, engine: sa.Engine) -> Planned:
    return Planned(place, tmp_path, engine)


def now(**later: float) -> datetime:
    return datetime.now(UTC) + timedelta(**later)


def test_a_source_is_read_at_once_and_then_when_its_time_has_come(planned: Planned) -> None:
    schedules = planned.keeping()
    seen = []
    for hours in (0.0, 0.1, 5.9):
        schedules.tick(now(hours=hours))
        seen.append(planned.runs)

    assert seen == [1, 1, 1]
    schedules.tick(now(hours=6.1))
    assert planned.runs == 2


def test_runs_that_were_missed_are_one_run(planned: Planned) -> None:
    planned.keeping("done", "every 15m").tick(now())

    restarted = planned.keeping("done", "every 15m")
    restarted.tick(now(days=10))
    restarted.tick(now(minutes=1))

    assert planned.runs == 2


def test_of_many_processes_one_reads_what_is_due(planned: Planned) -> None:
    together = [planned.keeping("short") for _ in range(4)]
    at = now()
    threads = [threading.Thread(target=one.tick, args=(at,)) for one in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert planned.runs == 1


def test_what_another_process_read_while_the_source_before_it_was_read_is_not_read_again(
    planned: Planned,
) -> None:
    planned.keeping().tick(now())
    planned.keeping().tick(now(hours=-3))  # when that process looked at its clock

    assert planned.runs == 1


def test_what_is_being_read_already_is_left_alone_and_what_was_cut_off_goes_on(planned: Planned) -> None:
    planned.syncs.began(TABLE, WIKI)
    with planned.turns.take(sync_of("main", WIKI)):
        planned.keeping().tick(now(days=1))
        during = planned.runs

    planned.keeping().tick(now())

    assert (during, planned.runs, planned.state.running) == (0, 1, False)


def test_a_failure_is_said_in_its_sentence_and_rests_longer_each_time(
    planned: Planned, caplog: pytest.LogCaptureFixture
) -> None:
    failing = planned.keeping("fails", "every 1m")
    seen = []
    with caplog.at_level(logging.WARNING):
        for minutes in (0.0, 1.1, 1.5, 3.2):
            failing.tick(now(minutes=minutes))
            seen.append(planned.runs)

    assert seen == [1, 2, 2, 3]
    assert "sync of wiki failed, the 3. time in a row: The wiki does not answer. Try later." in caplog.text


@pytest.mark.parametrize("ending", ["fails", "dies"])
def test_the_pause_after_failures_holds_for_every_process(planned: Planned, ending: str) -> None:
    seen = []
    for minutes in (0.0, 0.5, 1.1, 1.5, 2.3, 3.0, 4.5):
        planned.keeping(ending, "every 1m").tick(now(minutes=minutes))  # as a process that just started
        seen.append(planned.runs)

    assert seen == [1, 1, 2, 2, 3, 3, 4]
    assert planned.state.failures == 4
    planned.keeping("done", "every 1m").tick(now(hours=1))
    assert (planned.state.failures, planned.state.failed_at) == (0, None)


def test_a_sync_that_dies_without_a_word_is_not_started_over_and_over(
    planned: Planned, caplog: pytest.LogCaptureFixture
) -> None:
    dying = planned.keeping("dies")
    for _ in range(5):
        dying.tick(now())

    assert planned.runs == 1
    assert "Run footnote index by hand" in caplog.text


@pytest.mark.parametrize("ending", ["done", "fails"])
def test_a_source_that_was_tried_while_the_clock_was_ahead_is_read_once_it_is_right(
    planned: Planned, engine: sa.Engine, ending: str
) -> None:
    planned.keeping(ending).tick(now())
    ahead, before = now(days=2), planned.state
    with engine.begin() as db:
        summary = {"failures": before.failures, "failed_at": ahead.isoformat()} if before.failures else {}
        at = {"began_at": ahead, "finished_at": before.finished_at and ahead}
        db.execute(syncs.update().values(**at, summary=json.dumps(summary)))
    for minutes in (0.0, 0.5, 30.0):
        planned.keeping().tick(now(minutes=minutes))

    assert planned.runs == 2
    assert planned.state.finished_at and planned.state.finished_at < now()


def test_stopping_ends_the_sync_under_way_and_the_next_start_goes_on(planned: Planned) -> None:
    with planned.keeping("slow"):
        until = time.monotonic() + 120
        while not planned.state.running:
            assert time.monotonic() < until
            time.sleep(0.05)

    planned.keeping().tick(now())

    assert (planned.runs, planned.state.running) == (2, False)


def test_what_is_seen_to_regularly_is_while_a_sync_runs_and_harms_no_sync(
    planned: Planned, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.indexing.schedules.LOOK_S", 0.05)
    monkeypatch.setattr("bot.indexing.schedules.TICK_S", 0.05)
    beside = []

    def sweep() -> None:
        if planned.state.running:
            beside.append(planned.runs)
            raise OverflowError

    planned.keeping("short", sweep=sweep).tick(now())

    assert len(beside) > 1
    assert (planned.runs, planned.state.running, planned.state.failures) == (1, False, 0)
    assert "sweep failed: OverflowError" in caplog.text


@pytest.mark.parametrize("ending", ["slow", "deaf"])
def test_a_sync_that_hangs_is_ended_and_tried_again_later(
    planned: Planned, ending: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.indexing.schedules.TICK_S", 0.5)
    keeping = planned.keeping(ending)
    keeping.hung = timedelta(seconds=2)

    keeping.tick(now())  # returns, though the sync sleeps for a minute

    assert "has not moved" in caplog.text and planned.state.failures == 1
    keeping.tick(now())
    assert planned.runs == 1  # it rests


def test_one_that_was_read_long_ago_is_not_taken_for_one_that_hangs(
    planned: Planned, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.indexing.schedules.TICK_S", 0.1)
    planned.keeping().tick(now())
    long_ago = now(days=-9)
    with engine.begin() as connection:
        connection.execute(sa.update(syncs).values(began_at=long_ago, finished_at=long_ago))

    planned.keeping("late").tick(now())  # says only after a while that it has begun

    assert planned.runs == 2 and not planned.state.failures and planned.state.finished_at > now(hours=-1)


def test_two_that_are_read_at_once_end_each_by_itself_and_both_when_it_stops() -> None:
    script = "import sys, time; time.sleep({'slow': 60, 'quick': 0}[sys.argv[1]]); sys.exit(3)"
    child, ticked = Child(sys.executable, "-c", script), threading.Event()
    with ThreadPoolExecutor(3) as pool:
        slow = [pool.submit(child.run, "slow", ticked.set)]
        ticked.wait(10)
        quick = child.run("quick")
        slow.append(pool.submit(child.run, "slow"))
        child.stop()

    assert (quick, [one.result() for one in slow]) == (3, [-signal.SIGTERM] * 2)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_worker_reads_what_sources_toml_says_without_being_asked(
    tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "leave.md").write_text("# Leave\n\nParental leave is 26 weeks.\n")
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nname = "wiki"\nkind = "files"\nlocation = "docs"\nschedule = "every 1h"\n'
    )
    home = tmp_path / "home"
    shell = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = shell | {"FOOTNOTE_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "bot.cli", "worker"]
    working = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 240
        while not _documents(home):
            assert time.monotonic() < until and working.poll() is None
            time.sleep(0.2)
        working.send_signal(sent)
        _, said = working.communicate(timeout=30)

        assert working.returncode == code and "Traceback" not in said
        assert (code == 0) or said.splitlines()[-1].startswith("Stopped. What was indexed is kept")
    finally:
        working.kill()
        working.communicate()


def _documents(home: Path) -> int:
    """Documents of the source whose sync has come to its end."""
    settings = load(_env_file=None, home=home)
    try:
        live = wiring.store(settings).live("main").name
    except IndexMissing:  # or begun, and nothing in it can be searched yet
        return 0
    state = wiring.syncs(settings).states(live).get(WIKI)
    return state.documents if state and state.finished_at else 0
