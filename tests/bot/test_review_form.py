"""The form in which reviewers see an answer in Slack."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.blocks import review
from bot.learning.desk import meant
from bot.phrases import say
from model.learning.case import Case
from model.record import Record
from model.writing.prompt import NOT_FOUND
from retrieval.passage import Passage


@pytest.mark.parametrize(("locale", "words"), [("en", "It found no answer."), ("de", "Keine gefunden.")])
def test_that_nothing_was_found_is_said_in_words_and_no_correction_begins_with_it(
    locale: str, words: str
) -> None:
    case = Case(Record("Ev1", "not_found", "extract", "I did not find that.", (), 0.0, "Who cooks?"), ())
    looked, written, rejected = (form(case, locale) for form in (review.look, review.write, review.reject))

    assert all(words in json.dumps(form) for form in (looked, written, rejected))
    assert "NOT_FOUND" not in json.dumps([looked, written, rejected])
    assert "initial_value" not in json.dumps(written)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_what_the_form_says_to_write_where_no_answer_is_right_is_understood(locale: str) -> None:
    words = say("review_nothing", locale)

    assert words in say("review_how", locale)
    assert [meant(one) for one in (words, f" {words.upper()}. ", "not_found.")] == [NOT_FOUND] * 3
    assert meant(f"There is {words} to that. [1]") == f"There is {words} to that. [1]"


def test_a_correction_begins_with_the_answer() -> None:
    case = Case(Record("Ev1", "answered", "extract", "Ada cooks.", (), 0.0), ())

    assert '"initial_value": "Ada cooks."' in json.dumps(review.write(case, "en"))


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "Its question is not kept"), ("de", "nicht aufbewahrt")]
)
@pytest.mark.parametrize("form", [review.look, review.write, review.reject])
def test_that_a_question_is_not_kept_is_said_with_the_setting_that_keeps_it(
    form: Callable[..., dict[str, Any]], locale: str, words: str
) -> None:
    unkept = Case(Record("Ev1", "not_found", "extract", "I did not find that.", (), 0.0), ())
    kept = Case(Record("Ev1", "not_found", "extract", "I did not find that.", (), 0.0, "Who cooks?"), ())

    shown = json.dumps(form(unkept, locale))
    assert words in shown and "FOOTNOTE_TRAIN_SLACK_TEXT" in shown
    assert words not in json.dumps(form(kept, locale))


@pytest.mark.parametrize(("words", "marked"), [(100, False), (1_000, True)])
def test_a_passage_is_shown_whole_or_marked_as_cut(words: int, marked: bool) -> None:
    text = " ".join(["leave"] * words)
    passage = Passage("p1", "d1", "docs", "Leave", text, 0, len(text), "")
    case = Case(Record("Ev1", "answered", "extract", "Ada cooks.", (), 0.0), (passage,))

    shown = json.dumps(review.look(case, "en"), ensure_ascii=False)
    assert (text in shown, "…" in shown) == (not marked, marked)
