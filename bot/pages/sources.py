"""The page of sources: how each stands, what is being read now, and a button that reads one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot import shelf as shelves
from bot.log import frames
from bot.memory.audit import Audit
from bot.pages.listing import Cell, Listing, Press, Table, when
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


@dataclass(slots=True)
class Sources:
    """`sync` reads a source to its end, in a process of its own; `waiting` counts what waits in the inbox."""

    shelf: Shelf
    sync: Callable[[str, Callable[[], None]], object]
    audit: Audit
    waiting: Callable[[], int]
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
        return Listing(HERE, "page_sources", "page_sources_why", (table,), notes, live=True).page()

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

    def _cells(self, row: shelves.Row, now: datetime, locale: str) -> Iterator[Cell | Press]:
        busy = row.state == "syncing" or row.name in self._reading
        yield Cell(row.name)
        for count in (row.documents, row.passages, row.failed):
            yield Cell(numbers(count, locale), "number")
        yield Cell(when(row.synced_at) or say("source_never", locale), "soft")
        yield Cell(_upcoming(row, now, locale), "soft")
        failed = row.state == "failed"
        word = "source_busy" if busy else "page_state_failed" if failed else _word(row)
        yield Cell(
            say(word, locale), "bad" if failed and not busy else "good" if word == "page_state_ok" else ""
        )
        yield Cell(", ".join(row.audience) or say("page_nobody", locale), "soft")
        known = bool(row.kind) and not busy
        yield Press(say("page_read_now", locale), f"{HERE}/read", "source", row.name) if known else Cell("")


def _word(row: shelves.Row) -> str:
    if row.state == "ok":
        return "page_state_ok"
    if row.state == shelves.CUT_OFF:
        return "page_state_cut"
    return "page_state_gone" if not row.kind else "source_never"


def _upcoming(row: shelves.Row, now: datetime, locale: str) -> str:
    if row.next_run is None:
        return say("page_by_hand", locale)
    return say("source_due", locale) if row.next_run <= now else when(row.next_run)
