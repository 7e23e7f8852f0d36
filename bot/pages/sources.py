"""The page of sources: how each stands, what is being read now, and a button that reads one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot import shelf as shelves
from bot.indexing.queue import Handed
from bot.log import frames
from bot.memory.audit import Audit
from bot.pages.listing import Cell, Listing, Look, Press, Table, Way, when
from bot.pages.visit import Entry, Go, NotThere, Reply, Visit, admins
from bot.phrases import numbers, say
from bot.shelf import Shelf
from retrieval.sources import Spec

log = logging.getLogger("footnote.pages")
HERE = "/sources"
_COLUMNS = (
    *(
        "page_source",
        "page_documents",
        "page_passages",
        "page_failed",
        "page_read",
        "page_next",
        "page_state",
    ),
    *("page_who", ""),
)
_BATCHES = ("page_source", "page_batches_waiting", "page_batches_taken", "page_batches_lost")


@dataclass(slots=True)
class Sources:
    """`sync` reads a source to its end, in a process of its own; `waiting` counts what waits in the inbox,
    `handed` the batches that were handed to workers, by source."""

    shelf: Shelf
    sync: Callable[[str, Callable[[], None]], object]
    audit: Audit
    waiting: Callable[[], int]
    handed: Callable[[], Mapping[str, Handed]] = dict
    _reading: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def entries(self) -> list[Entry]:
        return [
            Entry(HERE, self.shown, may=admins, menu="page_sources"),
            Entry(f"{HERE}/read", self.read, "POST", may=admins),
        ]

    def shown(self, visit: Visit) -> Reply:
        locale, now = visit.who.locale, datetime.now(UTC)
        rows = list(self.shelf.rows(now))
        cells = [tuple(self._cells(row, now, locale)) for row in rows]
        faults = [f"{row.name}: {row.error}" for row in rows if row.error]
        notes = [say("page_waiting", locale, count=self.waiting()), *faults]
        table = Table("", _COLUMNS, cells, "page_sources_none")
        tables = (table, *self._handed(locale))
        return Listing(HERE, "page_sources", "page_sources_why", tables, notes, live=True).page()

    def read(self, visit: Visit) -> Reply:
        """Reads one of them; whoever presses twice reads it once."""
        name, at = visit.said("source", 200), datetime.now(UTC)
        spec = self.shelf.specs().get(name)
        if spec is None:
            raise NotThere
        with self._lock:
            begun = name in self._reading
            self._reading.add(name)
        if not begun:
            self.audit.note(visit.who.id, "reindex", name)
            reading = threading.Thread(target=self._read, args=(spec, at), name="footnote-read", daemon=True)
            reading.start()
        return Go(HERE)

    def _read(self, spec: Spec, at: datetime) -> None:
        """In its turn, unless that was done since it was asked for, as by command."""
        try:
            with self.shelf.turns.take(shelves.BY_HAND), self.shelf.alone(spec):
                if not shelves.tried(self.shelf.state(spec), at):
                    self.sync(spec.name, lambda: None)
        except Exception as error:
            log.error("source not read: %s", frames(error))
        finally:
            with self._lock:
                self._reading.discard(spec.name)

    def _cells(self, row: shelves.Row, now: datetime, locale: str) -> Iterator[Cell | Press | Way]:
        busy = row.state == "syncing" or row.name in self._reading
        yield Cell(row.name)
        for count in (row.documents, row.passages, row.failed):
            yield Cell(numbers(count, locale), "number")
        yield Cell(when(row.synced_at) or say("source_never", locale), "when")
        yield Cell(_upcoming(row, now, locale), "when")
        word = "source_busy" if busy else _word(row)
        yield _standing(row, word, locale) if busy else _state(word, locale)
        yield Cell(", ".join(row.audience) or say("page_nobody", locale), "soft")
        known = bool(row.kind) and not busy
        yield Press(say("page_read_now", locale), f"{HERE}/read", "source", row.name) if known else Cell("")

    def _handed(self, locale: str) -> Iterator[Table]:
        """What workers have to do, where there are any batches."""
        rows = [
            (
                Cell(name),
                *(Cell(numbers(count, locale), "number") for count in (of.waiting, of.taken, of.lost)),
            )
            for name, of in self.handed().items()
        ]
        if rows:
            yield Table(say("page_batches", locale), _BATCHES, rows)


def _standing(row: shelves.Row, word: str, locale: str) -> Cell | Way:
    """That it is being read, and how far that is, once that is known."""
    far = row.reached
    if far is None or not far.total:
        return Cell(say(word, locale))
    done, total = (numbers(count, locale) for count in (far.done, far.total))
    return Way(say(word, locale), say("page_far", locale, done=done, total=total), far.done, far.total)


def _state(word: str, locale: str) -> Cell:
    looks: dict[str, Look] = {"page_state_failed": "bad", "page_state_ok": "good"}
    return Cell(say(word, locale), looks.get(word, ""))


def _word(row: shelves.Row) -> str:
    if row.state == "failed":
        return "page_state_failed"
    if row.state == "ok":
        return "page_state_ok"
    if row.state == shelves.CUT_OFF:
        return "page_state_cut"
    return "page_state_gone" if not row.kind else "source_never"


def _upcoming(row: shelves.Row, now: datetime, locale: str) -> str:
    if row.next_run is None:
        return say("page_by_hand", locale)
    return say("source_due", locale) if row.next_run <= now else when(row.next_run)
