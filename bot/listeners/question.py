"""A mention or a direct message: from its row to one visible, cited answer."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from bot.blocks import plain, render
from bot.events import Row
from bot.failpoint import failpoint
from bot.inbox import Inbox
from bot.jobs import Step
from bot.post import Message, Place, Posts, Refused, Unclear
from model.answer import Answer, Question, Status
from retrieval.passage import FootnoteError

log = logging.getLogger("footnote.question")

SEARCHING = "Searching the documents…"


@dataclass(frozen=True, slots=True)
class Questions:
    """The steps of a question. Each can be run again and does what is still to be done."""

    inbox: Inbox
    posts: Posts
    answer: Callable[[Question], Answer]

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.place, self.write, self.show, self.close)

    def place(self, event_id: str) -> None:
        """Posts the one message that everything after is an update of."""
        try:
            self.posts.once(event_id, _place(self.inbox.get(event_id)), plain(SEARCHING))
        except Refused as error:
            # Slack takes no message there (archived, no longer a member): nobody can be told.
            log.warning("no reply possible: event=%s error=%s", event_id, error)
            self.inbox.close(event_id)

    def write(self, event_id: str) -> None:
        """Asks for the answer and keeps it until it is shown."""
        row = self.inbox.get(event_id)
        if row.state != "received":
            return
        question = Question(row.text, row.readers, event_id)
        try:
            answer = self.answer(question)
        except FootnoteError as error:
            reference = uuid.uuid4().hex[:8].upper()
            log.error("no answer: event=%s reference=%s error=%s", event_id, reference, type(error).__name__)
            answer = Answer(event_id, row.text, Status.FAILED, f"{error} (Reference {reference})")
        self.inbox.answered(event_id, answer)
        failpoint("answered")

    def show(self, event_id: str) -> None:
        """Puts the answer where the placeholder is; a long one goes on below it."""
        answer = self.inbox.outcome(event_id)
        if answer is None:
            return
        place = _place(self.inbox.get(event_id))
        first, *more = render(answer)
        self._put(event_id, place, first)
        for number, message in enumerate(more, 2):
            self.posts.once(f"{event_id}/{number}", place, message)

    def close(self, event_id: str) -> None:
        """The end: the row stays for deduplication, its words go."""
        self.inbox.close(event_id)
        failpoint("finalised")

    def fail(self, event_id: str, reference: str) -> None:
        """The visible end of a question that could not be answered."""
        sentence = f"Something went wrong on my side and I could not answer this. (Reference {reference})"
        try:
            self._put(event_id, _place(self.inbox.get(event_id)), plain(sentence))
        except (Refused, Unclear) as error:
            log.error("could not say so: event=%s reference=%s %s", event_id, reference, type(error).__name__)
        self.inbox.close(event_id)

    def _put(self, event_id: str, place: Place, message: Message) -> None:
        ts = self.posts.once(event_id, place, message)
        try:
            self.posts.update(place, ts, message)
        except Refused as error:
            if str(error) != "message_not_found":
                raise
            log.info("placeholder was deleted: event=%s", event_id)  # by a person: they want no answer
        failpoint("updated")


def _place(row: Row) -> Place:
    return Place(row.channel, row.thread_ts)
