"""Exact tests and intervals: what is published of them, and what holds for all counts."""

from __future__ import annotations

from itertools import pairwise
from math import isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.learning import stats
from model.learning.stats import Interval, differences, needed, paired, resampled, sign_test, spent, wilson

COUNTS = st.integers(0, 60)


def rounded(interval: Interval) -> tuple[float, float]:
    return round(interval.low, 4), round(interval.high, 4)


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [  # R: binom.test(won, won + lost, alternative = "greater")
        (15, 5, 0.02069),
        (8, 2, 0.05469),
        (5, 0, 0.03125),
        (0, 0, 1.0),
        (59, 41, 0.04431),
    ],
)
def test_the_sign_test_gives_the_published_probabilities(won: int, lost: int, p: float) -> None:
    assert round(sign_test(won, lost), 5) == p


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    assert rounded(wilson(count, of)) == (low, high)


@pytest.mark.parametrize(
    ("won", "lost", "of", "confidence", "low", "high"),
    [
        (28, 25, 618, 0.90, -0.0148, 0.0247),  # R, PropCIs: scoreci.mp(25, 28, 618, 0.90)
        (1, 7, 21, 0.95, -0.517, -0.026),  # Bentur et al. 2009 in Fagerland et al. 2014, table: Tango
    ],
)
def test_tangos_interval_is_the_published_one(
    won: int, lost: int, of: int, confidence: float, low: float, high: float
) -> None:
    found = paired(won, lost, of, confidence)

    assert found.low == pytest.approx(low, abs=5e-4) and found.high == pytest.approx(high, abs=5e-4)


def test_where_nothing_differs_a_loss_is_still_not_ruled_out() -> None:
    found = paired(0, 0, 40, 0.90)

    z = 1.6449
    assert found.high == pytest.approx(z * z / (40 + z * z), abs=1e-4)


@given(COUNTS, COUNTS)
def test_a_test_and_its_mirror_share_only_the_middle(won: int, lost: int) -> None:
    n = won + lost
    middle = sign_test(won, lost) + sign_test(lost, won) - 1

    exactly = stats.comb(n, won) / 2**n
    assert isclose(middle, exactly, abs_tol=1e-12)


@given(COUNTS, COUNTS)
def test_one_more_item_won_is_never_less_evidence(won: int, lost: int) -> None:
    assert sign_test(won + 1, lost) <= sign_test(won, lost) <= sign_test(won, lost + 1)


@given(st.integers(1, 60), st.floats(0.001, 0.5))
def test_by_chance_the_sign_test_errs_no_more_than_it_may(n: int, error: float) -> None:
    by_chance = sum(stats.comb(n, k) / 2**n for k in range(n + 1) if sign_test(k, n - k) <= error)

    assert by_chance <= error + 1e-12


@given(st.floats(0.001, 0.2), st.integers(1, 5000))
def test_however_many_attempts_there_are_they_spend_no_more_than_the_budget(budget: float, n: int) -> None:
    shares = [spent(attempt, budget) for attempt in range(1, n + 1)]

    assert sum(shares) < budget and all(later < sooner for sooner, later in pairwise(shares))


@given(COUNTS, st.integers(0, 60), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_an_interval_holds_what_was_seen_and_grows_with_confidence(
    count: int, more: int, confidence: float
) -> None:
    of = count + more
    narrow, wide = wilson(count, of, confidence), wilson(count, of, 0.999)

    assert wide.low <= narrow.low + 1e-12 and narrow.high <= wide.high + 1e-12
    assert not of or narrow.low - 1e-12 <= count / of <= narrow.high + 1e-12


@given(COUNTS, COUNTS, COUNTS)
def test_a_paired_interval_turns_around_with_its_sides(won: int, lost: int, same: int) -> None:
    of = won + lost + same
    one, other = paired(won, lost, of), paired(lost, won, of)

    assert one.low == pytest.approx(-other.high, abs=1e-9) and one.high == pytest.approx(-other.low, abs=1e-9)
    assert not of or one.low - 1e-9 <= (won - lost) / of <= one.high + 1e-9


@settings(max_examples=20)
@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=60), st.integers(0, 2**32 - 1))
def test_a_bootstrap_of_a_seed_is_the_same_again_and_stays_within_what_there_is(
    values: list[float], seed: int
) -> None:
    clusters = [str(i // 3) for i in range(len(values))]
    found = resampled(differences(values, clusters), seed=seed)

    assert found == resampled(differences(values, clusters), seed=seed)
    assert min(values) <= found.low <= found.high <= max(values)


def test_answers_that_go_together_are_less_evidence_than_as_many_alone() -> None:
    values = [1.0] * 12 + [0.0] * 12 + [-1.0] * 6
    alone = resampled(differences(values, [str(i) for i in range(30)]), seed=1)
    together = resampled(differences(values, [str(i // 6) for i in range(30)]), seed=1)

    assert together.high - together.low > 1.3 * (alone.high - alone.low)


@pytest.mark.slow
def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(7)
    covered = 0
    for trial in range(200):
        values = random.choice([-1.0, 0.0, 1.0], p=[0.1, 0.7, 0.2], size=200)
        found = resampled(differences(list(values), [str(i) for i in range(200)]), seed=trial)
        covered += found.low <= 0.1 <= found.high

    assert 180 <= covered <= 199


def test_ten_points_at_fifteen_in_a_hundred_that_differ_take_about_a_hundred_items() -> None:
    assert 80 <= needed(0.10, 0.15, 0.05) <= 110  # exact: 81 % power at 100
    assert 330 <= needed(0.05, 0.15, 0.05) <= 420  # exact: 79 % power at 400


def test_the_attempts_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        spent(0, 0.05)


def test_fishers_test_gives_the_published_probabilities() -> None:
    assert round(stats.fisher(3, 4, 1, 4), 4) == 0.2429  # the lady tasting tea, R: fisher.test one-sided
    assert round(stats.fisher(10, 13, 2, 17), 6) == 0.000465  # convicted twins, R. A. Fisher 1935


def test_the_binomial_tail_is_exact() -> None:
    assert round(stats.binomial(3, 25, 0.05), 4) == 0.1271  # R: pbinom(2, 25, .05, lower.tail = FALSE)
    assert stats.binomial(0, 10, 0.05) == pytest.approx(1.0)
