"""What in its thread a question is about, and whether those who read there may see it."""

from __future__ import annotations

from typing import cast

import pytest

from bot.events import Row
from bot.recall import Changed, Recall, Recalled
from bot.referents import Referents
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
        return Recalled(self.answer, (Audience.of("channel:C1"),), ()) if self.answer else None


def asked(
    text: str, recall: Remembers, *, readers: str = "channel:C1", thread: str = "1.0"
) -> tuple[Question, str]:
    row = Row("E2", "T1", "C1", "2.0", thread, "U1", False, text)
    return Referents(cast(Recall, recall)).of(row, Question(text, Audience.of(readers)))


def test_a_wish_is_about_the_answer_before_it() -> None:
    question, words = asked("shorter please", Remembers())

    assert not words and question.previous is not None and question.previous.answer == ANSWER


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
