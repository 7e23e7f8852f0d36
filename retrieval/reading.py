"""Files in, documents cut into passages out, read by a thread that stays a few documents ahead."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.passage import Document, DocumentError, Passage, Unread
from retrieval.sources import FileT, Source
from retrieval.split import BUDGET, split

_AHEAD = 64  # documents read and not yet taken
_MOST = 8_000_000  # characters of them: their passages hold the text once more
_POLL_S = 0.2
_SLOW_S = 3.0  # without an item: a large file, or a slow server


@dataclass(frozen=True, slots=True)
class Read:
    """A document of `file` and its passages."""

    file: str
    document: Document
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A file was read to its end."""

    uri: str
    digest: str


@dataclass(frozen=True, slots=True)
class Slow:
    """Nothing has come for some seconds: what came until then need not wait for it."""


Item = Read | Unread | Ended | Slow


class Ahead:
    """The items of `files`, in order, read in a thread while what was read before is worked on."""

    def __init__(self, source: Source[FileT], files: Sequence[FileT], budget: int = BUDGET) -> None:
        self._budget = budget
        self._items: queue.Queue[Item | BaseException | None] = queue.Queue(_AHEAD)
        self._characters = 0  # of the documents read and not yet taken
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(source, files), name="footnote-reader", daemon=True
        )

    def __iter__(self) -> Iterator[Item]:
        self._thread.start()
        try:
            while (item := self._next()) is not None:
                if isinstance(item, BaseException):
                    raise item
                self._characters -= _size(item)
                yield item
        finally:
            self._stop.set()
            self._thread.join()

    def _next(self) -> Item | BaseException | None:
        try:
            return self._items.get(timeout=_SLOW_S)
        except queue.Empty:
            return Slow()

    def _run(self, source: Source[FileT], files: Sequence[FileT]) -> None:
        try:
            for file in files:
                for item in read(source, file, self._budget):
                    if not self._handed_over(item):
                        return
            self._handed_over(None)
        except BaseException as error:  # raised again in the thread that takes the items
            self._handed_over(error)

    def _handed_over(self, item: Item | BaseException | None) -> bool:
        """Waits for room. False where nobody takes items any more."""
        while not self._stop.is_set():
            if self._characters > _MOST and not self._items.empty():
                self._stop.wait(_POLL_S / 4)
                continue
            try:
                self._items.put(item, timeout=_POLL_S)
                self._characters += _size(item)
                return True
            except queue.Full:
                continue
        return False


def _size(item: Item | BaseException | None) -> int:
    return len(item.document.text) if isinstance(item, Read) else 0


def read(source: Source[FileT], file: FileT, budget: int = BUDGET) -> Iterator[Item]:
    """The documents of `file`, cut. Whatever goes wrong with one file is said of that file and ends there."""
    try:
        for one in source.load(file):
            yield one if isinstance(one, Unread) else Read(file.uri, one, tuple(split(one, budget)))
    except DocumentError as error:
        yield Unread(file.uri, str(error))
    except Exception as error:
        kind = type(error).__name__
        yield Unread(file.uri, f"Reading it failed ({kind}); please report this with the file, if you may.")
    yield Ended(file.uri, file.digest)
