"""Rows that a question names by a part of what they are called, or like them: a kind, one of it, none."""

from __future__ import annotations

import pytest
from sheets import read

from model.tabular.keys import key
from model.tabular.outcome import Reckoned, Refused
from model.tabular.reckoning import reckon

BREADS = """no | bread | price | gluten | milk | nuts
101 | Barley loaf | 3.20 EUR | yes | no | no
102 | Walnut loaf | 4.10 EUR | yes | no | yes
103 | Corn loaf | 2.90 EUR | no | yes | no
104 | Milk roll | 0.60 EUR | yes | yes | no
105 | Poppy roll plain | 0.70 EUR | yes | no | traces
106 | Poppy roll sweet | 0.90 EUR | yes | yes | no"""
PHONES = """Who to call | Role | Site | Phone
Ada Moreno | Plant manager | Lund | 11
Bo Lind | Buyer | Lund | 12
Cato Neri | Nurse | Oslo | 13"""


def asked(question: str, table: str = BREADS, name: str = "Breads") -> Reckoned | Refused | None:
    return reckon(question, read(table, name))


def names(made: object) -> list[str]:
    assert isinstance(made, Reckoned)
    column = key(made.table)
    assert column is not None
    return [row.cells[column] for row in made.rows]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which loaf contains milk?", ["Corn loaf"]),
        ("Which loaves contain gluten?", []),  # no form of the word that stands there
        ("Which loafs contain gluten?", ["Barley loaf", "Walnut loaf"]),
        ("Which rolls are gluten-free?", []),
        ("Which roll contains no milk?", ["Poppy roll plain"]),
        ("Is there a loaf with milk?", ["Corn loaf"]),
        ("Which poppy rolls contain milk?", ["Poppy roll sweet"]),
    ],
)
def test_of_a_kind_those_are_told_that_fit(question: str, rows: list[str]) -> None:
    made = asked(question)

    assert names(made) == rows if isinstance(made, Reckoned) else not rows


@pytest.mark.parametrize(
    ("question", "figure", "rows"),
    [
        ("How many rolls contain milk?", "2", ["Milk roll", "Poppy roll sweet"]),
        ("How many loafs contain milk?", "1", ["Corn loaf"]),
        ("Which loaf contains no gluten and no milk?", "0", []),
        ("What is the cheapest loaf?", "2.90 EUR", ["Corn loaf"]),
        ("Which roll is the most expensive?", "0.90 EUR", ["Poppy roll sweet"]),
    ],
)
def test_a_kind_is_counted_and_compared(question: str, figure: str, rows: list[str]) -> None:
    made = asked(question)

    assert isinstance(made, Reckoned) and made.figure == figure
    assert names(made) == rows


def test_what_all_of_a_kind_have_is_not_told_by_those_that_have_it() -> None:
    assert asked("Does the roll contain milk?") is None
    assert asked("How much is a roll?") is None


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("What is the price of the sweet poppy roll?", "Poppy roll sweet"),
        ("What does the plain roll cost?", "Poppy roll plain"),
        ("Does the plain poppy roll contain gluten?", "Poppy roll plain"),
    ],
)
def test_one_is_meant_by_the_words_that_it_alone_has(question: str, row: str) -> None:
    assert names(asked(question)) == [row]


@pytest.mark.parametrize(
    "question",
    [
        "Does the rye loaf contain milk?",
        "Is the rye loaf vegan?",
        "What is the price of the rye loaf?",
        "Is the rye loaf gluten-free?",
        "How much is the rye loaf?",
    ],
)
def test_a_row_that_is_not_there_is_said_not_to_be(question: str) -> None:
    made = asked(question)

    assert isinstance(made, Refused)
    assert (made.why, made.left, made.needs) == ("row", ("rye loaf",), ("rye",))
    assert made.told == ("Barley loaf", "Walnut loaf", "Corn loaf")


@pytest.mark.parametrize(
    "question",
    [
        "Does the barly loaf contain milk?",  # a slip
        "Where do I cut loaf?",  # what is done with it
        "Who bakes loaf?",
        "Does the loaf of 2024 contain milk?",
        "Which 3 rolls are there?",
        "Does the canteen serve loaf?",  # what somebody does
        "Does our canteen offer a hot loaf?",  # how it is
        "Does the daily loaf contain milk?",
        "What is the price of the best loaf?",
        "Does the sliced loaf contain milk?",
        "Enthält das warme loaf milk?",
    ],
)
def test_it_is_not_where_something_else_may_be_meant(question: str) -> None:
    assert getattr(asked(question), "why", "") != "row"


def test_another_table_that_has_it_says_nothing_of_it() -> None:
    tables = [*read(BREADS, "Breads"), *read("bread | weight\nRye loaf | 900 g\nOat loaf | 800 g", "Weights")]

    assert not isinstance(reckon("Does the rye loaf contain milk?", tables), Refused)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("Does the walnut loaf contain milk?", "no"),
        ("Is the walnut loaf gluten-free?", "yes"),
        ("Does the corn loaf contain milk?", "yes"),
        ("Does the walnut loaf cost more than 5 EUR?", "4.10 EUR"),
    ],
)
def test_whether_something_is_so_is_told_by_the_cell_be_it_so_or_not(question: str, cell: str) -> None:
    made = asked(question)

    assert isinstance(made, Reckoned)
    assert len(made.rows) == 1 and cell in [made.rows[0].cells[n] for n in made.columns]
    assert len(made.columns) < len(made.table.columns)


@pytest.mark.parametrize(
    "question",
    [
        "Does the walnut loaf contain sugar?",
        "How much sugar is in the walnut loaf?",
        "Is there sugar in the walnut loaf?",
    ],
)
def test_a_row_is_told_with_what_its_table_says_nothing_of(question: str) -> None:
    made = asked(question)

    assert isinstance(made, Reckoned) and made.left == ("sugar",)
    assert names(made) == ["Walnut loaf"]


@pytest.mark.parametrize(
    "question",
    [
        "Was the walnut loaf label approved?",  # the label of it
        "Has the walnut loaf label changed?",
        "Why is the walnut loaf so heavy?",
    ],
)
def test_it_is_not_where_the_row_is_not_asked_what_it_has(question: str) -> None:
    assert not getattr(asked(question), "left", ())


@pytest.mark.parametrize(
    "question",
    ["Which phone has the plant manager in Oslo?", "Who is the plant manager in Oslo?"],
)
def test_no_row_is_two_things_that_are_said_of_two(question: str) -> None:
    made = asked(question, PHONES, "Contacts")

    assert isinstance(made, Refused) and made.why == "apart"
    assert (made.kind, made.told) == ("Site: Oslo", ("Cato Neri",))


def test_a_row_that_is_both_is_looked_up() -> None:
    assert names(asked("Which phone has the plant manager in Lund?", PHONES, "Contacts")) == ["Ada Moreno"]
