"""What a candidate would have said to recent questions, beside what production says, for nobody to see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from spoken import footnote

from bot import wiring
from bot.play.model import ModelStandIn
from bot.settings import load
from model.feedback import wipe

pytestmark = pytest.mark.slow  # indexes the example handbook

ASKED = ("How do I report a lost laptop?", "How many weeks of paid parental leave does each parent get?")

TABLED = "Which public holidays are there?"  # the rows of a table answer, whoever writes


@pytest.fixture
def served(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelStandIn]:
    for question in ASKED:
        footnote("ask", question)
    with ModelStandIn() as server:
        monkeypatch.setenv("VLLM_BASE_URL", server.base_url)
        monkeypatch.setenv("FOOTNOTE_BASE_MODEL", "good")
        yield server


def shadowed(*words: str) -> dict[str, object]:
    done = footnote("adapters", *words, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_candidate_is_asked_yesterdays_questions_beside_production(served: ModelStandIn) -> None:
    seen = shadowed("shadow", "forge")

    assert (seen["questions"], seen["same"], seen["bad_markers"]) == (2, 0, [0, 2])
    assert {row["question"] for row in seen["rows"]} == set(ASKED)
    asked = [request["model"] for request in served.requests if request.get("stream")]
    assert asked == ["good", "good", "forge", "forge"]  # never both in a batch


def test_one_that_writes_the_same_is_the_same(served: ModelStandIn) -> None:
    served.plays["not-found"] = "good"

    assert shadowed("compare", "good", "not-found")["same"] == 2


def test_one_that_does_not_write_has_failed_whoever_would_have_stepped_in(served: ModelStandIn) -> None:
    seen = shadowed("shadow", "empty", "--last", "1")

    assert (seen["questions"], seen["failed"]) == (1, [0, 1])


def test_what_differs_is_shown_line_by_line(served: ModelStandIn) -> None:
    done = footnote("adapters", "compare", "good", "not-found")

    assert done.stdout.count("? ") == 2 and "2 questions, 0 answered the same." in done.stdout
    assert "2 from answered to not found" in done.stdout


def test_questions_whose_words_were_not_kept_are_not_asked_again(served: ModelStandIn) -> None:
    with wiring.engine(load(_env_file=None)).begin() as connection:
        wipe(connection)

    assert shadowed("shadow", "good")["questions"] == 0


def test_what_is_read_from_a_table_is_no_failure_of_a_model_and_is_left_out(served: ModelStandIn) -> None:
    footnote("ask", TABLED)

    seen = shadowed("shadow", "forge")
    shown = footnote("adapters", "compare", "good", "good").stdout

    assert (seen["questions"], seen["failed"], seen["from_tables"]) == (2, [0, 0], 1)
    assert TABLED not in shown and "left out: 1 that code answers from tables" in shown
