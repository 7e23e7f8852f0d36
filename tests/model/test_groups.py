"""What is reckoned beside sums: by each value, between two ends, between two rows, the first by day."""

from __future__ import annotations

import pytest
from sheets import read

from model.tabular.outcome import Reckoned, Refused
from model.tabular.reckoning import reckon

STAFF = """Name | Role | Team | Manager | Office | Joined
Ada Moreno | Head of Support | Support | Ines Falk | Oslo | 2018-03-01
Bo Lind | Agent | Support | Ada Moreno | Lund | 2021-06-15
Cato Neri | Cook | Kitchen | Greta Holm | Oslo | 2023-04-03
Greta Holm | Head of Kitchen | Kitchen | Ines Falk | Oslo | 2017-05-08
Ines Falk | Director | Board | | Oslo | 2019-09-02"""
JOBS = """Project | Team | Budget | Due
Falcon | Support | 12,000 EUR | 2026-03-01
Heron | Support | 48,500 EUR | 2026-06-30
Plover | Kitchen | 900 EUR | 2026-02-15"""


def asked(question: str, table: str = STAFF, name: str = "people") -> Reckoned | Refused | None:
    return reckon(question, read(table, name))


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("How many people in each team?", "Support 2, Kitchen 2, Board 1"),
        ("How many people work in each office?", "Oslo 4, Lund 1"),
        ("How many people per team?", "Support 2, Kitchen 2, Board 1"),
        ("How many people does each team have?", "Support 2, Kitchen 2, Board 1"),
        ("Wie viele Leute pro Team?", "Support 2, Kitchen 2, Board 1"),
    ],
)
def test_people_are_counted_by_each_value_of_a_column(question: str, figure: str) -> None:
    made = asked(question)

    assert isinstance(made, Reckoned)
    assert (made.figure, len(made.rows)) == (figure, 5)


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("How many projects are there for each team?", "Support 2, Kitchen 1"),
        ("How many projects does each team have?", "Support 2, Kitchen 1"),
        ("How many projects cost more than 10,000 EUR per team?", "Support 2"),
    ],
)
def test_so_are_other_rows_and_some_of_them(question: str, figure: str) -> None:
    made = asked(question, JOBS, "projects")

    assert isinstance(made, Reckoned) and made.figure == figure


@pytest.mark.parametrize(
    "question",
    [
        "How many people are there in each country?",
        "How many chairs in each team?",
        "How many people in each team and office?",
        "How many different roles are in each team?",
    ],
)
def test_no_count_stands_for_what_the_table_does_not_say(question: str) -> None:
    made = asked(question)

    assert not isinstance(made, Reckoned) or not made.figure


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who joined first?", "Greta Holm"),
        ("Who joined last?", "Cato Neri"),
        ("Who was the first to join?", "Greta Holm"),
    ],
)
def test_the_first_and_the_last_are_those_by_a_column_of_days(question: str, name: str) -> None:
    made = asked(question)

    assert isinstance(made, Reckoned)
    assert [row.cells[0] for row in made.rows] == [name]


def test_how_long_something_lasts_is_no_question_of_days() -> None:
    assert asked("How long does Falcon last?", JOBS, "projects") is None


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which projects have a budget between 1,000 and 20,000 EUR?", ["Falcon"]),
        ("Which projects cost between 500 and 20,000 EUR?", ["Falcon", "Plover"]),
        ("Welche Projekte kosten zwischen 10.000 und 50.000 EUR?", []),  # no point is a thousand there
        ("Which projects have a budget between 12,000 and 48,500?", ["Falcon", "Heron"]),
    ],
)
def test_a_range_is_two_comparisons(question: str, rows: list[str]) -> None:
    made = asked(question, JOBS, "projects")

    assert [row.cells[0] for row in made.rows] == rows if isinstance(made, Reckoned) else not rows


@pytest.mark.parametrize(
    "question",
    [
        "How much more is the budget of Heron than that of Falcon?",
        "How much higher is the budget of Heron than the budget of Falcon?",
        "What is the difference in budget between Falcon and Heron?",
        "How much more does Heron cost than Falcon?",
    ],
)
def test_the_difference_of_two_rows_is_reckoned(question: str) -> None:
    made = asked(question, JOBS, "projects")

    assert isinstance(made, Reckoned) and made.figure == "36,500 EUR"
    assert [row.cells[0] for row in made.rows] == ["Falcon", "Heron"]


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between Falcon and Heron?",  # in what?
        "How much more does Heron cost than Falcon and Plover?",
        "How much more does Heron cost?",
    ],
)
def test_none_is_where_it_is_not_clear_of_what(question: str) -> None:
    assert not getattr(asked(question, JOBS, "projects"), "figure", "")
