"""Passages in, the documents that they were found in out, each from its beginning to its end."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Protocol

from retrieval.passage import Audience, Passage
from retrieval.rows import Reading
from retrieval.store import Table

WHOLE = 400  # passages of a document that is read from end to end for one question: 20 ms
LATEST = 2_000  # passages of documents that are remembered, by their reading: a few megabytes
_END = 2**31 - 1


class Lengths(Protocol):
    """The ledger's word: what may be answered from now of documents of a table, and how many passages each
    has; 0 where something was left out of it."""

    def lengths(self, held_in: str, uris: Collection[str]) -> Mapping[str, tuple[Reading, int]]: ...


class Wholes:
    """Reads documents whole, several at once on `threads`. What it remembers is asked the ledger about again
    each time: what has gone, changed or is not for these readers is not given."""

    def __init__(self, ledger: Lengths, threads: Executor) -> None:
        self._ledger = ledger
        self._threads = threads
        self._latest: OrderedDict[tuple[str, str, str], list[Passage]] = OrderedDict()
        self._guard = threading.Lock()

    def read(self, table: Table, found: Sequence[Passage], readers: Audience) -> dict[str, list[Passage]]:
        """All passages of the documents of those `found`, in order, by document. Without those that are very
        long, have been read anew since, are not for `readers`, or are known not to be all there is (hidden
        rows)."""
        held = self._ledger.lengths(table.name, {one.document for one in found})
        readings = {
            one.document: (one, *held[one.document])
            for one in reversed(found)
            if one.document in held and one.revision == held[one.document][0].revision
        }
        reads = {
            document: (shown.audience, self._threads.submit(self._passages, table, one, length))
            for document, (one, shown, length) in readings.items()
            if 0 < length <= WHOLE and shown.audience.admits(readers)
        }
        every = {document: (audience, read.result()) for document, (audience, read) in reads.items()}
        return {
            document: [one if one.audience == audience else replace(one, audience=audience) for one in some]
            for document, (audience, some) in every.items()
            if len(some) == readings[document][2]
        }

    def _passages(self, table: Table, one: Passage, length: int) -> list[Passage]:
        if length == 1:
            return [one]
        key = (table.name, one.document, one.revision)
        with self._guard:
            if known := self._latest.get(key):
                self._latest.move_to_end(key)
                return known
        read = table.around(one.document, one.revision, 0, _END)
        with self._guard:
            self._latest[key] = read
            while sum(map(len, self._latest.values())) > LATEST:
                self._latest.popitem(last=False)
        return read
