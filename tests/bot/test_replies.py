"""What is said where there is no cited sentence, or where a lower rung wrote it."""

from __future__ import annotations

import pytest

from bot.replies import degraded
from model.answer import Draft


@pytest.mark.parametrize(
    ("writer", "said"),
    [
        ("extract", "It is down. These sentences are taken from the documents as they stand."),
        ("anthropic:claude", "It is down."),
    ],
)
def test_only_the_extract_is_said_to_be_taken_from_the_documents(writer: str, said: str) -> None:
    assert degraded(Draft("A. [1]", writer, degraded="It is down.")) == said


def test_an_answer_of_the_first_writer_needs_no_notice() -> None:
    assert degraded(Draft("A. [1]", "extract")) == ""
