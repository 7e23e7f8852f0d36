"""The vectors that a search has just met are remembered for the step that asks for them."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval import recent
from retrieval.recent import Recent


def test_what_is_met_again_stays_and_what_was_not_met_for_longest_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recent, "_LATEST", 3)
    remembered = Recent()

    for text in "abcad":
        remembered.keep([(text, [float(ord(text))])])

    found = remembered.among("abcd")
    assert {text: vector.tolist() for text, vector in found.items()} == {
        "c": [99.0],
        "a": [97.0],
        "d": [100.0],
    }
    assert all(vector.dtype == np.float32 for vector in found.values())


def test_of_texts_that_were_not_met_nothing_is_said() -> None:
    assert Recent().among(["a"]) == {}


def test_a_vector_that_is_remembered_does_not_keep_the_others_that_were_found_with_it() -> None:
    found = np.ones((100, 384), np.float32)
    remembered = Recent()

    remembered.keep([("a", found[7])])
    remembered.keep([("a", found[8])])

    kept = remembered.among("a")["a"]
    assert kept.tolist() == found[7].tolist()
    assert not np.shares_memory(kept, found)
    assert kept.base is None
