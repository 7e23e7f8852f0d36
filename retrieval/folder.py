"""The folder of an embedded index: which generation answers, which one is being built, and who may write."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from retrieval.generation import MISSING, Generation
from retrieval.passage import IndexMissing, SearchUnavailable

DAMAGED = "The index is damaged. Delete FOOTNOTE_HOME/index and run `footnote index` again."
UNREADABLE = "The index cannot be read. Check FOOTNOTE_HOME, its rights and its disk, then try again."
SILENT = (
    "The index did not answer. Ask again; if it stays so, delete FOOTNOTE_HOME/index and run "
    "`footnote index` again."
)
BUSY = (
    "Another `footnote` is indexing into this index. Wait until it has finished, then run the command again."
)
UNWRITABLE = "The index folder cannot be written. Check FOOTNOTE_HOME, its rights and the space on its disk."


@dataclass(frozen=True, slots=True)
class Pointer:
    """What answers now, and what will once it is complete."""

    current: Generation
    building: Generation | None = None


class Folder:
    """Reads and swaps the pointer; holds the one writer's lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pointer = path / "index.json"
        self._lock: int | None = None

    def read(self) -> Pointer:
        """What the pointer file says. Raises IndexMissing, or SearchUnavailable where it is damaged."""
        try:
            said = json.loads(self._pointer.read_text("utf-8"))
            building = said["building"]
            return Pointer(Generation(**said["current"]), Generation(**building) if building else None)
        except FileNotFoundError:
            raise IndexMissing(MISSING) from None
        except OSError as e:
            raise SearchUnavailable(UNREADABLE) from e
        except (ValueError, TypeError, KeyError) as e:
            raise SearchUnavailable(DAMAGED) from e

    def stamp(self) -> tuple[int, int]:
        """Changes with every swap of the pointer, cheap enough to ask before each query."""
        try:
            found = self._pointer.stat()
        except OSError:
            return (0, 0)
        return (found.st_ino, found.st_mtime_ns)

    def opens(self, generation: str) -> bool:
        """Whether the system lets the files of a generation be read, whatever is in them."""
        try:
            for file in (self.path / f"{generation}.lance").rglob("*"):
                if file.is_file():
                    file.open("rb").close()
        except OSError:
            return False
        return True

    def write(self, pointer: Pointer) -> None:
        """Swaps the pointer in one step that survives a power cut."""
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

    def forget(self) -> None:
        """Removes the pointer: from here on there is no index."""
        self._pointer.unlink(missing_ok=True)

    def lock(self) -> None:
        """Makes this the one writer until `unlock`. The lock lives in the kernel and dies with its holder."""
        if self._lock is not None:
            return
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            held = os.open(self.path / "writer.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as e:
            raise SearchUnavailable(UNWRITABLE) from e
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            os.close(held)
            raise SearchUnavailable(BUSY) from e
        self._lock = held

    def unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
