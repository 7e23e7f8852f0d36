"""Values over time in; how fast they grow, how sure that is, and what most of them stay below out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from statistics import NormalDist

import numpy as np

SHARES = (50, 95, 99)
LEAST = 4  # points: of fewer nothing is said of how sure a slope is


@dataclass(frozen=True, slots=True)
class Slope:
    """How much values grow with each unit, and the interval in which that lies for 95 of 100 such lines."""

    grows: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.grows:+.2f} ({self.low:+.2f} to {self.high:+.2f})"


def slope(at: Sequence[float], values: Sequence[float]) -> Slope:
    """The line of least squares and Student's interval of its slope. The interval takes the distances from
    the line for independent: give means of a minute, not readings of a second."""
    if len(at) < 2:
        return Slope(nan, nan, nan)
    x, y = np.asarray(at, float), np.asarray(values, float)
    spread = float(((x - x.mean()) ** 2).sum())
    grows = float(((x - x.mean()) * (y - y.mean())).sum() / spread)
    if len(at) < LEAST:
        return Slope(grows, nan, nan)
    left = y - y.mean() - grows * (x - x.mean())
    free = len(at) - 2
    half = student(free) * float((left**2).sum() / free / spread) ** 0.5
    return Slope(grows, grows - half, grows + half)


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """b of value = a * size ** b, fitted to the logarithms of both."""
    return slope([float(np.log(size)) for size in sizes], [float(np.log(value)) for value in values]).grows


def student(free: int) -> float:
    """The 97.5th percentile of Student's t with so many degrees of freedom: Cornish and Fisher's expansion,
    a hundredth too low for three and better for more."""
    z = NormalDist().inv_cdf(0.975)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / free + second / free**2 + third / free**3


def spread(values: Sequence[float]) -> tuple[float, ...]:
    """What 50, 95 and 99 of 100 do not exceed; not a number where there are none."""
    return tuple(map(float, np.percentile(values, SHARES))) if len(values) else (nan,) * len(SHARES)
