"""The week's report that is due: looked at in a process of its own, told once, and what it proposes begun."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from slack_sdk import WebClient

from bot.blocks.orders import said
from bot.blocks.weekly import lines
from bot.events.row import made
from bot.inbox import Inbox
from bot.jobs import Step
from bot.memory.weeks import Weeks
from bot.phrases import say
from bot.posting.calling import Refused, Unclear, direct_channel
from bot.posting.post import Place, Posts
from model.learning.drift import Advice, Week
from retrieval.passage import FootnoteError

log = logging.getLogger("footnote.weekly")
# A language, what has the words of an answer, and whether sources are named, in; the lines that are told out.
Report = Callable[[str, Callable[[str], str], bool], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Training:
    """What came of one: the last command that was run, its exit code, and the adapter, where there is one."""

    command: str
    code: int
    adapter: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings say. `look` makes the report of a week and keeps it; `train` runs a training to its
    end, None where none begins by itself; `words` has what was asked for an answer, where that may be told;
    `to` are ids of a channel or of people; `colleagues` says of a channel that nobody reads there who is a
    guest or of another company: where it does not, nobody's words are told, nor the names of sources."""

    weeks: Weeks
    look: Callable[[str], object]
    to: Sequence[str] = ()
    words: Callable[[str], str] = lambda _: ""
    train: Callable[[], Training] | None = None
    colleagues: Callable[[str], bool] = lambda _: False


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
        starts = self.plan.train is not None

        def report(locale: str, words: Callable[[str], str], named: bool) -> Iterable[str]:
            return lines(week, locale, words, starts=starts, named=named)

        self._told(event_id, "", report)

    def train(self, event_id: str) -> None:
        """Runs what is proposed, where that is wanted, and tells what came of it: again after a crash, it
        goes on."""
        if self.plan.train and Advice.RETRAIN in self._week(event_id).advice:
            done = self.plan.train()
            log.info("%s ended with %s; adapter: %s", done.command, done.code, done.adapter)
            self._told(event_id, "/trained", lambda locale, *_: [_outcome(done, locale)])

    def close(self, event_id: str) -> None:
        """The end."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """The next one comes in a week."""
        log.error("no report this week: event=%s reference=%s", event_id, reference)
        self.inbox.close(event_id)

    def _told(self, event_id: str, which: str, report: Report) -> None:
        """Whoever is to know gets it once; `which` tells messages of one report apart."""
        for who in self.plan.to:
            try:
                person = who[0] in "UW"
                channel = direct_channel(self.slack, who) if person else who
                ours = person or self.plan.colleagues(who)
                words = self.plan.words if ours else _none
                text = "\n".join(report(self.locale(who) if person else "", words, ours))
                key = f"{event_id}/{made('to', event_id, who)}{which}"  # nobody's id: keys outlive an erasure
                self.posts.once(key, Place(channel, ""), said(text))
            except (Refused, Unclear) as error:
                log.warning("the report could not be told: event=%s %s", event_id, type(error).__name__)

    def _name(self, event_id: str) -> str:
        return event_id.partition("-")[2]

    def _week(self, event_id: str) -> Week:
        week = self.plan.weeks.of(self._name(event_id))
        assert week is not None
        return week


def _none(_: str) -> str:
    return ""


def _outcome(done: Training, locale: str) -> str:
    if done.adapter:
        return say("week_trained", locale, name=done.adapter.name)  # where it lies is nobody's business
    return say("week_untrained", locale, command=done.command, code=done.code)
