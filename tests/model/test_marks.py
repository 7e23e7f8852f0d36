"""Columns of yes and no: all that have it, all that have not, and in doubt none."""

from __future__ import annotations

import pytest
import sheets

from model.tabular.outcome import Reckoned, Refused
from model.tabular.reckoning import reckon
from model.tabular.tables import Table

BREADS = """bread | code | gluten | milk | nuts | Räucherfisch
Barley loaf | 101 | yes | yes | traces | no
Corn cob | 102 | no | no | no | no
Seeded roll | 103 | yes | no | yes | no
Rice cake | 104 | no | yes | no | yes"""
FREE = ["Corn cob", "Rice cake"]


def read(text: str = BREADS, name: str = "Allergens") -> list[Table]:
    return sheets.read(text, name)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which breads contain gluten?", ["Barley loaf", "Seeded roll"]),
        ("Which breads are free of gluten?", FREE),
        ("Which breads are free from gluten?", FREE),
        ("Which breads are gluten-free?", FREE),
        ("Which breads contain no gluten?", FREE),
        ("List all breads without gluten", FREE),
        ("Which breads contain nuts?", ["Barley loaf", "Seeded roll"]),  # traces too
        ("Which breads are nut-free?", FREE),  # and traces are none
        ("Which breads contain gluten and milk?", ["Barley loaf"]),
        ("Which breads contain milk but no gluten?", ["Rice cake"]),
        ("Which breads don't contain gluten but contain milk?", ["Rice cake"]),
        ("Which breads contain neither gluten nor milk?", ["Corn cob"]),
        ("Which breads do not contain gluten or milk?", ["Corn cob"]),
        ("Which breads are free of gluten and milk?", ["Corn cob"]),
        ("Which breads are gluten- and milk-free?", ["Corn cob"]),
        ("Which breads are gluten-free and milk-free?", ["Corn cob"]),
        ("Which breads contain gluten but are milk-free?", ["Seeded roll"]),
    ],
)
def test_all_with_a_mark_or_without_it_are_listed(question: str, rows: list[str]) -> None:
    made = reckon(question, read())

    assert isinstance(made, Reckoned) and made.listed
    assert [row.cells[0] for row in made.rows] == rows


@pytest.mark.parametrize(
    "question",
    [
        "Which breads contain gluten or milk?",  # one of them would do
        "Which breads are gluten-free or milk-free?",
        "Which breads contain gluten or are milk-free?",
        "Which breads are not gluten-free?",
        "Which breads aren't gluten-free?",
        "Which breads are not free of gluten?",
        "Which breads contain no traces of nuts?",
        "Which breads contain not only gluten but milk?",
        "Which breads contain only milk?",
        "Which breads without a code contain gluten?",
        "Which breads other than the corn cob are gluten-free?",
        "Which breads contain gluten besides nuts?",
        "Which breads without gluten contain milk?",
        "Which breads are safe for somebody who cannot have gluten?",  # it says more than the mark
    ],
)
def test_in_doubt_no_row_stands_for_all(question: str) -> None:
    assert isinstance(reckon(question, read()), Refused)


def test_why_is_told() -> None:
    made = reckon("Which breads contain gluten or milk?", read())

    assert isinstance(made, Refused) and made.why == "mixed"


@pytest.mark.parametrize(
    "rows",
    [
        "Rye | yes\nCorn | no\nRice | ",  # Rice may have it
        "Rye | yes\nCorn | no\nRice | unknown\nOat | ",
    ],
)
def test_a_cell_that_says_nothing_is_not_free_of_it(rows: str) -> None:
    made = reckon("Which breads are gluten-free?", read(f"bread | gluten\n{rows}"))

    assert isinstance(made, Refused)


def test_where_none_has_them_all_that_is_said() -> None:
    made = reckon("Which breads contain nuts but no gluten?", read())

    assert isinstance(made, Reckoned) and (made.figure, made.rows) == ("0", ())


def test_what_is_counted_by_a_mark_with_something_between_is_not_clear() -> None:
    made = reckon("How many breads contain nuts?", read())

    assert isinstance(made, Refused) and made.why == "kinds"


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Welche Brote sind glutenfrei?", ["Maisbrot"]),
        ("Welche Brote sind frei von Gluten?", ["Maisbrot"]),
        ("Welche Brote enthalten Gluten?", ["Roggenbrot"]),
        ("Welche Brote enthalten weder Gluten noch Milch?", ["Maisbrot"]),
    ],
)
def test_in_german_too(question: str, rows: list[str]) -> None:
    brote = "Brot | Nummer | Gluten | Milch\nRoggenbrot | 1 | ja | nein\nMaisbrot | 2 | nein | nein"
    made = reckon(question, read(brote, "Allergene"))

    assert isinstance(made, Reckoned) and [row.cells[0] for row in made.rows] == rows


@pytest.mark.parametrize(
    "question", ["Welche Brote enthalten Gluten, Milch nicht?", "Welche Brote enthalten nur Milch?"]
)
def test_in_german_in_doubt_none(question: str) -> None:
    brote = "Brot | Nummer | Gluten | Milch\nRoggenbrot | 1 | ja | nein\nMaisbrot | 2 | nein | nein"

    assert isinstance(reckon(question, read(brote, "Allergene")), Refused)


def test_a_word_that_only_ends_like_that_names_no_column() -> None:
    rooms = "Room | Toll-free line | Beamer\nNorth | 0800 1 | yes\nSouth | 0800 2 | no"
    made = reckon("What is the toll-free line of North?", read(rooms, "Rooms"))

    assert isinstance(made, Reckoned) and [row.cells[0] for row in made.rows] == ["North"]
