"""A question that the bot asks itself goes through the inbox as people's do; what came of it comes out."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.inbox import Inbox
from bot.jobs import Step
from bot.memory.itself import KIND, UNKNOWN, Outcome, Outcomes
from bot.phrases import say
from bot.posting.calling import Limited, Refused, Unclear
from bot.posting.post import Message, Place, Posts
from retrieval.passage import FootnoteError

WAITS_S, _STEP_S = 30.0, 0.2


@dataclass(frozen=True, slots=True)
class Asking:
    """`ask` says how it went, or raises FootnoteError; in `channel` that is said, in one message a day."""

    ask: Callable[[], str]
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Itself:
    """The step of it. It can be run again."""

    outcomes: Outcomes
    posts: Posts
    asking: Asking

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.answer,)

    def answer(self, event_id: str) -> None:
        """Asks it, says how it went, and closes the row."""
        try:
            said, well = self.asking.ask(), True
        except FootnoteError as error:
            said, well = str(error), False
        self._end(event_id, said, well=well)

    def fail(self, event_id: str, reference: str) -> None:
        self._end(event_id, f"A question of our own failed; the log has why: {reference}.", well=False)

    def _end(self, event_id: str, said: str, *, well: bool) -> None:
        """Says it in the channel, where that is wanted, and to whoever waits for the row."""
        try:
            if self.asking.channel:
                self._say(said)
        except FootnoteError as error:
            said, well = str(error), False
        self.outcomes.put(event_id, Outcome(said, well))

    def _say(self, said: str) -> None:
        now, place = datetime.now(UTC), Place(self.asking.channel, "")
        told = Message(say("itself", at=f"{now:%H:%M}", said=said))
        try:
            self.posts.update(place, self.posts.once(f"{KIND}-{now:%Y-%m-%d}", place, told), told)
        except (Limited, Refused, Unclear) as error:
            why = type(error).__name__
            raise FootnoteError(f"{said.rstrip('.')}, but Slack does not show it ({why}).") from error


def passed(inbox: Inbox, outcomes: Outcomes, waits_s: float = WAITS_S) -> str:
    """How it went, once it has gone through: put into the inbox, taken by a replica, asked, said. Raises
    FootnoteError where it did not go well, or is not through by then."""
    outcomes.sweep()
    end = time.monotonic() + waits_s
    while (outcome := _once(inbox, outcomes, end)) == UNKNOWN:
        pass  # while machines are upgraded, one may take it that knows no such questions: once more
    if outcome is None:
        raise FootnoteError(f"A question of our own is not through after {waits_s:.0f} s: too much waits.")
    if not outcome.well:
        raise FootnoteError(outcome.said)
    return outcome.said


def _once(inbox: Inbox, outcomes: Outcomes, end: float) -> Outcome | None:
    """What came of it once it was put there; None where it is not through by then, and left."""
    name = uuid.uuid4().hex
    inbox.plan(KIND, name)
    while time.monotonic() < end:
        if outcome := outcomes.take(f"{KIND}-{name}"):
            return outcome
        time.sleep(_STEP_S)
    outcomes.leave(f"{KIND}-{name}")
    return None
