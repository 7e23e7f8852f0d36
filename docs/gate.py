"""What the gate lets through and what it stops, on adapters that are drawn: nulls, better ones, harmful ones.

python -m docs.gate nulls    100 adapters no better than production, one after the other, 1,000 times over
python -m docs.gate power    how often adapters that are 5, 10 and 15 points better pass, by size of the set
python -m docs.gate guards   what each guard says of adapters that are no better and no worse
python -m docs.gate harm     how often adapters that are better and do harm pass, by how much harm

Behind it: how many times over, and a file for the picture of the shares that pass.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.learning.evaluate import Run
from model.learning.gate import Evidence, Outcome, Rules, Verdict, judge
from model.learning.plot import Bar, drawn
from model.learning.scored import Scored
from model.learning.stats import sign_test, spent, wilson

PASS, REFUSE, WRONG, FORGED = range(4)
# What production makes of answerable and of unanswerable items, on average. How sure it is of each item is
# drawn, so that it differs from itself on about one item in eight.
ANSWERABLE = np.array([0.60, 0.10, 0.295, 0.005])
UNANSWERABLE = np.array([0.0, 0.75, 0.2475, 0.0025])
SURE = 0.1  # of the Dirichlet distribution of an item: the smaller, the surer
PAIRS, TEXTS = 120, 100
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """A golden set as production meets it: for each item the chances of what becomes of it, and its group."""

    chances: Floats
    answerable: NDArray[np.bool_]
    groups: NDArray[np.int64]

    @classmethod
    def drawn(cls, random: np.random.Generator, items: int, together: int = 1) -> World:
        """One item in five is unanswerable; `together` items are right and wrong at once."""
        answerable = np.arange(items) // together % 5 != 0
        groups = np.arange(items) // together
        of_group = {
            bool(kind): random.dirichlet(
                (ANSWERABLE if kind else UNANSWERABLE) * 4 * SURE + 1e-6, groups.max() + 1
            )
            for kind in (True, False)
        }
        chances = np.where(answerable[:, None], of_group[True][groups], of_group[False][groups])
        return cls(chances, answerable, groups)

    def outcomes(self, random: np.random.Generator, chances: Floats | None = None) -> NDArray[np.int64]:
        """What becomes of each item this time."""
        edges = np.cumsum(self.chances if chances is None else chances, axis=1)
        drawn = random.random(self.groups.max() + 1)[self.groups]
        return np.minimum((drawn[:, None] > edges).sum(axis=1), FORGED)

    def passed(self, outcomes: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.where(self.answerable, outcomes == PASS, outcomes == REFUSE)

    def moved(
        self, outcome: int, points: float, where: NDArray[np.bool_], source: int | None = None
    ) -> Floats:
        """The chances with so many points more of `outcome` where `where` says, taken from what is not it."""
        chances = self.chances.copy()
        room = 1 - chances[:, outcome] if source is None else chances[:, source]
        factor = min(1.0, points * where.sum() / max(1e-9, room[where].sum()))
        taken = np.where(where, room * factor, 0.0)
        if source is None:
            chances *= np.where(room > 0, 1 - taken / np.maximum(room, 1e-12), 1.0)[:, None]
            chances[:, outcome] = self.chances[:, outcome] + taken
        else:
            chances[:, source] -= taken
            chances[:, outcome] += taken
        return chances


def scores(world: World, outcomes: NDArray[np.int64], random: np.random.Generator) -> tuple[Scored, ...]:
    """As the evaluation would have them."""
    seconds = random.lognormal(0.0, 0.3, len(outcomes))
    return tuple(
        Scored(
            *(str(i), str(world.groups[i]), bool(world.answerable[i]), "" if o == REFUSE else "x" * 120),
            *(o == REFUSE, o != FORGED, o == PASS, o == PASS, o == PASS, False, float(seconds[i])),
        )
        for i, o in enumerate(outcomes)
    )


def halves(random: np.random.Generator, unlike: float) -> tuple[Scored, ...]:
    """Pairs, of which so many come out differently."""
    rows = []
    for i in range(PAIRS):
        for one in (False, bool(random.random() < unlike)):
            rows.append(Scored(f"{i}", f"{i}/name", True, "", one, True, True, True, True, False, 1.0))
    return tuple(rows)


def run(name: str, items: tuple[Scored, ...], random: np.random.Generator, forgets: float = 1.0) -> Run:
    """A whole run; production's own loss on a text is drawn, an adapter's lies within a percent of it."""
    base = np.random.default_rng(5).normal(2.5, 0.5, TEXTS).clip(0.5)
    general = base * forgets * random.normal(1.0, 0.01, TEXTS)
    return Run(name, items, halves(random, 0.05), tuple(float(v) for v in general))


def nulls(
    items: int, *, together: int, fixed: bool, times: int = 1000, adapters: int = 100
) -> tuple[int, int]:
    """Repetitions in which any adapter was promoted, and adapters promoted, of `times` times `adapters`. Each
    is drawn with production's own chances. `fixed`: production says the same each time, as at temperature 0.

    Promotion is taken to need the primary test alone: the guards only promote fewer.
    """
    random, any_, every = np.random.default_rng(1), 0, 0
    alphas = [spent(i, Rules().error) for i in range(1, adapters + 1)]
    for _ in range(times):
        world = World.drawn(random, items, together)
        production, promoted = world.passed(world.outcomes(random)), 0
        for alpha in alphas:
            candidate = world.passed(world.outcomes(random))
            theirs = production if fixed else world.passed(world.outcomes(random))
            better = np.bincount(world.groups, candidate.astype(int) - theirs.astype(int))
            if sign_test(int((better > 0).sum()), int((better < 0).sum())) <= alpha:
                promoted, production = promoted + 1, candidate
        any_, every = any_ + (promoted > 0), every + promoted
    return any_, every


def trial(
    world: World, chances: Floats, random: np.random.Generator, attempt: int = 1, forgets: float = 1.0
) -> Verdict:
    """What the gate says of an adapter with these chances."""
    first, second = (scores(world, world.outcomes(random), random) for _ in range(2))
    ours = scores(world, world.outcomes(random, chances), random)
    runs = (
        run("candidate", ours, random, forgets),
        run("production", first, random),
        run("again", second, random),
    )
    return judge(Evidence("drawn", *runs, attempt))


def guards(times: int = 200) -> Iterator[str]:
    yield "| items | guard | held | failed | insufficient |\n|---|---|---|---|---|"
    for items in (200, 400):
        random, said = np.random.default_rng(4), Counter[tuple[str, str]]()
        for _ in range(times):
            world = World.drawn(random, items)
            said.update((one.name, str(one.state)) for one in trial(world, world.chances, random).checks)
        for name in dict.fromkeys(name for name, _ in said if said[name, "unjudged"] < times):
            three = (
                f"{100 * said[name, state] / times:.1f} %" for state in ("held", "failed", "insufficient")
            )
            yield f"| {items} | {name} | {' | '.join(three)} |"


def shares(outcomes: Sequence[Outcome]) -> str:
    """Passed, failed and insufficient, in percent, and the interval of the first."""
    count, of = Counter(outcomes), len(outcomes)
    where = wilson(count[Outcome.PASS], of)
    rest = " | ".join(f"{100 * count[one] / of:.0f} %" for one in (Outcome.FAIL, Outcome.INSUFFICIENT))
    return (
        f"{100 * count[Outcome.PASS] / of:.0f} % ({100 * where.low:.0f} to {100 * where.high:.0f}) | {rest}"
    )


def power(times: int = 200) -> Iterator[str]:
    yield "| set | truly | of its set | pass | fail | insufficient |\n|---|---|---|---|---|---|"
    for items in (200, 400):
        for points in (0.0, 0.05, 0.10, 0.15, 0.20):
            for attempt in (1, 10) if points >= 0.10 else (1,):
                random, outcomes = np.random.default_rng(2), list[Outcome]()
                for _ in range(times):
                    world = World.drawn(random, items)
                    outcomes.append(trial(world, better(world, points), random, attempt).outcome)
                what = f"{100 * points:.0f} points better | attempt {attempt}"
                yield f"| {items} items | {what} | {shares(outcomes)} |"


def better(world: World, points: float) -> Floats:
    """Chances of an adapter that passes so many points more, the same on both kinds of item."""
    chances = world.moved(PASS, points, world.answerable)
    refusing = world.moved(REFUSE, points, ~world.answerable)
    return np.where(world.answerable[:, None], chances, refusing)


HARMS = {
    "none": (0.0,),
    "refuses answerable questions": (0.05, 0.10, 0.20),
    "answers unanswerable questions": (0.05, 0.10, 0.20),
    "forges markers": (0.01, 0.03, 0.05),
    "forgets (loss on general text)": (0.02, 0.05, 0.10),
}


def harmed(world: World, name: str, much: float) -> tuple[Floats, float]:
    """Chances of an adapter that is 20 points better where it does no harm, and what its loss is times
    production's."""
    good = World(better(world, 0.20), world.answerable, world.groups)
    if name.startswith("refuses"):
        mended = (world.chances - good.chances)[world.answerable, REFUSE].mean()
        return good.moved(REFUSE, much + mended, world.answerable), 1.0
    if name.startswith("answers"):
        worse = world.moved(WRONG, much, ~world.answerable, REFUSE)
        return np.where(world.answerable[:, None], good.chances, worse), 1.0
    if name.startswith("forges"):
        return good.moved(FORGED, much, np.ones(len(world.groups), dtype=bool)), 1.0
    return good.chances, 1 + much


def harm(times: int = 200) -> Iterator[str]:
    yield "| items | harm | by | pass | fail | insufficient |\n|---|---|---|---|---|---|"
    for items in (200, 400):
        for name, some in HARMS.items():
            for much in some:
                random, outcomes = np.random.default_rng(3), list[Outcome]()
                for _ in range(times):
                    world = World.drawn(random, items)
                    chances, forgets = harmed(world, name, much)
                    outcomes.append(trial(world, chances, random, forgets=forgets).outcome)
                unit = "%" if "loss" in name else "points"
                yield f"| {items} | {name} | {100 * much:.0f} {unit} | {shares(outcomes)} |"


def null_lines(times: int = 1000) -> Iterator[str]:
    yield "| items | in groups of | production | any promoted | promoted, of 100 |\n|---|---|---|---|---|"
    for items, together, fixed in ((200, 1, True), (200, 1, False), (200, 4, True), (400, 1, True)):
        any_, every = nulls(items, together=together, fixed=fixed, times=times)
        where = wilson(any_, times)
        said = f"{100 * any_ / times:.1f} % ({100 * where.low:.1f} to {100 * where.high:.1f})"
        how = "says the same" if fixed else "is drawn anew"
        yield f"| {items} | {together} | {how} | {said} | {every / times:.3f} |"


ROW = re.compile(r"\| (.+) \| (\d+) % \((\d+) to (\d+)\)")


def picture(title: str, lines: Sequence[str]) -> str:
    """The shares that pass, of the table's lines, with their intervals."""
    bars = []
    for line in lines:
        if found := ROW.match(line):
            seen, low, high = (int(found[i]) / 100 for i in (2, 3, 4))
            bars.append(Bar(found[1].replace(" | ", ", "), low, seen, high, f"{100 * seen:.0f} %"))
    return drawn(title, bars)


def main() -> None:
    what = {"nulls": null_lines, "power": power, "guards": guards, "harm": harm}
    if len(sys.argv) < 2 or sys.argv[1] not in what:
        sys.exit(__doc__)
    began, times = time.monotonic(), [int(one) for one in sys.argv[2:3]]
    lines = []
    for line in what[sys.argv[1]](*times):
        print(line, flush=True)
        lines += line.splitlines()
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_text(picture(f"Adapters that pass: {sys.argv[1]}", lines), encoding="utf-8")
    print(f"\n{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
