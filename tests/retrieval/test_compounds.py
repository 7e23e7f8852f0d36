"""A question's compounds, written as the pages write them."""

from __future__ import annotations

import pytest

from retrieval.compounds import pieces, unfolded, written
from retrieval.passage import Passage

TEXT = (
    "Rolling back takes six minutes; the release is rolled back first. Sign-up closes on Friday. "
    "The timesheet of the crew is due. Another crew may not stay overnight."
)
PASSAGES = [Passage("p", "d", "s", "Stand up and on-boarding", TEXT, 0, len(TEXT), "")]


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("How long does a rollback take?", "How long does a roll back take?"),
        ("When does signup close?", "When does sign up close?"),
        ("What is onboarding?", "What is on boarding?"),
        ("When is the time sheet due?", "When is the timesheet due?"),
        ("When is the time-sheet due?", "When is the timesheet due?"),
        ("May another crew stay over night?", "May another crew stay overnight?"),
        ("Who rolled back the release?", "Who rolled back the release?"),
        ("How long does a backroll take?", "How long does a backroll take?"),
        ("Is the workshop open?", "Is the workshop open?"),
    ],
)
def test_a_compound_is_read_as_it_is_written_there(asked: str, there: str) -> None:
    assert written(asked, PASSAGES) == there


LOHN = (
    "Für Nachtarbeit wird ein Zuschlag von 25 Prozent gezahlt, an Feiertagen 125 Prozent. Urlaub ist im Juli."
)
LOHN_PAGES = [Passage("p", "d", "s", "Löhne", LOHN, 0, len(LOHN), "")]


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("Wie hoch ist der Nachtzuschlag?", "Wie hoch ist der Zuschlag Nachtarbeit?"),
        ("Wie hoch ist der Feiertagszuschlag?", "Wie hoch ist der Zuschlag Feiertagen?"),
        ("Wie hoch ist das Urlaubsgeld?", "Wie hoch ist das Urlaubsgeld?"),  # nothing of money
        ("Wie hoch ist der Schmutzzuschlag?", "Wie hoch ist der Schmutzzuschlag?"),  # nothing of dirt
        ("Wie hoch ist der Lohn bei Nachtarbeit?", "Wie hoch ist der Lohn bei Nachtarbeit?"),
    ],
)
def test_a_german_compound_is_read_as_the_words_that_a_page_has_of_it(asked: str, there: str) -> None:
    assert unfolded(asked, LOHN_PAGES) == there


def test_a_german_compound_that_no_page_has_is_searched_by_what_it_may_be_made_of() -> None:
    assert "nacht Zuschlag" in pieces("Wie hoch ist der Nachtzuschlag?", LOHN_PAGES).replace("Nacht", "nacht")
    assert pieces("Wie hoch ist die Nachtarbeit?", LOHN_PAGES) == "Wie hoch ist die Nachtarbeit?"
    assert (
        pieces("How high is the Nachtzuschlag of it?", LOHN_PAGES) == "How high is the Nachtzuschlag of it?"
    )


@pytest.mark.parametrize(
    ("asked", "more"),
    [
        ("Wie hoch ist der Nachtzuschlag?", {"Nacht Zuschlag"}),  # a page has the last of them
        ("Wie hoch ist die Urlaubszulage?", {"Urlaub Zulage"}),  # and the first
        ("Wie hoch ist die Leistungsprämie?", {"Leistung Prämie"}),  # neither: the letter that joins them
        ("Wie hoch ist die Kontogebühr?", set()),  # and there is none
    ],
)
def test_a_compound_is_parted_where_a_part_is_known_or_a_letter_joins_them(
    asked: str, more: set[str]
) -> None:
    told = pieces(asked, LOHN_PAGES).removeprefix(asked)

    assert all(f" {one}" in told for one in more)
    assert bool(told) == bool(more)


def test_a_question_with_many_compounds_is_asked_with_a_few_cuts_the_likeliest_first() -> None:
    asked = (
        "Wie werden Leistungsbeurteilungsgespräche, Überstundenvergütungen und "
        "Wochenendbereitschaftsdienste bei der Schichtplanung oder dem Nachtzuschlag gezählt?"
    )

    told = pieces(asked, LOHN_PAGES)

    assert told.removeprefix(asked).startswith(" Nacht Zuschlag ")
    assert len(told) < 2.5 * len(asked)
