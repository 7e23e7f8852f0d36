"""/footnote review and optout: the form for reviewers, and who wants nothing of theirs to be learnt from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.commands import Command, Order, Reply
from bot.phrases import say


@dataclass(frozen=True, slots=True)
class Learning:
    """`may` says whether somebody reviews, by id and as an admin or not; `start` opens the form with a
    trigger and in a language, and has the key of what is said then; `optout`: somebody is out, or back."""

    may: Callable[[str, bool], bool]
    start: Callable[[str, str], str]
    optout: Callable[[str, bool], object]

    def commands(self) -> tuple[Command, ...]:
        return (
            Command("review", self.review, "review"),
            Command("optout", self.leave, "optout"),
            Command("optout off", self.back, "optout off"),
        )

    def review(self, order: Order) -> Reply:
        """Opens the next answer that waits; run again after a crash it says that it came too late."""
        if not self.may(order.person, order.admin):
            return Reply(say("review_not_you", order.locale))
        return Reply(say(self.start(order.trigger, order.locale), order.locale))

    def leave(self, order: Order) -> Reply:
        """Nothing of theirs is used any more. Who they are is in no audit."""
        self.optout(order.person, True)
        return Reply(say("optout_done", order.locale))

    def back(self, order: Order) -> Reply:
        """It may be used again."""
        self.optout(order.person, False)
        return Reply(say("optout_back", order.locale))
