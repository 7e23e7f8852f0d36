"""A question made from the words that answer it: as people ask, by the words of the document alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.learning.asked import anew, asked, turned
from model.learning.row import Row
from model.sentences import sentences
from retrieval.passage import Passage
from retrieval.terms import words

ENGLISH = {
    "Each parent gets 20 weeks at full pay.": "How many weeks does each parent get at full pay?",
    "Claims must be sent within 30 days.": "Within how many days must claims be sent?",
    "You can carry over up to five days until 31 March.": "Until when can I carry over up to five days?",
    "The office closes at 18:00 on Fridays.": "When does the office close on Fridays?",
    "A taxi may cost up to €35 per ride.": "Up to how much may a taxi cost per ride?",
    "The budget was 3.4 percent of the pay bill.": "What percentage was the budget of the pay bill?",
    "After the notice, you return your laptop.": "Do I return my laptop after the notice?",
    "Your own phone may be used for e-mail.": "May my own phone be used for e-mail?",
    "A deputy is the person who answers when you cannot.": "What is a deputy?",
    "Report a lost badge within two hours.": "Within how many hours should I report a lost badge?",
    "Codes by text message are not accepted.": "Are codes by text message accepted?",
}
GERMAN = {
    "Jeder Elternteil bekommt 26 Wochen Urlaub.": "Wie viele Wochen bekommt jeder Elternteil Urlaub?",
    "Anträge müssen bis zum 15. März 2027 eingehen.": "Bis wann müssen Anträge eingehen?",
    "Du darfst höchstens 40 Euro für ein Essen ausgeben.": "Wie viel darf ich für ein Essen ausgeben?",
    "Sie müssen ihn innerhalb von 30 Tagen stellen.": "Innerhalb von wie vielen Tagen muss ich ihn stellen?",
    "Wenn du krank bist, musst du vor 10 Uhr anrufen.": "Wann muss ich anrufen, wenn ich krank bin?",
    "Hunde sind im Büro nicht erlaubt.": "Sind Hunde im Büro erlaubt?",
    "Der Zuschuss beträgt 15 Prozent des Gehalts.": "Wie viel Prozent beträgt der Zuschuss des Gehalts?",
}


def passage(text: str, title: str = "", heading: tuple[str, ...] = ()) -> Passage:
    return Passage("p", "kb:p.md", "kb", title, text, 0, len(text), "file:p.md", heading)


def of(text: str, **more: object) -> str:
    return asked(passage(text, **more), (0, len(text)))  # type: ignore[arg-type]


@pytest.mark.parametrize(("said", "question"), [*ENGLISH.items()])
def test_an_english_sentence_becomes_what_it_answers(said: str, question: str) -> None:
    assert of(said) == question


@pytest.mark.parametrize(("said", "question"), [*GERMAN.items()])
def test_a_german_sentence_becomes_what_it_answers(said: str, question: str) -> None:
    around = "Das ist die Regel und sie gilt für alle, die bei uns sind, auch in der Probezeit."
    text = f"{said} {around}"

    assert asked(passage(text), (0, len(said))) == question


def test_the_figure_that_is_asked_for_is_not_in_the_question() -> None:
    assert "26" not in of("Each team gets 26 desks in the new house.")
    assert of("Each team gets 26 desks in the new house.").startswith("How many desks")


def test_a_row_of_a_table_is_asked_by_its_columns() -> None:
    text = "| what | limit | note |\n|---|---|---|\n| Lunch | €22 | away |\n| Dinner | €38 | a night |\n"
    start = text.index("| Dinner")

    assert (
        asked(passage(text, "Expenses"), (start, len(text) - 1)) == "Expenses: what is the limit for Dinner?"
    )


def test_a_question_that_names_neither_heading_nor_title_stands_behind_it() -> None:
    said = "Each parent gets 20 weeks at full pay."

    assert of(said, title="Parental leave").startswith("How many weeks")
    assert (
        of("The notice is ten weeks.", title="Parental leave")
        == "Parental leave: how many weeks is the notice?"
    )
    assert of("The notice is ten weeks.", title="Handbook", heading=("Leaving us",)).startswith("Handbook: ")


@pytest.mark.parametrize("said", ["It is so.", "Never guess in public.", "1 | 2", "???", "Gruppe A"])
def test_words_without_a_form_are_asked_about_all_the_same(said: str) -> None:
    assert of(said, title="Incidents").endswith("?")
    assert turned(passage(said), (0, len(said))) == ""


def test_no_word_of_a_question_comes_from_elsewhere_than_the_document(tmp_path: Path) -> None:
    """So that it is nobody's: but for the words that ask."""
    text = (Path(__file__).parents[2] / "examples/handbook/people/parental-leave.md").read_text(
        encoding="utf-8"
    )
    asking = set("what how many much when who is are does do did i me my should may can about within".split())
    given, own = passage(text, "Parental leave"), set(words(text))

    for span in sentences(text):
        made = [w for w in words(asked(given, span)) if w not in asking]
        assert [w for w in made if w not in own and not any(w[:4] == o[:4] for o in own)] == []


def test_a_row_asked_anew_has_nothing_of_what_was_asked_and_answers_the_new_question() -> None:
    text = "Each parent gets 20 weeks at full pay. The notice is ten weeks."
    other = passage("A taxi may cost up to €35 per ride.", "Travel")
    row = Row(
        "hey can my wife Ada also stay home with Kim, and what of cabs?",
        (other, passage(text, "Parental leave")),
        "Yes: each parent gets 20 weeks at full pay. [2]\nA taxi may cost up to €35 per ride. [1]",
        (1, 2),
        ("20 weeks", "€35"),
    )

    made = anew(row)

    assert made is not None
    assert made.question == "How many weeks does each parent get at full pay?"
    assert made.answer == "Yes: each parent gets 20 weeks at full pay. [2]"
    assert (made.gold, made.facts) == ((2,), ("20 weeks",))


def test_a_refusal_cannot_be_asked_anew() -> None:
    assert anew(Row("Who won?", (passage("Each parent gets 20 weeks."),), "NOT_FOUND")) is None
