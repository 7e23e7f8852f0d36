"""Somebody opens the bot's messages: the questions that the settings suggest are shown there."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.inbox import Inbox
from bot.jobs import Step
from bot.posting.views import Views

log = logging.getLogger("footnote.greeting")


@dataclass(frozen=True, slots=True)
class Greetings:
    """The handler of such visits; without `questions` those of the app's manifest stand there."""

    inbox: Inbox
    views: Views
    questions: tuple[str, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.show, self.close)

    def show(self, event_id: str) -> None:
        """Puts them there; doing so again changes nothing."""
        channel = self.inbox.get(event_id).channel
        if self.questions and channel:
            self.views.suggest(channel, self.questions)

    def close(self, event_id: str) -> None:
        """The end."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """Nobody asked for anything: it is only noted."""
        log.warning("nothing suggested: event=%s reference=%s", event_id, reference)
        self.inbox.close(event_id)
