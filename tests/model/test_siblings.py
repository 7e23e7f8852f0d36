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
