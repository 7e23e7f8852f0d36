"""How much of something a person gets, where prose says it, and where a figure is of something else."""

from __future__ import annotations

import pytest

from model.tabular.entitled import entitles

HOLIDAYS = "How many holidays do I get?"


@pytest.mark.parametrize(
    "sentence",
    [
        "You have 28 days of paid holiday a year.",
        "You get 28 holidays.",
        "Everybody has 28 paid holidays.",
        "You have 28 working days of the annual holiday.",
        "Your holiday is 28 days a year.",
        "Your holiday entitlement is at least 28 days.",
    ],
)
def test_a_figure_is_of_what_stands_behind_it_or_is_it(sentence: str) -> None:
    assert entitles(HOLIDAYS, [sentence])


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many offices do I have?", "We spend 3 days a week in the office."),
        ("How many offices do I have?", "We spend 3 days at the office."),
        ("How many offices do I have?", "Our office is open 5 days a week."),
        ("How many desks do I get?", "We seat 4 people per desk."),
        (HOLIDAYS, "Tell us 5 days before your holiday."),
        (HOLIDAYS, "We have 12 colleagues who all booked their holiday."),
    ],
)
def test_a_figure_of_something_else_nearby_is_no_entitlement(question: str, sentence: str) -> None:
    assert not entitles(question, [sentence])


def test_a_german_sentence_joins_figure_and_noun_with_von_or_nothing() -> None:
    asked = "Wie viele Urlaubstage habe ich?"

    assert entitles(asked, ["Alle haben 30 Urlaubstage im Jahr."])
    assert entitles("Wie viele Tage Urlaub bekomme ich?", ["Du bekommst 30 Tage bezahlten Urlaub."])
    assert not entitles("Wie viele Büros habe ich?", ["Wir sind 3 Tage je Woche im Büro."])
