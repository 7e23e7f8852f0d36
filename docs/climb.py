"""Questions faster with each step until people wait: how fast one process answers, and what is full then."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docs.asking import Crowd, Judged
from docs.busy import Office
from docs.seen import IDLE, OTHERS, Costs, stages
from docs.slope import spread

WAITED_MS = 10_000.0  # of the slowest twentieth: people wait
BEHIND_S = 2.0  # so many seconds of questions are left at the end of a step: it does not follow
PATIENCE_S = 180.0
FULL = 0.9  # of a core
NONE_IDLE = 0.1  # of a core


@dataclass(frozen=True)
class Step:
    """What came of a rate: answered a second meanwhile, rows left, 95th percentiles of stages in
    milliseconds, and what each part took of a core."""

    rate: float
    answered: float
    behind: int
    slow: Mapping[str, float]
    cores: Mapping[str, float]

    @property
    def follows(self) -> bool:
        return self.behind <= BEHIND_S * self.rate and not self.slow["final post"] > WAITED_MS

    def __str__(self) -> str:
        slow = ", ".join(f"{name} {ms:.0f}" for name, ms in self.slow.items())
        cores = ", ".join(f"{name} {share:.2f}" for name, share in self.cores.items())
        return (
            f"{self.rate:g} a second: {self.answered:.1f} a second answered, {self.behind} left in the "
            f"inbox; p95 in ms: {slow}; cores: {cores}"
        )


def climbed(office: Office, step: float, seconds: float) -> Iterator[str | Judged]:
    """A line for each rate, and which was the last that it followed."""
    crowd, done = Crowd(office.slack), list[Step]()
    crowd.ask_for(10, 2.0)
    crowd.until_over(office.waiting, PATIENCE_S)
    for number in itertools.count(1):
        done.append(_stepped(office, crowd, number * step, seconds))
        yield str(done[-1])
        if not done[-1].follows:
            break
    yield from full(done)
    yield crowd.judged()


def _stepped(office: Office, crowd: Crowd, rate: float, seconds: float) -> Step:
    began, said, costs, first = office.slack.clock.now(), len(office.log), Costs(office), len(crowd.asked)
    late = crowd.ask_for(seconds, rate)
    behind, spent, took = office.waiting(), costs.spent(), seconds + late
    crowd.until_over(office.waiting, PATIENCE_S)
    asked = crowd.asked[first:]
    times = stages(office, asked, began, office.log[said:])
    slow = {name: spread(some)[1] for name, some in times.items()}
    cores = {name: cpu / took for name, cpu in spent.items()}
    return Step(rate, (len(asked) - behind) / took, behind, slow, cores)


def full(steps: list[Step]) -> Iterator[str]:
    """Which rate was the last that it followed, which stage grew, and which part had no more to give."""
    first, last = steps[0], steps[-1]
    followed = max((one.rate for one in steps if one.follows), default=0.0)
    yield f"it follows {followed:g} a second; at {last.rate:g} it answers {last.answered:.1f}"
    inner = ("until it is begun", "embedding", "search", "writing")
    grown = {name: last.slow[name] - first.slow[name] for name in inner if name in last.slow}
    stage = max(grown, key=lambda name: grown[name])
    parts = {name: share for name, share in last.cores.items() if name not in (IDLE, OTHERS)}
    busiest = max(parts, key=lambda name: parts[name])
    most, idle, others = parts[busiest], last.cores.get(IDLE, 0.0), last.cores.get(OTHERS, 0.0)
    why = f"nothing is full; {busiest} has the most of a core ({most:.2f})"
    if most >= FULL:
        why = f"{busiest} has all that one process gets ({most:.2f} of a core)"
    elif idle < NONE_IDLE:
        why = f"the cores are full, of which {busiest} has {most:.2f} and all else {others:.2f}"
    yield f"what grew most is the time {stage} (+{grown[stage]:.0f} ms); {why}; idle are {idle:.2f} cores"
