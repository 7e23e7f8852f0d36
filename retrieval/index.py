"""A source in, the index brought up to it: the live table, and every table that a deletion must reach."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from retrieval.batch import Batches, Direct, Works
from retrieval.copied import addresses, only
from retrieval.ledger import Ledger
from retrieval.passage import Embedder, FootnoteError, IndexMissing
from retrieval.record import LAYOUT
from retrieval.sources import FileT, Source
from retrieval.split import BUDGET
from retrieval.store import Made, Store, Table, matched
from retrieval.sync import Into, Progress, Show, Summary, Sync
from retrieval.syncs import Reached, Syncs
from retrieval.turns import Turns, Waiting, sync_of

__all__ = ["Index", "Show", "Summary"]


_LOOKS, _PAUSE_S = 3, 0.2  # before the store is believed to have lost something
_KEPT_S = 2.0  # between two writes of how far a sync is: pages look as often


@dataclass(frozen=True)
class Index:
    """The index of one workspace, or of all ("") to take something out of. `batches`: where what was read is
    handed over; without, it is done here. `budget`: word pieces of a passage, as `split` takes them."""

    store: Store
    embedder: Embedder
    ledger: Ledger
    workspace: str = "main"
    batches: Batches | None = None
    budget: int = BUDGET

    @property
    def syncs(self) -> Syncs:
        return Syncs(self.ledger.engine)

    @property
    def turns(self) -> Turns:
        return Turns(self.ledger.engine)

    @property
    def made(self) -> Made:
        """What a generation made now is made by."""
        return Made(self.embedder.name, self.embedder.dimension, LAYOUT)

    def sync(
        self, source: Source[FileT], progress: Show | None = None, waiting: Waiting | None = None
    ) -> Summary:
        """Does what changed in `source`; a second sync of it calls `waiting` and waits. Raises what source,
        store and embedder raise: what was done until then is kept, and the next sync goes on from there."""
        with self.turn(source.name, waiting):
            return self.bring_up(self.live(), source, progress)

    @contextmanager
    def turn(self, source: str, waiting: Waiting | None = None) -> Iterator[None]:
        """Inside, nobody else syncs the source into the live table."""
        with self.turns.take(sync_of(self.workspace, source), waiting):
            yield

    def live(self) -> Table:
        """The table that answers; the first one is made here. Raises IndexMismatch."""
        with self.turns.take("generations"):
            try:
                table = self.store.live(self.workspace)
            except IndexMissing:
                table = self._first()
        matched(table.made, self.made)
        return table

    def bring_up(self, table: Table, source: Source[FileT], progress: Show | None = None) -> Summary:
        """Does in `table` what changed in `source`."""
        began = time.monotonic()
        self._doubt(table)
        self.syncs.began(table.name, source.name)
        works = Works(self.store, self.embedder, self.ledger)
        tables = tuple(self.store.tables(self.workspace))
        others = tuple(self.ledger.known(one, source.name) for one in tables if one != table.name)
        into = Into(table.name, tables, others, self.budget)
        shown = _Shown(partial(self.syncs.reached, table.name, source.name), progress)
        try:
            with closing(Direct(works)) as direct:
                batches = self.batches or direct
                batches.settle(table.name, source.name)
                known = self.ledger.known(table.name, source.name)
                done = Sync(into, known, works, batches, shown).run(source, self.ledger.forgotten())
            shown.keep()
            if done.changes:
                table.settle()
        except FootnoteError as error:
            shown.keep()
            self.syncs.failed(table.name, source.name, str(error))
            raise
        return self._finished(table, source.name, done, time.monotonic() - began)

    def forget(self, name: str) -> list[str]:
        """Takes documents of that uri or address, or else the only one that the link may mean, out of answers
        at once, out of every table after, and keeps them out. Returns their uris. Raises FootnoteError that
        names them where the link may mean several."""
        tables = self.store.tables(self.workspace)
        found = [one for table in tables for one in self.ledger.find(table, name)]
        if not found:
            places = addresses(name)
            found = only(one for table in tables for one in self.ledger.at(table, places))
        # The same page may have been read under two sources: nobody who forgets it means one of them.
        pages = {one.url for one in found if one.url}
        found += [one for table in tables for page in pages for one in self.ledger.find(table, page)]
        self.ledger.forget(found)
        uris = sorted({one.uri for one in found})
        Works(self.store, self.embedder, self.ledger).leave(tables, uris)
        for table in tables:
            self.store.table(table).settle()
        return uris

    def remove(self, source: str) -> int:
        """Takes a whole source out of answers at once and out of every table after; how many documents."""
        with self.turn(source):
            tables = self.store.tables(self.workspace)
            if self.batches:  # what waits would bring its documents back
                self.batches.drop(tables, source)
            uris = sorted({one.uri for table in tables for one in self.ledger.all(table, source)})
            Works(self.store, self.embedder, self.ledger).leave(tables, uris)
            if uris or any(source in self.syncs.states(table) for table in tables):
                self.syncs.disown(source)
            self.ledger.drop(tables, source)
        return len(uris)

    def _first(self) -> Table:
        try:
            self.store.build(self.made, self.workspace, alone=True)
            self.store.swap(self.workspace)
        except IndexMissing:
            self.store.build(self.made, self.workspace)
            self.store.swap()
        return self.store.live(self.workspace)

    def _doubt(self, table: Table) -> None:
        """Where the store has less than the ledger says (restored, edited by hand), all is read again;
        answers go on from what is there."""
        for _ in range(_LOOKS):  # a batch of another source may land between the two counts
            least = self.ledger.passages(table.name)
            if table.count() >= least:
                return
            time.sleep(_PAUSE_S)
        self.ledger.doubt(table.name)

    def _finished(self, table: Table, source: str, done: Summary, seconds: float) -> Summary:
        state = self.syncs.states(table.name)[source]
        summary = replace(done, documents=state.documents, passages=state.passages, seconds=seconds)
        self.syncs.finished(table.name, source, _counts(summary), changed=bool(summary.changes))
        return summary


@dataclass
class _Shown:
    """How far a sync is, to whoever asked for it, and, at most every _KEPT_S, kept for all who look on."""

    reached: Callable[[Reached], None]
    progress: Show | None
    _now: Reached | None = None
    _due: float = 0.0

    def __call__(self, now: Progress) -> None:
        if now.total is not None:
            self._now = Reached(now.done, now.total, now.passages)
        if time.monotonic() >= self._due:
            self.keep()
        if self.progress:
            self.progress(now)

    def keep(self) -> None:
        """What is not kept yet."""
        if self._now:
            self.reached(self._now)
            self._now, self._due = None, time.monotonic() + _KEPT_S


def _counts(summary: Summary) -> dict[str, Any]:
    names = ("new", "changed", "unchanged", "removed", "permitted", "documents", "passages", "seconds")
    return {name: getattr(summary, name) for name in names} | {"failed": len(summary.failed)}
