"""The folder of an embedded index: the pointer file, the folders of its generations, and who may write."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from retrieval.lance.generation import Generation, Pointer, Turn
from retrieval.passage import IndexMissing, SearchUnavailable
from retrieval.store import MISSING, Made

DAMAGED = "The index is damaged. Delete FOOTNOTE_HOME/index and run `footnote index` again."
UNREADABLE = "The index cannot be read. Check FOOTNOTE_HOME, its rights and its disk, then try again."
SILENT = (
    "The index did not answer. Ask again; if it stays so, delete FOOTNOTE_HOME/index and run "
    "`footnote index` again."
)
REPLACED = "The index was replaced meanwhile. Try again."
UNWRITABLE = "The index folder cannot be written. Check FOOTNOTE_HOME, its rights and the space on its disk."


class Folder:
    """Reads and changes the pointer; hands out the locks, which live in the kernel and die with their holder.

    Below it: `index.json`, and for each generation a folder with a Lance table, and its lock, a workspace.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pointer = path / "index.json"

    def read(self) -> Pointer:
        """What the pointer file says. Raises IndexMissing, or SearchUnavailable where it is damaged."""
        try:
            return _pointer(json.loads(self._pointer.read_text("utf-8")))
        except FileNotFoundError:
            raise IndexMissing(MISSING) from None
        except OSError as e:
            raise SearchUnavailable(UNREADABLE) from e
        except (ValueError, TypeError, KeyError, AttributeError) as e:
            raise SearchUnavailable(DAMAGED) from e

    def stamp(self) -> tuple[int, int]:
        """Changes with every change of the pointer, cheap enough to ask before each query."""
        try:
            found = self._pointer.stat()
        except OSError:
            return (0, 0)
        return (found.st_ino, found.st_mtime_ns)

    def change(self, changed: Callable[[Pointer], Pointer]) -> Pointer:
        """Makes the pointer what `changed` says, in one step, and removes what it no longer names.
        `changed` runs while no other process changes it."""
        with self._writable(), self._locked(self.path / "index.lock"):
            before = self._read_or_none()
            after = changed(before)
            if after != before:
                self._write(after)
            self._sweep(after)
            return after

    def clear(self) -> None:
        """Removes the pointer, and with it every table: from here on there is no index."""
        with self._writable(), self._locked(self.path / "index.lock"):
            self._pointer.unlink(missing_ok=True)
            self._sweep(Pointer())

    @contextmanager
    def writing(self, name: str) -> Iterator[None]:
        """While the one writer of a table. Raises SearchUnavailable where the table is no longer named."""
        try:
            with self._locked(self._lock(name)):
                if self.read().holder(name) is None:
                    raise SearchUnavailable(REPLACED)
                yield
        except (FileNotFoundError, IndexMissing) as e:
            raise SearchUnavailable(REPLACED) from e
        except OSError as e:
            raise SearchUnavailable(UNWRITABLE) from e

    def table(self, name: str) -> Path:
        """The files of a table. Lance takes no @ in a name."""
        return self.path / f"{name.replace('@', '.')}.lance"

    def opens(self, name: str) -> bool:
        """Whether the system lets the files of a table be read, whatever is in them."""
        try:
            for file in self.table(name).rglob("*"):
                if file.is_file():
                    file.open("rb").close()
        except OSError:
            return False
        return True

    def _lock(self, name: str) -> Path:
        return self.table(name).with_suffix(".lock")

    def _read_or_none(self) -> Pointer:
        try:
            return self.read()
        except IndexMissing:
            return Pointer()

    def _write(self, pointer: Pointer) -> None:
        """Replaces the pointer in one step that survives a power cut."""
        fresh = self._pointer.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(pointer), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._pointer)
        held = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)

    def _sweep(self, pointer: Pointer) -> None:
        """Removes tables that are no longer named; also those that a killed process left."""
        named = {self.table(name) for one in pointer.generations() for name in one.names()}
        for found in self.path.glob("*/*.lance"):
            if found not in named:
                with self._locked(found.with_suffix(".lock")):  # a write that is under way ends first
                    shutil.rmtree(found, ignore_errors=True)
                    found.with_suffix(".lock").unlink(missing_ok=True)
        for found in self.path.glob("passages-*"):
            if found.name not in {one.name for one in pointer.generations()} and not (
                pointer.old and found.suffix == ".lance"
            ):
                shutil.rmtree(found, ignore_errors=True)

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as e:
            raise SearchUnavailable(UNWRITABLE) from e

    @contextmanager
    def _locked(self, path: Path) -> Iterator[None]:
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)


def _pointer(said: Any) -> Pointer:
    if "current" in said:  # an earlier release wrote it: one table, no workspaces, no readings
        str(said["current"]["name"])
        return Pointer(old=True)
    live, previous, building = (_generation(said[name]) for name in ("live", "previous", "building"))
    return Pointer(live, previous, building, int(said["count"]), bool(said["old"]))


def _generation(said: Any) -> Generation | None:
    if said is None:
        return None
    turns = {str(workspace): Turn(**turn) for workspace, turn in said["turns"].items()}
    return Generation(str(said["name"]), Made(**said["made"]), turns)
