"""The week's report that is due: looked at in a process of its own, told once, and what it proposes begun."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.blocks.orders import said
from bot.blocks.weekly import lines
from bot.inbox import Inbox
from bot.jobs import Step
from bot.memory.weeks import Weeks
from bot.posting.calling import Refused, Unclear, direct_channel
from bot.posting.post import Place, Posts
from model.learning.drift import Advice, Week
from retrieval.passage import FootnoteError

log = logging.getLogger("footnote.weekly")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings say. `look` makes the report of a week and keeps it; `train` begins a training, None
    where none begins by itself; `words` has what was asked for an answer, where that may be told; `to` are
    ids of a channel or of people."""

    weeks: Weeks
    look: Callable[[str], None]
    to: Sequence[str] = ()
    words: Callable[[str], str] = lambda _: ""
    train: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Weekly:
    """The steps of a report. Each can be run again and does what is still to be done."""

    inbox: Inbox
    slack: WebClient
    posts: Posts
    plan: Plan
    locale: Callable[[str], str] = lambda _: ""

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.measure, self.tell, self.train, self.close)

    def measure(self, event_id: str) -> None:
        """Makes the report, unless it is there."""
        name = self._name(event_id)
        if self.plan.weeks.of(name) is None:
            self.plan.look(name)
        if self.plan.weeks.of(name) is None:
            raise FootnoteError("The report could not be made. footnote report --now says why.")

    def tell(self, event_id: str) -> None:
        """Tells everyone who is to know, once; whom Slack does not let us write to is left out."""
        week = self._week(event_id)
        if not self.plan.to:
            log.info("report %s is kept; FOOTNOTE_ADMINS and FOOTNOTE_REPORT_CHANNEL name nobody", week.name)
        for who in self.plan.to:
            try:
                self._told(event_id, who, week)
            except (Refused, Unclear) as error:
                log.warning("the report could not be told: event=%s %s", event_id, type(error).__name__)

    def train(self, event_id: str) -> None:
        """Begins what is proposed, where that is wanted: again after a crash, it goes on."""
        if self.plan.train and Advice.RETRAIN in self._week(event_id).advice:
            self.plan.train()

    def close(self, event_id: str) -> None:
        """The end."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """The next one comes in a week."""
        log.error("no report this week: event=%s reference=%s", event_id, reference)
        self.inbox.close(event_id)

    def _told(self, event_id: str, who: str, week: Week) -> None:
        person = who[0] in "UW"
        channel = direct_channel(self.slack, who) if person else who
        locale = self.locale(who) if person else ""
        starts = self.plan.train is not None
        text = "\n".join(lines(week, locale, self.plan.words, starts=starts))
        self.posts.once(f"{event_id}/{who}", Place(channel, ""), said(text))

    def _name(self, event_id: str) -> str:
        return event_id.partition("-")[2]

    def _week(self, event_id: str) -> Week:
        week = self.plan.weeks.of(self._name(event_id))
        assert week is not None
        return week
