"""People in teams who ask about the example handbook, and what became of what they asked."""

from __future__ import annotations

import itertools
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "bot"))

from storm_checker import Asked, Names, Verdict, judged

from bot.phrases import say
from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message
from docs.bench import ROOT

TEAMS, OF_TEAM, CHANNELS = 10, 20, 4  # so nobody asks more than they may, at 6,000 questions an hour
BEFORE, BEHIND = ("", "Hi! ", "Quick question: ", "Does somebody know? "), ("", " Thanks!", " Thank you.")


def questions() -> list[str]:
    """Those that the example handbook answers, each in several wordings: the vector of one that was asked
    just before is remembered."""
    rows = map(json.loads, (ROOT / "examples" / "questions.jsonl").read_text("utf-8").splitlines())
    asked = [str(row["question"]) for row in rows if row["answerable"]]
    return [f"{a}{one}{b}" for a, b in itertools.product(BEFORE, BEHIND) for one in asked]


@dataclass(frozen=True, slots=True)
class Judged:
    """The checker's word."""

    asked: int
    verdict: Verdict

    @property
    def lost(self) -> int:
        return sum(": lost" in complaint for complaint in self.verdict.complaints)

    @property
    def doubled(self) -> int:
        return sum(": doubled" in complaint for complaint in self.verdict.complaints)

    def lines(self) -> Iterator[str]:
        """A sentence, and the first complaints."""
        yield (
            f"{self.asked} asked: {self.lost} lost, {self.doubled} doubled, {self.verdict.failed} ended in a "
            f"sentence with a reference, {self.verdict.alone} told to their person alone, "
            f"{len(self.verdict.complaints)} complaints"
        )
        yield from (f"COMPLAINT {complaint}" for complaint in self.verdict.complaints[:20])


class Crowd:
    """Teams, each in channels of its own."""

    def __init__(self, slack: SlackStandIn, seed: int = 7) -> None:
        self.slack, self.rng, self.asked = slack, random.Random(seed), list[Asked]()
        self.words = questions()
        self.rng.shuffle(self.words)
        self.places: list[tuple[str, str]] = []  # person, channel
        for team in range(TEAMS):
            people = [slack.add_user(f"person{team}-{n}") for n in range(OF_TEAM)]
            channels = [slack.add_channel(f"channel{team}-{n}", *people) for n in range(CHANNELS)]
            self.places += itertools.product(people, channels)

    def ask(self, person: str = "", channel: str = "") -> None:
        """Somebody asks something, by a mention that begins a thread."""
        if not person:
            person, channel = self.rng.choice(self.places)
        number = len(self.asked)
        at = self.slack.clock.now()
        ts = self.slack.mention(person, channel, self.words[number % len(self.words)])
        self.asked.append(Asked(f"Q{number:06d}", channel, ts, ts, at, person=person))

    def ask_for(self, seconds: float, rate: float, ask: Callable[[], None] | None = None) -> float:
        """Asks so many a second, whatever becomes of them: by how many seconds the last came too late."""
        began = time.monotonic()
        for number in range(round(seconds * rate)):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            (ask or self.ask)()
        late = time.monotonic() - began - seconds
        time.sleep(max(0.0, -late))
        return max(0.0, late)

    def until_over(self, waiting: Callable[[], int], patience_s: float) -> bool:
        """Waits until everything is delivered and nothing is left in the inbox; whether it is so."""
        self.slack.settled(patience_s)
        end = time.monotonic() + patience_s
        while waiting() and time.monotonic() < end:
            time.sleep(0.2)
        return waiting() == 0

    def judged(self) -> Judged:
        """What the checker says, once what comes twice and late would have come."""
        time.sleep(2.0)
        return Judged(len(self.asked), judged(self.slack, self.asked, answers=at_place(self.asked)))


def at_place(asked: Sequence[Asked]) -> Names:
    """Each thread is one question's: what stands in it, and is no placeholder, answers that."""
    names, placeholder = {(one.channel, one.root): one.name for one in asked}, say("searching", "en")

    def answers(message: Message) -> set[str]:
        name = names.get((message.channel, message.root))
        return {name} if name and placeholder not in message.shown else set()

    return answers


@dataclass(frozen=True, slots=True)
class Ended:
    """Seconds from a question to the first sign of a reply and to its final version."""

    sign: float
    final: float


def ended(slack: SlackStandIn, asked: Sequence[Asked]) -> list[Ended]:
    """Of those that have a reply: what everybody sees, or only who asked."""
    found = []
    for one in asked:
        replies = [m for m in slack.thread(one.channel, one.root) if m.bot and m.ts > one.ts]
        if replies:
            sign = min(m.history[0].at for m in replies)
            found.append(Ended(sign - one.at, max(m.history[-1].at for m in replies) - one.at))
    return found
