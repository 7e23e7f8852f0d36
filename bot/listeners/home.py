"""Somebody opens the Home tab: their view of what is known and what they asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.blocks.home import Known, Seen, home
from bot.inbox import Inbox
from bot.jobs import Step
from bot.memory.recent import Recent
from bot.phrases import say
from bot.posting.views import Views
from bot.shelf import Shelf
from bot.who.asking import ReadersUnknown
from bot.who.people import Person
from retrieval.passage import Audience

log = logging.getLogger("footnote.home")

ASKED, UNANSWERED = 8, 10  # how many are listed
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Visitors:
    """Who somebody is, and what they may read: both raise ReadersUnknown. `unserved`: why they are not served
    at all, in words."""

    about: Callable[[str], Person]
    readers: Callable[[str], Audience]
    unserved: Callable[[Person], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Visits:
    """The handler of visits."""

    inbox: Inbox
    views: Views
    visitors: Visitors
    shelf: Shelf
    recent: Recent

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.show, self.close)

    def show(self, event_id: str) -> None:
        """Publishes the tab; doing so again shows the newest."""
        person = self.inbox.get(event_id).person
        self.views.publish(person, home(self._seen(person, datetime.now(UTC))))

    def close(self, event_id: str) -> None:
        """The end."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """The tab stays as it was; the next visit tries again."""
        log.error("home not shown: event=%s reference=%s", event_id, reference)
        self.inbox.close(event_id)

    def _seen(self, person: str, now: datetime) -> Seen:
        try:
            visitor, readers = self.visitors.about(person), self.visitors.readers(person)
        except ReadersUnknown:
            return Seen((), self.recent.of(person, ASKED), now, notice=say("no_rights"))
        if words := self.visitors.unserved(visitor):
            return Seen((), (), now, visitor.locale, notice=words)
        return Seen(
            list(self._known(readers, now, everything=visitor.admin)),
            self.recent.of(person, ASKED),
            now,
            visitor.locale,
            self.recent.week(now - WEEK, UNANSWERED) if visitor.admin else None,
            self.views.address(),
        )

    def _known(self, readers: Audience, now: datetime, *, everything: bool) -> Iterator[Known]:
        """Sources of which they may read something; for administrators all, with how many documents they
        have."""
        readable = self.shelf.readable(readers)
        for row in self.shelf.rows(now):
            if everything or row.name in readable:
                yield Known(row, row.documents if everything else readable[row.name])
