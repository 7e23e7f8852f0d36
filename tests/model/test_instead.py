"""A question and a few words behind it: the same of another row, or nothing."""

from __future__ import annotations

import pytest
from sheets import read

from model.tabular.instead import instead

BOXES = "Size | Price | Weight\nS | 29 EUR | 1.2 kg\nM | 45 EUR | 2.1 kg\nL | 79 EUR | 3.9 kg"
STAFF = """Name | Role | Team | Manager | Office
Ada Moreno | Head of Support | Support | Ines Falk | Oslo
Bo Lind | Agent | Support | Ada Moreno | Lund
Cato Neri | Cook | Kitchen | Greta Holm | Oslo
Greta Holm | Head of Kitchen | Kitchen | Ines Falk | Lund"""
DAYS = "holiday | Oslo | Lund\nNew Year | yes | yes\nFair | no | yes\nFlood | yes | no"


@pytest.mark.parametrize(
    ("asked", "new"),
    [
        ("What does the S size cost?\nAnd the M?", "What does the M size cost?"),
        ("What does the S size cost?\nAnd the M?\nand L", "What does the L size cost?"),
        ("What is the price of S?\nwhat about size M?", "What is the price of M?"),
        ("What's the weight of S?\nund die M?", "What's the weight of M?"),
        ("What does the S size cost?\nAnd XL?", ""),
        ("What does the S size cost?\nAnd the M for members?", ""),
        ("What does the S size cost?\nM?", ""),
        ("Where do we ship?\nAnd the M?", ""),
    ],
)
def test_a_size_behind_a_question_about_another_one_is_asked_the_same(asked: str, new: str) -> None:
    assert instead(asked, read(BOXES, "Boxes")) == new


@pytest.mark.parametrize(
    ("asked", "new"),
    [
        ("How many people are in Oslo?\nAnd in Lund?", "How many people are in Lund?"),
        ("How many people are in Oslo?\nAnd in the kitchen?", ""),
        ("Who reports to Ada?\nAnd to Greta?", "Who reports to Greta Holm?"),
        ("Who reports to Ada?\nAnd to Bo?", ""),
    ],
)
def test_so_are_people(asked: str, new: str) -> None:
    assert instead(asked, read(STAFF, "people")) == new


def test_a_column_of_marks_takes_the_place_of_another() -> None:
    asked = "How many holidays are there in Oslo?\nAnd in Lund?"

    assert instead(asked, read(DAYS, "holidays")) == "How many holidays are there in Lund?"


@pytest.mark.parametrize(
    ("asked", "new"),
    [
        ("Who is the cook?\nWhat is his office?", "What is Cato Neri's office?"),
        ("Who is the cook?\nAnd his team?", "And Cato Neri's team?"),
        ("Who is the cook?\nWhat is his office?\nAnd his team?", "And Cato Neri's team?"),
        ("Who is in Lund?\nWhat is their office?", ""),  # two
        ("Who is the cook?\nWhat is his shoe size?", ""),
    ],
)
def test_whose_something_is_was_said_before(asked: str, new: str) -> None:
    assert instead(asked, read(STAFF, "people")) == new
