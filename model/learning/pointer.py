"""serving.json: which adapter answers; written whole or not at all, read again when it has changed."""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from model.learning.folders import synced
from retrieval.passage import FootnoteError

ID = re.compile(r"kb-(?P<number>\d{4,})-(?P<digest>[0-9a-f]{8})")
EVERY_S = 1.0  # at most so often is the file looked at
FRESH = ".serving-"
Step = Callable[[str], None]
_NAMES = ("production", "previous", "candidate")


class RegistryError(FootnoteError):
    """What was asked of the registry cannot be done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Ids of adapters; empty: the base model, or none."""

    production: str = ""
    previous: str = ""
    candidate: str = ""

    @property
    def adapters(self) -> tuple[str, ...]:
        """Those that a server has to have loaded, production first."""
        return tuple(dict.fromkeys(one for one in (self.production, self.previous, self.candidate) if one))


def read(pointer: Path) -> Serving:
    """What a serving.json says; where there is none, the base model. Raises RegistryError, OSError."""
    try:
        given = json.loads(pointer.read_bytes())
        ids = [given.get(name, "") for name in _NAMES]
    except FileNotFoundError:
        return Serving()
    except (ValueError, AttributeError):
        ids = [None]
    if not all(isinstance(one, str) and (not one or ID.fullmatch(one)) for one in ids):
        raise RegistryError(
            f"{pointer.name} is not what Footnote writes. Remove it and the base model answers; the last "
            "line of events.jsonl beside it says what it was."
        )
    return Serving(*ids)


def replaced(pointer: Path, serving: Serving, step: Step) -> None:
    """Writes it. Whoever reads sees what was before or what is now, whatever happens meanwhile."""
    handle, name = tempfile.mkstemp(prefix=FRESH, dir=pointer.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(serving), indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    step("written")
    Path(name).replace(pointer)
    step("replaced")
    synced(pointer.parent)
    step("turned")


class Pointer:
    """The adapter in production, as a file says. Thread-safe; asking costs next to nothing.

    Where the file cannot be read, what it said last stands: a bot does not change its model for that.
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock, self._lock = file, clock, threading.Lock()
        self._looked, self._stamp, self._name = float("-inf"), (0, 0, 0), ""

    def production(self) -> str:
        """Its id; empty where the base model is to answer."""
        with self._lock:
            now = self._clock()
            if now - self._looked >= EVERY_S:
                self._looked = now
                self._look()
            return self._name

    def _look(self) -> None:
        try:
            found = self._file.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        except FileNotFoundError:
            stamp = (0, 0, 0)
        except OSError:
            return
        if stamp == self._stamp:
            return
        try:
            self._name = read(self._file).production
        except (OSError, FootnoteError):
            return
        self._stamp = stamp
