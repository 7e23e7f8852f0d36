"""footnote eval add, list, freeze, run: from an answer over the example handbook to a measured model."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from spoken import footnote
from typer.testing import CliRunner

from bot import wiring
from bot.cli.table import app
from bot.inbox import Inbox
from bot.learning import erasing
from bot.measuring.golden import NotAnItem
from bot.play.model import ModelStandIn
from bot.settings import Settings
from model.answer import Vote
from model.feedback import vote
from model.learning import golden, optout, waiting
from retrieval.passage import Audience
from tests.bot.conftest import settings_at

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


def test_the_whole_chain_is_measured_on_the_live_index_apart_from_the_model_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for question, more in ((LAPTOP, ()), (LEAVE, ()), ("Can I bring my dog?", ("--refuse",))):
        footnote("eval", "add", asked(question), "--yes", *more)
    footnote("eval", "freeze", "team")

    told = json.loads(footnote("eval", "live", "--json").stdout)

    assert (told["items"], told["passed"]["count"], told["refusal_recall"]["count"]) == (3, 3, 1)
    assert told["gold_cited"]["count"] == told["facts"]["count"] == told["supported"]["count"] == 2
    assert told["loss"] is None and told["p50_s"] > 0 and Path(told["folder"]).parent.name == "live"
    assert len((Path(told["folder"]) / "answers.jsonl").read_text().splitlines()) == 3
    assert "over refusal" in footnote("eval", "live").stdout
    settings = settings_at(home)
    document = wiring.kept(settings, asked(LAPTOP)).record.citations[0].document
    footnote("forget", document)
    assert json.loads(footnote("eval", "live", "--json").stdout)["passed"]["count"] == 2
    for name, value in {"FOOTNOTE_WRITER": "chat", "FOOTNOTE_MODEL": "base"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VLLM_BASE_URL", "http://127.0.0.1:9/v1")
    assert json.loads(footnote("eval", "live", "--json").stdout)["failed"]["count"] >= 1


def test_nothing_is_kept_of_a_question_unless_somebody_says_so(home: Path) -> None:
    done = footnote("eval", "add", asked(LAPTOP))

    assert done.returncode == 1 and "Keep it, with the words of the question?" in done.stdout
    assert footnote("eval", "list").stdout.startswith("0 items wait")


ADA, BEN, CARL = "U0ADA00001", "U0BEN00002", "U0CARL0003"


def from_slack(home: Path, answer: str) -> Settings:
    """As if Ada had asked for it in Slack, and Ben and Carl, who is out, had voted on it."""
    settings = settings_at(home)
    said = {"type": "message", "channel": "D1", "ts": "1.1", "user": ADA, "text": "", "channel_type": "im"}
    engine = wiring.engine(settings)
    Inbox(engine).store({"type": "event_callback", "event_id": answer, "team_id": "T1", "event": said})
    with engine.begin() as db:
        for voter in (BEN, CARL):
            vote(db, Vote(answer, voter, "up", datetime.now(UTC)))
        optout.leave(db, CARL)
    return settings


def test_an_item_carries_whose_it_is_so_that_an_erasure_finds_it(home: Path) -> None:
    answer = asked(f"{LAPTOP} Tell ada@example.com.")
    from_slack(home, answer)

    done = footnote("eval", "add", answer, "--yes")

    [(row, _)] = waiting.waiting(home / "models" / "golden")
    assert set(row.people) == {ADA, BEN} and "ada@example.com" not in row.to_line() + done.stdout
    footnote("erase", "--user", BEN)
    assert waiting.waiting(home / "models" / "golden") == []


def test_who_is_erased_while_an_item_is_looked_at_is_not_in_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = asked(LAPTOP)
    settings = from_slack(home, answer)

    def confirmed(_: str) -> bool:
        erasing.person(wiring.engine(settings), settings.home, BEN)
        return True

    monkeypatch.setattr("typer.confirm", confirmed)
    done = CliRunner().invoke(app, ["eval", "add", answer])

    assert isinstance(done.exception, NotAnItem) and "has changed while you looked" in str(done.exception)
    assert waiting.waiting(home / "models" / "golden") == []


def test_the_words_of_who_opted_out_are_in_no_item(home: Path) -> None:
    answer = asked(LAPTOP)
    with wiring.engine(from_slack(home, answer)).begin() as db:
        optout.leave(db, ADA)

    done = footnote("eval", "add", answer, "--yes")

    assert done.returncode == 1 and "nothing of theirs" in done.stderr
    assert waiting.waiting(home / "models" / "golden") == []
    assert footnote("eval", "add", answer, "--yes", "--question", "A laptop is gone?").returncode == 0
    [(row, _)] = waiting.waiting(home / "models" / "golden")
    assert row.people == (BEN,)


def test_nobody_is_judged_on_questions_of_who_opted_out_since_and_a_set_frozen_anew_has_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = asked(LAPTOP)
    engine = wiring.engine(from_slack(home, answer))
    for id in (answer, asked(LEAVE)):
        footnote("eval", "add", id, "--yes")
    footnote("eval", "freeze", "team")
    with engine.begin() as db:
        optout.leave(db, ADA)

    with ModelStandIn() as server:
        monkeypatch.setenv("VLLM_BASE_URL", server.base_url)
        refused, requests = footnote("eval", "run", "good"), list(server.requests)
        frozen = footnote("eval", "freeze", "team")
        done = footnote("eval", "run", "good", "--json")

    assert refused.returncode == 1 and "1 of the 2 golden items are of people who opted out" in refused.stderr
    assert "footnote eval freeze team" in refused.stderr and not requests
    assert ": 1 item, " in frozen.stdout and json.loads(done.stdout)["items"] == 1


def test_an_item_holds_what_everyone_may_read_today(home: Path) -> None:
    answer, settings = asked(LAPTOP), settings_at(home)
    table, cited = (
        wiring.store(settings).live(settings.workspace).name,
        wiring.kept(settings, answer).record.citations,
    )
    wiring.ledger(settings).permit([table], {one.document: Audience.of("group:board") for one in cited})

    done = footnote("eval", "add", answer, "--yes")

    assert done.returncode == 1 and "not everyone may read" in done.stderr


def test_an_answer_that_no_passage_says_is_refused_and_another_takes_the_place_of_what_waits(
    home: Path,
) -> None:
    assert "No item waits" in footnote("eval", "freeze").stderr
    answer = asked(LAPTOP)
    assert footnote("eval", "add", answer, "--yes").returncode == 0
    [(row, _)] = waiting.waiting(home / "models" / "golden")

    wrong = footnote("eval", "add", answer, "--yes", "--answer", "It was founded in 1999. [1]")

    assert wrong.returncode == 1 and "1999" in wrong.stderr
    assert waiting.waiting(home / "models" / "golden") == [(row, False)]
    assert footnote("eval", "add", answer, "--yes", "--refuse").returncode == 0
    [(other, _)] = waiting.waiting(home / "models" / "golden")
    assert other.refuses and other.answer_id == row.answer_id
