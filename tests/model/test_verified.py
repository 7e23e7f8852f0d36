"""What an expert confirmed, as a document: who it is for, what stands above it, and what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from model.learning.verified import Verified, signed
from retrieval.passage import VERIFIED, Audience
from retrieval.split import split

ONE = Verified(
    *("Ev1", VERIFIED, "C1", "1.0", "2.0", "U0EVE", "Eve (night shift)", "U0ADA"),
    *("How long is the quarantine?", "It is 9 days.\n\nAsk the north hall.", "https://x.example/p2", True),
    at=datetime(2026, 11, 1, tzinfo=UTC),
    due=date(2027, 4, 30),
)


def test_its_passages_are_the_reply_alone_below_the_question_and_who_verified_it() -> None:
    [passage] = split(ONE.document())

    assert passage.text == ONE.text and passage.title == ONE.question and passage.url == ONE.url
    assert signed(passage.document, passage.heading) == ("Eve (night shift)", date(2027, 4, 30))


def test_no_other_document_is_taken_for_verified() -> None:
    assert signed("handbook/a.md", ("Eve (2027-04-30)",)) is None
    assert signed(f"{VERIFIED}/Ev1", ()) is None and signed(f"{VERIFIED}/Ev1", ("Eve",)) is None


@pytest.mark.parametrize(("open_to_all", "readers"), [(True, Audience()), (False, Audience.of("channel:C1"))])
def test_it_is_for_whoever_may_read_the_channel(open_to_all: bool, readers: Audience) -> None:
    assert replace(ONE, open=open_to_all).document().audience == readers


def test_without_the_words_of_the_question_it_is_called_by_its_own() -> None:
    assert replace(ONE, question="").document().title == "It is 9 days. Ask the north hall."
    assert len(replace(ONE, question="word " * 100).document().title) < 210


def test_its_digest_changes_with_what_it_says() -> None:
    assert ONE.document().digest != replace(ONE, due=date(2027, 5, 30)).document().digest


def test_another_reply_to_a_question_whose_answer_was_forgotten_is_another_document() -> None:
    assert ONE.uri != replace(ONE, reply="3.0").uri
