"""Counts and differences in, exact tests and intervals out: whether an adapter is better, or was lucky."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, pi, sqrt
from statistics import NormalDist

import numpy as np

CONFIDENCE = 0.95
TIMES = 4000  # resamples of a bootstrap
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value lies, as far as is known."""

    low: float
    high: float


def sign_test(won: int, lost: int) -> float:
    """Probability that a fair coin falls for us `won` times or more in `won + lost`: exact and one-sided.

    McNemar's exact test, one-sided, where these are the pairs that differ.
    """
    n = won + lost
    return float(sum(comb(n, k) for k in range(won, n + 1)) / 2**n)


def spent(attempt: int, budget: float) -> float:
    """What attempt number `attempt`, from 1, may err with, so that all there will ever be err with `budget`
    at most: 1/i² over their sum. By the union bound that holds however alike the attempts are."""
    if attempt < 1:
        raise ValueError("attempts count from 1")
    return budget * 6 / (pi * attempt) ** 2


def wilson(count: int, of: int, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of a share, two-sided (E. B. Wilson 1927); 0 to 1 where there is nothing."""
    if not of:
        return Interval(0.0, 1.0)
    z, share = _quantile(confidence), count / of
    middle, scale = share + z * z / (2 * of), 1 + z * z / of
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return Interval(max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale))


def paired(won: int, lost: int, of: int, confidence: float = CONFIDENCE) -> Interval:
    """Tango's score interval of the difference `(won - lost) / of` of two shares of the same items,
    two-sided (T. Tango, Statistics in Medicine 17, 1998). It is no point where nothing differs.
    """
    if not of:
        return Interval(-1.0, 1.0)
    z, seen = _quantile(confidence), (won - lost) / of

    def within(difference: float) -> bool:
        return abs(_tango(won, lost, of, difference)) <= z

    return Interval(_edge(within, seen, -1.0), _edge(within, seen, 1.0))


def _tango(won: int, lost: int, of: int, difference: float) -> float:
    """How many standard errors the seen difference is away from `difference`."""
    a, b = 2 * of, -won - lost + (2 * of - won + lost) * difference
    c = -lost * difference * (1 - difference)
    share = (sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
    variance = of * (2 * share + difference * (1 - difference))
    away = won - lost - of * difference
    if variance <= 0:
        return 0.0 if abs(away) < 1e-12 else float("inf")
    return away / sqrt(variance)


def _edge(within: Callable[[float], bool], inside: float, outside: float) -> float:
    """The end of the interval between a difference that is in it and the last one there can be."""
    if within(outside):
        return outside
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if within(middle) else (inside, middle)
    return inside


@dataclass(frozen=True, slots=True)
class Measured:
    """Two numbers an item whose sums make a ratio, and the cluster that each item is of. With ones below it
    is a mean."""

    above: Sequence[float]
    below: Sequence[float]
    clusters: Sequence[str]

    @property
    def ratio(self) -> float:
        """Not a number where there is nothing below."""
        under = float(np.sum(self.below))
        return float(np.sum(self.above)) / under if under else float("nan")


def differences(values: Sequence[float], clusters: Sequence[str]) -> Measured:
    """Paired differences as what a bootstrap of their mean takes."""
    return Measured(values, [1.0] * len(values), clusters)


def resampled(measured: Measured, *, seed: int, confidence: float = CONFIDENCE) -> Interval:
    """Percentile bootstrap of the ratio, two-sided: whole clusters are drawn, since what asks the same goes
    right and wrong together. The same seed draws the same."""
    above, below = _totals(measured)
    if not len(above):
        return Interval(float("nan"), float("nan"))
    drawn = np.random.default_rng(seed).integers(len(above), size=(TIMES, len(above)))
    under = below[drawn].sum(axis=1)
    ratios = above[drawn].sum(axis=1)[under != 0] / under[under != 0]
    tail = (1 - confidence) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail]) if len(ratios) else (float("nan"),) * 2
    return Interval(float(low), float(high))


def _totals(measured: Measured) -> tuple[np.ndarray, np.ndarray]:
    names = {name: i for i, name in enumerate(dict.fromkeys(measured.clusters))}
    places = [names[name] for name in measured.clusters]
    above, below = np.zeros(len(names)), np.zeros(len(names))
    np.add.at(above, places, np.asarray(measured.above, dtype=float))
    np.add.at(below, places, np.asarray(measured.below, dtype=float))
    return above, below


def needed(gain: float, discordant: float, error: float, power: float = 0.8) -> int:
    """Items at which the sign test sees this gain with this power, where a share `discordant` of them comes
    out differently (R. J. Connor, Biometrics 43, 1987)."""
    if gain <= 0:
        raise ValueError("no number of items shows a gain that is none")
    share, normal = max(discordant, gain), NormalDist()
    far = normal.inv_cdf(1 - error) * sqrt(share) + normal.inv_cdf(power) * sqrt(share - gain * gain)
    return ceil((far / gain) ** 2)


def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def fisher(bad: int, of: int, bad_before: int, of_before: int) -> float:
    """Probability of `bad` or more of these `of`, were the bad ones of both spread by chance: Fisher's exact
    test, one-sided (R. A. Fisher 1935)."""
    total, wrong = of + of_before, bad + bad_before
    ways = sum(comb(wrong, k) * comb(total - wrong, of - k) for k in range(bad, min(wrong, of) + 1))
    return float(Fraction(ways, comb(total, of)))


def binomial(bad: int, of: int, share: float) -> float:
    """Probability of `bad` or more of `of`, were each bad with that share: exact and one-sided."""
    return float(sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(bad, of + 1)))
