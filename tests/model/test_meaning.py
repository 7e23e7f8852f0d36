"""The rest of a claim: its words by share, by likeness, and as a model of entailment says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from model.answer import Fault
from model.checking.citations import check
from model.checking.meaning import Meaning, fitted
from retrieval.passage import Passage, Vectors

TEXT = (
    "Whoever looks after small children may work from home on short notice. Lunch is at noon in the canteen."
)
PASSAGES = (Passage("p", "d", "s", "Handbook", TEXT, 0, len(TEXT), "https://x"),)
CLAIM = "Parents can do their job remotely. [1]"


class Alike:
    """An embedder to which everything with one of its words is the same."""

    name, dimension = str(fitted()["embedder"]), 2

    def __init__(self, *words: str) -> None:
        self._words = words

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [[1, 0] if any(w in text for w in self._words) else [0, 1] for text in texts]
        return np.array(rows, np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return np.array(self.embed([text])[0], np.float32)


class Foreign(Alike):
    name = "another embedder"


def test_other_words_for_the_same_are_kept_and_the_sentence_that_says_it_is_quoted() -> None:
    finding = check(CLAIM, PASSAGES, Meaning(Alike("Parents", "children")))

    [quote] = finding.quotes
    assert TEXT[quote.start : quote.end].startswith("Whoever looks after")


def test_what_is_unlike_in_meaning_too_is_struck_out() -> None:
    assert check(CLAIM, PASSAGES, Meaning(Alike("Parents"))).fault is Fault.UNRELATED


def test_with_an_embedder_it_was_not_fitted_with_words_decide() -> None:
    assert check(CLAIM, PASSAGES, Meaning(Foreign("Parents", "children"))).fault is Fault.UNRELATED


def test_likeness_does_not_excuse_a_figure_that_is_not_there() -> None:
    claim = "Parents can do their job remotely on 3 days. [1]"

    assert check(claim, PASSAGES, Meaning(Alike("Parents", "children"))).fault is Fault.FIGURE


@pytest.mark.parametrize(("sure", "fault"), [(0.9, None), (0.1, Fault.UNRELATED)])
def test_where_a_model_of_entailment_answers_what_it_says_holds(sure: float, fault: Fault | None) -> None:
    asked: list[str] = []

    def entails(claim: str, texts: Sequence[str]) -> list[float]:
        asked.append(claim)
        return [sure] * len(texts)

    assert check(CLAIM, PASSAGES, Meaning(Alike("Parents"), entails)).fault is fault
    assert asked == ["Parents can do their job remotely."]


def test_where_it_does_not_answer_likeness_decides() -> None:
    meaning = Meaning(Alike("Parents", "children"), lambda claim, texts: None)

    assert check(CLAIM, PASSAGES, meaning).fault is None
