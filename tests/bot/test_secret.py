"""An index with a document that somebody may not read answers them like one without it, byte for byte."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import wiring
from bot.blocks import Look, render
from model.answer import Question
from retrieval.passage import Audience, Document
from retrieval.sources.given import Given
from tests.bot.conftest import HANDBOOK, settings_at

pytestmark = pytest.mark.slow  # asks the chain some eighty times
LOOK = Look(now=datetime(2026, 11, 27, tzinfo=UTC))
BOARD = Audience.of("group:board")
ASKED = "When does the Nightjar merger close?"
TEXT = (
    "# Nightjar\n\nThe Nightjar merger closes in March. Staff of both companies keep their leave and pay.\n"
)


def shown(home: Path, questions: list[str], readers: Audience) -> list[str]:
    """What each question becomes in Slack for these readers, but for the answer's number."""
    chain = wiring.chain(settings_at(home))
    answers = [chain.invoke(Question(text, readers=readers)) for text in questions]
    messages = [render(replace(answer, id="a", question=""), LOOK) for answer in answers]
    return [json.dumps([(one.text, one.blocks) for one in some], ensure_ascii=False) for some in messages]


def test_a_secret_changes_no_byte_of_what_others_are_shown(indexed: Path, tmp_path: Path) -> None:
    lines = (HANDBOOK.parent / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [ASKED, *(json.loads(line)["question"] for line in lines[:39])]
    secret = Document("board/m.md", "board", "Nightjar", TEXT, "https://board.example/m", "1", audience=BOARD)
    with_it = tmp_path / "with"
    shutil.copytree(indexed, with_it)
    wiring.index(settings_at(with_it)).sync(Given("board", [secret]))

    for readers in (Audience(), Audience.of("user:U1")):
        assert shown(with_it, questions, readers) == shown(indexed, questions, readers)
    assert "closes in March" in shown(with_it, [ASKED], BOARD)[0]
