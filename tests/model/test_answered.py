"""A page that asks the same question: its No comes with the sentence behind it."""

from __future__ import annotations

import pytest

from model.checking.citations import cite
from model.quoting.answered import answered
from model.quoting.extract import Extract
from retrieval.passage import Embedder, Passage

PAID = "Overtime is paid only after six months."
SUNDAY = "Only with the consent of the works council."
TEXT = f"""Is overtime paid after three months?

No. {PAID}

Can I work on Sundays?
No. {SUNDAY} That is rare."""


def page(text: str = TEXT, *heading: str) -> Passage:
    return Passage("p", "overtime.md", "s", "Overtime", text, 0, len(text), "", heading)


def said(question: str, sentence: str, one: Passage) -> str:
    return answered(question, one, one.text.index(sentence))


@pytest.mark.parametrize(
    "question",
    [
        "Is overtime paid after three months?",
        "Is it true overtime is paid after three months?",
        "Is it true that overtime is paid after three months?",
    ],
)
def test_who_asks_what_the_page_asks_is_told_its_no(question: str, minilm: Embedder) -> None:
    checked = list(cite(Extract(minilm).write(question, [page()]), [page()]))

    assert next(one.text for one in checked if not one.dropped) == f"No: {PAID} [1]"
    assert checked[0].citations[0].quote == PAID


@pytest.mark.parametrize(
    "question",
    [
        "When is overtime paid?",
        "Is overtime paid after six months?",
        "Is overtime not paid after three months?",
        "Is overtime unpaid after three months?",
        "Is overtime taxed after three months?",
        "Can I work on Sundays?",
    ],
)
def test_no_is_no_answer_to_another_question(question: str) -> None:
    assert said(question, PAID, page()) == ""


def test_each_no_is_of_the_question_right_before_it() -> None:
    assert said("Can I work on Sundays?", SUNDAY, page()) == "No"
    assert said("Can I work on Sundays?", "That is rare", page()) == ""


def test_the_heading_may_ask_it() -> None:
    one = page("Ja. Mit Zustimmung der Leitung.", "Arbeitszeit", "Darf ich sonntags arbeiten?")

    assert said("Darf ich sonntags arbeiten?", "Mit Zustimmung", one) == "Ja"
    assert said("Darf ich samstags arbeiten?", "Mit Zustimmung", one) == ""
