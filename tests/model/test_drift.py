"""Weeks that have got worse are told from quiet ones: planted drift is found, false alarms are counted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from model.learning.drift import (
    ERROR,
    LOOKS,
    WEEKS,
    Advice,
    Fate,
    Heard,
    Outcome,
    Share,
    Shift,
    Week,
    advised,
    against,
    fell,
    fresh,
    newly_wrong,
    rose,
    unknown,
    voiced,
)

SEED = 20261126
ITEMS, ASKED, VOTES = 120, 150, 80


class Company:
    """Weeks of a company: golden questions that flip by chance, questions asked in bursts, votes."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)
        hard = self._draw.random(ITEMS)
        self._chances = np.where(hard < 0.7, 0.99, np.where(hard < 0.85, 0.6, 0.05))  # of being right

    def golden(self, lost: float = 0.0, fate: Fate = Fate.WRONG) -> list[Outcome]:
        """`lost`: the share of what is right that is wrong now."""
        right = self._draw.random(ITEMS) < self._chances * (1 - lost)
        fates = [Fate.RIGHT if one else fate for one in right]
        return [Outcome(f"r{i}", f"c{i // 2}", one) for i, one in enumerate(fates)]

    def asked(self, refused: float) -> Share:
        """Of every ten questions three or so come in bursts of the same."""
        found = list[Heard]()
        while len(found) < ASKED:
            no, times = bool(self._draw.random() < refused), 1
            if self._draw.random() < 0.1:
                times = int(self._draw.integers(2, 9))
            words = ["".join(map(chr, self._draw.integers(97, 123, size=9))) for _ in range(3)]
            kept = self._draw.random() < 0.5
            text, near = (f"How do I order {' '.join(words)}?", "") if kept else ("", words[1])
            found += [Heard(f"{words[0]}{n}", no, text, near) for n in range(times)]
        return voiced(found)

    def votes(self, bad: float) -> Share:
        """Some people vote more than once."""
        people = self._draw.integers(60, size=VOTES)
        return against((f"U{who}", bool(self._draw.random() >= bad)) for who in people)


def weeks(
    seed: int, quiet: int, *, lost: float = 0.0, refused: float = 0.2, bad: float = 0.25
) -> list[Shift]:
    """What is seen in many quiet weeks, each with the thirteen before it, and in a last one that is not."""
    company = Company(seed)
    golden = [company.golden() for _ in range(WEEKS + quiet)] + [company.golden(lost)]
    asked = [company.asked(0.2) for _ in range(WEEKS + quiet)] + [company.asked(refused)]
    votes = [company.votes(0.25) for _ in range(WEEKS + quiet)] + [company.votes(bad)]
    found = list[Shift]()
    for now in range(WEEKS, len(golden)):
        found.append(fell(golden[now - WEEKS], golden[now]))
        found += [
            rose(name, sum(some[now - WEEKS : now], Share()), some[now])
            for name, some in (("refused", asked), ("disliked", votes))
        ]
    return found


@pytest.mark.slow
def test_of_two_hundred_quiet_weeks_hardly_one_is_called_worse() -> None:
    alarms = [shift for shift in weeks(SEED, 200)[:-LOOKS] if shift.worse]

    print(f"seed {SEED}: {len(alarms)} false alarms in 200 quiet weeks: {alarms}")
    assert len(alarms) <= 200 * ERROR + 2


@pytest.mark.slow
def test_drift_that_was_planted_is_found() -> None:
    found = {name: 0 for name in ("golden", "refused", "disliked")}
    for seed in range(SEED, SEED + 20):
        for one in weeks(seed, 0, lost=0.25, refused=0.45, bad=0.65):
            found[one.name] += one.worse

    print(f"seeds {SEED} to {SEED + 19}: found in 20 weeks that got worse: {found}")
    assert min(found.values()) >= 18


def outcomes(fates: Sequence[Fate], each: int = 1) -> list[Outcome]:
    return [Outcome(f"r{i}", f"c{i // each}", fate) for i, fate in enumerate(fates)]


def test_what_asks_the_same_has_one_voice_in_a_fall() -> None:
    before, now = [Fate.RIGHT] * 40, [Fate.WRONG] * 12 + [Fate.RIGHT] * 28

    alone, together = (fell(outcomes(before, n), outcomes(now, n)) for n in (1, 12))

    assert alone.worse and alone.now == Share(12, 40)
    assert not together.worse and together.p == 0.5


def test_only_questions_that_were_asked_both_times_are_compared() -> None:
    new = [Outcome(f"n{i}", f"n{i}", Fate.WRONG) for i in range(50)]

    found = fell(outcomes([Fate.RIGHT] * 30), [*outcomes([Fate.RIGHT] * 30), *new])

    assert not found.worse and found.now == Share(0, 30)
    assert not fell([], new).worse


def test_a_person_has_one_voice_however_often_they_vote() -> None:
    votes = [("U1", False)] * 50 + [(f"U{n}", True) for n in range(2, 12)]

    assert against(votes) == Share(1, 11)
    assert against([("U1", True), ("U1", False)]) == Share(0, 0)


def test_few_answers_show_nothing() -> None:
    assert not rose("refused", Share(0, 500), Share(19, 19)).worse
    assert rose("refused", Share(100, 500), Share(60, 100)).worse
    assert not rose("refused", Share(), Share(60, 100)).worse


def test_a_group_of_questions_that_nobody_asked_before_is_told_of_with_what_was_refused() -> None:
    before = [Heard(f"a{n}", False, "How do I report a lost laptop?") for n in range(5)]
    badge = [Heard(f"b{n}", n > 0, "Where do I get a badge for visitors?") for n in range(4)]
    old = [Heard(f"c{n}", False, "How do I report lost laptops?") for n in range(4)]
    silent = [Heard(f"d{n}", True, "", "parking") for n in range(3)]
    single = [Heard("e", True, "Who waters the plants?")]

    groups = fresh(before, [*badge, *old, *silent, *single])

    assert [(one.ids, one.refused) for one in groups] == [
        (("b0", "b1", "b2", "b3"), 3),
        (("d0", "d1", "d2"), 3),
    ]
    assert fresh([Heard("z", False, "", "parking")], silent) == ()


@pytest.mark.parametrize(
    ("fate", "lessons", "advice"),
    [
        (Fate.WRONG, 0, ()),
        (Fate.WRONG, 30, (Advice.RETRAIN,)),
        (Fate.UNFOUND, 30, (Advice.SEARCH,)),
        (Fate.UNFOUND, 100, (Advice.RETRAIN, Advice.SEARCH)),
        (Fate.RIGHT, 99, ()),
        (Fate.RIGHT, 100, (Advice.RETRAIN,)),
    ],
)
def test_a_training_is_proposed_where_it_pays(fate: Fate, lessons: int, advice: tuple[Advice, ...]) -> None:
    before, now = outcomes([Fate.RIGHT] * 60), outcomes([fate] * 20 + [Fate.RIGHT] * 40)

    assert advised(newly_wrong(before, now), fell(before, now), lessons, 100) == advice


def test_a_source_is_told_of_as_stale_when_it_was_not_before() -> None:
    assert unknown(["wiki", "docs"], ["docs"]) == ("wiki",)


def test_a_week_counts_what_came_out_right() -> None:
    week = Week("2026-W48", 0.0, outcomes=tuple(outcomes([Fate.RIGHT, Fate.WRONG, Fate.UNFOUND])))

    assert week.right == Share(1, 3) and 0.06 < week.right.interval.low < 1 / 3 < week.right.interval.high
