"""Questions for all of a kind, or how many there are: what counts them, and their list."""

from __future__ import annotations

import pytest

from model.quoting.lists import Wanted, listed, wanted
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
    ],
)
def test_a_sentence_counts_what_is_asked_for_or_does_not(text: str, counted: bool) -> None:
    assert Wanted("offices", True).counted_in(text) is counted


def test_a_list_is_found_by_the_line_before_it_or_its_heading_and_no_other() -> None:
    items = "- **Oslo**, the oldest. It has a bell.\n  It is closed.\n- Kiel"
    ours = f"Our offices are:\n\n{items}\n\nBring:\n\n- a cup\n- a pen"
    asked = Wanted("offices", True)

    assert listed(asked, [passage("Tea is free."), passage(ours)]) == (
        1,
        ["Our offices are:", "Oslo, the oldest.", "Kiel"],
    )
    assert listed(asked, [passage("1. Oslo\n2. Kiel", "Handbook", "Our offices")]) == (0, ["Oslo", "Kiel"])
    assert listed(Wanted("cars", True), [passage(ours)]) is None
    assert listed(asked, [passage("The offices:\n- Oslo")]) is None
