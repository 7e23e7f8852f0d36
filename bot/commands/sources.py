"""/footnote sources and status: what is searched, how old it is, what is wrong; to each what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channels import Switches
from bot.commands import Command, Order, Reply
from bot.phrases import say
from bot.replies import printable
from bot.shelf import Row, Shelf, span
from retrieval.passage import Audience

MOST = 30  # sources that a reply lists
_ERROR = 300  # characters of what went wrong


@dataclass(frozen=True, slots=True)
class Listing:
    """`readers` is what somebody may read; `waiting` how many rows of the inbox are not at their end."""

    shelf: Shelf
    switches: Switches
    readers: Callable[[str], Audience]
    waiting: Callable[[], int]

    def commands(self) -> tuple[Command, ...]:
        return (Command("sources", self.sources, "sources"), Command("status", self.status, "status"))

    def sources(self, order: Order) -> Reply:
        """Each source: for admins as it stands, for others how much of it they may read and how old it is."""
        lines = list(self._all(order) if order.admin else self._readable(order))
        if not lines:
            return Reply(say("sources_empty" if order.admin else "sources_none", order.locale))
        if left := len(lines) - MOST:
            lines = [*lines[:MOST], say("and_more", order.locale, count=left)] if left > 0 else lines
        return Reply("\n".join([say("sources_title", order.locale), *(f"- {line}" for line in lines)]))

    def status(self, order: Order) -> Reply:
        """Whether the bot answers and from how much; for admins also what waits and what is wrong."""
        state = "paused_state" if self.switches.paused() else "answering_state"
        readable = self.shelf.readable(self.readers(order.person))
        counts = {"documents": sum(readable.values()), "count": len(readable)}
        lines = [say(state, order.locale), say("status_readable", order.locale, **counts)]
        if order.admin:
            lines += self._inside(order)
        return Reply("\n".join(lines))

    def _inside(self, order: Order) -> Iterator[str]:
        rows = list(self.shelf.rows(datetime.now(UTC)))
        busy = [row.name for row in rows if row.state == "syncing"]
        yield say("status_waiting", order.locale, count=self.waiting() - 1)  # this one is one of them
        yield say("status_index", order.locale, passages=sum(row.passages for row in rows))
        if busy:
            yield say("status_syncing", order.locale, sources=", ".join(busy))
        for row in [row for row in rows if row.error][:MOST]:
            yield f"- {row.name}: {_short(row.error)}"

    def _all(self, order: Order) -> Iterator[str]:
        now = datetime.now(UTC)
        for row in self.shelf.rows(now):
            yield f"{row.name}: {self._stands(row, now, order.locale)}"

    def _stands(self, row: Row, now: datetime, locale: str) -> str:
        parts = [say("source_documents", locale, count=row.documents)]
        if row.failed:
            parts.append(say("source_failed", locale, count=row.failed))
        parts.append(_age(row.synced_at, now, locale))
        if row.next_run:
            due = row.next_run <= now
            parts.append(say("source_due" if due else "source_next", locale, span=span(row.next_run - now)))
        parts += [say("source_busy", locale)] if row.state == "syncing" else []
        parts += [_short(row.error)] if row.error else []
        return " · ".join(parts)

    def _readable(self, order: Order) -> Iterator[str]:
        now = datetime.now(UTC)
        synced = {state.name: state for state in self.shelf.states(self.shelf.workspace).values()}
        for name, count in self.shelf.readable(self.readers(order.person)).items():
            state = synced.get(name)
            parts = [say("source_documents", order.locale, count=count)]
            parts.append(_age(state.finished_at if state else None, now, order.locale))
            yield f"{name}: {' · '.join(parts)}"


def _age(moment: datetime | None, now: datetime, locale: str) -> str:
    return say("source_read", locale, span=span(now - moment)) if moment else say("source_never", locale)


def _short(error: str) -> str:
    line = printable(error)
    return line if len(line) <= _ERROR else f"{line[:_ERROR].rstrip()}…"
