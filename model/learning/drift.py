"""How a week went and the weeks before it in, what has got worse beyond noise, and what is new, out. Pure.

A quiet week, in which nothing has changed, is called worse in one case of a hundred: about once in two years.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from model.learning.guards import signs
from model.learning.near import clusters
from model.learning.stats import Interval, fisher, sign_test, wilson

ERROR = 0.01  # of a quiet week, all looks together
LOOKS = 3  # golden questions, refusals, votes
NOTICED = 0.05  # a share that has got worse by less is let be, however sure it is
ENOUGH = 20  # of either side: fewer show nothing
WEEKS = 13  # with which a week is compared
GROUP = 3  # questions of one week from which a group of them is told of


class Fate(StrEnum):
    """What became of a golden question: right, wrong although the writer was given what carries the answer,
    or wrong without that."""

    RIGHT = "right"
    WRONG = "wrong"
    UNFOUND = "unfound"


class Advice(StrEnum):
    """What a week proposes."""

    RETRAIN = "retrain"
    SEARCH = "search"  # look at sources, and tune


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a golden question, by the id of its row and the group that it asks the same as."""

    row: str
    cluster: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int = 0
    of: int = 0

    @property
    def value(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> Interval:
        return wilson(self.count, self.of)

    def __add__(self, other: Share) -> Share:
        return Share(self.count + other.count, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Shift:
    """A share of what is bad, before and now; `p`: how likely so much more is by chance."""

    name: str
    before: Share
    now: Share
    p: float

    @property
    def worse(self) -> bool:
        enough = min(self.before.of, self.now.of) >= ENOUGH
        grown = self.now.value - self.before.value
        return enough and self.p <= ERROR / LOOKS and grown >= NOTICED - 1e-9


@dataclass(frozen=True, slots=True)
class Heard:
    """A question and what became of it: `text` where its words are kept, `near` the passage that was nearest
    to it."""

    id: str
    refused: bool
    text: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of this week that nobody asked before, by the ids of their answers."""

    ids: tuple[str, ...]
    refused: int


@dataclass(frozen=True, slots=True)
class Week:
    """A week's report. `asked`: what of it was refused; `votes`: of who voted, who found more unhelpful than
    helpful; `stale` are names of sources, `fresh` those of them that were not in the last report;
    `lessons`: reviewed rows that no adapter has seen. No word of anybody is in it."""

    name: str
    at: float
    writer: str = ""
    golden: str = ""
    outcomes: tuple[Outcome, ...] = ()
    shifts: tuple[Shift, ...] = ()
    asked: Share = Share()
    votes: Share = Share()
    new: tuple[Group, ...] = ()
    stale: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    lessons: int = 0
    advice: tuple[Advice, ...] = ()
    unasked: str = ""  # why no golden question was asked

    @property
    def right(self) -> Share:
        """Golden questions that came out right."""
        return Share(sum(one.fate is Fate.RIGHT for one in self.outcomes), len(self.outcomes))

    @property
    def worse(self) -> tuple[Shift, ...]:
        return tuple(one for one in self.shifts if one.worse)


def fell(before: Sequence[Outcome], now: Sequence[Outcome]) -> Shift:
    """Golden questions that were asked both times: those that are wrong. Exact sign test of the groups that
    came out otherwise."""
    held = {one.row: one for one in before}
    both = [(held[one.row], one) for one in now if one.row in held]
    lost = [float(b.fate is not Fate.RIGHT) - float(a.fate is not Fate.RIGHT) for a, b in both]
    worse, better = signs(lost, [b.cluster for _, b in both])
    return Shift("golden", _wrong(a for a, _ in both), _wrong(b for _, b in both), sign_test(worse, better))


def _wrong(some: Iterable[Outcome]) -> Share:
    wrong = [one.fate is not Fate.RIGHT for one in some]
    return Share(sum(wrong), len(wrong))


def rose(name: str, before: Share, now: Share) -> Shift:
    """A share of what is bad, among others than before. Fisher's exact test."""
    p = fisher(now.count, now.of, before.count, before.of) if before.of and now.of else 1.0
    return Shift(name, before, now, p)


def voiced(heard: Sequence[Heard]) -> Share:
    """How much of a week was refused: what asks the same, to the letter or nearly, has one voice, as has,
    where words are not kept, what is nearest to one passage."""
    held = defaultdict[object, list[bool]](list)
    for key, one in zip(_grouped(heard), heard, strict=True):
        held[key].append(one.refused)
    return Share(sum(2 * sum(some) > len(some) for some in held.values()), len(held))


def against(votes: Iterable[tuple[str, bool]]) -> Share:
    """Of people who voted in a week, those who found more unhelpful than helpful: (who, helpful). A person
    has one voice, and none where both are even."""
    sums = Counter[str]()
    for who, helpful in votes:
        sums[who] += 1 if helpful else -1
    return Share(sum(total < 0 for total in sums.values()), sum(total != 0 for total in sums.values()))


def fresh(before: Sequence[Heard], now: Sequence[Heard]) -> tuple[Group, ...]:
    """Groups of questions of now that nobody asked before, the largest first. Where words are not kept, those
    that are nearest to the same page are a group."""
    keys = _grouped([*before, *now])
    known, held = set(keys[: len(before)]), defaultdict[object, list[Heard]](list)
    for key, one in zip(keys[len(before) :], now, strict=True):
        if key not in known:
            held[key].append(one)
    found = (Group(tuple(o.id for o in some), sum(o.refused for o in some)) for some in held.values())
    return tuple(sorted((one for one in found if len(one.ids) >= GROUP), key=lambda g: (-len(g.ids), g.ids)))


def advised(week_lost: Sequence[Outcome], fall: Shift, lessons: int, enough: int) -> tuple[Advice, ...]:
    """What pays now. Enough lessons that nothing was trained with; or a fall of the golden questions, by what
    is missing: where the writer had what carries the answer, training, as far as there is anything to train
    with, else the search."""
    found = list[Advice]()
    unfound = sum(one.fate is Fate.UNFOUND for one in week_lost)
    if fall.worse and 2 * unfound > len(week_lost):
        found.append(Advice.SEARCH)
    written = fall.worse and not found and 4 * lessons >= enough
    if lessons >= enough or written:
        found.insert(0, Advice.RETRAIN)
    return tuple(found)


def newly_wrong(before: Sequence[Outcome], now: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Golden questions that were right and are not."""
    held = {one.row for one in before if one.fate is Fate.RIGHT}
    return tuple(one for one in now if one.row in held and one.fate is not Fate.RIGHT)


def _grouped(heard: Sequence[Heard]) -> list[object]:
    leaders = iter(clusters([one.text for one in heard if one.text]))
    return [next(leaders) if one.text else one.near or one.id for one in heard]


def unknown(stale: Collection[str], before: Collection[str]) -> tuple[str, ...]:
    """Sources that were not stale in the report before."""
    return tuple(sorted(set(stale) - set(before)))
