"""What settings of search make of golden questions in, the change that is better beyond noise out.

Settings are tried on one part of the questions, each against the best so far, by an exact sign test whose
error is shared by all that are tried. What comes out of that has to be better on the other part too, which is
read for it alone: each time a part is read again, less luck is allowed there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np

from model.learning import guards
from model.learning.guards import Check, Limit, State, Wrongs, signs
from model.learning.near import clusters
from model.learning.row import Row
from model.learning.stats import Interval, differences, resampled, sign_test, spent

ERROR = 0.05
HELD = 0.4  # of the groups of questions
LEAST = 30  # questions, below which nothing is told from chance
SEED = 20261126
_WORSE = Limit(0.03, 0.10)  # of answers that come out right, by which a change may be worse
# What settings are judged by: how early the first passage that carries the answer comes, whether one comes
# at all within as much text, whether the answer is right.
_PLACES, _FOUND, _ANSWERS = "places", "found", "answers"
_BY = {"pieces": _FOUND, "passages": _ANSWERS}


@dataclass(frozen=True, slots=True)
class Setup:
    """How search is set: the weight of vectors, passages for the writer, word pieces of one, what reads the
    best again and its weight."""

    alpha: float = 0.6
    passages: int = 6
    pieces: int = 220
    reranker: str = ""
    weight: float = 0.5


Axes = Mapping[str, Sequence[Mapping[str, Any]]]  # by what is tried, the changes of a setup


class Bench(Protocol):
    """Golden questions on the live index, or on one beside it."""

    def places(self, setup: Setup, rows: Sequence[Row]) -> Sequence[float]:
        """For each, one divided by the place of the first passage that carries the answer, 0 where the writer
        is given none."""
        ...

    def answers(self, setup: Setup, rows: Sequence[Row]) -> Sequence[float]:
        """For each, 1 where the answer is right, else 0."""
        ...


@dataclass(frozen=True, slots=True)
class Tried:
    """A setup beside another: what `by` says of both, groups of questions won and lost, how likely that is by
    chance."""

    what: str
    setup: Setup
    by: str
    before: float
    now: float
    interval: Interval
    won: int
    lost: int
    p: float


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of it. `best` is what the search found, `held` what it does on the other part, where `p` may
    be `alpha`; `guard` is None where no answers were asked for. `adopted` says whether it is to be taken
    over: it `holds` there, and answers that were asked for are no worse."""

    now: Setup
    best: Setup
    tried: tuple[Tried, ...]
    of: int
    rows: int
    held_rows: tuple[str, ...] = ()
    held: tuple[Tried, ...] = ()
    guard: Check | None = None
    attempt: int = 0
    alpha: float = 0.0

    @property
    def read(self) -> bool:
        """Whether the held part was read."""
        return bool(self.held)

    @property
    def holds(self) -> bool:
        """Whether it is better on the held part too."""
        return self.read and all(one.p <= self.alpha / len(self.held) for one in self.held)

    @property
    def adopted(self) -> bool:
        return self.holds and (self.guard is None or self.guard.state is State.HELD)


def halves(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """What is searched on, and what is held back: whole groups of what asks the same, the same ones whoever
    asks."""
    leaders = clusters([row.question for row in rows])
    names = dict[int, str]()
    for row, group in zip(rows, leaders, strict=True):
        names[group] = min(row.id, names.get(group, row.id))
    groups = sorted(names, key=lambda group: hashlib.sha256(names[group].encode()).digest())
    held = set(groups[: round(HELD * len(groups))])
    return (
        [row for row, group in zip(rows, leaders, strict=True) if group not in held],
        [row for row, group in zip(rows, leaders, strict=True) if group in held],
    )


def search(bench: Bench, rows: Sequence[Row], now: Setup, axes: Axes) -> tuple[Setup, tuple[Tried, ...]]:
    """The best setup, and all that were tried: one axis after the other, each from the best so far. Of
    several that are better beyond noise the one with most to gain is taken, not the surest."""
    best, tried = now, list[Tried]()
    of = sum(len(changes) for changes in axes.values())
    for what, changes in axes.items():
        scores = _Scores(bench, _BY.get(what, _PLACES), rows)
        setups = [one for change in changes if (one := replace(best, **change)) != best]
        found = [scores.beside(what, setup, best) for setup in setups]
        tried += found
        better = [one for one in found if one.p * of <= ERROR]
        best = max(better, key=lambda one: one.now).setup if better else best
    return best, tuple(tried)


def tuned(bench: Bench, rows: Sequence[Row], now: Setup, axes: Axes, attempt: int = 1) -> Tuned:
    """All of it. `attempt` is how often the held part was read, this time included."""
    mine, held = halves(rows)
    best, tried = search(bench, mine, now, axes)
    of = sum(len(changes) for changes in axes.values())
    made = Tuned(now, best, tried, of, len(mine), tuple(row.id for row in held))
    if best == now:
        return made
    kinds = sorted({_BY.get(name, _PLACES) for name in _changed(best, now, axes)})
    beside = tuple(_Scores(bench, kind, held).beside("held", best, now) for kind in kinds)
    guard = _guarded(bench, held, best, now) if "passages" in axes else None
    return replace(made, held=beside, guard=guard, attempt=attempt, alpha=spent(attempt, ERROR))


def _changed(best: Setup, now: Setup, axes: Axes) -> set[str]:
    """What has to be better again. As many passages as their size asks for came with it, and are no change of
    their own; any other number was chosen by answers."""
    changed = {name for name, value in asdict(best).items() if value != getattr(now, name)}
    if "pieces" not in changed:
        return changed
    sized = {"pieces": best.pieces, "passages": best.passages} in axes["pieces"]
    return changed - {"passages"} if sized else changed | {"passages"}


class _Scores:
    """What one measure says of setups, each asked once."""

    def __init__(self, bench: Bench, by: str, rows: Sequence[Row]) -> None:
        self._by, self._bench = by, bench
        self._rows = [row for row in rows if by == _ANSWERS or not row.refuses]
        self._clusters = [str(n) for n in clusters([row.question for row in self._rows])]
        self._known: dict[Setup, Sequence[float]] = {}

    def beside(self, what: str, setup: Setup, other: Setup) -> Tried:
        ours, theirs = self._of(setup), self._of(other)
        gains = [a - b for a, b in zip(ours, theirs, strict=True)]
        won, lost = signs(gains, self._clusters)
        where = resampled(differences(gains, self._clusters), seed=SEED)
        means = _mean(theirs), _mean(ours)
        return Tried(what, setup, self._by, *means, where, won, lost, sign_test(won, lost))

    def _of(self, setup: Setup) -> Sequence[float]:
        if setup not in self._known:
            ask = self._bench.answers if self._by == _ANSWERS else self._bench.places
            scores = ask(setup, self._rows)
            self._known[setup] = [float(one > 0) for one in scores] if self._by == _FOUND else scores
        return self._known[setup]


def _guarded(bench: Bench, rows: Sequence[Row], best: Setup, now: Setup) -> Check:
    """Answers that come out wrong may not be more, refusals among them."""
    ours, theirs = ([not one for one in bench.answers(setup, rows)] for setup in (best, now))
    groups = [str(n) for n in clusters([row.question for row in rows])]
    wrongs = Wrongs(ours, theirs, groups)
    return guards.share("answers that are wrong", wrongs, _WORSE, error=ERROR, seed=SEED)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0
