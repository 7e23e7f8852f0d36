"""/footnote, from what somebody types in Slack to what they and others see there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from plugged import plug_in

from bot import wiring
from bot.app import Credentials, Service, build
from bot.channels import GONE, Channels, Switches
from bot.house import House
from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.settings import Settings, load
from bot.state import connect, inbox, upgrade
from retrieval.passage import EVERYONE, Audience

pytestmark = pytest.mark.slow  # starts servers or processes of its own

TOML = '[[source]]\nname = "docs"\nkind = "files"\nlocation = "docs"\n'


def wait(condition: Callable[[], bool], within: float) -> bool:
    end = time.monotonic() + within
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


@dataclass
class Rig:
    slack: SlackStandIn
    service: Service
    engine: sa.Engine
    folder: Path
    boss: str
    ada: str
    channel: str

    def type(self, text: str, person: str = "", channel: str = "", within: float = 20) -> str:
        """What only its person sees of a command."""
        who, where = person or self.boss, channel or self.channel
        before = len(self.seen(who, where))
        self.slack.slash(who, "/footnote", text, where)
        assert wait(lambda: len(self.seen(who, where)) > before and not self.open_rows(), within)
        return self.seen(who, where)[-1]

    def seen(self, who: str, where: str) -> list[str]:
        return [m.shown for m in self.slack.messages(where) if m.ephemeral_to == who]

    def open_rows(self) -> int:
        with self.engine.connect() as db:
            query = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state != "final")
            return db.execute(query).scalar() or 0


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "docs").mkdir()
    (folder / "docs" / "leave.md").write_text("# Leave\nParental leave is 26 weeks.")
    (folder / "sources.toml").write_text(TOML)
    with SlackStandIn(timing=Timing(ack_timeout=20.0)) as slack:
        settings = load(_env_file=None, home=folder / "home", sources=folder / "sources.toml")
        engine = wiring.engine(settings)
        credentials = Credentials(slack.bot_token, slack.app_token, "", slack.api_url)
        house = wiring.house(settings, lambda question: wiring.chain(settings).stream(question))
        service = build(credentials, engine, house)
        service.start(settings.home, alone=True)
        unplug = plug_in(slack, service)
        boss, ada = slack.add_user("boss", is_admin=True), slack.add_user("ada")
        yield Rig(slack, service, engine, folder, boss, ada, slack.add_channel("help", boss, ada))
        unplug()
        assert service.jobs.close()


@pytest.fixture(autouse=True)
def settings(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of the service, which the process of a sync reads as well."""
    monkeypatch.setenv("FOOTNOTE_HOME", str(rig.folder / "home"))
    monkeypatch.setenv("FOOTNOTE_SOURCES", str(rig.folder / "sources.toml"))
    return load(_env_file=None)


def test_help_is_seen_by_who_asked_and_by_nobody_else(rig: Rig) -> None:
    said = rig.type("help", rig.ada)

    assert "/footnote ask QUESTION" in said and "pause" not in said
    assert [m for m in rig.slack.messages(rig.channel) if not m.ephemeral_to] == []


def test_an_admin_sets_a_channel_and_somebody_else_does_not(rig: Rig) -> None:
    refused = rig.type("channel off", rig.ada)
    done = rig.type(f"channel expert <@{rig.ada}|ada>")

    assert "Only administrators" in refused and "I name: ada" in done
    assert Channels(rig.engine).of(rig.channel).mode == "engaged"
    assert Channels(rig.engine).of(rig.channel).expert == rig.ada


def test_a_pause_is_known_at_once_and_ends(rig: Rig) -> None:
    rig.type("pause")
    paused = Switches(rig.engine).paused()
    rig.type("resume")

    assert paused and not Switches(rig.engine).paused()


def test_a_source_is_read_by_a_process_of_its_own_and_its_end_is_written_directly(
    rig: Rig, settings: Settings
) -> None:
    said = rig.type("reindex docs", within=120)

    direct = [m.shown for m in rig.slack.messages(rig.slack.dm_channel(rig.boss)) if m.bot]
    assert "docs: 1 documents" in said and direct[-1] == said
    assert wiring.shelf(settings).readable(Audience.of(EVERYONE)) == {"docs": 1}
    assert "docs: 1 document" in rig.type("sources", rig.ada)


def test_what_one_person_asked_is_seen_by_them_and_shared_by_a_press(rig: Rig) -> None:
    rig.type("reindex docs", within=120)
    said = rig.type("ask How long is parental leave?", rig.ada, within=60)
    public = [m.shown for m in rig.slack.messages(rig.channel) if not m.ephemeral_to]
    answer = next(m for m in reversed(rig.slack.messages(rig.channel)) if m.ephemeral_to == rig.ada)

    rig.slack.click(rig.ada, rig.channel, answer.ts, "footnote_do_share")

    def shared() -> list[str]:
        return [m.shown for m in rig.slack.messages(rig.channel) if not m.ephemeral_to]

    assert "26 weeks" in said and public == []
    assert wait(lambda: bool(shared()) and not rig.open_rows(), 20)
    assert len(shared()) == 1 and shared()[0].startswith(
        "Asked by ada with /footnote ask: How long is parental"
    )


def test_a_channel_that_searches_other_sources_finds_nothing_there(rig: Rig, settings: Settings) -> None:
    rig.type("reindex docs", within=120)
    (rig.folder / "sources.toml").write_text(TOML + TOML.replace("docs", "other"))
    rig.type("channel sources other")

    said = rig.type("ask How long is parental leave?", rig.ada, within=60)

    assert "26 weeks" not in said
    rig.type("channel sources all")
    assert "26 weeks" in rig.type("ask How long is parental leave?", rig.ada, within=60)


def test_a_document_is_forgotten_from_slack(rig: Rig, settings: Settings) -> None:
    rig.type("reindex docs", within=120)

    said = rig.type("forget docs/leave.md", within=60)

    assert "docs/leave.md" in said
    assert wiring.shelf(settings).readable(Audience.of(EVERYONE)) == {}


def test_a_removed_app_answers_nothing_and_keeps_no_words(rig: Rig) -> None:
    rig.slack.raw_event({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    rig.type("status")
    kept = Switches(rig.engine).gone()

    rig.slack.fail("auth.test", error="account_inactive", times=9)
    rig.slack.raw_event({"type": "app_uninstalled"})

    assert not kept
    assert wait(lambda: Switches(rig.engine).gone() and not rig.open_rows(), 20)


def test_an_app_that_is_installed_again_answers_again(tmp_path: Path) -> None:
    with SlackStandIn(timing=Timing(ack_timeout=20.0)) as slack:
        engine = connect(tmp_path)
        upgrade(engine)
        Switches(engine).turn(GONE, "", on=True)
        credentials = Credentials(slack.bot_token, slack.app_token, "", slack.api_url)
        service = build(credentials, engine, House(lambda question: []))

        service.start(tmp_path, alone=True)

        assert service.jobs.close() and not Switches(engine).gone()
        engine.dispose()
