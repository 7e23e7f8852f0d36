"""A stored row in, its steps run to the end out: one DBOS workflow a row, at most eight at once."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from dbos import DBOS, SetWorkflowID

from bot import durable
from bot.events import Row
from bot.failpoint import failpoint
from bot.inbox import Inbox
from bot.log import frames, new_reference
from bot.replicas import SERVE, Replicas
from bot.tracing import ERROR, NONE, Traces, Value
from bot.turns import LONG, LONG_AT_ONCE

log = logging.getLogger("footnote.jobs")

AT_ONCE = 8  # more workflows in flight make acknowledgements late (docs/decisions/0001)
ATTEMPTS = 5  # a question that took the process down this often is given up, with a sentence
LAST_ATTEMPT = 10  # and this often without one: nothing can be said
SWEEP_S = 1.0

Step = Callable[[str], None]


class Handler(Protocol):
    """What is done about the rows of one kind. Each step can be run again and does what is still to be done;
    the last one closes the row."""

    @property
    def steps(self) -> Sequence[Step]: ...

    def fail(self, event_id: str, reference: str) -> None:
        """The visible end of a row that a step failed on; the log has the error under `reference`."""


class Jobs:
    """Starts, bounds and takes over workflows; `handlers` do the work, by the kind of a row."""

    def __init__(
        self, inbox: Inbox, engine: sa.Engine, handlers: Mapping[str, Handler], traces: Traces = NONE
    ) -> None:
        self._inbox = inbox
        self._traces = traces
        self._replicas = Replicas(engine, SERVE)
        self._handlers = dict(handlers)
        self.executor = self._replicas.executor
        self._running: set[str] = set()
        self._long: set[str] = set()  # of those, what may take hours
        self._sent: set[str] = set()  # of those, what was taken over and lies in the queue for any replica
        self._at_work: set[str] = set()  # one of whose steps is run here this moment
        self._turn = threading.Condition()
        self._left: dict[str, float] = {}  # events whose workflow has just ended here, and when
        self.failing = False  # whether what is stored could not be begun at the last sweep
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="footnote-jobs", daemon=True)

    def launch(self, where: str | Path, *, alone: bool) -> None:
        """Starts working. `where` is a database URL or the home; `alone`: no other executor can be alive."""
        if alone:
            self._replicas.alone()
        durable.workflows().jobs = self
        self._replicas.beat()
        DBOS(config=durable.config(where, self.executor))
        DBOS.launch()
        log.info("working: executor=%s", self.executor)
        self._thread.start()

    def wake(self) -> None:
        """There is a new row: start it now instead of at the next sweep."""
        self._wake.set()

    @property
    def idle(self) -> bool:
        return not self._running

    def close(self, patience_s: float = 30.0) -> bool:
        """Starts nothing more and waits for what runs; False where something is left for the next start. That
        runs until the process ends, so the others are not told before."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        deadline = time.monotonic() + patience_s
        while self._running and time.monotonic() < deadline:
            with suppress(sa.exc.DBAPIError):
                self._replicas.beat()
            time.sleep(0.05)
        if finished := self.idle:
            self._replicas.leave()
        DBOS.destroy()
        return finished

    def run(self, event_id: str) -> None:
        """Every step in turn; the first that fails is followed by `fail`, and that is the end."""
        with self._to_its_end(event_id):
            failpoint("started")
            row = self._inbox.hold(event_id, self.executor)
            self._running.add(event_id)
            self._sent.discard(event_id)
            self._traces.part(event_id, "queue", row.received_at, {"footnote.attempt": row.attempts})
            reference = ""
            for step in self._handler(row).steps:
                reference = DBOS.run_step({"name": step.__name__}, self._guarded, step, event_id)
                if reference:
                    DBOS.run_step({"name": "fail"}, self._guarded_failure, event_id, reference)
                    break
            self._traces.whole(event_id, row.kind, row.received_at, _about(row, reference))

    def bury(self, event_id: str) -> None:
        """The end of a row that took the process down too often, or whose workflow is over without one."""
        with self._to_its_end(event_id):
            reference = new_reference()
            log.error("given up: event=%s reference=%s", event_id, reference)
            row = self._inbox.get(event_id)
            DBOS.run_step({"name": "fail"}, self._guarded_failure, event_id, reference)
            self._traces.whole(event_id, row.kind, row.received_at, _about(row, reference))

    @contextmanager
    def _to_its_end(self, event_id: str) -> Iterator[None]:
        """What breaks between steps, as where the database is away, is left to a later sweep: DBOS would
        print it with its text. A run that is no longer its owner, as DBOS says by no Exception, leaves the
        row to the one that is."""
        try:
            yield
        except Exception as error:
            log.error("broken off: event=%s %s", event_id, frames(error))
        self._left[event_id] = time.monotonic()
        self._running.discard(event_id)
        self._wake.set()

    def _guarded(self, step: Step, event_id: str) -> str:
        """Empty, or the reference under which the log has the error: DBOS would keep an exception's text."""
        try:
            with self._alone_with(event_id), self._traces.step(event_id, step.__name__):
                step(event_id)
            return ""
        except Exception as error:
            reference = new_reference()
            log.error(
                "step %s failed: event=%s reference=%s %s", step.__name__, event_id, reference, frames(error)
            )
            return reference

    @contextmanager
    def _alone_with(self, event_id: str) -> Iterator[None]:
        """Of two runs of one row, as DBOS may begin them, one does a step after the other, not beside it."""
        with self._turn:
            self._turn.wait_for(lambda: event_id not in self._at_work)
            self._at_work.add(event_id)
        try:
            yield
        finally:
            with self._turn:
                self._at_work.discard(event_id)
                self._turn.notify_all()

    def _guarded_failure(self, event_id: str, reference: str) -> str:
        def fail(event: str) -> None:
            self._handler(self._inbox.get(event)).fail(event, reference)

        return self._guarded(fail, event_id)

    def _handler(self, row: Row) -> Handler:
        return self._handlers.get(row.kind) or Nothing(self._inbox)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._replicas.beat()
                self._sweep()
                self.failing = False
            except Exception as error:
                self.failing = True
                log.error("sweep failed: %s", frames(error))
                self._stopping.wait(SWEEP_S)
            self._wake.wait(SWEEP_S)
            self._wake.clear()

    def _sweep(self) -> None:
        """Starts rows that nobody runs, oldest first, as many as there is room for."""
        if self._running or self._left:
            self._look_after(self._inbox.held(self.executor))
        self._long &= self._running
        taken = self._replicas.alive() | {self.executor}
        room = AT_ONCE - len(self._running - self._long)
        rows = self._inbox.open(room, taken) if room > 0 else []
        if (long := LONG_AT_ONCE - len(self._long)) > 0:
            rows += self._inbox.open(long, taken, long=True)
        failed: list[Exception] = []
        for row in rows:
            try:
                if not self._stopping.is_set() and not self._comes_by_itself(row):
                    self._begin(row)
            except Exception as error:  # the rows after it have their turn all the same
                failed.append(error)
        if failed:
            raise failed[0]

    def _comes_by_itself(self, row: Row) -> bool:
        """Whether the workflow of a row that somebody had lies in the queue, or one that lives has just
        fetched it: begun once more, its steps would run twice at once, and two signs be posted."""
        known = durable.standing(row.event_id) if row.attempts else None
        if known is None or known.over:
            return False
        mine = known.executor == self.executor
        return known.queued or (row.event_id in self._at_work if mine else self._lives(known.executor))

    def _look_after(self, held: set[str]) -> None:
        """Rows that others have taken over are theirs; one whose workflow ended before it did is free again,
        once DBOS has had the time to note that end."""
        self._running &= held
        self._sent &= held
        now = time.monotonic()
        for event_id in [one for one in tuple(self._sent) if self._strayed(one)]:
            self._left.setdefault(event_id, now)
            self._sent.discard(event_id)
            self._running.discard(event_id)
        for event_id in [one for one, at in list(self._left.items()) if now - at >= SWEEP_S]:
            if event_id in held:
                self._inbox.release(event_id, self.executor)
            self._left.pop(event_id, None)

    def _strayed(self, event_id: str) -> bool:
        """Whether a replica fetched it from the queue and was gone before it had the row."""
        known = durable.standing(event_id)
        return known is not None and (known.over or not (known.queued or self._lives(known.executor)))

    def _lives(self, executor: str) -> bool:
        """Whether it does now: one that has fetched a workflow had beaten before."""
        return executor == self.executor or executor in self._replicas.alive()

    def _begin(self, row: Row) -> None:
        """If nobody else does."""
        if not self._inbox.take(row, self.executor):
            return
        self._running.add(row.event_id)
        if row.kind in LONG:
            self._long.add(row.event_id)
        try:
            self._start(row)
        except Exception:
            self._running.discard(row.event_id)
            self._left[row.event_id] = time.monotonic()
            with suppress(sa.exc.SQLAlchemyError):
                self._inbox.spare(row, self.executor)
            raise

    def _start(self, row: Row) -> None:
        if row.attempts >= LAST_ATTEMPT:
            log.error("ended without a word: event=%s", row.event_id)
            return self._inbox.close(row.event_id)
        known = durable.standing(row.event_id) if row.attempts else None
        if (known and known.over) or row.attempts >= ATTEMPTS:
            with SetWorkflowID(f"{row.event_id}/{row.attempts}"):
                DBOS.start_workflow(durable.workflows().bury, row.event_id)
        elif known is not None:
            log.info("taken over: event=%s", row.event_id)
            self._sent.add(row.event_id)
            DBOS.resume_workflow(row.event_id)
        else:
            with SetWorkflowID(row.event_id):
                DBOS.start_workflow(durable.workflows().run, row.event_id)
        return None


@dataclass(frozen=True, slots=True)
class Nothing:
    """What is done about a kind that this version does not know, as after going back to an older one."""

    inbox: Inbox

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.inbox.close,)

    def fail(self, event_id: str, reference: str) -> None:
        log.error("left undone: event=%s reference=%s", event_id, reference)


def _about(row: Row, reference: str) -> dict[str, Value]:
    """What its trace says of a row; a failure by the reference under which the log has it."""
    thread = hashlib.sha256(f"{row.team} {row.channel} {row.thread_ts}".encode()).hexdigest()[:16]
    about: dict[str, Value] = {"footnote.event": row.event_id, "gen_ai.conversation.id": thread}
    about |= {"footnote.surface": row.surface} if row.kind == "question" else {}
    return about | ({ERROR: "failed", "footnote.reference": reference} if reference else {})
