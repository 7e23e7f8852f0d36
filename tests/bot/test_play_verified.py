"""What is verified in footnote play answers in it alone, and leaves the index with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from bot import wiring
from bot.cli.rebuild import How, rebuild
from bot.settings import Settings, load
from bot.wiring import verified as wired
from model.answer import Question
from model.learning import verified
from model.learning.verified import Verified
from retrieval.passage import VERIFIED, Audience
from retrieval.sources import Spec

pytestmark = pytest.mark.slow  # embeds, and makes an index anew
ASKED = "What is the code of the kiln alarm in the north hall?"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
ONE = Verified(
    *("Ev1", wired.PLAY, "C1", "1.1", "1.2", "U1", "Eve", "U2", ASKED, "The kiln alarm has the code 4711."),
    *("https://x.example/Ev1", True, NOW, NOW.date()),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An index of one page."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "leave.md").write_text("# Leave\nParental leave is 26 weeks at full pay.\n")
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "docs"\nkind = "files"\nlocation = "docs"\n')
    made = load(_env_file=None, home=tmp_path / "home", sources=tmp_path / "sources.toml")
    wiring.index(made).sync(wiring.source(made, wiring.declared(made)[0]))
    return made


def played(settings: Settings) -> None:
    """As if an expert had confirmed it in footnote play: in a public channel, and in a private one."""
    state = wiring.aside(settings.home / "play")
    with state.begin() as connection:
        verified.put(connection, ONE)
        verified.put(connection, replace(ONE, answer="Ev2", channel="C2", reply="2.2", open=False))
    wired.keeper(settings, state).publish()


def held(settings: Settings) -> list[str]:
    table = wiring.store(settings).live(settings.workspace).name
    return [found.uri for found in wiring.ledger(settings).all(table, wired.PLAY)]


def test_what_is_verified_in_play_is_found_in_play_alone_and_leaves_with_it(settings: Settings) -> None:
    played(settings)
    real = wired.everybody(settings, wiring.store(settings).live(settings.workspace).name)

    def cites(readers: Audience) -> list[str]:
        answer = wiring.chain(settings).invoke(Question(ASKED, readers))
        return [one.document for one in answer.citations if one.document.startswith(VERIFIED)]

    assert len(held(settings)) == 2
    assert cites(Audience()) == cites(Audience.of("everyone", "channel:C2")) == cites(real) == []
    assert cites(wired.playing(Audience())) == [f"{wired.PLAY}/Ev1/1.2"]
    assert wiring.syncs(settings).adopted() == []

    wired.cleared(settings)

    assert held(settings) == [] and cites(wired.playing(Audience())) == []


def test_no_rebuild_takes_over_what_was_verified_in_play_nor_is_it_stopped_by_it(settings: Settings) -> None:
    played(settings)
    wiring.syncs(settings).adopt(Spec(wired.PLAY, VERIFIED, ()))  # as earlier versions did

    rebuild(settings, How(), Console(quiet=True))

    assert held(settings) == []
    assert wiring.syncs(settings).adopted() == []


def test_sources_count_what_is_verified_in_play_there_and_nowhere_else(
    settings: Settings,
) -> None:
    played(settings)
    here, there = wiring.shelf(settings, played=True), wiring.shelf(settings)

    assert here.readable(Audience()) == {"docs": 1, wired.PLAY: 1}
    assert there.readable(Audience()) == {"docs": 1}
    assert [row.name for row in there.rows(NOW)] == there.names() == ["docs"]


def test_where_there_is_no_index_nothing_is_said_of_what_was_verified_in_play(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wired.cleared(load(_env_file=None, home=tmp_path))

    assert caplog.records == []


def test_whoever_plays_may_read_there_what_they_are_answered_with() -> None:
    in_play = partial(wired.named, wired.PLAY)
    kept = wired.playing(Audience())

    assert in_play(kept) == Audience() and wired.named(VERIFIED, kept) == kept
    assert not wired.playing(Audience.of()).principals
