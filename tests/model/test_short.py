"""What a page says in two or three words below a heading or behind a label is told, and with it of what."""

from __future__ import annotations

import pytest

from model.checking.citations import cite
from model.quoting.extract import Extract
from retrieval.passage import Embedder, Passage

TERM = "Six weeks. The notice period during the trial run is one week, afterwards one month."
RUN = "How long is the trial run?"
YARD = "Guests leave the car in bays 1 to 14. Trucks wait on the east yard. There is no charge."
BADGE = "A new badge opens 14 doors. It does not expire. After five wrong attempts it is locked."
HEAD = "Version 2, valid from 10 May 2026. Owner: Kim Lund."
TEAM = "The spill team decides within an hour. It consists of the plant manager and the head of the yard."
AIDERS = "- Bakery: Nadine Vogt\n- Packing: Murat Demir\n- Stores: Silke Harms\n\nThe kit is at the gate."


def page(text: str, *heading: str) -> Passage:
    return Passage(text, f"{heading[:1] or text}.md", "s", "", text, 0, len(text), "", heading)


def told(minilm: Embedder, question: str, *passages: Passage) -> list[str]:
    draft = Extract(minilm).write(question, passages)
    return [one.text.strip() for one in cite(draft, passages) if not one.dropped]


@pytest.mark.parametrize("question", [RUN, "Trial run?", "How long is our trial run"])
def test_what_stands_right_below_the_heading_that_asks_is_told_first(question: str, minilm: Embedder) -> None:
    said = told(minilm, question, page(TERM, "New here", RUN))

    assert said[0] == "How long is the trial run: Six weeks. [1]"


@pytest.mark.parametrize("question", ["How long is a break?", "Why do we have the trial run on Mondays?"])
def test_what_stands_below_a_heading_that_asks_something_else_is_not_ahead(
    question: str, minilm: Embedder
) -> None:
    breaks = page("You rest for 30 minutes at noon, and the break on Mondays is longer.", "Breaks")

    said = told(minilm, question, page(TERM, "New here", RUN), breaks)

    assert "Six weeks" not in said[0]


@pytest.mark.parametrize("question", ["Is parking free of charge?", "How much does guest parking cost?"])
def test_that_nothing_is_charged_is_told_with_its_heading(question: str, minilm: Embedder) -> None:
    assert told(minilm, question, page(YARD, "Guests", "Parking"))[0] == "Parking: There is no charge. [1]"


def test_a_sentence_of_four_words_comes_behind_the_one_it_points_at(minilm: Embedder) -> None:
    said = told(minilm, "Does the badge expire?", page(BADGE))

    assert said[:2] == ["A new badge opens 14 doors. [1]", "It does not expire. [1]"]


def test_a_short_sentence_that_points_at_another_thing_comes_with_what_it_points_at(minilm: Embedder) -> None:
    draft = Extract(minilm).write("Does the account expire?", [page(BADGE)]).text

    assert "A new badge opens 14 doors. [1] It does not expire. [1]" in draft


def test_who_owns_a_page_is_told_by_its_line_owner(minilm: Embedder) -> None:
    pages = [page(TEAM, "Spill plan", "Who decides"), page(HEAD, "Spill plan")]

    said = told(minilm, "Who owns the spill plan?", *pages)

    assert said[0].startswith("Spill plan: Owner: Kim Lund.")


def test_the_owner_of_one_page_is_not_that_of_another_thing(minilm: Embedder) -> None:
    said = told(minilm, "Who owns the bakery?", page(TEAM, "Spill plan"), page(HEAD, "Spill plan"))

    assert all(one.startswith("Spill plan: ") for one in said if "Kim Lund" in one)


def test_an_item_with_a_name_is_told_with_the_heading_of_its_list(minilm: Embedder) -> None:
    said = told(minilm, "Who is the first aider in the stores?", page(AIDERS, "First aiders"))

    assert said[0].startswith("First aiders: Stores: Silke Harms")


def test_a_heading_that_the_check_would_strike_is_left_away(minilm: Embedder) -> None:
    text = "Present: Priya Lund, Tom West, Grace Bell, Rosa Pike. Absent: Owen Ross."

    said = told(minilm, "Who was absent from the works group?", page(text, "Works group, notes of 9 May"))

    assert said[0] == "Absent: Owen Ross. [1]"


@pytest.mark.parametrize("text", ["Six weeks", "Yes.", "Is it so?", "See:", "- Bakery"])
def test_a_stump_that_says_nothing_is_not_quoted(text: str, minilm: Embedder) -> None:
    assert told(minilm, RUN, page(text, "New here", RUN)) == []


def test_a_notice_period_is_one_with_words_between_it_and_its_length(minilm: Embedder) -> None:
    said = told(minilm, "What is the notice period?", page(TERM, "New here", RUN))

    assert said[0].startswith("The notice period during the trial run is one week")


NOTES = "Chair: Kim Lund. Present: Ada Roth, Dan Frost. Apologies: Priya Nair."


def test_a_line_whose_label_the_question_does_not_name_comes_with_those_beside_it(minilm: Embedder) -> None:
    said = told(minilm, "Who was missing from the works meeting?", page(NOTES, "Works meeting, 14 May"))

    assert said == [
        "Works meeting, 14 May: Chair: Kim Lund. [1]",
        "Present: Ada Roth, Dan Frost. [1]",
        "Apologies: Priya Nair. [1]",
    ]


@pytest.mark.parametrize(
    "question", ["Who was the chair of the works meeting?", "Who chaired the works meeting?"]
)
def test_a_line_whose_label_it_names_stands_alone(question: str, minilm: Embedder) -> None:
    said = told(minilm, question, page(NOTES, "Works meeting, 14 May"))

    assert said == ["Works meeting, 14 May: Chair: Kim Lund. [1]"]


def test_lines_of_another_paragraph_are_not_beside_it(minilm: Embedder) -> None:
    text = "Chair: Kim Lund. Present: Ada Roth.\n\nCost centre: North."

    said = told(minilm, "Who was missing from the works meeting?", page(text, "Works meeting, 14 May"))

    assert "Present: Ada Roth. [1]" in said and not any("North" in one for one in said)
