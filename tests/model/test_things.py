"""What a question of yes or no is about, and whether any passage names it."""

from __future__ import annotations

import pytest

from model.quoting.things import meant, unnamed
from retrieval.passage import Embedder, Passage

BICYCLE = "You may claim 20 cents a kilometre for your own bicycle, and park it in the shed of the office."
FAHRRAD = (
    "Für das eigene Fahrrad gibt es 20 Cent je Kilometer, und es darf im Schuppen neben dem Büro stehen."
)


@pytest.mark.parametrize(
    ("question", "text", "things"),
    [
        ("May I claim for a motorbike?", BICYCLE, ["motorbike"]),
        ("May I claim for a bicycle?", BICYCLE, []),
        ("Can I bring my dog to the office?", BICYCLE, ["dog"]),
        ("Are there lockers?", BICYCLE, ["lockers"]),
        ("Are there offices?", BICYCLE, []),
        ("Is parking allowed?", BICYCLE, []),
        ("Is the shed open on Monday?", BICYCLE, ["Monday"]),
        ("Is the shed open in December?", BICYCLE, ["December"]),
        ("Is the shed open at Christmas?", BICYCLE, []),
        ("Can I work remotely from Germany?", BICYCLE, ["Germany"]),
        ("How much is paid in Germany for a bicycle?", BICYCLE, ["Germany"]),
        ("What may I claim on Mondays in March?", BICYCLE, []),
        ("Darf ich mit Weihnachtsgeld rechnen?", FAHRRAD, ["Weihnachtsgeld"]),
        ("Habe ich an Weihnachten frei?", FAHRRAD, []),
        ("Can I get a raise?", BICYCLE, ["raise"]),
        ("Does the office pay child support?", BICYCLE, ["support"]),
        ("Is a dog ok in the office?", BICYCLE, ["dog"]),
        ("Is the bicycle rate higher in the office?", BICYCLE, []),
        ("What is claimed for a motorbike?", BICYCLE, []),
        ("Darf ich für ein Motorrad etwas abrechnen?", FAHRRAD, ["Motorrad"]),
        ("Darf ich für mein Fahrrad etwas abrechnen?", FAHRRAD, []),
        ("Darf ich für ein Motorrad etwas abrechnen?", BICYCLE, []),  # another language
        ("May I claim for a motorbike?", "", []),
        ("When does the Munich office open?", BICYCLE, ["Munich"]),
        ("What is the Office in Lund paid for?", BICYCLE, ["Lund"]),
        ("What may I claim on Monday in March?", BICYCLE, []),
        ("How Much Is Paid For A Bicycle In Lund?", BICYCLE, []),
        ("Munich pays how much for a bicycle?", BICYCLE, []),
        ("How much PTO do I get?", BICYCLE, []),
        ("How long may I stay at the Malmö site?", BICYCLE, ["Malmö"]),
        ("What is paid at Port Ellisand for a bicycle?", BICYCLE, ["Port Ellisand"]),
        ("What is paid by the Office Managers?", BICYCLE, []),
        ("How much is paid for a bicycle? Thanks, Anna", BICYCLE, []),
        ("I'm new here. I met Tom. How much may I claim for a bicycle?", BICYCLE, []),
        ("what is paid After I claim for a bicycle?", BICYCLE, []),
        ("What is paid between Christmas and New Year?", BICYCLE, []),
        ("Wann öffnet das Büro in München?", FAHRRAD, []),  # where every noun has a capital
    ],
)
def test_what_is_asked_about_and_named_nowhere(question: str, text: str, things: list[str]) -> None:
    assert unnamed(question, [Passage("a", "a", "hb", "", text, 0, len(text), "")]) == things


def test_a_word_that_no_sentence_does_without_is_no_form_of_a_thing() -> None:
    text = "What do we bring? We do bring a rope."

    assert unnamed("Can I bring my dog?", [Passage("a", "a", "hb", "", text, 0, len(text), "")]) == ["dog"]


def test_what_is_quoted_names_what_it_says_whatever_its_language_is_taken_for() -> None:
    short = "Homeoffice: 2 Tage"
    pages = [Passage("a", "a", "hb", "", one, 0, len(one), "") for one in (short, FAHRRAD)]

    assert unnamed("Darf ich Homeoffice machen?", [pages[1]]) == ["Homeoffice"]
    assert unnamed("Darf ich Homeoffice machen?", pages, [short]) == []


def test_a_thing_that_is_quoted_in_another_word_is_meant_and_another_thing_is_not(minilm: Embedder) -> None:
    assert meant(["bike", "motorbike"], ["Bicycles are kept in the shed."], minilm) == ["bike"]
    assert not meant(["seller"], ["The buyer pays for it."], minilm)
