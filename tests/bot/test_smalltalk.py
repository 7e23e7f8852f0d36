"""Greetings, thanks and who we are: answered without the documents, and never instead of a question."""

from __future__ import annotations

import pytest

from bot.answering.understanding import understand
from bot.meaning.smalltalk import KINDS, kind, reply
from bot.phrases import ENGLISH, GERMAN, say
from docs.smalltalk import HALVES, labelled, per_100
from model.answer import Question, Status
from retrieval.passage import Passage


@pytest.mark.parametrize("half", HALVES)
def test_no_question_is_taken_for_small_talk_and_little_small_talk_is_missed(half: str) -> None:
    false, missed = per_100(half)

    assert (false, missed) <= (0.0, 5.0)


@pytest.mark.parametrize("half", HALVES)
def test_each_kind_of_small_talk_is_told_from_the_others(half: str) -> None:
    wrong = [(text, is_, kind(text)) for text, is_ in labelled(half) if is_ and kind(text) != is_]

    assert len(wrong) <= 3


def test_small_talk_is_answered_in_its_own_language() -> None:
    assert reply("Danke dir!", "en-GB") == say("small_thanks", "de")
    assert reply("who are you?", "de-DE") == say("small_about", "en")


def test_what_is_said_in_both_languages_is_answered_in_the_askers() -> None:
    assert reply("Hi!", "de-DE") == say("small_greeting", "de")
    assert reply("👍") == say("small_thanks")


def test_every_kind_has_its_reply_in_both_languages() -> None:
    assert {f"small_{one}" for one in KINDS} <= ENGLISH.keys() & GERMAN.keys()


@pytest.mark.parametrize("text", ["hi", "Thanks a lot!", "Wer bist du?", ":+1:", "👍🏽"])
def test_small_talk_is_settled_before_any_search(text: str) -> None:
    work = understand(Question(text))

    assert work.said == (Status.SMALL_TALK, reply(text))


def test_a_long_message_of_nothing_but_greetings_is_looked_at_in_no_time() -> None:
    assert kind("hi " * 5_000 + "x") == kind("hello there all " * 7 + "!!x") == ""


def test_a_thread_s_this_is_what_was_spoken_of_there() -> None:
    assert understand(Question("How does this work?")).said
    assert not understand(Question("How does this work?", earlier=("Is there a job bike?",))).said


def test_thanks_with_a_file_are_a_question_about_the_file() -> None:
    file = Passage("a1", "attached/F1", "", "offer.txt", "An offer.", 0, 9, "https://slack.test/F1")

    assert not understand(Question("Thanks!", attached=(file,))).said


def test_a_follow_up_does_not_lean_on_small_talk() -> None:
    earlier = ("Hello, how long is parental leave?", "Thanks a lot!")

    work = understand(Question("Thanks. And for fathers?", earlier=earlier))

    assert work.asked == "how long is parental leave?\nAnd for fathers?"


@pytest.mark.parametrize("text", ["lol", "Haha!", "hahaha", "LOL 😂", "hehe", "haha ok"])
def test_laughter_is_small_talk(text: str) -> None:
    assert understand(Question(text, earlier=("How long is parental leave?",))).said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("That is wrong.", "Not helpful"),
        ("no, that's not right", "Not helpful"),
        ("the answer is incorrect", "Not helpful"),
        ("wrong!", "Not helpful"),
        ("Das stimmt nicht.", "Nicht hilfreich"),
        ("nein, das ist leider falsch", "Nicht hilfreich"),
        ("das stimmt so nicht mehr", "Nicht hilfreich"),
    ],
)
def test_who_says_that_an_answer_is_wrong_is_told_where_to_correct_it(text: str, told: str) -> None:
    question = Question(text, locale="fr-FR", earlier=("How long is parental leave?",))

    status, words = understand(question).said or (None, "")

    assert status is Status.SMALL_TALK and told in words


@pytest.mark.parametrize(
    "text",
    [
        "Is that wrong?",
        "what is wrong with my laptop?",
        "That is wrong, it was 26 weeks in 2024, when did it change?",
    ],
)
def test_a_question_about_what_is_wrong_is_one(text: str) -> None:
    assert not understand(Question(text, earlier=("How long is parental leave?",))).said


@pytest.mark.parametrize(
    ("text", "told"),
    [("That is wrong.", "cannot see on which"), ("Das stimmt nicht.", "nicht, nach welcher")],
)
def test_who_says_that_something_is_wrong_where_nothing_was_answered_is_told_where_to_say_it(
    text: str, told: str
) -> None:
    said = understand(Question(text)).said

    assert said
    assert said[0] is Status.SMALL_TALK
    assert told in said[1]
    assert "--after" not in said[1]


def test_the_question_that_a_greeting_offers_is_one_of_the_documents() -> None:
    said = understand(Question("Hallo zusammen!"), example=lambda asked: f"Was gilt {asked.locale}?").said
    thanked = understand(Question("Thanks!"), example=lambda asked: "What?").said

    assert said and said[1].endswith("wissen willst. Zum Beispiel: Was gilt de?")
    assert thanked and "What?" not in thanked[1]


@pytest.mark.parametrize(
    "text", ["What is today's date?", "what time is it now", "Wie spät ist es?", "Welcher Tag ist heute?"]
)
def test_what_only_a_clock_knows_is_asked_of_no_document(text: str) -> None:
    assert kind(text) == "about"


@pytest.mark.parametrize(
    "text", ["What is the date of the summer party?", "What time is it over?", "Welcher Tag ist heute frei?"]
)
def test_a_time_that_documents_may_know_is_a_question(text: str) -> None:
    assert kind(text) == ""


@pytest.mark.parametrize("form", ["shorter", "as a table please", "kürzer bitte"])
def test_a_follow_up_does_not_lean_on_the_wish_for_another_form(form: str) -> None:
    work = understand(Question("Why?", earlier=("How long is the freeze?", form)))

    assert work.question.earlier == ("How long is the freeze?",)
