"""A press of a button whose work is a row: what its action does, once, to the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.events import Row
from bot.inbox import Inbox
from bot.jobs import Step
from bot.phrases import say
from bot.posting.post import Place, Posts

log = logging.getLogger("footnote.press")


@dataclass(frozen=True, slots=True)
class Presses:
    """The handler of presses; `actions` by the name that the button's action id ends with. `barred` says why
    somebody's press does nothing, in words."""

    inbox: Inbox
    posts: Posts
    actions: Mapping[str, Callable[[Row], None]]
    locale: Callable[[str], str] = lambda _: ""
    barred: Callable[[Row], str] = lambda _: ""

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.act, self.close)

    def act(self, event_id: str) -> None:
        """Does what the button is for."""
        row = self.inbox.get(event_id)
        action = self.actions.get(str(row.payload.get("action") or ""))
        if action is None:
            return
        if words := self.barred(row):
            self.posts.whisper(Place(row.channel, row.thread_ts), row.person, words)
        else:
            action(row)

    def close(self, event_id: str) -> None:
        """The end."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """That it did not work, to its person."""
        row = self.inbox.get(event_id)
        words = say("press_failed", self.locale(row.person), reference=reference)
        self.posts.whisper(Place(row.channel, row.thread_ts), row.person, words)
        self.inbox.close(event_id)
