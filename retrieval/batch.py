"""What a sync has read, in batches, and how one is carried out: embedded, stored, then made true."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.ledger import Ledger
from retrieval.passage import Audience, Embedder, IndexMissing, SearchUnavailable, Unread, Vectors
from retrieval.record import LAYOUT, fingerprint
from retrieval.rows import Batch
from retrieval.store import Made, Store, Table, matched

T = TypeVar("T")
AT_ONCE = 256  # passages embedded in one call, documents removed in one
PAUSES_S = (1.0, 4.0)  # before a batch is tried again
_NORM = 1e-3  # how far from 1 the length of a stored vector may be


class Batches(Protocol):
    """Where a sync hands over what it has read."""

    def settle(self, held_in: str, source: str) -> None:
        """Finishes what an interrupted sync of the source handed over."""
        ...

    def hand(self, batch: Batch) -> None:
        """Takes a batch; waits while too many are under way. Raises what a batch failed with."""
        ...

    def finish(self) -> tuple[Unread, ...]:
        """Returns when all that was handed over is in store and ledger; documents that could not be, the
        next sync reads again. Raises what a batch failed with."""
        ...

    def drop(self, held_in: Sequence[str], source: str = "") -> None:
        """Nothing of the source, or of any, is put into these tables any more once this returns."""
        ...


class Works:
    """Carries batches out, in this process or in a worker's; each can be carried out again after a crash."""

    def __init__(self, store: Store, embedder: Embedder, ledger: Ledger) -> None:
        self._store = store
        self._embedder = embedder
        self._ledger = ledger

    def carry_out(self, batch: Batch) -> None:
        """Both steps, one after the other."""
        self.write(batch, self.vectors(batch))

    def vectors(self, batch: Batch) -> Vectors:
        """Vectors that some table has for the very same text, and the embedder's for the rest. Changes
        nothing."""
        table, passages = self._table(batch), batch.passages
        donors = [one for one in self._there(batch.tables) if one.made.embedder == table.made.embedder]
        made = [np.empty((0, self._embedder.dimension), np.float32)]
        for start in range(0, len(passages), AT_ONCE):
            texts = [passage.indexed_text for passage in passages[start : start + AT_ONCE]]
            made.append(self._embedded(texts, donors))
        return np.concatenate(made)

    def write(self, batch: Batch, vectors: Vectors) -> None:
        """Whatever dies between two lines of this, each document is answered from as it was or as it is, and
        the next sync knows what is left to do."""
        table = self._table(batch)
        self._ledger.intend(batch.held_in, batch.rows)
        table.put(batch.passages, vectors)
        self._ledger.hide(batch.tables, batch.gone)
        unwanted = self._ledger.show(batch.held_in, batch.rows)
        kept = {row.document.uri: row.revision for row in batch.rows}
        table.keep(kept | dict.fromkeys(unwanted, ""))
        self._ledger.record(batch)
        self.leave(batch.tables, batch.gone)

    def leave(self, tables: Sequence[str], uris: Sequence[str], read: Sequence[str] = ()) -> None:
        """Takes documents, and the files `read`, out of answers at once and out of every table after."""
        self._ledger.hide(tables, uris)
        for start in range(0, len(uris), AT_ONCE):
            for table in self._there(tables):
                table.keep(dict.fromkeys(uris[start : start + AT_ONCE], ""))
        self._ledger.gone(tables, uris, read)

    def hide(self, tables: Sequence[str], uris: Sequence[str]) -> None:
        """Takes documents out of answers at once; `leave` has to follow."""
        self._ledger.hide(tables, uris)

    def permit(self, tables: Sequence[str], audiences: Mapping[str, Audience]) -> None:
        """Changes who may read documents: at once in answers, then inside every table's own filter."""
        self._ledger.permit(tables, audiences)
        for table in self._there(tables):
            table.permit(audiences)
        self._ledger.told(tables, audiences)

    def _there(self, tables: Sequence[str]) -> Iterator[Table]:
        """Those of the tables that no swap has removed meanwhile."""
        for name in tables:
            with suppress(IndexMissing):
                yield self._store.table(name)

    def _table(self, batch: Batch) -> Table:
        table = self._store.table(batch.held_in)
        matched(table.made, Made(self._embedder.name, self._embedder.dimension, LAYOUT))
        return table

    def _embedded(self, texts: Sequence[str], donors: Sequence[Table]) -> Vectors:
        prints = [fingerprint(text) for text in texts]
        had: dict[str, NDArray[np.float32]] = {}
        for donor in donors:
            had |= {one: row for one, row in donor.vectors(prints).items() if _sound(row)}
        new = [n for n, one in enumerate(prints) if one not in had]
        if new:
            fresh = self._embedder.embed([texts[n] for n in new])
            had |= {prints[n]: row for n, row in zip(new, fresh, strict=True)}
        return np.stack([had[one] for one in prints])


def _sound(vector: NDArray[np.float32]) -> bool:
    """Whether a stored vector can be used again: of length one, no NaN."""
    return bool(abs(float(np.linalg.norm(vector)) - 1) < _NORM)


class Direct:
    """Batches carried out in order in this process, and again where the store is away for a moment, as when a
    node of it has ended: while one is written, whoever hands over the next embeds it."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="footnote-writer")
        self._written: Future[None] | None = None

    def hand(self, batch: Batch) -> None:
        vectors = _again(lambda: self._works.vectors(batch))
        self.finish()
        self._written = self._writer.submit(_again, lambda: self._works.write(batch, vectors))

    def settle(self, held_in: str, source: str) -> None: ...

    def finish(self) -> tuple[Unread, ...]:
        written, self._written = self._written, None
        if written:
            written.result()
        return ()

    def drop(self, held_in: Sequence[str], source: str = "") -> None: ...

    def close(self) -> None:
        """Returns when nothing is written any more."""
        self._writer.shutdown()


def _again(step: Callable[[], T]) -> T:
    for pause in PAUSES_S:
        try:
            return step()
        except SearchUnavailable:
            time.sleep(pause)
    return step()
