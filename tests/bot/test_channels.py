"""What admins set, as every replica sees it, and the trail that it leaves."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from bot import wiring
from bot.channels import GONE, PAUSED, Channels, ChannelSetting, Switches
from bot.cli import table
from bot.memory.audit import Audit
from bot.settings import load
from bot.state import audit

WITHIN_S = 5.0  # all replicas know


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def engine(anywhere: sa.Engine) -> sa.Engine:
    return anywhere


def test_a_channel_that_nobody_set_follows_its_threads_and_searches_everything(engine: sa.Engine) -> None:
    assert Channels(engine).of("C1") == ChannelSetting("engaged", (), "")


def test_what_is_set_stays_and_what_is_not_named_is_kept(engine: sa.Engine) -> None:
    channels = Channels(engine)

    channels.change("C1", "U1", mode="mentions")
    channels.change("C1", "U1", sources=("handbook", "wiki"))
    channels.change("C1", "U2", expert="U9")

    assert Channels(engine).of("C1") == ChannelSetting("mentions", ("handbook", "wiki"), "U9")
    assert Channels(engine).of("C2") == ChannelSetting()


def test_all_sources_and_nobody_can_be_set_again(engine: sa.Engine) -> None:
    channels = Channels(engine)
    channels.change("C1", "U1", sources=("wiki",), expert="U9")

    channels.change("C1", "U1", sources=(), expert="")

    assert channels.of("C1") == ChannelSetting()


def test_another_replica_knows_of_a_change_within_five_seconds(engine: sa.Engine) -> None:
    clock = Clock()
    other, mine = Channels(engine, clock), Channels(engine)
    assert other.of("C1").mode == "engaged"

    mine.change("C1", "U1", mode="off")
    clock.now += WITHIN_S

    assert other.of("C1").mode == "off"


def test_a_busy_channel_is_read_once_in_two_seconds(engine: sa.Engine) -> None:
    clock, asked = Clock(), list[str]()
    channels = Channels(engine, clock)
    sa.event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    for _ in range(100):
        channels.of("C1")

    assert len(asked) == 1


def test_a_pause_holds_on_every_replica_within_five_seconds(engine: sa.Engine) -> None:
    clock = Clock()
    other, mine = Switches(engine, clock), Switches(engine)
    assert not other.paused()

    mine.turn(PAUSED, "U1", on=True)
    clock.now += WITHIN_S
    paused = other.paused()
    mine.turn(PAUSED, "U1", on=False)
    clock.now += WITHIN_S

    assert (paused, other.paused(), other.gone()) == (True, False, False)


def test_being_removed_is_a_switch_of_its_own(engine: sa.Engine) -> None:
    switches = Switches(engine)

    switches.turn(GONE, "", on=True)

    assert switches.gone() and not switches.paused()


def test_two_admins_who_set_a_channel_at_once_both_have_their_way(engine: sa.Engine) -> None:
    ready = threading.Barrier(2)

    def change(**what: str) -> None:
        ready.wait()
        Channels(engine).change("C1", "U1", **what)  # type: ignore[arg-type]

    ways = [{"mode": "off"}, {"expert": "U9"}]
    threads = [threading.Thread(target=change, kwargs=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Channels(engine).of("C1") == ChannelSetting("off", (), "U9")


def test_the_audit_keeps_every_row_in_order(engine: sa.Engine) -> None:
    trail = Audit(engine)

    trail.note("U1", "pause")
    trail.note("U2", "forget", "handbook/leave.md")

    found = [(entry.who, entry.what, entry.about) for entry in trail.latest()]
    assert found == [("U2", "forget", "handbook/leave.md"), ("U1", "pause", "")]
    assert [entry.who for entry in trail.latest(limit=1)] == ["U2"]


def test_what_is_too_long_for_the_audit_is_cut_and_not_lost(engine: sa.Engine) -> None:
    Audit(engine).note("U1", "x" * 200, "y" * 100_000)

    with engine.connect() as db:
        row = db.execute(sa.select(audit)).one()
    assert (len(row.what), len(row.about)) == (64, 2000)


def test_the_trail_is_shown_on_a_terminal_and_to_scripts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    run = CliRunner()
    none = run.invoke(table.app, ["audit"]).stdout
    Audit(wiring.engine(load(_env_file=None))).note("U1", "forget", "handbook/leave.md")

    shown = run.invoke(table.app, ["audit"]).stdout
    told = json.loads(run.invoke(table.app, ["audit", "--json"]).stdout)

    assert none.startswith("Nobody has changed anything yet")
    assert shown.rstrip().endswith("U1  forget  handbook/leave.md")
    assert (told["who"], told["what"], told["about"]) == ("U1", "forget", "handbook/leave.md")
