"""When an adapter is taken back: soon where it answers badly, hardly ever where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from model.learning.watch import ERROR, SINCE, looks

CALM = [i % 50 == 0 for i in range(400)]  # 2 % went badly before


def drawn(share: float, count: int, seed: int) -> list[bool]:
    return [bool(one) for one in np.random.default_rng(seed).random(count) < share]


def test_an_adapter_that_forges_markers_is_noticed_within_a_hundred_answers() -> None:
    noticed = [list(looks(CALM, drawn(0.2, 400, seed)))[-1] for seed in range(50)]

    assert all(look.worse for look in noticed)
    assert np.mean([look.of <= 100 for look in noticed]) >= 0.9
    assert "failed or had forged or missing markers, 8 of 400 before" in noticed[0].sentence


@pytest.mark.slow
def test_a_good_adapter_is_taken_back_in_one_case_of_a_hundred_at_most_however_long_it_is_watched() -> None:
    taken = [
        any(look.worse for look in looks(drawn(0.05, 400, seed), drawn(0.05, 2000, seed + 10_000)))
        for seed in range(400)
    ]

    assert sum(taken) <= 400 * ERROR + 4


@pytest.mark.parametrize("count", [0, 24])
def test_before_there_are_enough_answers_nothing_is_said(count: int) -> None:
    assert list(looks(CALM, [True] * count)) == []


def test_without_a_past_it_is_held_against_what_is_tolerated() -> None:
    assert not any(look.worse for look in looks([], drawn(0.05, 400, 3)))
    assert list(looks([], drawn(0.4, 100, 4)))[-1].worse


def test_looking_again_changes_nothing_and_ends_at_some_time() -> None:
    since = drawn(0.03, 5000, 5)
    every = list(looks(CALM, since))

    assert every == list(looks(CALM, since)) and [look.of for look in every][:3] == [25, 50, 100]
    assert every[-1].of <= SINCE and every[0].alpha > every[-1].alpha
