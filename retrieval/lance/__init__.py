"""Generations of passages in one folder: the embedded store, LanceDB."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from retrieval.lance.embedded import lancedb
from retrieval.lance.folder import DAMAGED, UNREADABLE, UNWRITABLE, Folder
from retrieval.lance.generation import NO_EARLIER, Generation, Pointer
from retrieval.lance.schema import differences, index_all, schema
from retrieval.lance.table import LanceTable, asking
from retrieval.passage import IndexMismatch, IndexMissing, SearchUnavailable
from retrieval.record import LAYOUT
from retrieval.store import MISSING, Made, matched

_REBUILD = "Run `footnote index --rebuild`."
OLD = f"The index was made by another version of Footnote. {_REBUILD}"
_INDEX_CACHE = 256 << 20  # bytes: indexes of half a million passages; LanceDB's own limit is 6 GB
_METADATA_CACHE = 64 << 20


class LanceStore:
    """A Store in `folder`, one file tree that can be copied or deleted.

    A generation is a folder with a table for each workspace; `index.json` says which one answers. Any number
    of processes on one machine may read and write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = Folder(folder)
        self._guard = threading.RLock()
        self._session: Any = None
        self._stamp = (-1, -1)
        self._pointer = Pointer()
        self._opened: dict[str, LanceTable] = {}

    def live(self, workspace: str) -> LanceTable:
        with self._guard:
            pointer = self._known()
            if pointer.live is None or not pointer.live.turn(workspace).live:
                raise IndexMismatch(OLD) if pointer.old else IndexMissing(MISSING)
            return self._open(pointer.live, pointer.live.turn(workspace).live)

    def table(self, name: str) -> LanceTable:
        with self._guard:
            pointer = self._known()
            holder = pointer.holder(name)
            if holder is None:
                raise IndexMismatch(OLD) if pointer.old else IndexMissing(MISSING)
            return self._open(holder, name)

    def tables(self, workspace: str) -> list[str]:
        with self._guard:
            try:
                return self._known().tables(workspace)
            except IndexMissing:
                return []

    def workspaces(self, *, building: bool = False) -> list[str]:
        with self._guard:
            try:
                pointer = self._known()
            except IndexMissing:
                return []
            generation = pointer.building if building else pointer.live
            return generation.workspaces() if generation else []

    def build(self, made: Made, workspace: str, *, alone: bool = False) -> LanceTable:
        def begun(before: Pointer) -> Pointer:
            if alone:
                if before.live is None:
                    raise IndexMismatch(OLD) if before.old else IndexMissing(MISSING)
                matched(before.live.made, made)
            after = before.begun_alone(workspace) if alone else before.begun(made, workspace)
            self._create(after, set(_names(after)) - set(_names(before)))
            return after

        after = self._folder.change(begun)
        holder = after.live if alone else after.building
        if holder is None:
            raise IndexMissing(MISSING)
        turn = holder.turn(workspace)
        with self._guard:
            return self._open(holder, turn.building if alone else turn.live)

    def swap(self, workspace: str = "") -> None:
        self._folder.change(lambda pointer: pointer.swapped(workspace))

    def discard(self, workspace: str = "") -> None:
        if self._folder.stamp() != (0, 0):
            self._folder.change(lambda pointer: pointer.discarded(workspace))

    def back(self, workspace: str = "") -> None:
        if self._folder.stamp() == (0, 0):
            raise IndexMissing(NO_EARLIER)
        self._folder.change(lambda pointer: pointer.back(workspace))

    def check(self) -> None:
        pointer = self._folder.read()
        if pointer.old and pointer.live is None:
            raise IndexMismatch(OLD)
        for generation in (pointer.live,) if pointer.live else ():
            if generation.made.layout != LAYOUT:
                raise IndexMismatch(OLD)
            for turn in generation.turns.values():
                if turn.live and (
                    odd := differences(self.table(turn.live).columns(), generation.made.dimension)
                ):
                    raise IndexMismatch(f"The index has other columns ({', '.join(odd)}). {_REBUILD}")

    def drop(self) -> None:
        if self._folder.path.exists():
            self._folder.clear()
        self.close()

    def close(self) -> None:
        with self._guard:
            self._opened.clear()
            self._session, self._stamp = None, (-1, -1)

    def _known(self) -> Pointer:
        """The pointer as it is now: another process may have changed it."""
        stamp = self._folder.stamp()
        if stamp != self._stamp or stamp == (0, 0):
            self._pointer = self._folder.read()
            self._stamp = stamp
            named = set(_names(self._pointer))
            if not named.issuperset(self._opened):
                # The session keeps files of an index open once it is deleted, and so their place on the disk.
                self._opened, self._session = {}, None
        return self._pointer

    def _open(self, generation: Generation, name: str) -> LanceTable:
        if name not in self._opened:
            path = self._folder.table(name)
            if not path.is_dir():
                raise IndexMissing(MISSING)
            try:
                bound = self._connection(path.parent).open_table(path.stem)
            except Exception as e:
                raise SearchUnavailable(DAMAGED if self._folder.opens(name) else UNREADABLE) from e
            self._opened[name] = LanceTable(self._folder, name, generation.made, bound)
        return self._opened[name]

    def _create(self, pointer: Pointer, names: Iterable[str]) -> None:
        for name in names:
            path, holder = self._folder.table(name), pointer.holder(name)
            with asking(UNWRITABLE):
                columns = schema(holder.made.dimension if holder else 0)
                table = self._connection(path.parent).create_table(
                    path.stem, schema=columns, mode="overwrite"
                )
                index_all(table)

    def _connection(self, folder: Path) -> Any:
        # 0: each query looks for the newest commit, also of other processes.
        with self._guard:
            if self._session is None:
                self._session = lancedb().Session(_INDEX_CACHE, _METADATA_CACHE)
            return lancedb().connect(folder, read_consistency_interval=timedelta(0), session=self._session)


def _names(pointer: Pointer) -> list[str]:
    return [name for one in pointer.generations() for name in one.names()]
