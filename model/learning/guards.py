"""What a candidate and production did wrong in, whether the loss is one that may not be out: held or not.

A guard holds where the loss that was seen is within its margin and one beyond `worst` is ruled out; it fails
where the loss is beyond the margin and chance does not explain it; in between the evidence does not suffice.
So noise alone cannot fail a candidate, and a real loss cannot pass for want of items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from model.learning.stats import Interval, Measured, differences, paired, resampled, sign_test, wilson

ONE_SIDED = 0.90  # two-sided: each end alone is right with 95 %


class State(StrEnum):
    """What a check says. `unjudged` stops nothing."""

    HELD = "held"
    FAILED = "failed"
    INSUFFICIENT = "insufficient"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of the gate: what was seen on both sides, the difference or ratio with its interval, and
    a sentence. `unit` is share or ratio, and says how the numbers are read."""

    name: str
    state: State
    production: float
    candidate: float
    seen: float
    interval: Interval
    margin: float
    sentence: str
    unit: str = "share"


@dataclass(frozen=True, slots=True)
class Limit:
    """`margin`: how much more often a wrong may be seen than production does it; `worst`: what has to be
    ruled out with 95 %; `most`: its share at most, whatever production's is; `least`: items it needs."""

    margin: float
    worst: float
    most: float = 1.0
    least: int = 20


@dataclass(frozen=True, slots=True)
class Wrongs:
    """Which items came out wrong with each, and what each item is grouped with."""

    candidate: Sequence[bool]
    production: Sequence[bool]
    clusters: Sequence[str]

    @property
    def gained(self) -> int:
        return sum(c and not p for c, p in zip(self.candidate, self.production, strict=True))

    @property
    def mended(self) -> int:
        return sum(p and not c for c, p in zip(self.candidate, self.production, strict=True))


def signs(values: Sequence[float], clusters: Sequence[str]) -> tuple[int, int]:
    """Clusters that speak for and against: what asks the same has one voice, so that the test is exact."""
    sums: dict[str, float] = {}
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] = sums.get(cluster, 0.0) + value
    return sum(total > 0 for total in sums.values()), sum(total < 0 for total in sums.values())


def share(name: str, wrongs: Wrongs, limit: Limit, *, error: float, seed: int) -> Check:
    """The guard on a share of wrongs, `name` as a sentence has it."""
    n = len(wrongs.clusters)
    if n < limit.least:
        return _few(name, n, limit)
    ours, theirs = sum(wrongs.candidate) / n, sum(wrongs.production) / n
    values = [float(c) - float(p) for c, p in zip(wrongs.candidate, wrongs.production, strict=True)]
    where, loss = _where(wrongs, values, seed), ours - theirs
    by_chance = sign_test(*signs(values, wrongs.clusters))
    over = loss > limit.margin + 1e-12 or ours > limit.most + 1e-12
    real = by_chance <= error or wilson(sum(wrongs.candidate), n, ONE_SIDED).low > limit.most
    state = State.FAILED if over and real else State.HELD
    if (not over and where.high > limit.worst) or (over and not real):
        state = State.INSUFFICIENT
    said = _said(name, state, (theirs, ours), where, limit)
    return Check(name, state, theirs, ours, loss, where, limit.margin, said)


def _where(wrongs: Wrongs, values: Sequence[float], seed: int) -> Interval:
    """The wider of two intervals at each end: Tango's knows that nothing seen is not nothing there, and the
    bootstrap's knows of clusters."""
    exact = paired(wrongs.gained, wrongs.mended, len(values), ONE_SIDED)
    drawn = resampled(differences(values, wrongs.clusters), seed=seed, confidence=ONE_SIDED)
    return Interval(min(exact.low, drawn.low), max(exact.high, drawn.high))


def _few(name: str, n: int, limit: Limit) -> Check:
    nan = float("nan")
    said = f"{name}: {n} of at least {limit.least} items; {limit.least - n} more are needed."
    return Check(name, State.INSUFFICIENT, nan, nan, nan, Interval(nan, nan), limit.margin, said)


def _said(name: str, state: State, shares: tuple[float, float], where: Interval, limit: Limit) -> str:
    said = f"{name}: {shares[0]:.1%} with production, {shares[1]:.1%} with the candidate"
    points = f"{100 * where.high:.1f} points"
    if state is State.HELD:
        return f"{said}; more than {points} of loss are ruled out."
    if state is State.FAILED:
        return f"{said}: a loss beyond the {100 * limit.margin:.1f} points that are allowed."
    return f"{said}: a loss of up to {points} is not ruled out; more such items are needed."


def ratio(name: str, measured: Measured, limits: tuple[float, float], *, seed: int, least: int = 20) -> Check:
    """The guard on a ratio, candidate's by production's: `limits` are what it may be seen to be, and what has
    to be ruled out."""
    margin, worst = limits
    n = len(measured.clusters)
    if n < least:
        return _few(name, n, Limit(margin, worst, least=least))
    seen, where = measured.ratio, resampled(measured, seed=seed, confidence=ONE_SIDED)
    mean = (sum(measured.below) / n, sum(measured.above) / n)
    state = State.HELD if seen <= margin and where.high <= worst else State.INSUFFICIENT
    if seen > margin and where.low > 1:
        state = State.FAILED
    if isnan(seen):
        state = State.INSUFFICIENT
    said = f"{name}: {seen:.3f} times production's ({where.low:.3f} to {where.high:.3f})"
    more = {State.HELD: ".", State.FAILED: f": beyond {margin:g}."}
    tail = more.get(state, f": {worst:g} is not ruled out; more items are needed.")
    return Check(name, state, *mean, seen, where, margin, said + tail, "ratio")
