"""What was typed after /footnote: from its row to the work done once and its person told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from bot.blocks.orders import said
from bot.commands import Command, Order, Reply, named, words
from bot.commands.help import Help
from bot.events import Row
from bot.failpoint import failpoint
from bot.inbox import Inbox
from bot.jobs import Step
from bot.phrases import say
from bot.posting.calling import Refused, Unclear
from bot.posting.respond import Responses
from bot.who.people import People, Person
from bot.who.readers import ReadersUnknown
from retrieval.passage import FootnoteError

log = logging.getLogger("footnote.command")

SERVED = "member"  # guests and people of other companies get no look inside


@dataclass(frozen=True, slots=True)
class Commands:
    """The steps of a command. Each can be run again and does what is still to be done."""

    inbox: Inbox
    responses: Responses
    people: People
    known: Mapping[str, Command]

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.work, self.tell, self.close)

    def work(self, event_id: str) -> None:
        """Does what is asked for, if this person may, and keeps what is to be said of it."""
        row = self.inbox.get(event_id)
        if row.state != "received":
            return
        reply = self._done(row)
        failpoint("commanded")
        trail = (row.person, reply.done, reply.about) if reply.done else None
        self.inbox.settled(event_id, asdict(reply), trail)
        failpoint("replied")

    def tell(self, event_id: str) -> None:
        """Says it, where it was asked for; of what took long in a direct message as well."""
        kept, row = self.inbox.said(event_id), self.inbox.get(event_id)
        if kept is None:
            return
        reply = Reply(**kept)
        try:
            if reply.late:
                self.responses.direct(row, said(reply.text, reply.links), "end")
            self.responses.say(row, said(reply.text, reply.links))
        except (Refused, Unclear) as error:
            log.warning("nobody could be told: event=%s %s", event_id, type(error).__name__)

    def close(self, event_id: str) -> None:
        """The end: the row stays for deduplication, its words go."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """The visible end of a command that a step failed on."""
        row = self.inbox.get(event_id)
        try:
            self.responses.say(row, said(say("command_failed", reference=reference)), "failed")
        except (Refused, Unclear) as error:
            log.error("could not say so: event=%s reference=%s %s", event_id, reference, type(error).__name__)
        self.inbox.close(event_id)

    def _done(self, row: Row) -> Reply:
        try:
            person = self.people.about(row.person)
        except ReadersUnknown as error:
            return Reply(say("rights_unknown", reason=str(error)))
        if person.kind != SERVED:
            return Reply(say("command_outsider", person.locale))
        typed = words(row.text) or ("help",)
        command, rest = named(typed, self.known)
        order = self._order(row, person, rest)
        if command is None:
            return Help(self.known).unknown(order, typed)
        if command.admin and not person.admin:
            return Reply(say("command_admins", person.locale))
        try:
            return command.run(order)
        except FootnoteError as error:
            return Reply(str(error))

    def _order(self, row: Row, person: Person, rest: tuple[str, ...]) -> Order:
        at = datetime.fromtimestamp(row.received_at, UTC)

        def progress(text: str) -> None:
            self.responses.progress(row, said(text))

        own = (row.direct, person.admin, progress, str(row.payload.get("trigger") or ""))
        return Order(row.event_id, row.person, row.channel, rest, at, person.locale, *own)
