"""footnote eval add, list, freeze, run: from an answer over the example handbook to a measured model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from spoken import footnote

from bot.play.model import ModelStandIn
from model.learning import golden

pytestmark = pytest.mark.slow  # indexes the example handbook

LAPTOP = "How do I report a lost laptop?"
LEAVE = "How many weeks of paid parental leave does each parent get?"


def asked(question: str) -> str:
    return str(json.loads(footnote("ask", question, "--json").stdout)["id"])


def test_answers_become_a_golden_set_on_which_a_model_is_measured(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for question, more in ((LAPTOP, ()), (LEAVE, ()), ("Can I bring my dog?", ("--locked", "--refuse"))):
        done = footnote("eval", "add", asked(question), "--yes", *more)
        assert done.returncode == 0 and "waits to be frozen" in done.stdout, done.stderr
    assert footnote("eval", "list").stdout == "3 items wait to be frozen, 1 of them locked.\n"

    frozen = footnote("eval", "freeze", "team")
    assert frozen.stdout.endswith("2 items, 1 locked.\n")
    listed = json.loads(footnote("eval", "list", "--json").stdout)
    assert (listed["waiting"], listed["sets"][0]["counts"]["items.jsonl"]) == (0, 2)

    over = golden.opened(golden.newest(home / "models" / "golden"))
    assert {row.question for row in over.items} == {LAPTOP, LEAVE} and all(row.gold for row in over.items)
    with ModelStandIn() as server:
        monkeypatch.setenv("VLLM_BASE_URL", server.base_url)
        done = footnote("eval", "run", "good", "--json")
    figures = json.loads(done.stdout)
    assert (figures["items"], figures["golden"], figures["passed"]["of"]) == (2, over.name, 2)
    assert (Path(figures["folder"]) / "answers.jsonl").is_file()
    assert len((home / "models" / "evals" / "attempts.jsonl").read_text().splitlines()) == 1


def test_nothing_is_kept_of_a_question_unless_somebody_says_so(home: Path) -> None:
    done = footnote("eval", "add", asked(LAPTOP))

    assert done.returncode == 1 and "Keep it, with the words of the question?" in done.stdout
    assert footnote("eval", "list").stdout.startswith("0 items wait")
