"""What a question and a reading of /metrics cost, in CPU-ms of each part, on PostgreSQL and Weaviate.

python -m docs.capacity                three questions a second, in turn without readings and with 20 a second
python -m docs.capacity --climb 2      two a second, four, six and so on, until people wait: who is full first

CPU time is the processes' own, so it says the same on a machine that has more to do. What the stand-ins for
Slack and a model cost is left out of the first: neither is on a machine of Footnote's.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import statistics
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.play.slack import SlackStandIn
from deploy.ports import free
from docs.machines import Company
from docs.slack_load import Load, took

READINGS = 20.0  # a second
WAITED_S = 10.0  # of the slowest twentieth: people wait


@dataclass(frozen=True)
class Plan:
    """How much is asked, for how long, how often in turn; and how many `footnote serve` answer."""

    rate: float
    seconds: float
    turns: int
    serving: int


def used(process: int) -> float:
    """CPU seconds of a process and what it has started and still has."""
    root = psutil.Process(process)
    total = 0.0
    for one in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(one.cpu_times()[:2])
    return total


class Costs:
    """People who ask a company, and what its parts take for it."""

    def __init__(self, company: Company, plan: Plan, page: str) -> None:
        self.company, self.plan, self.page = company, plan, page
        self.load = Load(company.slack)
        serving = {one.name: one.process.pid for one in company.machines if one.process}
        self.parts = company.servers | serving

    def asked(self, seconds: float, *, reading: bool = False) -> tuple[dict[str, float], list[float]]:
        """CPU seconds of each part while people ask, and how long each reading took."""
        over, waits = threading.Event(), list[float]()

        def read() -> None:
            while reading and not over.wait(1 / READINGS):
                began = time.perf_counter()
                with urllib.request.urlopen(self.page, timeout=10) as answer:
                    answer.read()
                waits.append(time.perf_counter() - began)

        reader = threading.Thread(target=read)
        before = {name: used(pid) for name, pid in self.parts.items()}
        reader.start()
        self._ask(self.plan.rate, seconds)
        over.set()
        reader.join()
        self.load.until_answered(120)
        return {name: used(pid) - before[name] for name, pid in self.parts.items()}, waits

    def _ask(self, rate: float, seconds: float) -> None:
        began = time.monotonic()
        for number in range(round(seconds * rate)):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            self.load.ask()

    def climbed(self) -> Iterator[str]:
        """Faster with each step, until people wait: what came of it, and what each part took of a core."""
        self.asked(10)
        for step in itertools.count(1):
            rate, slack = step * self.plan.rate, self.company.slack
            self.load.asked.clear()
            self.load.answers.clear()
            began, before, machine = slack.clock.now(), self._cores(), psutil.cpu_times()
            self._ask(rate, self.plan.seconds)
            ended, after, later = slack.clock.now(), self._cores(), psutil.cpu_times()
            self.load.until_answered(120)
            soon = sum(message.history[-1].at <= ended for message in self.load.answers.values())
            taken = {name: (after[name] - before[name]) / (ended - began) for name in after}
            taken["idle"] = (later.idle - machine.idle) / (ended - began)
            waits = statistics.quantiles([*took(self.load), 0.0], n=20)
            cores = ", ".join(f"{name} {share:.2f}" for name, share in taken.items())
            yield (
                f"{rate:.0f} a second: {soon / (ended - began):.1f} a second answered meanwhile, "
                f"{len(self.load.answers)} of {len(self.load.asked)} in the end, "
                f"p50 {waits[9]:.1f} s, p95 {waits[18]:.1f} s; cores: {cores}"
            )
            if waits[18] > WAITED_S or len(self.load.answers) < len(self.load.asked):
                return

    def _cores(self) -> dict[str, float]:
        """CPU seconds of each part by now; the stand-ins are this process and what else it has started."""
        mine = psutil.Process()
        others = [one.pid for one in mine.children() if one.pid not in self.parts.values()]
        own = sum(mine.cpu_times()[:2]) + sum(map(used, others))
        return {name: used(pid) for name, pid in self.parts.items()} | {"the stand-ins": own}

    def lines(self) -> Iterator[str]:
        """The figures."""
        self.asked(10, reading=True)  # people and channels are known, the model is loaded
        self.load.asked.clear()
        self.load.answers.clear()
        plain, costs, waits = defaultdict[str, list[float]](list), list[float](), list[float]()
        for _ in range(self.plan.turns):
            without, _none = self.asked(self.plan.seconds)
            count = self.plan.seconds * self.plan.rate
            for name, spent in without.items():
                plain[name].append(1000 * spent / count)
            read, each = self.asked(self.plan.seconds, reading=True)
            first = self.company.machines[0].name
            costs.append(1000 * (read[first] - without[first]) / len(each))
            waits += each
        parts = {name: statistics.mean(some) for name, some in plain.items()}
        said = ", ".join(f"{name} {cost:.0f}" for name, cost in parts.items())
        yield f"a question: {sum(parts.values()):.0f} CPU-ms ({said})"
        ordered = sorted(took(self.load))
        p50, p95 = (ordered[int((len(ordered) - 1) * share)] for share in (0.5, 0.95))
        yield f"{len(ordered)} of {len(self.load.asked)} answered, p50 {p50:.2f} s, p95 {p95:.2f} s"
        each = ", ".join(f"{cost:.1f}" for cost in costs)
        cost, wait = statistics.mean(costs), statistics.median(waits) * 1000
        yield f"a reading of /metrics: {cost:.1f} CPU-ms ({each}), {wait:.0f} ms to the page"


def measured(plan: Plan, *, climb: bool) -> Iterator[str]:
    """The figures of a company of its own."""
    port = free()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-capacity-")))
        slack = stack.enter_context(SlackStandIn())
        company = Company(stack, slack, folder, ("serve",) * plan.serving)
        company.machines[0].env = company.env | {"FOOTNOTE_METRICS_PORT": str(port)}
        company.start()
        costs = Costs(company, plan, f"http://127.0.0.1:{port}/metrics")
        yield from costs.climbed() if climb else costs.lines()


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.capacity")
    words.add_argument("--rate", type=float, default=3.0)
    words.add_argument("--seconds", type=float, default=20.0)
    words.add_argument("--turns", type=int, default=2)
    words.add_argument("--serving", type=int, default=1)
    words.add_argument("--climb", type=float, help="questions a second that each step has more")
    given = words.parse_args()
    plan = Plan(given.climb or given.rate, given.seconds, given.turns, given.serving)
    for line in measured(plan, climb=bool(given.climb)):
        print(f"capacity: {line}", flush=True)


if __name__ == "__main__":
    main()
