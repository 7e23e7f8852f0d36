"""A reply that is kept as an answer was edited or deleted: the answer follows, and its thread is told."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.blocks import verified as blocks
from bot.events import Row
from bot.inbox import Inbox
from bot.jobs import Step
from bot.learning.keeper import Keeper
from bot.listeners.verify import kept_text
from bot.phrases import say
from bot.posting.calling import Refused, Unclear
from bot.posting.post import Place, Posts
from bot.who.people import People
from model.learning.verified import Verified

log = logging.getLogger("footnote.changed")


@dataclass(frozen=True, slots=True)
class Changes:
    """The handler of such rows. What Slack shows then counts, in whatever order the events came."""

    inbox: Inbox
    posts: Posts
    people: People
    keeper: Keeper

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.follow, self.close)

    def follow(self, event_id: str) -> None:
        """The answer says what the reply says now; where that is gone or may not be kept, there is none."""
        row = self.inbox.get(event_id)
        one = self.keeper.at(row.channel, str(row.payload.get("ts") or ""))
        if row.state == "final":
            return
        if one is None:  # taken out before, of which the index may not have heard
            return self.keeper.publish()
        place = Place(one.channel, one.thread)
        now = next((m for m in self.posts.thread(place) if str(m.get("ts")) == one.reply), None)
        text = kept_text(now) if now and now.get("user") == one.expert else ""
        if text == one.text:
            self.keeper.made_up(one)
        elif text:
            self.keeper.amend(one, text)
        else:
            self.keeper.withdraw(one)
            self._tell(row, one, place)

    def close(self, event_id: str) -> None:
        """The end."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """Nobody waits for it: it is noted, and tried again when the channels are looked at."""
        log.error("a kept reply is not followed yet: event=%s reference=%s", event_id, reference)
        self.keeper.later(event_id)

    def _tell(self, row: Row, one: Verified, place: Place) -> None:
        locale = self.people.locale(one.expert)
        told = blocks.words(say("verify_withdrawn", locale, name=one.name))
        try:
            self.posts.once(f"{row.event_id}/withdrawn", place, told)
        except (Refused, Unclear) as error:
            log.info("nobody could be told: event=%s %s", row.event_id, type(error).__name__)
