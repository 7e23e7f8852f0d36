"""A press of "Ask the owner" or "Solved": the owner is called into the thread, once, and let go again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.blocks.calls import call_owner, solved
from bot.events import Row
from bot.inbox import Inbox
from bot.phrases import say
from bot.posting.calling import Refused
from bot.posting.post import Place, Posts

log = logging.getLogger("footnote.owner")


@dataclass(frozen=True, slots=True)
class OwnerCalls:
    """What these buttons do. Each can be done again."""

    inbox: Inbox
    posts: Posts
    locale: Callable[[str], str] = lambda _: ""

    def ask(self, row: Row) -> None:
        """Mentions the owner under the answer; whoever presses later finds that there."""
        answer, owner = _named(row)
        message = call_owner(answer, owner, self._asker(answer, row), self.locale(row.person))
        self.posts.once(f"{answer}/owner", _place(row), message)

    def solved(self, row: Row) -> None:
        """Closes it, for the owner or who asked; to others it says who can."""
        answer, owner = _named(row)
        asker, locale = self._asker(answer, row), self.locale(row.person)
        if row.person not in (asker, owner):
            self.posts.whisper(_place(row), row.person, say("solved_not_you", locale))
            return
        try:
            ts = str(row.payload.get("message") or "")
            self.posts.update(_place(row), ts, solved(owner, asker, row.person, locale))
        except Refused as error:
            log.info("nothing to close: event=%s %s", row.event_id, error)  # somebody has deleted it

    def _asker(self, answer: str, row: Row) -> str:
        asked = self.inbox.find(answer)
        return asked.person if asked else row.person


def _named(row: Row) -> tuple[str, str]:
    answer, _, owner = str(row.payload.get("value") or "").partition(":")
    return answer, owner


def _place(row: Row) -> Place:
    return Place(row.channel, row.thread_ts)
