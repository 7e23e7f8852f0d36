"""What says nearly the same is found, also among many; what differs in one word that matters is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from model.learning.near import alike, clusters, duplicates, normalised, runs
from tests.model.lessons import lesson, passage


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How many days of leave do I get?", "how many days of leave do i get"),
        ("How many days of leave do I get?", "How many days of leave can I get, please?"),
        ("How much may I spend on dinner?", "How much can we spend for dinner?"),
        ("What is the limit for a hotel night?", "Whats the hotel night limit?"),
        ("Wie viele Tage Urlaub habe ich?", "Wie viele Tage Urlaub haben wir?"),
        ("Who approves claims above €500?", "Who approves a claim above 500 €?"),
    ],
)
def test_two_ways_to_ask_one_thing_are_one_cluster(one: str, other: str) -> None:
    assert clusters([one, "Where is the canteen?", other]) == [0, 1, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How much may I spend on dinner?", "How much may I spend on lunch?"),
        ("What was the bonus in 2025?", "What was the bonus in 2026?"),
        ("Who approves claims above €500?", "Who approves travel above €500?"),
        ("Wer genehmigt Reisen?", "Wer genehmigt Spesen?"),
    ],
)
def test_two_things_are_two_clusters(one: str, other: str) -> None:
    assert clusters([one, other]) == [0, 1]


def test_near_duplicates_are_found_among_many_and_nothing_else() -> None:
    texts = [passage(i).text for i in range(300)]
    nearly = [text.replace("before it ends", "before it is over") for text in texts[::10]]

    found = duplicates([*texts, *nearly])

    assert found[:300] == list(range(300))
    assert found[300:] == list(range(0, 300, 10))


def test_questions_that_are_asked_all_the_time_are_one_cluster_each() -> None:
    asked = [lesson(i % 40).question + "?" * (i // 40) for i in range(400)]

    assert Counter(Counter(clusters(asked)).values()) == {10: 40}


def test_the_same_words_are_alike_and_other_words_are_not() -> None:
    assert alike(runs("a b c d"), runs("a b c d")) == 1.0
    assert alike(runs("a b c d"), runs("d c b a")) == 0.0
    assert runs("") == frozenset()
    assert normalised("  Café – No. 5!") == normalised("café no 5")


def test_what_belongs_together_does_not_hang_on_the_process() -> None:
    code = (
        "from model.learning.near import duplicates; from tests.model.lessons import passage;"
        "print(duplicates([passage(i % 7).text + str(i) for i in range(40)]))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1
