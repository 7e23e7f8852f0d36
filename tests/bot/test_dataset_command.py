"""footnote dataset, over the index of the example handbook: built, listed, shown; and what is in no file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from spoken import footnote

from bot import wiring
from bot.settings import Settings, load
from bot.wiring import datasets, learning
from model.answer import Vote
from model.feedback import vote
from model.learning import waiting
from model.learning.golden import Parts, freeze
from model.learning.redact import Finder
from retrieval.passage import SettingError
from retrieval.sources.files import FileSource

pytestmark = pytest.mark.slow  # indexes the example handbook

QUESTIONS = ("How do I report a lost laptop?", "When are claims paid?", "How many days of holiday do I have?")


@pytest.fixture
def settings(home: Path) -> Settings:
    return load(_env_file=None)


def built(*more: str) -> dict[str, object]:
    done = footnote("dataset", "build", "--most", "60", "--json", *more)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def said(settings: Settings) -> str:
    place = settings.home / "models" / "datasets"
    return "".join(one.read_text(encoding="utf-8") for one in place.rglob("*") if one.is_file())


def liked(settings: Settings) -> list[str]:
    answers = [str(json.loads(footnote("ask", one, "--json").stdout)["id"]) for one in QUESTIONS]
    with wiring.engine(settings).begin() as connection:
        for answer in answers:
            for voter in ("U1", "U2"):
                vote(connection, Vote(answer, voter, "up", datetime.now(UTC)))
    return answers


def test_a_team_without_votes_builds_a_first_set_from_its_documents(settings: Settings) -> None:
    made = built("--seed-only", "--name", "first")

    name = Path(str(made["folder"])).name
    assert name.startswith("first-")
    assert footnote("dataset", "list").stdout.startswith(name)
    shown = footnote("dataset", "show", name[:8]).stdout
    assert shown.startswith(f"# {name}\n") and "\nNo row is of a person.\n" in shown
    assert built("--seed-only", "--name", "first") == made | {"fresh": False}


def test_the_salaries_that_only_some_may_read_are_in_no_dataset(settings: Settings) -> None:
    built("--seed-only")

    text = said(settings)
    assert "people/parental-leave" in text
    assert "salary-bands" not in text
    assert "3.4 percent of the pay bill" not in text


@pytest.mark.parametrize("slack_text", ["false", "true"])
def test_a_build_says_where_every_vote_went(
    settings: Settings, slack_text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_TRAIN_SLACK_TEXT", slack_text)
    liked(settings)

    done = footnote("dataset", "build", "--most", "60")

    as_asked = slack_text == "true"
    counts = "6 usable as asked, 0" if as_asked else "0 usable as asked, 6"
    assert f"6 votes: {counts} with regenerated questions, 0 not." in done.stdout
    assert all((question in said(settings)) is as_asked for question in QUESTIONS)


def test_messages_of_slack_are_documents_that_nothing_is_made_of_until_they_may_be(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = tmp_path / "talk.md"
    address = "https://example.slack.com/archives/C024BE91L/p1700000000000100"
    page.write_text(f"---\nurl: {address}\n---\nThe heron gate opens at 06:15 every day of the year.\n")
    wiring.index(settings).sync(FileSource("talk", [page], 1 << 20))

    assert not [p for p in datasets.open_to_all(settings).passages() if "heron gate" in p.text]
    monkeypatch.setenv("FOOTNOTE_TRAIN_SLACK_TEXT", "true")
    allowed = datasets.open_to_all(load(_env_file=None))
    assert [p for p in allowed.passages() if "heron gate" in p.text]


def test_an_erased_document_is_in_no_later_dataset_while_the_index_has_it(settings: Settings) -> None:
    document = next(p for p in datasets.open_to_all(settings).passages() if "parental-leave" in p.document)
    built("--seed-only")
    assert document.document in said(settings)

    footnote("erase", "--document", document.document)
    built("--seed-only")

    assert document.document not in said(settings) and "people/" in said(settings)
    assert document.document in datasets.open_to_all(settings).documents()


def test_what_is_golden_is_in_no_dataset_the_locked_part_neither(settings: Settings) -> None:
    from model.learning.seed import seeded

    rows = seeded(datasets.open_to_all(settings).passages(), 60)
    freeze(settings.home / "models" / "golden", "kb", Parts(items=rows[:10], locked=rows[10:20]))

    made = built("--seed-only")

    assert json.loads(json.dumps(made["dropped"]))["golden"] >= 20
    text = said(settings)
    assert not [
        row.question
        for row in rows[:20]
        if f'"question": {json.dumps(row.question, ensure_ascii=False)}' in text
    ]


def test_of_a_damaged_golden_set_what_can_be_read_is_in_no_dataset_and_the_set_is_named(
    settings: Settings,
) -> None:
    from model.learning.seed import seeded

    rows = seeded(datasets.open_to_all(settings).passages(), 60)
    place = settings.home / "models" / "golden"
    cut = freeze(place, "cut", Parts(items=rows[:10], locked=rows[10:20]))
    (cut / "manifest.json").write_text("{")
    with (cut / "items.jsonl").open("r+") as file:
        file.truncate((cut / "items.jsonl").stat().st_size - 40)

    done = footnote("dataset", "build", "--seed-only", "--most", "60", "--json")

    assert done.returncode == 0 and done.stderr.count(f"set {cut.name} is damaged") == 1
    assert json.loads(done.stdout)["dropped"]["golden"] >= 19


def test_what_waits_to_be_frozen_is_in_no_dataset_and_golden_rows_are_compared_redacted(
    settings: Settings,
) -> None:
    from model.learning.seed import seeded

    place = settings.home / "models" / "golden"
    one, *_ = seeded(datasets.open_to_all(settings).passages(), 60)
    waiting.add(place, replace(one, question=f"{one.question} Tell ada@example.com."), locked=False)

    made = built("--seed-only")

    assert json.loads(json.dumps(made["dropped"]))["golden"] >= 1
    assert [row.question for row in datasets.golden(settings.home / "models")] == [
        f"{one.question} Tell ‹email›."
    ]


def test_where_names_are_to_be_redacted_and_nothing_finds_them_no_set_is_built_and_nothing_serves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_REDACT", "presidio")
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)

    done = footnote("dataset", "build", "--seed-only")

    assert done.returncode == 2 and "lock/presidio.txt" in done.stderr and said(settings) == ""
    with pytest.raises(SettingError, match="Presidio is not installed"):
        wiring.house(load(_env_file=None), lambda _: [])


def test_names_that_the_finder_knows_are_in_no_set(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_REDACT", "presidio:here,there")
    asked = list[tuple[str, ...]]()

    def loaded(models: tuple[str, ...]) -> Finder:
        asked.append(models)
        return lambda text: [(m.start(), m.end(), "person") for m in re.finditer("Parental", text)]

    monkeypatch.setattr(learning, "redaction", loaded)

    made = built("--seed-only")

    assert "Parental" not in said(settings) and "‹person›" in said(settings)
    manifest = json.loads((Path(str(made["folder"])) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["redacted"]["person"] > 0 and set(asked) == {("here", "there")}


def test_what_cannot_be_is_said(settings: Settings) -> None:
    assert "There is no dataset yet" in footnote("dataset", "list").stdout
    assert footnote("dataset", "show", "kb").returncode == 1
    assert footnote("dataset", "build", "--name", "../kb").returncode == 2
    assert footnote("dataset", "build", "--most", "0").returncode == 3


@pytest.mark.parametrize("step", ["folder-begun", "folder-before-rename", "folder-renamed"])
def test_a_build_that_is_killed_is_made_whole_by_the_next(settings: Settings, step: str) -> None:
    words = [sys.executable, "-m", "bot.cli", "dataset", "build", "--seed-only", "--most", "20"]

    done = subprocess.run(words, env=os.environ | {"FOOTNOTE_FAILPOINT": step}, check=False)

    whole = footnote("dataset", "list").stdout
    assert (done.returncode, whole.startswith("kb-")) == (137, step == "folder-renamed")
    assert footnote(*words[3:]).returncode == 0
    assert len([one for one in (settings.home / "models" / "datasets").iterdir()]) == 1
