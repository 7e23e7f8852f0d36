"""The sources and their syncs in, how each source stands out: the same on a terminal and in Slack."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from retrieval.passage import Audience
from retrieval.sources import Spec
from retrieval.sources.schedule import next_run
from retrieval.syncs import Reached, SourceState, Syncs
from retrieval.turns import Busy, Turns, Waiting, schedule_of, sync_of

GONE = "no longer declared; footnote forget --source {name} takes it out"
NONE_YET = " (none yet)"  # no store calls a table so
BY_HAND = "reindex by command"  # the turn to read by hand, one at a time: it needs the memory of a whole sync
_LOOK_S = 1.0
CUT_OFF = "cut off; the next run goes on where it was"


@dataclass(frozen=True, slots=True)
class Row:
    """A source as it is listed. `next_run` is None where it is read by hand; `state` is a word or more."""

    name: str
    kind: str
    documents: int
    passages: int
    failed: int
    synced_at: datetime | None
    next_run: datetime | None
    audience: tuple[str, ...]
    rules: int
    state: str
    error: str = ""
    reached: Reached | None = None  # of the sync that is under way


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is declared or was named by a command, and what the index that answers has of it.

    `declared` is what sources.toml says now; `live` names the table of a workspace, "" where it has none.
    `beside` are sources of others, which are not listed; `all_of` says what else somebody reads here.
    """

    declared: Callable[[], Sequence[Spec]]
    live: Callable[[str], str]
    syncs: Syncs
    turns: Turns
    workspace: str
    beside: frozenset[str] = frozenset()
    all_of: Callable[[Audience], Audience] = lambda readers: readers

    def specs(self) -> dict[str, Spec]:
        """The sources of sources.toml, then those that a command named, by name."""
        specs = {spec.name: spec for spec in self.declared()}
        return specs | {spec.name: spec for spec in self.syncs.adopted() if spec.name not in specs}

    def table(self, workspace: str) -> str:
        """The table that answers, or what stands for it until there is one: a sync may fail before that."""
        return self.live(workspace) or f"{workspace}{NONE_YET}"

    def names(self) -> list[str]:
        """What sources there are: those to be read, and those that only the index still has."""
        return sorted({*self.specs(), *self.states(self.workspace)})

    def states(self, workspace: str) -> dict[str, SourceState]:
        """What the index that answers has, by source."""
        states = self.syncs.states(self.table(workspace))
        return {name: state for name, state in states.items() if name not in self.beside}

    def state(self, spec: Spec) -> SourceState:
        """How one of them stands."""
        return self.states(self.place(spec)).get(spec.name) or SourceState(spec.name)

    def rows(self, now: datetime) -> Iterator[Row]:
        """All sources, last what only the index has."""
        specs = self.specs()
        states = {place: self.states(place) for place in {*map(self.place, specs.values()), self.workspace}}
        for name, spec in specs.items():
            place = self.place(spec)
            yield row(spec, states[place].pop(name, None), now, busy=self.busy(spec))
        for left in [state for of_it in states.values() for state in of_it.values() if state.documents]:
            found = row(Spec(left.name, "", ()), left, now)
            yield Row(**{**asdict(found), "audience": (), "state": GONE.format(name=left.name)})

    def readable(self, readers: Audience) -> dict[str, int]:
        """How many documents of each source `readers` may read, of those they may read any of."""
        table = self.live(self.workspace)
        return self.syncs.readable(table, self.all_of(readers)) if table else {}

    def busy(self, spec: Spec) -> bool:
        """Whether some process syncs it now."""
        try:
            with self.turns.take(sync_of(self.place(spec), spec.name), wait=False):
                return False
        except Busy:
            return True

    @contextmanager
    def alone(
        self, spec: Spec, waiting: Waiting = lambda: None, sleep: Callable[[float], None] = time.sleep
    ) -> Iterator[None]:
        """Waits until no schedule reads it, and lets none begin to; `waiting` is called every second."""
        while True:
            try:
                with self.turns.take(schedule_of(self.place(spec), spec.name), wait=False):
                    yield
                return
            except Busy:
                waiting()
                sleep(_LOOK_S)

    def place(self, spec: Spec) -> str:
        """The workspace it belongs to."""
        return spec.workspace or self.workspace


def tried(state: SourceState, since: datetime) -> bool:
    """Whether a sync that began after that moment came to an end, good or bad."""
    return bool(state.began_at and state.began_at >= since and not state.running)


def row(spec: Spec, state: SourceState | None, now: datetime, *, busy: bool = False) -> Row:
    """How a source stands; `busy`: a sync of it is under way now."""
    found = state or SourceState(spec.name)
    cut_off = found.running and not busy
    tried = [moment for moment in (found.began_at, found.finished_at) if moment and not cut_off]
    due = next_run(spec.schedule, max(tried, default=None), now)
    return Row(
        spec.name,
        spec.kind,
        found.documents,
        found.passages,
        found.failed,
        found.finished_at,
        due and max(due, found.rests_until(now) or due),
        tuple(sorted(spec.audience.principals)),
        len(spec.access),
        _state(found, busy=busy),
        found.error,
        found.reached if busy else None,
    )


def _state(state: SourceState, *, busy: bool) -> str:
    if busy:
        return "syncing"
    if state.error:
        return "failed"
    if state.running:
        return CUT_OFF
    return "ok" if state.finished_at else "never synced"


def span(time: timedelta) -> str:
    """A stretch of time, as a person says it."""
    minutes = max(0, round(time.total_seconds() / 60))
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes >= 2 * size:
            return f"{round(minutes / size)} {unit}"
    return f"{minutes} min"
