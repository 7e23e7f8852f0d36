"""What a figure is asked of; where no page names that, no figure answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from model.quoting.extract import Extract
from model.quoting.measured import beside, measured
from retrieval.passage import Embedder, Passage, Vectors


def page(text: str, title: str = "Page") -> Passage:
    return Passage(title, title, "hb", title, text, 0, len(text), "")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much is a season ticket?", "season ticket"),
        ("How long is the warranty on the cable?", "warranty cable"),
        ("What is the speed limit on the site?", "speed limit site"),
        ("In which year was the company founded?", "founded"),
        ("How many drums came back?", "drums"),
        ("How many weeks of leave do I get?", "leave"),
        ("How many days off do I get?", ""),
        ("How much does lunch in the canteen cost?", "lunch"),
        ("What is the height of the gate?", "gate"),
        ("How long is the battery life of a lamp?", "battery lamp"),
        ("How many days of unused leave may I keep?", "leave"),
        ("Wie hoch ist das Tempolimit auf dem Gelände?", "tempolimit"),
        ("In welchem Jahr wurde die Firma gegründet?", "gegründet"),
        ("Was kostet eine Jahreskarte?", "jahreskarte"),
        ("How expensive may a hotel be?", "hotel"),
        ("What may a hotel cost?", "hotel"),
        ("How much notice for unpaid leave?", "unpaid leave"),
        ("How far from a weir must it hang?", "weir"),
        ("What is the minimum distance to the bridge?", "bridge"),
        ("How far is the harbour from the mill?", "harbour"),
        ("How long may I stay?", ""),
        ("How long does this take?", ""),
        ("Wie lange darf ich bleiben?", ""),
        ("Who approves travel?", ""),
    ],
)
def test_what_a_figure_is_asked_of(question: str, words: str) -> None:
    thing = measured(question)

    assert (" ".join((*thing.named, *thing.of)) if thing else "") == words


@pytest.mark.parametrize(
    ("question", "near", "right"),
    [
        (
            "How much is a monthly pass?",
            "A single ride to the harbour costs €4.",
            "A monthly pass to the harbour costs €40.",
        ),
        (
            "How long is the guarantee on the pump?",
            "The guarantee on the heater is five years.",
            "The guarantee on the pump is five years.",
        ),
        (
            "How long is the guarantee on the pump?",
            "The guarantee on the heater is five years.",
            "The warranty on the pump is five years.",  # in other words
        ),
        (
            "What is the speed limit in the yard?",
            "The limit in the yard is 40 parking spaces.",
            "The speed limit in the yard is 10 km/h.",
        ),
        (
            "In which year was the company founded?",
            "The company moved to the harbour in 1998.",
            "The company was established in 1998.",
        ),
        (
            "How many boats may I lease?",
            "The harbour has room for 60 boats and a crane.",
            "At most two boats are rented to a person.",  # in other words
        ),
        (
            "How many lockers are there?",
            "There are 40 windows in the hall.",
            "There are 40 lockers in the hall.",
        ),
        (
            "How much does the sauna cost?",
            "The pool is free, and the sauna is in the cellar.",
            "The sauna is free, and the pool is in the cellar.",
        ),
        (
            "Was kostet eine Jahreskarte?",
            "Eine Fahrt mit dem Bus zum Hafen kostet 4 Euro.",
            "Eine Jahreskarte für den Bus zum Hafen kostet 40 Euro.",
        ),
        (
            "Wie lange ist die Probezeit für die Pumpe?",
            "Die Lieferung der Pumpe ist nach sechs Wochen auf dem Weg.",
            "Die Probezeit für die Pumpe ist mit sechs Wochen nicht lang.",
        ),
        (
            "In welchem Jahr wurde die Firma gegründet?",
            "Die Firma ist im Jahr 1998 an den Hafen gezogen.",
            "Die Firma ist im Jahr 1998 an dem Hafen gegründet worden.",
        ),
    ],
)
def test_a_figure_of_another_thing_is_no_answer(
    minilm: Embedder, question: str, near: str, right: str
) -> None:
    extract = Extract(minilm)

    assert (extract.write(question, [page(near)]).text, extract.write(question, [page(right)]).text) == (
        "",
        f"{right} [1]",
    )


def test_what_a_heading_or_the_sentence_before_names_is_named(minilm: Embedder) -> None:
    titled = Extract(minilm).write("How long is the guarantee?", [page("It is five years.", "Guarantee")])
    behind = Extract(minilm).write(
        "How much is the bonus?", [page("The bonus is paid in May. It is €900 a year.")]
    )

    assert (titled.text, "€900" in behind.text) == ("It is five years. [1]", True)


def test_a_row_that_is_called_by_what_is_asked_answers_and_none_that_only_mentions_it(
    minilm: Embedder,
) -> None:
    rows = (
        "what | limit | note\nBreakfast | €14 | only if the hotel has none\nHotel, per night | €140 | alone"
    )

    told = Extract(minilm).write("How expensive may a hotel be?", [page(rows, "Limits")])

    assert told.text == "what: Hotel, per night; limit: €140; note: alone [1]"


def test_what_has_a_figure_and_hardly_anything_else_of_the_question_is_no_answer(minilm: Embedder) -> None:
    page_of_leave = page(
        "If your baby was born in March 2025, you take the leave that you have left.", "Leave"
    )
    other = page("If your car breaks down you can ask for a loan, once in twelve months.", "Loans")

    told = Extract(minilm).write(
        "My baby was born in March 2025, how many weeks do I get?", [page_of_leave, other]
    )

    assert told.text == ""


def test_a_row_is_about_what_its_columns_are_called() -> None:
    rows = page("parent | paid weeks | unpaid weeks\nfirst parent | 14 | 26\nother parent | 4 | 26")
    span = (rows.text.index("first"), rows.text.index("\nother"))

    assert beside("How many paid weeks are there for the first parent?", [(rows, span)], Unread()) == [0]


class Unread:
    """An embedder that nothing is asked of."""

    name, dimension = "unread", 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(texts)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        raise AssertionError(text)


SHARE = (
    "Profit share is decided in March. Everybody gets the same amount. For 2025 it was 1,150 euros.\n\n"
    "It is 20 euros for the boat."
)


def test_a_figure_that_only_points_back_is_quoted_with_what_it_points_at(minilm: Embedder) -> None:
    told = Extract(minilm).write("How much is the profit share?", [page(SHARE)]).text

    assert "Profit share is decided in March. [1]" in told
    assert "For 2025 it was 1,150 euros. [1]" in told
    assert "boat" not in told


def test_the_one_sentence_that_names_what_is_asked_answers_behind_likelier_ones(minilm: Embedder) -> None:
    streets = [
        page("The mill in Kiln Street is old. Kiln Street is closed on Kiln Day.", str(n)) for n in "abcd"
    ]
    place = (
        "Look for a place that is dry and flat. Below a kiln, stay 50 metres away: foam reflects radar badly."
        " Nothing may reach into this circle: no pillar, no branch, no ladder."
    )
    pages = [page("The distance to the end is a distance of 15 metres.", "Distance"), *streets, page(place)]

    told = Extract(minilm).write("What is the distance to the kiln?", pages).text

    assert told == "Below a kiln, stay 50 metres away: foam reflects radar badly. [6]"


SICK = "Sick pay is full pay for the first four weeks and half pay for the following eight weeks."
LEAVE = "Full-time staff have 25 days of annual leave. After five years of service it is 27 days a year."


def test_a_title_with_two_things_is_about_the_one_that_the_section_has(minilm: Embedder) -> None:
    title = "Leave and sickness"
    pages = [
        Passage(text, "leave.md", "s", title, text, 0, len(text), "", (title, section))
        for text, section in ((LEAVE, "Annual leave"), (SICK, "Sickness"))
    ]

    said = Extract(minilm).write("How many sick days per year?", pages).text
    leave = Extract(minilm).write("How many days of annual leave do I get?", pages).text

    assert said == f"{SICK} [2]"
    assert leave.startswith("Full-time staff have 25 days of annual leave.")


def test_rows_that_are_called_by_what_means_nearly_the_same_are_told_alone(minilm: Embedder) -> None:
    rows = "\n".join(f"| {what} | {limit} | once |" for what, limit in LIMITS.items())
    page_ = page(f"| what | limit | note |\n|---|---|---|\n{rows}", "Expenses")

    said = Extract(minilm).write("What is the limit for meals?", [page_]).text

    assert "Lunch" in said and "Dinner" in said
    assert "Hotel" not in said and "Mileage" not in said


LIMITS = {"Hotel in Oslo": "£115 a night", "Lunch": "£14", "Dinner": "£32", "Mileage": "45p a mile"}
