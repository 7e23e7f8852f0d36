"""What a question of a thread asks: itself, or with the questions before it."""

from __future__ import annotations

import pytest

from bot.meaning.followup import apart_from, asked, before, chooses, placed, searched, stands_alone
from model.answer import Question

LEAVE = "How long is parental leave?"


@pytest.mark.parametrize(
    "text",
    [
        "And for contractors?",
        "What about Berlin?",
        "Does it include weekends?",
        "Is that also true for part-time staff in Lisbon?",
        "Why?",
        "How many days?",
        "Und für Werkstudenten?",
        "Gilt das auch für den Standort Wien?",
        "Wie lange dauert das?",
        "Wer muss davon wissen?",
    ],
)
def test_a_question_that_points_back_is_read_with_the_one_before_it(text: str) -> None:
    question = Question(text, earlier=(LEAVE,))

    assert asked(question) == f"{LEAVE}\n{text}"
    assert before(question) == LEAVE


@pytest.mark.parametrize(
    "text",
    [
        "How do I reset the password of my laptop?",
        "Which hotels are booked for the Lisbon offsite?",
        "Wie beantrage ich einen Parkplatz am Standort Wien?",
        "Welche Fristen gelten bei der Kündigung in der Probezeit?",
    ],
)
def test_a_question_with_nouns_of_its_own_is_answered_alone(text: str) -> None:
    assert stands_alone(text)
    assert asked(Question(text, earlier=(LEAVE,))) == text


def test_it_is_still_searched_with_the_one_before_it_unless_it_says_much_itself() -> None:
    short = Question("Which hotels are booked for Lisbon?", earlier=(LEAVE,))
    long = Question(
        "Which cheap hotels near the Lisbon office does the travel team book for visiting suppliers?",
        earlier=(LEAVE,),
    )

    assert (before(short), before(long)) == (LEAVE, "")


def test_a_follow_up_of_a_follow_up_reaches_the_question_that_names_what_it_is_about() -> None:
    question = Question("And in Berlin?", earlier=("How do I reset my badge?", LEAVE, "And for fathers?"))

    assert asked(question) == f"{LEAVE}\nAnd for fathers?\nAnd in Berlin?"


@pytest.mark.parametrize(
    ("second", "third"),
    [("Who approves it?", "How long does that take?"), ("Wer genehmigt sie?", "Und wie lange dauert das?")],
)
def test_a_follow_up_of_one_that_only_points_reaches_what_both_are_about(second: str, third: str) -> None:
    question = Question(third, earlier=("How do I reset my badge?", LEAVE, second))

    assert asked(question) == f"{LEAVE}\n{second}\n{third}"
    assert before(question) == f"{LEAVE} {second}"


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        ("Which courses are there?", "Which is the cheapest?", "And the most expensive?"),
        ("Welche Kurse gibt es?", "Welcher ist der günstigste?", "Und der teuerste?"),
    ],
)
def test_one_that_only_chooses_is_asked_and_searched_with_what_it_chooses_from(
    first: str, second: str, third: str
) -> None:
    question = Question(third, earlier=(LEAVE, first, second))

    assert asked(question) == f"{first}\n{second}\n{third}"
    assert (searched(question), before(question)) == (f"{first} {second} {third}", "")


@pytest.mark.parametrize(
    "text", ["Und die Kosten?", "And the guest?", "And Budapest?", "Und Gäste?", "And the rest?"]
)
def test_a_noun_behind_and_chooses_nothing(text: str) -> None:
    assert not chooses(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Which of these was the first?", 0),
        ("Which is the last one?", -1),
        ("And the first?", 0),
        ("Welcher davon ist der erste?", 0),
        ("Und der letzte?", -1),
        ("Which of these is the cheapest?", None),
        ("Which was the first ship?", None),
        ("At last?", None),
    ],
)
def test_which_of_those_that_were_told_is_asked_by_its_place(text: str, place: int | None) -> None:
    question = Question(text, earlier=(LEAVE, "Which courses are there?"))

    assert placed(text) == place
    assert place is None or asked(question) == f"Which courses are there?\n{text}"


@pytest.mark.parametrize("text", ["Which is the largest office?", "What is interest?", "Which is the case?"])
def test_one_that_says_of_what_is_searched_as_it_stands(text: str) -> None:
    assert searched(Question(text, earlier=(LEAVE,))) == text


def test_the_first_question_of_a_thread_is_asked_as_it_stands() -> None:
    assert (asked(Question("And for contractors?")), before(Question("And for contractors?"))) == (
        "And for contractors?",
        "",
    )


def test_what_is_told_beside_a_question_is_searched_before_it() -> None:
    first = Question("My manager did not know. How long is parental leave?")
    second = Question("I am new. And for contractors?", earlier=(LEAVE,))

    assert (before(first), searched(first)) == ("My manager did not know.", LEAVE)
    assert (before(second), searched(second)) == (f"{LEAVE} I am new.", "And for contractors?")
    assert asked(second) == f"{LEAVE}\nI am new. And for contractors?"


@pytest.mark.parametrize(
    ("told", "alone", "apart"),
    [
        ("I am new here.", "How long is the probation?", True),
        ("I am new here.", "Who repairs the van at the depot in Lisbon?", True),
        ("I lost my badge.", "Who pays?", False),
        ("I lost my key.", "Who do I call?", False),
        ("My laptop was stolen.", "What do I do? Also, who pays?", False),
        ("We use Postgres 14.", "Does the Tarn backup agent support that version?", False),
        ("I lost my badge.", "What do I do?", False),
        ("I lost my badge.", "Who has to know about it?", False),
        ("", "How long is the probation?", False),
    ],
)
def test_a_question_that_says_what_it_is_about_needs_nothing_told(told: str, alone: str, apart: bool) -> None:
    assert apart_from(told, alone) is apart
