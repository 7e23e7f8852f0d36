"""What in its thread a question is about, and whether those who read there may see it."""

from __future__ import annotations

from typing import cast

import pytest

from bot.events import Row
from bot.meaning.addressed import Turn
from bot.memory.recall import Changed, Recall, Recalled
from bot.posting.post import Place
from bot.referents import Referents
from bot.threads import Threads
from model.answer import Answer, Question, Status
from retrieval.passage import Audience

ANSWER = Answer("a1", "", Status.ANSWERED, "Parental leave is 26 weeks. [1]")


class Remembers:
    """A recall of one answer, for the readers of one channel; `changed`: its document is another now."""

    def __init__(self, answer: Answer | None = ANSWER, *, changed: bool = False) -> None:
        self.answer, self.changed = answer, changed

    def last(self, row: Row, *, anywhere: bool) -> Recalled | None:
        if self.changed:
            raise Changed("A document has changed.")
        readers = (Audience.of("channel:C1"),)
        return Recalled(self.answer, readers, (), translated=True) if self.answer else None


class Reads:
    """Threads of which the test says what was said; empty where Slack shows none."""

    def __init__(self, *turns: Turn) -> None:
        self.turns = turns

    def whole(self, place: Place, before: str) -> tuple[Turn, ...]:
        return self.turns

    def address(self, place: Place, ts: str) -> str:
        return f"https://s.example/{ts}"


TALK = (
    Turn("U1", "Shall we take the boat house?", ts="1.0"),
    Turn("U2", "Yes, let's go with the boat house.", ts="1.1"),
)
ANSWERED = (
    Turn("U1", "@footnote how long?", asked=True, ts="1.0"),
    Turn("UB", "26 weeks [1]", "answer", ts="1.1"),
)


def asked(
    text: str, recall: Remembers, *turns: Turn, readers: str = "channel:C1", thread: str = "1.0"
) -> tuple[Question, str]:
    row = Row("E2", "T1", "C1", "2.0", thread, "U1", False, text)
    referents = Referents(cast(Threads, Reads(*turns)), cast(Recall, recall), lambda who: who)
    return referents.of(row, Question(text, Audience.of(readers), earlier=("how long?",)))


def test_a_wish_is_about_the_answer_before_it() -> None:
    question, words = asked("shorter please", Remembers())

    assert not words and question.previous is not None and question.previous.answer == ANSWER
    assert question.previous.translated


def test_a_question_is_about_no_answer() -> None:
    question, words = asked("is there a shorter notice period?", Remembers())

    assert (question.previous, words) == (None, "")


@pytest.mark.parametrize(
    ("recall", "more", "told"),
    [
        (Remembers(), {"readers": "everyone"}, "not everybody who reads this"),
        (Remembers(changed=True), {}, "has changed"),
        (Remembers(None), {}, "no answer of mine"),
        (Remembers(), {"thread": "2.0"}, "in the thread of the answer"),
    ],
)
def test_what_cannot_be_shown_again_is_not_and_it_says_why(
    recall: Remembers, more: dict[str, str], told: str
) -> None:
    question, words = asked("as a table", recall, **more)

    assert question.previous is None and told in words


def test_a_question_about_the_thread_brings_what_people_said_there_and_leans_on_nothing() -> None:
    question, words = asked("what was decided?", Remembers(), *TALK)

    assert (words, question.thread, question.earlier) == ("", "decisions", ())
    assert [one.url for one in question.attached] == ["https://s.example/1.0", "https://s.example/1.1"]


@pytest.mark.parametrize(
    ("text", "turns", "told"),
    [
        ("summarise this thread", (), "does not let me read"),
        ("summarise this thread", ANSWERED, "Nobody but you and me"),
    ],
)
def test_where_there_is_nothing_to_read_it_says_what_to_do(
    text: str, turns: tuple[Turn, ...], told: str
) -> None:
    assert told in asked(text, Remembers(), *turns)[1]


def test_outside_a_thread_it_says_where_to_ask() -> None:
    assert "inside the thread" in asked("summarise this thread", Remembers(), thread="2.0")[1]


def test_without_talk_a_question_that_names_no_thread_is_one_for_documents() -> None:
    question, words = asked("what are the next steps?", Remembers(), *ANSWERED)

    assert (question.thread, words) == ("", "")


def test_a_bare_summary_is_of_our_answer_right_after_it_and_else_of_the_talk() -> None:
    after_us = asked("tl;dr", Remembers(), *ANSWERED)[0]
    after_talk = asked("tl;dr", Remembers(), *ANSWERED, *TALK)[0]

    assert after_us.previous and not after_us.thread
    assert after_talk.thread == "summary" and not after_talk.previous


SUMMED = (
    *TALK,
    Turn("U1", "@footnote what was decided?", asked=True, ts="1.2"),
    Turn("UB", "U2: Yes, let's go with the boat house. [1]", "answer", ts="1.3"),
)


def test_shorter_after_a_digest_makes_a_shorter_one_from_the_messages() -> None:
    again = (*SUMMED, Turn("U1", "kürzer bitte", ts="1.4"), Turn("UB", "…", "answer", ts="1.5"))

    for turns in (SUMMED, again):
        question, words = asked("shorter please", Remembers(), *turns)

        assert (words, question.thread, question.tone) == ("", "decisions", "short")
        assert question.previous is None and len(question.attached) == 2


def test_a_digest_in_another_form_is_not_the_answer_before_it() -> None:
    question, words = asked("as a table", Remembers(), *SUMMED)

    assert question.previous is None and "I keep no word" in words


def test_shorter_after_another_question_is_about_that() -> None:
    turns = (*SUMMED, Turn("U1", "@footnote how long?", asked=True, ts="1.6"), ANSWERED[1])

    question, _ = asked("shorter please", Remembers(), *turns)

    assert question.previous is not None and not question.thread
