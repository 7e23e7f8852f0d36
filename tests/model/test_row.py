"""A row of what is learnt: one line out, the same row in, and the prompt that serving sends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from model.learning.row import Row
from model.writing import prompt
from retrieval.passage import Audience, Passage

PASSAGE = Passage(
    *("p1", "kb:leave.md", "kb", "Leave", "Each parent gets 26 weeks.", 10, 36, "file:leave.md"),
    heading=("Leave", "Parents"),
    updated_at=datetime(2026, 3, 1, tzinfo=UTC),
    audience=Audience.of("everyone"),
    lead="a | b",
)
ROW = Row("How many weeks?", (PASSAGE,), "26 weeks. [1]", (1,), ("26",), people=("U1",), rights="own")


def test_a_row_comes_back_from_its_line_as_it_was() -> None:
    assert Row.of_line(ROW.to_line()) == ROW
    assert Row.of_line(ROW.to_line()).to_line() == ROW.to_line()
    assert "\n" not in ROW.to_line()


def test_a_line_holds_the_prompt_that_serving_sends() -> None:
    line = json.loads(ROW.to_line())

    assert line["messages"] == prompt.messages(ROW.question, ROW.passages)
    assert (line["completion"], line["id"]) == (ROW.answer, ROW.id)


def test_a_row_is_known_by_what_a_model_reads_and_writes_and_by_nothing_else() -> None:
    assert replace(ROW, people=("U2",), channel="C1").id == ROW.id
    assert replace(ROW, answer="25 weeks. [1]").id != ROW.id
    assert replace(ROW, passages=(replace(PASSAGE, text="Each parent gets 25 weeks."),)).id != ROW.id


def test_a_row_without_gold_is_one_that_refuses() -> None:
    assert not ROW.refuses
    assert replace(ROW, gold=(), answer=prompt.NOT_FOUND).refuses
    assert ROW.documents == {"kb:leave.md"}
