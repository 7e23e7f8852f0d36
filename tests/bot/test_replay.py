"""The record of an answer, over the real index of the example handbook: what is kept of it, and erased."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from spoken import footnote

from bot import wiring
from bot.settings import Settings, load
from model import grounds
from model.record import Record, recorded

pytestmark = pytest.mark.slow  # indexes the example handbook

DINNER = "How much may I spend on dinner?"


@pytest.fixture
def settings(home: Path) -> Settings:
    return load(_env_file=None)


def asked(question: str) -> str:
    """The id of the answer."""
    return str(json.loads(footnote("ask", question, "--json").stdout)["id"])


def kept(settings: Settings, answer: str) -> Record:
    with wiring.engine(settings).connect() as connection:
        found = recorded(connection, answer)
    assert found is not None
    return found


def test_what_was_asked_at_a_terminal_has_a_record(settings: Settings) -> None:
    record = kept(settings, asked(DINNER))

    assert (record.question, record.status, record.writer) == (DINNER, "answered", "extract")
    assert len(record.places) == settings.passages
    assert record.trail["sure"] > record.trail["threshold"]
    assert record.trail["table"] == wiring.store(settings).live(settings.workspace).name
    assert record.trail["setup"]["embedder"] == "minilm"
    assert record.trail["timings"]["total"] > 0


def test_a_forgotten_document_leaves_the_records_too(settings: Settings) -> None:
    answer = asked(DINNER)
    document = kept(settings, answer).citations[0].document

    footnote("forget", document)

    with wiring.engine(settings).connect() as connection:
        words = grounds.words(connection, answer)
    assert words and document not in {passage.document for passage in words.values()}
    assert kept(settings, answer).text == ""
