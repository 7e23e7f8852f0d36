"""Two `footnote serve` and two `footnote worker` on one PostgreSQL and one Weaviate, one of them killed again
and again: whether each question has its one answer, and when somebody takes over what a dead one left.

python -m docs.killed                          three questions a second for two minutes, a kill every 5 s
python -m docs.killed --seconds 25 --rate 2    shorter
python -m docs.killed --limits                 with Slack's rate limits, which are lower than that

A killed machine takes the sync along that it had started, and is started again at once. One source is due
every minute, whoever lives. The exit status is 1 where a question was lost, doubled or left without an end.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message
from bot.state import connect, inbox
from bot.turns import OPEN
from docs.machines import SOURCE, Company
from docs.slack_load import Load
from retrieval.rows import syncs

BETWEEN_S = 5.0  # kills
PATIENCE_S = 120.0  # after the last question
REFERENCE = re.compile(r"\bReference [0-9A-F]{8}\b")


@dataclass(frozen=True)
class Plan:
    """How much is asked and for how long; what is killed is drawn from the seed."""

    seconds: float = 120.0
    rate: float = 3.0
    seed: int = 7
    limits: bool = False


@dataclass
class Watch:
    """What the database shows meanwhile: how long rows of dead ones wait, when the source was read."""

    engine: sa.Engine
    died: dict[str, float] = field(default_factory=dict)
    waited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    began: set[object] = field(default_factory=set)
    ended: set[object] = field(default_factory=set)
    _left: dict[str, str] = field(default_factory=dict)

    def look(self) -> None:
        now = time.monotonic()
        with self.engine.connect() as db:
            rows = db.execute(sa.select(inbox.c.event_id, inbox.c.executor).where(OPEN)).all()
            run = db.execute(sa.select(syncs).where(syncs.c.source == SOURCE)).first()
        held = {row.event_id: row.executor for row in rows if row.executor in self.died}
        for event, executor in list(self._left.items()):
            if held.get(event) != executor:
                self.waited[executor].append(now - self.died[executor])
                del self._left[event]
        self._left |= held
        if run:
            self.began.add(run.began_at)
            self.ended.add(run.finished_at)

    def rows(self) -> list[float]:
        return [took for some in self.waited.values() for took in some]


class Siege:
    """Questions at a steady rate while machines are killed."""

    def __init__(self, company: Company, plan: Plan) -> None:
        self.company, self.plan = company, plan
        self.load = Load(company.slack)
        self.watch = Watch(connect(company.database))
        self.kills: dict[str, int] = defaultdict(int)
        self._rng, self._over = random.Random(plan.seed), threading.Event()

    def run(self) -> None:
        """All of it; what came of it is in Slack, and in what was watched."""
        threads = [threading.Thread(target=work, daemon=True) for work in (self._kill, self._watch)]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        for number in range(round(self.plan.seconds * self.plan.rate)):
            time.sleep(max(0.0, began + number / self.plan.rate - time.monotonic()))
            self.load.ask()
        self._over.set()
        self.load.until_answered(PATIENCE_S)
        self.company.slack.settled(30)
        time.sleep(3.0)  # what comes twice may come late
        for thread in threads:
            thread.join(30)
        end = time.monotonic() + PATIENCE_S
        while not self.watch.began and time.monotonic() < end:  # syncs come after answers on busy cores
            self.watch.look()
            time.sleep(0.2)
        self.watch.look()

    def _kill(self) -> None:
        while not self._over.wait(BETWEEN_S):
            machine = self._rng.choice(self.company.machines)
            executor, at = machine.kill(), time.monotonic()
            if executor and machine.command == "serve":
                self.watch.died[executor] = at
            self.kills[machine.command] += 1
            machine.start()

    def _watch(self) -> None:
        end = PATIENCE_S
        while not self._over.is_set() or (end > 0 and not self.load.look()):
            with contextlib.suppress(sa.exc.OperationalError):
                self.watch.look()
            time.sleep(0.2)
            end -= 0.2 if self._over.is_set() else 0.0


@dataclass(frozen=True)
class Verdict:
    """What became of the questions, read from what the stand-in received alone."""

    asked: int
    lost: int
    doubled: int
    unended: int
    sorry: int
    took: tuple[float, ...]  # seconds from being asked to the final state, sorted
    pairs: int  # of questions that followed one another in a channel
    turned: int  # of those whose first signs came the other way round

    @property
    def well(self) -> bool:
        return not (self.lost or self.doubled or self.unended)

    def at(self, share: float) -> float:
        return self.took[int((len(self.took) - 1) * share)] if self.took else 0.0


def judged(load: Load) -> Verdict:
    """Of every question, whether there is exactly one message, with an end, and whether they came in turn."""
    results = {(channel, ts): _written(load.slack, channel, ts) for channel, ts, _ in load.asked}
    final = {
        place: [m for m in some if place in load.answers or _sorry(m)] for place, some in results.items()
    }
    took = [_since(some[0]) - at for c, ts, at in load.asked if (some := final[c, ts])]
    signs: dict[str, list[float]] = defaultdict(list)
    for channel, ts, _ in load.asked:
        if some := results[channel, ts]:
            signs[channel].append(some[0].history[0].at)
    pairs = [pair for seen in signs.values() for pair in itertools.pairwise(seen)]
    return Verdict(
        asked=len(load.asked),
        lost=sum(not some for some in results.values()),
        doubled=sum(len(some) > 1 for some in results.values()),
        unended=sum(bool(some) and not final[place] for place, some in results.items()),
        sorry=sum(any(map(_sorry, some)) for some in results.values()),
        took=tuple(sorted(took)),
        pairs=len(pairs),
        turned=sum(before > after for before, after in pairs),
    )


def _written(slack: SlackStandIn, channel: str, ts: str) -> list[Message]:
    """All that the app ever put into the thread, what it deleted again too."""
    with slack.workspace.lock:
        there = list(slack.workspace.messages.get(channel, {}).values())
    return [m for m in there if m.bot and not m.ephemeral_to and m.root == ts]


def _sorry(message: Message) -> bool:
    return bool(REFERENCE.search(message.shown))


def _since(message: Message) -> float:
    """Since when it says what it says now."""
    return min(version.at for version in message.history if version.shown == message.shown)


def summed(siege: Siege, verdict: Verdict) -> Iterator[str]:
    """The figures, a line each."""
    watch, waits = siege.watch, sorted(siege.watch.rows())
    yield (
        f"{verdict.asked} questions: {verdict.lost} lost, {verdict.doubled} doubled, "
        f"{verdict.unended} without an end, {verdict.sorry} ended in a sentence with a reference"
    )
    p50, p99, longest = (verdict.at(share) for share in (0.5, 0.99, 1.0))
    yield f"from being asked to the final state p50 {p50:.1f} s, p99 {p99:.1f} s, longest {longest:.1f} s"
    kills = ", ".join(f"{count} {kind}" for kind, count in sorted(siege.kills.items()))
    taken = f"p50 {statistics.median(waits):.1f} s, longest {waits[-1]:.1f} s" if waits else "none had any"
    yield f"kills: {kills}; {len(waits)} rows that dead replicas left went on elsewhere after {taken}"
    yield f"neighbours in a channel whose first signs were turned: {verdict.turned} of {verdict.pairs}"
    began, ended = len(watch.began), len(watch.ended - {None})
    yield f"the source due every minute: begun {began} times, read to its end {ended} times"
    limited = sum(call.status == 429 for call in siege.company.slack.calls)
    yield f"calls that Slack put off: {limited} of {len(siege.company.slack.calls)}"


def besieged(plan: Plan, folder: Path) -> tuple[Siege, Verdict]:
    """One run in a folder."""
    with contextlib.ExitStack() as stack:
        slack = stack.enter_context(SlackStandIn())
        slack.limit_rates(plan.limits)
        company = Company(stack, slack, folder, ("serve", "worker") * 2)
        company.start()
        siege = Siege(company, plan)
        siege.run()
        siege.watch.engine.dispose()
        verdict = judged(siege.load)
        if not verdict.well:
            print(company.logs())
        return siege, verdict


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.killed")
    words.add_argument("--seconds", type=float, default=120.0)
    words.add_argument("--rate", type=float, default=3.0)
    words.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    words.add_argument("--limits", action="store_true")
    given = words.parse_args()
    plan = Plan(given.seconds, given.rate, given.seed, given.limits)
    print(f"killed: seed {plan.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="footnote-killed-") as folder:
        siege, verdict = besieged(plan, Path(folder))
    for line in summed(siege, verdict):
        print(f"killed: {line}", flush=True)
    sys.exit(not verdict.well)


if __name__ == "__main__":
    main()
