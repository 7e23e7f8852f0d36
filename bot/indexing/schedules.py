"""Starts the syncs that are due, each as a process of its own, one at a time, whoever else does so too."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import IO, Self

from bot.log import frames
from bot.shelf import Shelf
from retrieval.passage import FootnoteError
from retrieval.sources import Spec
from retrieval.sources.schedule import due
from retrieval.syncs import SourceState, Syncs
from retrieval.turns import Busy, Turns, schedule_of, sync_of

log = logging.getLogger("footnote.schedules")

TICK_S = 30.0
LOOK_S = 1.0
NICE = 10  # answering comes first
HUNG = timedelta(days=1)  # twice as long as /readyz is silent: a large source may be listed for hours
STOP_S = 20.0  # what a sync gets to end when this process does; it goes on at the next start
SWEPT_S = 5.0  # and what is done in this process; it is a transaction each, and due again at the next start


@dataclass(frozen=True, slots=True)
class Entry:
    """A source with a schedule, and how it stands."""

    spec: Spec
    workspace: str
    table: str
    state: SourceState

    def due(self, now: datetime) -> bool:
        """Whether it is to be read now. Runs that were missed are one run; one that was cut off goes on.
        Since `now` other sources may have been read, for hours: what others read meanwhile is not due."""
        now = max(now, datetime.now(UTC))
        tried = [moment for moment in (self.state.began_at, self.state.finished_at) if moment]
        wanted = self.state.running or due(self.spec.schedule, max(tried, default=None), now)
        rests = self.state.rests_until(now)  # whoever saw it fail
        return wanted and (rests is None or rests <= now)


def entries(shelf: Shelf) -> list[Entry]:
    """The sources with a schedule. Asked every half minute by every process: no document is counted."""
    planned = [(spec, shelf.place(spec)) for spec in shelf.declared() if spec.schedule]
    tables = {place: shelf.table(place) for place in {place for _, place in planned}}
    known = {place: shelf.syncs.runs(table) for place, table in tables.items()}
    states = ((one, place, known[place].get(one.name) or SourceState(one.name)) for one, place in planned)
    return [Entry(one, place, tables[place], state) for one, place, state in states]


class Seldom:
    """Does something at most every `every_s`, however often it is called, and only `when` there is something
    to do; what goes wrong is told to `wrong` by its kind alone, and stops nobody."""

    def __init__(
        self,
        every_s: float,
        do: Callable[[], object],
        wrong: Callable[[str], object],
        when: Callable[[], bool] = lambda: True,
    ) -> None:
        self._every_s, self._do, self._wrong, self._when = every_s, do, wrong, when
        self._next = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self._next:
            return
        try:
            if self._when():
                self._next = time.monotonic() + self._every_s
                self._do()
        except Exception as error:
            self._wrong(type(error).__name__)


class Schedules:
    """Looks every half minute for what is due among the entries that `look` finds, and has `child` do it;
    `sweep` is run as often, also while a sync runs. One that has not moved for `hung` is ended, so that the
    others have their turn; what it has done is kept."""

    hung = HUNG

    def __init__(
        self,
        look: Callable[[], Sequence[Entry]],
        turns: Turns,
        syncs: Syncs,
        child: Child,
        sweep: Callable[[], None] = lambda: None,
    ) -> None:
        self._look = look
        self._turns = turns
        self._syncs = syncs
        self._child = child
        self._sweep = sweep
        self._said = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="footnote-schedules", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._stopping.set()
        self._child.stop()
        self._thread.join(timeout=SWEPT_S)

    def tick(self, now: datetime) -> None:
        """Runs what is due, one after the other."""
        self._sweep()
        for entry in self._look():
            if not self._stopping.is_set() and entry.due(now):
                with suppress(Busy):
                    self._alone(entry, now)

    def _alone(self, entry: Entry, now: datetime) -> None:
        """Runs a sync that nobody else runs, nor has just run. Raises Busy."""
        name = entry.spec.name
        with self._turns.take(schedule_of(entry.workspace, name), wait=False):
            with self._turns.take(sync_of(entry.workspace, name), wait=False):
                pass  # free: nobody reads it now, so one that is not at its end was cut off
            if not (fresh := self._of(name)) or not fresh.due(now):
                return
            log.info("sync of %s is due", name)
            self._child.run(name, Seldom(TICK_S, self._beside(name), partial(log.error, "sweep failed: %s")))
            if not self._stopping.is_set():
                self._judge(name, fresh.state)

    def _beside(self, name: str) -> Callable[[], None]:
        """What is done while that source is read: an end to what hangs, and the sweep."""
        began = datetime.now(UTC)  # until it says so itself, what is known is of the time before it

        def do() -> None:
            now, reading = datetime.now(UTC), self._of(name)
            moved = max(began, (reading and reading.state.moved_at) or began)
            if now - moved > self.hung:
                log.warning("the sync of %s has not moved for %s: it is ended", name, self.hung)
                self._child.end()
            self._sweep()

        return do

    def _judge(self, name: str, before: SourceState) -> None:
        """Says how it failed, if it did, and writes down that it died where it could not do so itself."""
        after = self._of(name)
        if after is None or (after.state.finished_at != before.finished_at and not after.state.error):
            return
        said = after.state.failed_at != before.failed_at
        if not said:
            self._syncs.died(after.table, name)
        count = after.state.failures + (not said)
        reason = after.state.error if said else ""
        reason = reason or "It ended before it was done. Run footnote index by hand to see why."
        log.warning("sync of %s failed, the %s. time in a row: %s", name, count, reason)

    def _of(self, name: str) -> Entry | None:
        return next((entry for entry in self._look() if entry.spec.name == name), None)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self.tick(datetime.now(UTC))
                self._said = ""
            except FootnoteError as error:
                if str(error) != self._said:
                    log.warning("no schedules are kept: %s", error)
                self._said = str(error)
            except Exception as error:
                log.error("schedules failed: %s", frames(error))
            self._stopping.wait(TICK_S)


class Child:
    """Syncs, each as a process: its memory is its own, and answering goes before it. `command` ends in the
    name of the source."""

    def __init__(self, *command: str) -> None:
        self._command = command or (sys.executable, "-m", "bot.cli", "index")
        self._running: set[subprocess.Popen[bytes]] = set()
        self._told: set[subprocess.Popen[bytes]] = set()  # of those, what was asked to end
        self._stopped = False
        self._lock = threading.Lock()

    def run(
        self, name: str, watch: Callable[[], None] = lambda: None, said: int | IO[str] = subprocess.DEVNULL
    ) -> int:
        """Runs it to its end, and has its exit code; calls `watch` every second meanwhile. What it says on
        its standard output goes to `said`."""
        nothing = subprocess.DEVNULL
        command = [*self._command, name]
        with self._lock:
            process = subprocess.Popen(command, stdin=nothing, stdout=said, stderr=nothing)
            self._running.add(process)
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        if self._stopped:
            process.terminate()
        while True:
            try:
                code = process.wait(LOOK_S)
            except subprocess.TimeoutExpired:
                watch()
                continue
            with self._lock:
                self._running.discard(process)
                self._told.discard(process)
            return code

    def end(self) -> None:
        """Asks what runs now to end; whoever has been asked before and still runs is killed."""
        with self._lock:
            for process in self._running:
                process.kill() if process in self._told else process.terminate()
            self._told |= self._running

    def stop(self) -> None:
        """Ends them; what they have done until then is kept."""
        with self._lock:
            self._stopped = True
            running = tuple(self._running)
        for process in running:
            process.terminate()
        until = time.monotonic() + STOP_S
        for process in running:
            while process.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
            process.kill()
