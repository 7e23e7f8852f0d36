"""How answers went before a promotion and since, in; whether the adapter is to be taken back, out.

Looked at when 25, 50, 100, 200 ... answers have been given since, each look with its share of the error, so
that a good adapter is taken back in one case of a hundred in all, however long it is watched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.learning.stats import binomial, fisher, spent

FIRST = 25  # answers after which it is looked at first; each look waits for twice as many
BEFORE = 1000  # answers before the promotion, the newest, that it is compared with
SINCE = 1600  # answers for which it is watched
ENOUGH = 25  # of those; with fewer it is held against what is tolerated
TOLERATED = 0.05
ERROR = 0.01
NOTICED = 0.02  # a share that has grown by less is let be, however sure it is


@dataclass(frozen=True, slots=True)
class Look:
    """Of the first `of` answers since the promotion so many were bad; `p` of that by chance, and what it may
    be."""

    bad: int
    of: int
    bad_before: int
    of_before: int
    p: float
    alpha: float

    @property
    def worse(self) -> bool:
        before = self.bad_before / self.of_before if self.of_before >= ENOUGH else TOLERATED
        return self.p <= self.alpha and self.bad / self.of - before >= NOTICED

    @property
    def sentence(self) -> str:
        """What was seen."""
        before = f"{self.bad_before} of {self.of_before} before" if self.of_before else "none before"
        return (
            f"{self.bad} of {self.of} answers since the promotion failed or had forged or missing markers, "
            f"{before} (p {self.p:.2g}, where it may be {self.alpha:.2g})."
        )


def looks(before: Sequence[bool], since: Sequence[bool]) -> Iterator[Look]:
    """Every look that is due; True is a bad answer, each list oldest first. The first one that is worse is
    the end: what comes later does not make up for it."""
    kept = before[-BEFORE:]
    for number, of in enumerate(_sizes(len(since)), 1):
        bad = sum(since[:of])
        enough = len(kept) >= ENOUGH
        p = fisher(bad, of, sum(kept), len(kept)) if enough else binomial(bad, of, TOLERATED)
        look = Look(bad, of, sum(kept), len(kept), p, spent(number, ERROR))
        yield look
        if look.worse:
            return


def _sizes(there: int) -> Iterator[int]:
    size = FIRST
    while size <= min(there, SINCE):
        yield size
        size *= 2
