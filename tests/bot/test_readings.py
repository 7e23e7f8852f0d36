"""A question that does not say what it is about is asked back once, with the pages that it may mean."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.clarifying import asked_back, readings
from bot.answering.understanding import understand
from bot.answering.work import Work
from bot.meaning.readings import picked, vague
from bot.phrases import say
from model.answer import Question, Status
from retrieval.passage import Hit, Passage
from retrieval.search import Results

DATA = Path(__file__).parent / "data"
LIMIT = "What is the limit?"


def hit(title: str, score: float, *heading: str) -> Hit:
    passage = Passage(title, title, "handbook", title, "text", 0, 4, f"https://x/{title}", heading=heading)
    return Hit(passage, score, 1.0, score)


EXPENSES, PARKING, TRAVEL = (
    hit("Expenses", 0.6, "Expenses", "Limits"),
    hit("Parking", 0.5),
    hit("Travel", 0.4),
)


def asked(question: Question | str, *hits: Hit) -> Work:
    return asked_back(understand(question).found(Results(hits), (), understand("?").trail))


@pytest.mark.parametrize("half", ["written", "held"])
def test_what_does_not_say_what_it_is_about_is_vague(half: str) -> None:
    lines = (DATA / f"vague_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    missed = [text for line in lines if not vague(text := json.loads(line)["question"])]

    assert len(missed) <= len(lines) // 10


@pytest.mark.parametrize(
    "text",
    [
        "What is the limit for dinner?",
        "Is it allowed to smoke?",
        "How long does it take to get a visa?",
        "What is Tarn?",
        "parking",
        "Is there a canteen?",
        "What are sandboxes?",
        "Wie viel kostet ein Parkplatz?",
        "Gibt es eine Kantine?",
        "Wo ist das Büro?",
        "What does SEV1 mean?",
    ],
)
def test_what_names_something_is_not(text: str) -> None:
    assert not vague(text)


def test_a_vague_question_is_asked_back_with_the_pages_it_may_mean() -> None:
    work = asked(LIMIT, EXPENSES, PARKING, TRAVEL, hit("Gauges", 0.39), hit("Far", 0.1))

    assert work.said == (
        Status.CLARIFY,
        say("ask_back", readings="• Expenses › Limits\n• Parking\n• Travel"),
    )
    assert not work.carried


def test_where_one_page_is_meant_it_is_answered() -> None:
    assert not asked(LIMIT, EXPENSES, hit("Expenses", 0.5, "Claims"), hit("Parking", 0.2)).said
    assert not asked(LIMIT).said


def test_what_leans_on_a_part_before_it_is_not_vague_and_a_vague_first_part_is() -> None:
    assert not asked("How much holiday do I get and how do I ask for it?", EXPENSES, PARKING).said
    assert asked("What is the limit? And how do I claim it?", EXPENSES, PARKING).said


@pytest.mark.parametrize("earlier", [(LIMIT,), ("How do I claim expenses?",), ("",)])
def test_in_a_thread_nothing_is_asked_back_a_second_time(earlier: tuple[str, ...]) -> None:
    assert not asked(Question(LIMIT, earlier=earlier), EXPENSES, PARKING).said


def test_it_is_asked_back_in_the_language_of_who_asked() -> None:
    work = asked(Question("Wie hoch ist das Limit?", locale="de-DE"), EXPENSES, PARKING)

    assert work.said and work.said[1].startswith("Was davon meinst du?")


@pytest.mark.parametrize("reply", ["Expenses › Limits", "expenses", "Limits of expenses."])
def test_who_replies_with_a_reading_has_asked_the_whole_question(reply: str) -> None:
    work = understand(Question(reply, earlier=("How do I claim?", LIMIT)))

    assert work.question.text == f"What is the limit: {reply.rstrip('.')}?"
    assert work.question.earlier == ("How do I claim?",)


@pytest.mark.parametrize("text", ["And for contractors?", "Who approves travel to Lisbon?"])
def test_who_replies_with_a_question_asks_that(text: str) -> None:
    question = Question(text, earlier=(LIMIT,))

    assert picked(question) == question


@pytest.mark.parametrize("text", ["parental leave", "the limit"])
def test_where_slack_does_not_show_the_thread_a_question_is_left_as_it_is(text: str) -> None:
    question = Question(text, earlier=("",))

    assert picked(question) == question
    assert not asked(question, EXPENSES, PARKING).said


def test_a_title_with_lines_or_marks_is_one_line_of_the_list() -> None:
    assert readings([hit("A\n• <!channel>", 0.6), PARKING]) == ["A • <!channel>", "Parking"]


def test_a_page_far_behind_that_speaks_of_what_is_asked_may_be_meant_as_well() -> None:
    pages = [hit("Limit of uploads", 1.0), hit("Leave", 0.4), hit("Company card", 0.3)]
    pages[2] = replace(pages[2], passage=replace(pages[2].passage, text="The limits are set by finance."))

    assert readings(pages, LIMIT) == ["Limit of uploads", "Company card"]
    assert readings(pages[:2], LIMIT) == ["Limit of uploads"]
    assert readings(pages, "Is it that?") == ["Limit of uploads"]
