"""Somebody is owed a word: that what they asked has an answer now, or what their correction changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.blocks import verified as blocks
from bot.events import Row
from bot.inbox import Inbox
from bot.jobs import Step
from bot.learning.owed import CORRECTION, DUE, FILLED, Owed
from bot.phrases import say
from bot.posting.calling import Refused, Unclear
from bot.posting.post import Message, Place, Posts
from bot.who.people import People, Person
from bot.who.readers import ReadersUnknown
from model.checking.support import MARKER
from model.learning.reviews import CORRECTED, REJECTED
from retrieval.passage import Audience
from retrieval.rows import Found

log = logging.getLogger("footnote.told")


@dataclass(frozen=True, slots=True)
class Told:
    """The handler of such rows. `readers` has who will read what is written where a row says; `direct` the
    channel of the direct messages with somebody; `found` a document of the index, by its name."""

    owed: Owed
    inbox: Inbox
    posts: Posts
    people: People
    readers: Callable[[Row], Audience]
    direct: Callable[[str], str]
    found: Callable[[str], Found | None] = lambda _: None

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.tell, self.close)

    def tell(self, event_id: str) -> None:
        """Says it, once: where they asked, else in their direct messages. Not where somebody reads along who
        may not read the answer, nor to who wants nothing of theirs used."""
        row = self.inbox.get(event_id)
        if row.state == "final" or self.owed.out(row.person):
            return
        who = self._who(row.person)
        say_it = {CORRECTION: self._correction, DUE: self._due, FILLED: self._filled}
        message = say_it.get(str(row.payload["what"]), self._answer)(row, who)
        if message is None:
            return
        place = Place(row.channel or self.direct(row.person), row.thread_ts)
        try:
            self.posts.once(f"{event_id}/told", place, message)
        except (Refused, Unclear) as error:
            log.warning("nobody could be told: event=%s %s", event_id, type(error).__name__)

    def close(self, event_id: str) -> None:
        """The end."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """Nobody waits for it: it is only noted."""
        log.error("not told: event=%s reference=%s", event_id, reference)
        self.inbox.close(event_id)

    def _answer(self, row: Row, who: Person) -> Message | None:
        """That there is an answer; nothing where it is gone meanwhile, or not for all who read there."""
        one = self.owed.answer(str(row.payload["answer"]))
        if one is None or not one.audience.admits(self.readers(row)):
            return None
        return blocks.answered(row.person, one, who.locale)

    def _filled(self, row: Row, who: Person) -> Message | None:
        """That a document may answer it now; nothing where it is gone meanwhile, or not for all who read
        there."""
        page = self.found(str(row.payload["document"]))
        if page is None or not page.audience.admits(self.readers(row)):
            return None
        return blocks.filled(row.person, page, who.locale)

    def _due(self, row: Row, who: Person) -> Message | None:
        """Asks whether it still holds; nothing where it is gone, or was looked at meanwhile."""
        one = self.owed.answer(str(row.payload["answer"]))
        late = one is not None and one.due < datetime.now(UTC).date() and one.expert == who.id
        return blocks.due(one, who.locale) if one and late else None

    def _correction(self, row: Row, who: Person) -> Message | None:
        """What became of it. What is right is said to members where everyone may read what it rests on: then
        it is a lesson."""
        locale = who.locale
        word, lesson = self.owed.review(str(row.payload["answer"]))
        if word is None:
            return None
        day = datetime.fromisoformat(str(row.payload["at"])).date().isoformat()
        if word.verdict == CORRECTED and lesson and not lesson.refuses and who.kind == "member":
            right = " ".join(MARKER.sub(" ", lesson.answer).split()).replace(" .", ".")
            return blocks.words(say("told_corrected", locale, day=day, right=right))
        key = "changed" if word.verdict == CORRECTED else "right"
        if word.verdict == REJECTED:
            cause = say(f"cause_{word.cause}", locale)
            return blocks.words(say("told_rejected", locale, day=day, cause=cause))
        return blocks.words(say(f"told_{key}", locale, day=day))

    def _who(self, person: str) -> Person:
        """A stranger where Slack does not say."""
        try:
            return self.people.about(person)
        except ReadersUnknown:
            return Person(person, "stranger")
