"""A row that the question does not tell from its neighbours: all of them, so that the right one is there."""

from __future__ import annotations

import pytest

from model.quoting.extract import MOST, Extract
from model.quoting.quotable import Quotable
from model.quoting.siblings import siblings
from retrieval.passage import Embedder, Passage

ROWS = ["owner | 30", "relative of an owner | 12", "guest | 2"]


def quoted(question: str, rows: list[str], embedder: Embedder) -> list[str]:
    text = "\n".join(["sailor | free days in the marina", "--- | ---", *rows])
    one = Passage("p", "marina.md", "s", "Marina", text, 0, len(text), "", ("Marina", "Free days"))
    return Extract(embedder).write(question, [one]).text.split("\n\n")


@pytest.mark.parametrize(
    "question",
    [
        "How many free days in the marina does a crew get?",
        "How many free days in the marina do nephews have?",
    ],
)
def test_where_the_question_names_no_row_all_of_a_short_table_are_quoted(
    question: str, minilm: Embedder
) -> None:
    assert quoted(question, ROWS, minilm) == [
        "sailor: owner; free days in the marina: 30 [1]",
        "sailor: relative of an owner; free days in the marina: 12 [1]",
        "sailor: guest; free days in the marina: 2 [1]",
    ]


def test_a_row_that_is_named_stands_alone(minilm: Embedder) -> None:
    told = quoted("How many free days in the marina does a guest get?", ROWS, minilm)

    assert told[0] == "sailor: guest; free days in the marina: 2 [1]"


def row(at: int, rows: list[str]) -> tuple[Quotable, Passage]:
    """The row at a place, and the passage with all of them."""
    text = "\n".join(["sailor | free days", "--- | ---", *rows])
    start = text.index(rows[at])
    one = Quotable(0, start, start + len(rows[at]), rows[at], frozenset())
    return one, Passage("p", "marina.md", "s", "Marina", text, 0, len(text), "", ("Marina",))


def test_a_row_that_is_called_so_stands_alone_though_another_mentions_it() -> None:
    rows = ["guest | 2 for each berth", "berth | 30 for each", "owner | 7"]

    assert siblings("How many free days has a berth?", *row(1, rows), MOST) == []
    assert len(siblings("How many free days has a berth?", *row(2, rows), MOST)) == len(rows)


def test_of_a_long_table_the_rows_beside_it_are_left_out() -> None:
    assert len(siblings("How many free days has a crew?", *row(0, ROWS), MOST)) == len(ROWS)
    assert siblings("How many free days has a crew?", *row(0, ROWS), len(ROWS) - 1) == []


SLUICES = ["1 | master", "2 | master", "3 | master and pilot", "4 | master and pilot"]


def test_of_rows_that_the_question_tells_apart_in_part_those_that_have_its_words_are_quoted(
    minilm: Embedder,
) -> None:
    text = "\n".join(["sluice | who agrees", "--- | ---", *SLUICES])
    one = Passage("p", "sluices.md", "s", "Sluices", text, 0, len(text), "", ("Sluices",))

    told = Extract(minilm).write("Which sluice needs the pilot's agreement?", [one]).text.split("\n\n")

    assert told == [
        "sluice: 3; who agrees: master and pilot [1]",
        "sluice: 4; who agrees: master and pilot [1]",
    ]


def test_what_all_rows_say_tells_none_of_them_apart() -> None:
    assert len(siblings("What does the master agree to?", *row(0, SLUICES), MOST)) == len(SLUICES)
    assert len(siblings("Does the pilot agree?", *row(3, SLUICES), MOST)) == 2


def test_of_a_long_table_the_few_rows_that_the_question_names_together_are_quoted() -> None:
    kinds = ("once", "blinking", "long")
    lights = [f"{colour}, {kind} | do it" for colour in ("red", "green") for kind in kinds]

    assert siblings("What does the red light mean?", *row(0, lights), MOST) == [
        "sailor: red, once; free days: do it",
        "sailor: red, blinking; free days: do it",
        "sailor: red, long; free days: do it",
    ]
