"""Many questions through a Slack and processes that misbehave at random: what is asked, and what goes wrong.

Everything is drawn from a seed. What came of it, storm_checker.py says.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot_process import BotProcess
from nursery import Nursery
from storm_checker import Asked, Verdict, ended, judged

from bot.events import VOTE
from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Attempt, Outcome, Parcel, Timing, Transport
from bot.play.slack_faults import How

# Slack's schedule of redelivery, ten times as fast: it outlasts the start of a process.
FAST = Timing().compressed(10)
WRITING = "chat.postMessage chat.update".split()
RARER = "chat.startStream chat.appendStream chat.stopStream agents.sessions.setStatus".split()
READING = "conversations.replies conversations.members users.info".split()
METHODS = (*WRITING * 4, *RARER, *READING)
FAULTS: tuple[How, ...] = (
    {"status": 429, "retry_after": 1},
    {"status": 429, "retry_after": 2, "times": 4},
    {"status": 500},
    {"status": 503, "times": 3},
    {"cut": "before"},
    {"cut": "after"},
    {"cut": "after", "times": 2},
    {"delay": 1.5},
    {"delay": 0.5, "cut": "after"},
)
LET_BE_S = 45.0  # nobody waits longer for a word on what mentioned nobody
SETTINGS = {"FOOTNOTE_QUOTA_PERSON": "0", "FOOTNOTE_QUOTA_CHANNEL": "0"}  # nobody is told to come back later


@dataclass(frozen=True)
class Plan:
    """How much is asked, and how often things go wrong: shares of questions, and questions between two."""

    questions: int
    seed: int
    at_once: int = 60
    faulty: float = 0.3
    twice: float = 0.1
    votes: float = 0.3
    between_kills: int = 300
    between_drops: int = 80


class Rough:
    """The way to the app on a bad day: some events come late and so out of order, some acks are lost."""

    def __init__(self, inner: Transport, rng: random.Random) -> None:
        self._inner, self._rng, self.calm = inner, rng, False

    async def attempt(self, parcel: Parcel, attempt: Attempt) -> Outcome:
        if not self.calm and self._rng.random() < 0.15:
            await asyncio.sleep(self._rng.uniform(0.1, 2.5))
        outcome = await self._inner.attempt(parcel, attempt)
        lost = not self.calm and self._rng.random() < 0.05 and parcel.kind == "events_api"
        return (
            replace(outcome, acked=False, reason="http_timeout") if lost and not attempt.number else outcome
        )


class Fleet:
    """The processes that serve, of which some are killed; over HTTP the balancer in front of them."""

    def __init__(self, slack: SlackStandIn, nursery: Nursery, home: Path, database: str, count: int) -> None:
        own = SETTINGS | ({"DATABASE_URL": database} if database else {})
        self.slack = slack
        self.bots = [BotProcess(slack, home / f"replica{n}", nursery, **own) for n in range(count)]
        self.kills = 0

    def start(self) -> None:
        for bot in self.bots:
            bot.start()
            assert bot.wait_ready(60), bot.log
        assert self.slack.mode == "http" or self.slack.wait_for_connections(len(self.bots), 60)

    def kill(self, rng: random.Random) -> None:
        """Kill -9 of one, and at once a new one in its place."""
        bot = rng.choice(self.bots)
        bot.kill()
        self.kills += 1
        self.balance(rng)
        bot.start()

    def balance(self, rng: random.Random) -> None:
        """What comes next goes to one that answers, as a balancer with health checks has it: Slack gives up
        on an event that nobody took four times."""
        if self.slack.mode != "http":
            return
        if answering := [bot for bot in self.bots if bot.answers]:
            self.slack.events_url = f"http://127.0.0.1:{rng.choice(answering).port}/slack/events"

    def stop(self) -> None:
        for bot in self.bots:
            if bot.running:
                bot.kill()


class Storm:
    """People who ask, vote and talk while all of that goes on."""

    def __init__(self, slack: SlackStandIn, fleet: Fleet, plan: Plan) -> None:
        self.slack, self.fleet, self.plan = slack, fleet, plan
        self.rng = random.Random(plan.seed)
        self.asked: list[Asked] = []
        self.open: dict[str, Asked] = {}
        self.over: list[Asked] = []
        self.asker: dict[str, str] = {}
        self.voices: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.calm_at = 0.0
        self._rough: list[Rough] = []
        self.people = [slack.add_user(f"person{n}") for n in range(40)]
        self.channels = [slack.add_channel(f"channel{n}", *self.people) for n in range(40)]

    def run(self, said: Callable[[str], None] = lambda line: None) -> Verdict:
        """The storm, the calm after it, and the checker's word."""
        self.slack.disturb(self._roughen)
        while len(self.asked) < self.plan.questions:
            if len(self.open) >= self.plan.at_once:
                self._look()
                time.sleep(0.05)
                continue
            self._ask()
            self._happen()
            if len(self.asked) % 500 == 0:
                said(f"{len(self.asked)} asked, {len(self.over)} over, {self.fleet.kills} processes killed")
        self._calm()
        self._wait(120.0)
        return judged(self.slack, self.asked, self.calm_at)

    def _roughen(self, inner: Transport) -> Rough:
        self._rough.append(Rough(inner, random.Random(self.plan.seed + 1)))
        return self._rough[-1]

    def _ask(self) -> None:
        name, person = f"Q{len(self.asked):06d}", self.rng.choice(self.people)
        words, now = f"{name}, how long is parental leave?", self.slack.clock.now()
        drawn = self.rng.random()
        if drawn < 0.05 and (before := self._alone()):
            ts = self.slack.say(self.asker[before.name], before.channel, words, before.root)
            question = Asked(name, before.channel, ts, before.root, now, "unmentioned")
            person = self.asker[before.name]
        elif drawn < 0.25 and self.asked:
            # In a thread whose question may be answered already, or still be worked on.
            before = self.rng.choice(self.over[-200:] if self.over and drawn < 0.2 else self.asked[-30:])
            ts = self.slack.mention(person, before.channel, words, before.root)
            question = Asked(name, before.channel, ts, before.root, now, "follow-up")
        elif drawn < 0.5:
            channel, ts = self.slack.dm_channel(person), self.slack.dm(person, words)
            question = Asked(name, channel, ts, ts, now, "direct")
        else:
            channel = self.rng.choice(self.channels)
            ts = self.slack.mention(person, channel, words)
            question = Asked(name, channel, ts, ts, now)
        question = replace(question, person=person)
        self.asked.append(question)
        self.asker[name] = person
        self.voices[question.channel, question.root].add(person)
        self.open[name] = question

    def _alone(self) -> Asked | None:
        """A question that is answered, in a channel's thread where nobody but who asked it has spoken."""
        known = [one for one in self.over[-200:] if one.way == "mention"]
        lonely = [one for one in known if len(self.voices[one.channel, one.root]) == 1]
        return self.rng.choice(lonely) if lonely else None

    def _happen(self) -> None:
        """What else goes on between two questions."""
        plan, rng, count = self.plan, self.rng, len(self.asked)
        if rng.random() < plan.faulty:
            self.slack.fail(rng.choice(METHODS), **rng.choice(FAULTS))
        if rng.random() < plan.faulty / 30:
            self.slack.fail("apps.connections.open", **rng.choice(FAULTS))
        if rng.random() < plan.twice:
            before = rng.choice(self.asked[-50:])
            for event in self.slack.events_about(before.channel, before.ts):
                self.slack.redeliver(event, copies=rng.choice((1, 2, 5)))
        if rng.random() < plan.votes and self.over:
            self._vote(rng.choice(self.over[-200:]))
        if rng.random() < plan.votes and self.over:
            self._react(rng.choice(self.over[-200:]))
        if rng.random() < 0.2:
            self.slack.say(rng.choice(self.people), rng.choice(self.channels), "Lunch at noon?")
        if count % plan.between_drops == plan.between_drops // 2:
            self._drop()
        if count % plan.between_kills == plan.between_kills // 2:
            self.fleet.kill(rng)
        self.fleet.balance(rng)

    def _vote(self, question: Asked) -> None:
        person = self.rng.choice(self.people[:5])
        for message in self.slack.thread(question.channel, question.root):
            if message.bot and question.name in message.shown and VOTE in str(message.blocks):
                self.slack.click(person, message.channel, message.ts, VOTE)
                return

    def _react(self, question: Asked) -> None:
        person, name = self.rng.choice(self.people[:5]), self.rng.choice(("+1", "-1"))
        for message in self.slack.thread(question.channel, question.root):
            if message.bot and not message.ephemeral_to:
                given = person in message.reactions.get(name, ())
                self.slack.react(person, message.channel, message.ts, name, remove=given)
                return

    def _drop(self) -> None:
        if self.slack.mode != "socket":
            return
        if self.rng.random() < 0.5:
            self.slack.drop_connections()
        else:
            self.slack.disconnect(self.rng.choice(("warning", "refresh_requested")), grace=0.2)

    def _calm(self) -> None:
        self.slack.heal()
        for rough in self._rough:
            rough.calm = True
        for bot in self.fleet.bots:
            assert bot.wait_ready(60), bot.log
        self.calm_at = self.slack.clock.now()

    def _look(self) -> None:
        for name in ended(self.slack, list(self.open.values())):
            self.over.append(self.open.pop(name))
        now = self.slack.clock.now()
        for question in list(self.open.values()):
            if question.way == "unmentioned" and now - question.at > LET_BE_S:
                del self.open[question.name]

    def _wait(self, patience_s: float) -> None:
        """Until all is over and delivered, and a moment longer: what comes twice may come late."""
        end = time.monotonic() + patience_s
        while self.open and time.monotonic() < end:
            self._look()
            time.sleep(0.1)
        self.slack.settled(patience_s)
        time.sleep(2.0)


def summed(verdict: Verdict, asked: Sequence[Asked]) -> str:
    """The checker's word in a line."""
    took, longest = sorted(verdict.took) or [0.0], max(verdict.waits, default=0.0)
    p50, p99 = (took[int((len(took) - 1) * share)] for share in (0.5, 0.99))
    ways = ("mention", "direct", "follow-up", "unmentioned")
    counts = {way: sum(one.way == way for one in asked) for way in ways}
    ended = f"{len(verdict.waits)} with an end, {verdict.failed} of them a sentence with a reference"
    return (
        f"{len(asked)} questions ({', '.join(f'{n} {way}' for way, n in counts.items())}): {ended}, "
        f"{verdict.alone} told to their person alone; {verdict.left} without a mention let be; "
        f"{len(verdict.complaints)} complaints; from being asked to the end p50 {p50:.1f} s, "
        f"p99 {p99:.1f} s, longest {took[-1]:.1f} s; from the last fault {longest:.1f} s"
    )
