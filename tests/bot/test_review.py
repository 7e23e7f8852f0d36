"""footnote review, over the index of the example handbook: what waits is shown, judged and learnt from."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from spoken import footnote

from bot import wiring
from bot.memory.audit import Audit
from bot.replies import printable
from bot.settings import Settings, load
from bot.wiring import learning
from model.answer import Vote
from model.feedback import vote
from model.learning import reviews
from retrieval.passage import Audience
from retrieval.sources.files import FileSource

pytestmark = pytest.mark.slow  # indexes the example handbook

LAPTOP = "How do I report a lost laptop?"


@pytest.fixture
def settings(home: Path) -> Settings:
    return load(_env_file=None)


def asked(question: str) -> str:
    """The id of the answer."""
    return str(json.loads(footnote("ask", question, "--json").stdout)["id"])


def disliked(settings: Settings, correction: str = "") -> str:
    answer = asked(LAPTOP)
    with wiring.engine(settings).begin() as connection:
        vote(
            connection,
            Vote(answer, "U1", "down", datetime.now(UTC), reasons=("wrong",), correction=correction),
        )
    return answer


def waiting() -> list[dict[str, object]]:
    return list(json.loads(footnote("review", "--json").stdout))


def test_what_did_not_help_waits_with_its_passages_and_is_gone_when_it_is_judged(settings: Settings) -> None:
    answer = disliked(settings)

    (one,) = [one for one in waiting() if one["why"] == "down"]
    assert (one["id"], one["question"]) == (answer, LAPTOP)
    shown = footnote("review", "show", answer[:8]).stdout
    assert LAPTOP in shown and "[1] " in shown and "Vote: down (wrong)" in shown
    assert footnote("review", "list").stdout.startswith(answer)

    assert f"{answer[:8]} confirmed." in footnote("review", "confirm", answer[:8]).stdout
    assert answer not in footnote("review", "list").stdout


def test_a_confirmed_answer_is_a_lesson_of_the_open_handbook_without_its_question(settings: Settings) -> None:
    footnote("review", "confirm", disliked(settings))

    (lesson,) = learning.desk(settings).lessons()

    assert (lesson.question, lesson.people, lesson.reviewer) == ("", ("U1",), "terminal")
    assert lesson.gold and lesson.facts is not None and lesson.rights == "own"
    assert [entry.what for entry in Audit(wiring.engine(settings)).latest()] == ["review confirmed"]


def test_a_correction_whose_figure_no_passage_has_is_refused_and_named(settings: Settings) -> None:
    answer = disliked(settings)

    done = footnote("review", "correct", answer, "--text", "Call 555-0199 within 90 minutes. [1]")

    assert done.returncode == 1 and "90 minutes" in done.stdout + done.stderr
    assert learning.desk(settings).lessons() == []


def test_a_correction_that_should_have_been_a_refusal_is_learnt_as_one(settings: Settings) -> None:
    footnote("review", "correct", disliked(settings), "--text", "NOT_FOUND")

    assert [one.answer for one in learning.desk(settings).lessons()] == ["NOT_FOUND"]


def test_an_answer_that_nobody_voted_on_is_shown_without_a_gap(settings: Settings) -> None:
    answer = asked(LAPTOP)

    assert footnote("review", "show", answer).stdout.startswith(f"{answer}  0 up, 0 down\n")


def test_a_rejection_names_a_cause_that_is_known(settings: Settings) -> None:
    answer = disliked(settings)

    unsaid = footnote("review", "reject", answer)
    assert unsaid.returncode == 2 and "not_indexed" in unsaid.stderr and "miswritten" in unsaid.stderr
    assert footnote("review", "reject", answer, "--cause", "mood").returncode == 2
    assert "rejected." in footnote("review", "reject", answer, "--cause", "outdated").stdout


def test_a_document_that_is_forgotten_takes_its_lessons_along(settings: Settings) -> None:
    footnote("review", "confirm", disliked(settings))
    (lesson,) = learning.desk(settings).lessons()

    footnote("forget", lesson.passages[lesson.gold[0] - 1].document)

    assert learning.desk(settings).lessons() == []
    with wiring.engine(settings).connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lessons").scalar() == 0


def test_what_a_member_alone_may_read_becomes_no_lesson(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "board"
    folder.mkdir()
    (folder / "zebra.md").write_text("# Zebra project\nThe zebra project is led by Ines Korrel in Lund.\n")
    closed = FileSource("board", [folder], 1 << 20)
    index = wiring.index(settings)
    index.sync(closed)
    answer = asked("Who leads the zebra project?")
    table = wiring.store(settings).live(settings.workspace).name
    ledger = wiring.ledger(settings)
    ledger.permit([table], {one.uri: Audience.of("channel:C1") for one in ledger.all(table, "board")})

    done = footnote("review", "confirm", answer)

    assert "not everyone may read" in done.stdout
    assert learning.desk(settings).lessons() == []


def test_at_a_terminal_keys_go_through_what_waits(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer, keys = disliked(settings), iter("?rf")
    monkeypatch.setattr(typer, "getchar", lambda: next(keys))

    importlib.import_module("bot.cli.review")._through(learning.desk(settings), "U0REV")

    said = capsys.readouterr().out
    assert LAPTOP in said and f"{answer[:8]} rejected." in said and said.endswith("That was the last one.\n")
    with wiring.engine(settings).connect() as connection:
        word = reviews.latest(connection, answer)
    assert word is not None and (word.reviewer, word.cause) == ("U0REV", "not_retrieved")


def test_a_refused_correction_is_asked_again_with_what_was_typed_and_its_cause_after_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer, module = disliked(settings), importlib.import_module("bot.cli.review")
    keys, typed, begun = iter("ew"), iter(["Contoso pays. [1]", "no answer"]), list[str]()
    monkeypatch.setattr(typer, "getchar", lambda: next(keys))
    monkeypatch.setattr(module, "_typed", lambda before: (begun.append(before), next(typed))[1])

    module._through(learning.desk(settings), "U0REV")

    said = capsys.readouterr().out
    assert begun == ["", "Contoso pays. [1]"]
    assert said.index("Change it") < said.index("Why is it bad?") and said.count(f"Asked: {LAPTOP}") == 1
    with wiring.engine(settings).connect() as connection:
        word = reviews.latest(connection, answer)
    assert word is not None and (word.verdict, word.text, word.cause) == (
        "corrected",
        "NOT_FOUND",
        "miswritten",
    )


def test_a_passage_is_shown_whole_in_its_lines(settings: Settings) -> None:
    answer = disliked(settings)
    case = learning.desk(settings).case(answer)

    shown = footnote("review", "show", answer).stdout.splitlines()

    assert case is not None
    assert all(
        f"    {printable(line)}" in shown for one in case.passages for line in one.text.splitlines() if line
    )


def test_without_votes_it_is_said_where_those_of_play_are(settings: Settings) -> None:
    assert footnote("review", "votes").stdout.count("\n") == 1
    (settings.home / "play").mkdir()
    (settings.home / "play" / "state.db").touch()

    assert "/footnote review" in footnote("review", "votes").stdout
