"""Which messages of a thread are for us: the rule, held to the labelled threads and to what it promises."""

from __future__ import annotations

import json

import pytest

from bot.meaning.addressed import Turn, addressed, questions, why
from bot.phrases import say
from docs.threads import DATA, HALVES, judged, per_100

BOT, ADA, BEN = "U0BOT", "U0ADA", "U0BEN"
ASKED = Turn(ADA, "how long is the notice period for contractors?", asked=True, ts="1")
ANSWER = Turn(BOT, "Contractors have a notice period of 14 days. [1]", "answer", ts="2")
TALK = Turn(BEN, "I always thought it was a month or so", ts="3")


@pytest.mark.parametrize("half", HALVES)
def test_it_seldom_answers_what_people_say_to_each_other_and_misses_few_questions(half: str) -> None:
    false, missed = per_100(list(judged(half)))

    assert false <= 3
    assert missed <= 15


def test_the_labelled_threads_are_many_and_no_thread_is_in_both_halves() -> None:
    rows = {
        half: [
            json.loads(line)
            for line in (DATA / f"threads_{half}.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        for half in HALVES
    }
    labelled = {half: sum("to" in turn for row in of for turn in row["turns"]) for half, of in rows.items()}
    first = {half: {row["turns"][0]["text"] for row in of} for half, of in rows.items()}

    assert min(labelled.values()) >= 100 and sum(labelled.values()) >= 240
    assert first["written"].isdisjoint(first["held"])
    assert {row["language"] for of in rows.values() for row in of} == {"en", "de"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("and for permanent staff?", "goes on with what they asked"),
        ("Gilt das auch für Praktikanten?", "goes on with what they asked"),
        ("I don't see that in the contract", "goes on with what they asked"),
        ("can you give me an example?", "asks us back"),
        ("that is wrong", "says that our answer is wrong"),
        ("das stimmt nicht", "says that our answer is wrong"),
        ("> Contractors have a notice period of 14 days.\nin writing?", "quotes our answer"),
    ],
)
def test_who_asked_goes_on_without_a_mention(text: str, rule: str) -> None:
    assert why(Turn(ADA, text), (ASKED, ANSWER), BOT) == (True, rule)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("thanks!", "asks nothing"),
        ("really?", "asks nothing"),
        (":+1:", "asks nothing"),
        ("@U0BEN do you know more?", "speaks to others by name"),
        ("!here who wants coffee?", "speaks to others by name"),
        ("Ben, is that still so?", "speaks to others by name"),
        ("are you coming to lunch?", "speaks to a person"),
        ("sollen wir das ändern?", "speaks to a person"),
        ("> It is a month, I think.\nsince when?", "quotes somebody else"),
    ],
)
def test_what_is_said_to_people_or_to_nobody_stays_unanswered(text: str, rule: str) -> None:
    assert why(Turn(ADA, text), (ASKED, ANSWER), BOT) == (False, rule)


def test_after_others_spoke_only_a_whole_question_about_the_matter_is_ours() -> None:
    turns = (ASKED, ANSWER, TALK)

    assert addressed(Turn(ADA, "How long is the notice period for permanent staff?"), turns, BOT)
    assert not addressed(Turn(ADA, "which one?"), turns, BOT)
    assert not addressed(Turn(ADA, "where did that come from?"), turns, BOT)


def test_somebody_new_is_answered_only_about_our_answer() -> None:
    assert addressed(Turn(BEN, "does that include weekends?"), (ASKED, ANSWER), BOT)
    assert not addressed(Turn(BEN, "when is lunch?"), (ASKED, ANSWER), BOT)


def test_our_name_without_the_at_is_enough() -> None:
    turns = (ASKED, ANSWER, TALK)

    assert addressed(Turn(BEN, "Footnote, what is the rule for interns?"), turns, BOT)
    assert not addressed(Turn(BEN, "Footnote is getting better"), turns, BOT)


def test_no_program_is_answered_and_nobody_where_we_have_not_answered() -> None:
    assert not addressed(Turn("U0APP", "and for staff?", "app"), (ASKED, ANSWER), BOT)
    assert not addressed(Turn(BOT, "and for staff?", "answer"), (ASKED, ANSWER), BOT)
    assert not addressed(Turn(ADA, "and for staff?"), (ASKED,), BOT)
    assert not addressed(Turn(ADA, "and for staff?"), (), BOT)


def test_a_notice_of_ours_is_no_answer() -> None:
    notice = Turn(BOT, "The owner has been asked.", "notice", ts="3")

    assert not addressed(Turn(ADA, "and for staff?"), (ASKED, notice), BOT)


def test_what_we_were_asked_is_what_mentions_us_or_has_our_answer_below_it() -> None:
    follow_up = Turn(ADA, "and for staff?", ts="4")
    second = Turn(BOT, "Three months. [1]", "answer", ts="5")

    assert questions((ASKED, ANSWER, TALK, follow_up, second)) == [ASKED, follow_up]


def test_what_follows_our_question_back_is_the_reply_to_it() -> None:
    back = Turn(BOT, say("ask_back", readings="\n• Expenses\n• Travel"), "answer")

    assert why(Turn(ADA, "Expenses"), (ASKED, back), BOT) == (True, "answers what we asked back")
    assert not addressed(Turn("U0BEN", "Expenses"), (ASKED, back), BOT)
    assert not addressed(Turn(ADA, "Expenses"), (ASKED, back, Turn("U0BEN", "she means travel")), BOT)
