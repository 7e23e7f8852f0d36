"""What a sync has read, handed over to workers where some live; the sync itself does its share meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property

from bot.indexing.queue import Call, Desk, GivenUp, Queue
from bot.replicas import Replicas
from retrieval import passage
from retrieval.ledger import Ledger
from retrieval.passage import FootnoteError, Unread
from retrieval.rows import Batch

AHEAD = 2  # batches that wait for each worker at most: what is read stays small, and nobody idles
POLL_S = 0.1


class Handover:
    """Batches of one sync at a time, which has the turn of its source. `workers`: those that live; without
    any, a batch is carried out here as it is handed over. `caller` makes what calls them."""

    def __init__(
        self,
        queue: Queue,
        desk: Desk,
        ledger: Ledger,
        workers: Replicas,
        caller: Callable[[], Call],
    ) -> None:
        self._queue, self._desk, self._ledger = queue, desk, ledger
        self._workers = workers
        self._caller = caller
        self._of: set[tuple[str, str]] = set()

    def settle(self, held_in: str, source: str) -> None:
        """Finishes what an interrupted sync of the source handed over; what was given up is read again."""
        self._through(held_in, source)
        self._undone(held_in, source)

    def hand(self, batch: Batch) -> None:
        """Takes a batch; while enough are waiting, carries one out. Raises what fails here."""
        living = len(self._workers.alive())
        if not living:
            return self._desk.works.carry_out(batch)
        of = (batch.held_in, batch.source)
        while len(self._queue.open(*of)) >= AHEAD * (living + 1):
            self._help(*of)
        self._queue.put(batch, self._call)
        self._of.add(of)
        return None

    def finish(self) -> tuple[Unread, ...]:
        """Returns when all that was handed over is in store and ledger, or given up: those documents are
        returned, and the next sync reads them again. Raises what nothing could be done about."""
        failed: list[Unread] = []
        while self._of:
            of = self._of.pop()
            self._through(*of)
            for one in self._undone(*of):
                if one.kind:
                    raise _as_it_was(one)
                failed += [Unread(uri, one.error) for uri in one.documents]
        return tuple(failed)

    def drop(self, held_in: Sequence[str], source: str = "") -> None:
        """Nothing of the source, or of any, waits for these tables any more, and nobody is at it."""
        for one in self._queue.clear(held_in, source):
            while one.executor and self._queue.held(one.id):
                if one.executor not in self._workers.alive():
                    self._queue.cut(one.id)
                time.sleep(POLL_S)

    @cached_property
    def _call(self) -> Call:
        return self._caller()

    def _through(self, held_in: str, source: str) -> None:
        while self._queue.open(held_in, source):
            self._help(held_in, source)

    def _help(self, held_in: str, source: str) -> None:
        """Carries one batch out, if there is one that nobody has, or whose process is dead; else waits."""
        living = self._workers.alive() | {self._desk.executor, ""}
        for one in self._queue.open(held_in, source):
            if one.executor not in living:
                self._queue.cut(one.id)
            if self._carried(one.id):
                return
        time.sleep(POLL_S)

    def _carried(self, id: int) -> bool:
        try:
            return self._desk.carry(id)
        except FootnoteError:
            raise
        except Exception:  # logged; it is tried again, or given up and named in the end
            return True

    def _undone(self, held_in: str, source: str) -> list[GivenUp]:
        """What was given up counts as unread, files that ended in another batch too."""
        given_up = self._queue.given_up(held_in, source)
        if given_up:
            self._ledger.gone([held_in], [], sorted({file for one in given_up for file in one.files}))
            self._queue.drop([one.id for one in given_up])
        return given_up


def _as_it_was(one: GivenUp) -> FootnoteError:
    kind = getattr(passage, one.kind, FootnoteError)
    error: FootnoteError = kind(one.error)
    return error
