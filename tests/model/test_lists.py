"""Questions for all of a kind, or how many there are: what counts them, and their list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.quoting.lists import Listed, Wanted, listed, part_of, wanted
from retrieval.passage import Passage


def passage(text: str, title: str = "Handbook", *heading: str) -> Passage:
    return Passage("a", "a", "hb", title, text, 0, len(text), "", heading)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many offices are there?", Wanted("offices", True)),
        ("Wie viele Büros gibt es?", Wanted("büros", True)),
        ("How many days of leave do we have?", Wanted("days", True)),
        ("Which regional offices do we have?", Wanted("offices", False)),
        ("What products does the company sell?", Wanted("products", False)),
        ("Welche Produkte haben wir?", Wanted("produkte", False)),
        ("What are our products?", Wanted("products", False)),
        ("List all the offices.", Wanted("offices", False)),
        ("What kind of roof does the office have?", None),
        ("How many vacation days do I get?", None),
        ("Which office is in Kiel?", None),
        ("What do we have?", None),
    ],
)
def test_a_question_may_be_for_all_of_a_kind(question: str, asked: Wanted | None) -> None:
    assert wanted(question) == asked


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("We have twelve regional offices.", True),
        ("offices: 12; desks: 140", True),
        ("The Oslo office has a kitchen.", False),
        ("In 2026 the Oslo office has 3 kitchens.", False),
        ("Our offices are all in Norway; there are 12.", True),
        ("The offices close early; there are 12 trams.", False),
        ("There are offices in Kiel.", False),
    ],
)
def test_a_sentence_counts_what_is_asked_for_or_does_not(text: str, counted: bool) -> None:
    assert Wanted("offices", True).counted_in(text) is counted


def test_a_list_is_found_by_the_line_before_it_or_its_heading_and_no_other() -> None:
    items = "- **Oslo**, the oldest. It has a bell.\n  It is closed.\n- Kiel"
    ours = f"Our offices are:\n\n{items}\n\nBring:\n\n- a cup\n- a pen"
    asked = "How many offices are there?"

    assert listed(asked, [passage("Tea is free."), passage(ours)]) == Listed(
        1, ("Our offices are:", "Oslo, the oldest. It has a bell. It is closed.", "Kiel")
    )
    short = passage("1. Oslo\n2. Kiel", "Handbook", "Our offices")
    assert listed(asked, [short]) == Listed(0, ("Oslo", "Kiel"))
    assert listed(asked, [replace(short, page=3)]) == Listed(0, ("Oslo", "Kiel"), open=True)
    long = listed(asked, [replace(short, text=f"1. Oslo\n2. {'Kiel ' * 50}")])
    assert long and long.open
    assert listed("How many cars are there?", [passage(ours)]) is None
    assert listed(asked, [passage("The offices:\n- Oslo")]) is None


@pytest.mark.parametrize(
    "question", ["What are the rules for boats?", "List the boat rules.", "Which rules are there for boats?"]
)
def test_where_what_is_asked_for_says_little_the_list_is_of_the_rest(question: str) -> None:
    boats, cars = "- Wear a vest.\n- Row slowly.", "- Park.\n- Pay."

    found = listed(question, [passage(cars, "Handbook", "Cars"), passage(boats, "Handbook", "Boats")])

    assert found
    assert (found.place, found.lines) == (1, ("Wear a vest.", "Row slowly."))


def test_a_list_is_also_of_indented_lines_and_of_what_a_paragraph_names_in_bold() -> None:
    days = "Pay days that differ:\n\n  January:  the 23rd\n  April:  the 24th\n\nAsk the desk."
    roles = "Nobody is alone. The **lead** decides. The lead repairs nothing. The **scribe** writes."

    assert listed("Which pay days differ?", [passage(days)]) == Listed(
        0, ("Pay days that differ:", "January: the 23rd", "April: the 24th")
    )
    assert listed("What are the roles?", [passage(roles, "Incidents", "Roles")]) == Listed(
        0, ("The lead decides. The lead repairs nothing.", "The scribe writes.")
    )


def test_a_long_list_says_how_many_are_left() -> None:
    text = "Our offices:\n" + "\n".join(f"- Town number {n}" for n in range(27)) + "\n\nThat is all."

    found = listed("Which offices do we have?", [passage(text)])

    assert found
    assert (len(found.lines), found.left) == (21, 7)


def test_some_items_of_a_list_are_a_part_of_it() -> None:
    one = passage("We rent:\n- a red rowing boat\n- a blue sailing boat")

    assert part_of(["a red rowing boat"], one)
    assert not part_of(["a red rowing boat", "a blue sailing boat"], one)
    assert not part_of(["We rent boats since 1990."], one)


def test_a_row_counts_where_it_is_one_of_them_and_has_a_column_for_how_many() -> None:
    asked = Wanted("harnesses", True)

    assert asked.reckoned_in("Item: Harness; Place: Lund; Quantity: 4 [1]")
    assert not asked.reckoned_in("Item: Harness; Place: Lund; Price: 240 [1]")
    assert not asked.reckoned_in("Item: Rope; Used with: Harness; Quantity: 4 [1]")


AFTER = passage("1. Make it safe.\n2. Call the warden.\n3. Fill in a form.", "Safety", "Accidents")
ISSUE = passage("1. Check it.\n2. Release it.", "Issuing drawings", "Steps of an issue")
BEFORE = passage("1. Read the chart.\n2. Check the ropes.", "Safety", "Before a trip")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("what are the steps after an accident", "Make it safe."),
        ("Steps to issue a drawing", "Check it."),
        ("Steps to burn a drawing", None),
        ("steps after an accident", "Make it safe."),
        ("What are the steps before a trip?", "Read the chart."),
        ("What are the steps after a trip?", None),
    ],
)
def test_the_steps_of_what_a_heading_names_are_its_list(question: str, first: str | None) -> None:
    told = listed(question, [AFTER, BEFORE, ISSUE])

    assert (told.lines[0] if told else None) == first


def test_what_is_spelt_in_two_ways_is_one() -> None:
    assert Wanted("licenses", True).counted_in("Rhino licences are floating; there are 12.")
