"""Slack says that the app was removed, or its token withdrawn: no more answers, and no words kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.channels import GONE, Switches
from bot.inbox import Inbox
from bot.jobs import Step

log = logging.getLogger("footnote.end")


@dataclass(frozen=True, slots=True)
class End:
    """The steps of it. Each can be run again."""

    inbox: Inbox
    switches: Switches
    welcome: Callable[[], bool]  # whether Slack takes our token now: the app may be installed again by now
    forget: Callable[[], Sequence[str]] = tuple  # what was learnt from people; what is left to do by hand

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.stop, self.unlearn, self.close)

    def stop(self, event_id: str) -> None:
        """Turns answering off and erases what people wrote: what waits, and what they typed into a form."""
        if self.welcome():
            return log.warning("Slack had taken the app away; it is installed again: nothing is wiped")
        self.switches.turn(GONE, "", on=True)
        count = self.inbox.wipe(event_id)
        log.warning(
            "Slack has taken the app away: %s rows wiped, nothing is answered until a new token", count
        )

    def unlearn(self, event_id: str) -> None:
        """Erases what was learnt from what people wrote, in folders and index."""
        if self.switches.gone():
            for left in self.forget():
                log.warning("the end: %s", left)

    def close(self, event_id: str) -> None:
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """There is nobody to tell."""
        log.error("the end could not be dealt with: event=%s reference=%s", event_id, reference)
