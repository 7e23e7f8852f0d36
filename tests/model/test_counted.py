"""How many there are, asked of the writer without a model: however a page says a number, it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from model.quoting.extract import Extract
from retrieval.passage import Embedder, Passage

NUMBERS = ("one", "no", "40", "sixty", "a dozen", "1,200", "several", "as of 1 June 40", "in 2026", "the")
ZAHLEN = ("eine", "keine", "12", "vierzig", "ein Dutzend", "einige", "ab 1. Juni 40", "seit 2026", "die")


class Flat:
    """To it all texts mean the same."""

    name, dimension = "flat", 2

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([1, 0], dtype=np.float32), (len(texts), 1))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self.embed([text])[0]


def page(text: str) -> Passage:
    return Passage("hb/a.md", "hb/a.md", "hb", "Handbook", text, 0, len(text), "", ())


@pytest.mark.parametrize(
    ("question", "said", "other"),
    [
        (
            "Wie viele Duschen gibt es im Büro?",
            "Im Büro gibt es eine Dusche.",
            "Die Dusche im Büro ist bis 20 Uhr offen.",
        ),
        (
            "How many lockers are there?",
            "As of 1 June 40 lockers are available.",
            "A locker costs 5 euros a month.",
        ),
        (
            "How many lockers are there?",
            "Since June 40 lockers are there.",
            "A locker costs 5 euros a month.",
        ),
        ("How many lockers are there?", "There are sixty lockers.", "A locker costs 5 euros a month."),
    ],
)
def test_what_says_how_many_there_are_is_quoted_first_however_it_says_the_number(
    minilm: Embedder, question: str, said: str, other: str
) -> None:
    draft = Extract(minilm).write(question, [page(f"{said} {other}")])

    assert draft.text.startswith(f"{said} [1]")


@pytest.mark.parametrize(
    ("question", "numbers", "things"),
    [
        ("How many lockers are there?", NUMBERS, ("lockers are in the hall", "lockers cost 5 euros")),
        ("Wie viele Duschen gibt es?", ZAHLEN, ("Duschen sind im Keller", "Duschen sind bis 20 Uhr offen")),
    ],
)
def test_no_way_to_say_a_number_keeps_what_is_counted_from_an_answer(
    question: str, numbers: Sequence[str], things: tuple[str, str]
) -> None:
    answered = set[str]()
    for one, other in product(numbers, repeat=2):
        text = f"Here {one} {things[0]}. Also {other} {things[1]}."
        if Extract(Flat()).write(question, [page(text)]).text:
            answered.add(one)

    assert len(answered) > len(numbers) / 2
