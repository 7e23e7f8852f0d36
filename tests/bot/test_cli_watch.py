"""The adapter in production is watched by its records, and taken back where answers have got worse."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import small_adapter
import sqlalchemy as sa
from spoken import footnote

from bot import wiring
from bot.measuring import conduct
from bot.measuring.conduct import OUTAGES
from bot.settings import load
from bot.wiring.models import registry
from bot.wiring.watching import watch
from model.answer import Answer, Fault, Status, Struck, WriterUnavailable
from model.learning.pointer import Serving
from model.record import answers, record_answer
from model.trail import Trail
from model.writing.chat import Chat, Manner
from model.writing.endpoint import Endpoint

FORGED = (Struck("It is so. [9]", Fault.FORGED, "[9]"),)
OUTAGE = Trail(rungs=("The model server could not be reached.",))
ENDLESS = Trail(rungs=("The model did not come to an end of its answer.",))


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory, alone: Callable[[Path], AbstractContextManager[None]]
) -> tuple[Path, str]:
    """A home with an adapter in production, promoted over another one after two hundred good answers, and
    its name. Not to be changed."""
    place = tmp_path_factory.mktemp("watched")
    base = small_adapter.base(place / "base")
    with alone(place / "home"):
        told(200, days=-1)
        for name, seed in (("old", 7), ("new", 8)):
            folder = small_adapter.adapter(place / name, base, seed=seed)
            added = footnote("adapters", "add", str(folder)).stdout.strip()
            footnote("adapters", "promote", added, "--override", "a test")
    return place / "home", added


@pytest.fixture
def promoted(watched: tuple[Path, str]) -> str:
    shutil.copytree(watched[0], load(_env_file=None).home)
    return watched[1]


def told(count: int, *, days: int = 0, **what: object) -> None:
    """So many answers, at once or some days ago."""
    engine = wiring.engine(load(_env_file=None))
    with engine.begin() as connection:
        kept = connection.execute(sa.select(sa.func.count()).select_from(answers)).scalar() or 0
        for i in range(kept, kept + count):
            wrote = serving().production or "base"
            given = Answer(f"a{i}", "How?", Status.ANSWERED, "So. [1]", writer=wrote)
            record_answer(connection, replace(given, **what), "slack")
            at = datetime.now(UTC) + timedelta(days=days)
            connection.execute(answers.update().where(answers.c.id == f"a{i}").values(created_at=at))


def serving() -> Serving:
    return registry(load(_env_file=None)).serving()


def test_an_adapter_that_forges_markers_is_taken_back_and_the_one_before_answers(promoted: str) -> None:
    before = serving().previous
    told(20)
    told(15, struck=FORGED)

    done = footnote("adapters", "watch")

    assert done.returncode == 3 and "It was taken back." in done.stdout
    assert serving() == Serving(before, "", "")
    last = registry(load(_env_file=None)).events()[-1]
    assert (last.who, last.what, last.adapter) == ("watch", "rollback", promoted)
    assert "15 of" in last.why or "of 25" in last.why
    assert footnote("adapters", "watch").stdout.startswith("No promoted adapter answers")
    assert serving() == Serving(before, "", "")  # never a step further back


@pytest.mark.parametrize(
    ("what", "back"),
    [
        ({"status": Status.DEGRADED, "trail": ENDLESS}, True),
        ({"status": Status.DEGRADED, "trail": OUTAGE}, False),  # no adapter helps there
        ({"status": Status.FAILED}, True),
        ({"struck": (Struck("So.", Fault.FIGURE, "7"),)}, False),  # struck out before anybody saw it
        ({"status": Status.SMALL_TALK, "struck": FORGED}, False),  # nobody wrote it
        ({"writer": "base", "struck": FORGED}, False),  # the adapter did not write it
        ({"status": Status.DEGRADED, "trail": OUTAGE, "writer": "base", "struck": FORGED}, False),
    ],
)
def test_only_what_its_writer_did_counts(promoted: str, what: dict[str, object], back: bool) -> None:
    told(30, **what)

    watch(load(_env_file=None))()

    assert (serving().production != promoted) is back


def test_a_good_adapter_stays_and_so_does_one_of_which_it_is_only_said(promoted: str) -> None:
    told(60)
    done = footnote("adapters", "watch", "--json")
    seen = json.loads(done.stdout)
    told(60, struck=FORGED)

    dry = footnote("adapters", "watch", "--dry-run")

    assert (done.returncode, seen["worse"], [look["of"] for look in seen["looks"]]) == (0, False, [25, 50])
    assert dry.returncode == 3 and "It would be taken back." in dry.stdout
    assert "Votes, which advise only: 0 of 0" in dry.stdout
    assert serving().production == promoted


def test_where_a_model_is_set_the_adapter_is_not_judged_by_what_that_one_wrote(
    promoted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(40, struck=FORGED)
    monkeypatch.setenv("FOOTNOTE_MODEL", "another")

    done = footnote("adapters", "watch")

    assert done.returncode == 0 and "there is nothing to watch" in done.stdout
    assert serving().production == promoted


def test_an_adapter_that_was_promoted_while_the_old_one_was_looked_at_stays(
    promoted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = serving().previous
    told(40, struck=FORGED)
    seen = conduct.conduct

    def meanwhile(*given: Any) -> conduct.Conduct:
        registry(load(_env_file=None)).promote(before, "ada", "the old one was better")
        return seen(*given)

    monkeypatch.setattr(conduct, "conduct", meanwhile)
    watch(load(_env_file=None))()

    assert serving() == Serving(before, promoted, "")


def test_whoever_watches_as_well_does_not_go_back_twice(promoted: str) -> None:
    before = serving().previous
    told(40, struck=FORGED)

    for _ in range(3):
        watch(load(_env_file=None))()

    assert serving().production == before


def test_the_sentence_of_an_outage_is_the_one_that_a_writer_says() -> None:
    chat = Chat(Endpoint("http://127.0.0.1:9/v1", ""), "x", Manner(1.0, 1.0))

    with pytest.raises(WriterUnavailable) as error:
        chat.write("How?", [])
    assert any(known in str(error.value) for known in OUTAGES)
