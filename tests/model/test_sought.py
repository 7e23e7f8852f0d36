"""Where somebody is to go and how often something is done is told by what is said of it."""

from __future__ import annotations

import pytest

from model.quoting.demands import preferred
from model.quoting.extract import Extract
from model.quoting.sought import sought
from retrieval.passage import Embedder, Passage

CLOTHES = "From the hatch beside hall 1, Monday to Friday. All get five sets. Boots are replaced once a year."
PHONES = "Own phones stay in the locker. Crew leads and fitters carry a company phone in a sealed case."
BADGE = (
    "A new badge opens 14 doors. It does not expire. After five wrong attempts it is locked for 20 minutes."
)
DRILL = "A drill is held twice a year."
ABSENT = "Call the line on 01632 960 140 an hour before your shift begins."
CLEANING = (
    "Bereich | Takt | Mittel\nKneter | täglich nach der Schicht | Lauge\n"
    "Ofenband | wöchentlich am Samstag | Bürste\n\nAllen Dank."
)


def page(text: str, *heading: str) -> Passage:
    return Passage(text, f"{text[:9]}.md", "s", "", text, 0, len(text), "", heading)


def told(minilm: Embedder, question: str, *pages: Passage) -> str:
    return Extract(minilm).write(question, pages).text


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Where do I leave my phone during the shift?", "phone"),
        ("Where do I get my shoes?", "shoes"),
        ("How often do we get new boots from the company?", "boots"),
        ("badge how often", "badge"),
        ("Wo kann ich mein Fahrrad abstellen?", "fahrrad"),
        ("Where did the canal start?", ""),
        ("How many phones are there?", ""),
    ],
)
def test_what_somebody_asks_the_place_of(question: str, thing: str) -> None:
    assert sought(question) == thing


@pytest.mark.parametrize(
    ("question", "text", "met"),
    [
        ("Where do I get boots?", "Boots are replaced once a year.", False),
        ("Where do I get boots?", "They lie in cabinet 4.", True),
        ("Where do I get boots?", "Ask the clerk.", True),
        ("Where do I get boots?", "In March, at least once.", False),
        ("How often is it checked?", "It is checked every two hours.", True),
        ("How often is it checked?", "It is locked for 20 minutes.", False),
        ("Wie oft wird es geprüft?", "Es wird wöchentlich geprüft.", True),
    ],
)
def test_a_place_or_how_often_is_known_where_it_stands(question: str, text: str, met: bool) -> None:
    demand = preferred(question)

    assert demand and demand.met_by(text) is met


def test_where_something_is_to_be_left_is_told_by_what_begins_with_it(minilm: Embedder) -> None:
    said = told(minilm, "Where do I leave my phone during the shift?", page(PHONES, "Phones"), page(ABSENT))

    assert said == "Own phones stay in the locker. [1]"


def test_what_is_called_otherwise_comes_with_the_heading_it_stands_below(minilm: Embedder) -> None:
    said = told(minilm, "Where do I get my shoes?", page(CLOTHES, "Where do I get my work clothes?"))

    assert said.startswith("Where do I get my work clothes: From the hatch beside hall 1")
    assert "once a year" not in said


def test_how_often_is_not_answered_with_another_figure(minilm: Embedder) -> None:
    said = told(minilm, "badge how often", page(BADGE, "Badges"), page(DRILL, "Drills"))

    assert "It does not expire." in said
    assert "twice" not in said and "20 minutes" not in said


def test_a_row_of_another_name_does_not_tell_how_often(minilm: Embedder) -> None:
    said = told(minilm, "Wie oft wird das Ofenband gereinigt?", page(CLEANING, "Reinigung der Halle"))

    assert "wöchentlich" in said and "täglich" not in said


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How often are databases backed up?", "Databases are backed up at midnight. Staff meet every day."),
        (
            "How often are laptops replaced?",
            "Laptops are replaced after four years. Desks are cleaned daily.",
        ),
        ("Where do I get toner?", "Toner is ordered by facilities. Paper is kept in cabinet 4."),
        ("Where do visitors register?", "Visitors register with the guard. Walk with visitors to the exit."),
        ("Where are agreements signed?", "Every agreement is signed by the desk. NDA: an agreement."),
        ("Where is the assembly point?", "The assembly point is the car park. Keys hang in the office."),
        (
            "Wie oft werden die Büros gereinigt?",
            "Die Büros werden am Dienstag gereinigt. Pausen sind täglich.",
        ),
    ],
)
def test_a_place_or_times_that_are_told_in_another_way_still_answer(
    minilm: Embedder, question: str, text: str
) -> None:
    assert told(minilm, question, page(text)).startswith(text.partition(".")[0])
