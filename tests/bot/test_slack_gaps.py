"""A question without an answer, in Slack: an expert replies, one click, and the next who asks is answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa
from plugged import plug_in
from rich.console import Console

from bot import wiring
from bot.app import Credentials, build
from bot.blocks.verified import KEEP
from bot.channels import Switches
from bot.cli.rebuild import How, rebuild
from bot.events import PRESS
from bot.learning import erasing
from bot.play.slack import SlackStandIn
from bot.play.slack_records import Message
from bot.settings import Settings, load
from model.learning import verified
from model.learning.verified import Verified
from retrieval.passage import VERIFIED
from retrieval.sources import Spec

pytestmark = pytest.mark.slow  # starts servers or processes of its own

TOML = '[[source]]\nname = "docs"\nkind = "files"\nlocation = "docs"\n'
LEAVE = "# Leave\nParental leave is 26 weeks at full pay. Ask the people team in Lund for the form.\n"
LONG_S = 60.0  # the index is written beside questions, on machines that may be busy
ASKED = "what is the code of the kiln alarm in the north hall?"
REPLY = "The kiln alarm in the north hall has the code 4711. Reset it at the panel beside the door."


@dataclass
class Rig:
    slack: SlackStandIn
    settings: Settings
    engine: sa.Engine
    ada: str
    eve: str
    channel: str

    def seen(self, condition: Callable[[], bool]) -> bool:
        """Whether it comes true; looked at again and again: not all of it is a change in Slack."""
        end = time.monotonic() + LONG_S
        while not self.slack.wait_until(condition, 0.1):
            if time.monotonic() > end:
                return False
        return True

    def ask(self, person: str, question: str = ASKED, until: str = "") -> tuple[str, Message]:
        """The ts of the question and the bot's answer."""
        ts = self.slack.mention(person, self.channel, question)
        return ts, self.slack.wait_for_reply(
            self.channel, ts, LONG_S, lambda m: until in m.shown and "Searching" not in m.shown
        )

    def offered(self, ts: str, person: str, text: str = REPLY) -> Message:
        """What an expert is asked below their reply."""
        said = self.slack.say(person, self.channel, text, thread_ts=ts)
        return self.slack.wait_for_reply(
            self.channel, said, LONG_S, lambda m: any(b.action_id == PRESS + KEEP for b in m.buttons)
        )

    def kept(self) -> list[Verified]:
        with self.engine.connect() as connection:
            return verified.every(connection, VERIFIED)

    def press(self, person: str, offer: Message, until: str) -> None:
        self.slack.click(person, self.channel, offer.ts, PRESS + KEEP)
        assert self.seen(lambda: any(until in m.shown for m in self.thread(offer.thread_ts))), [
            m.shown for m in self.thread(offer.thread_ts)
        ]

    def type(self, person: str, text: str) -> str:
        """A command, and what its person is told."""
        before = len(self.told(person))
        self.slack.slash(person, "/footnote", text, self.channel)
        assert self.seen(lambda: len(self.told(person)) > before)
        return self.told(person)[-1]

    def told(self, person: str) -> list[str]:
        return [m.shown for m in self.slack.messages(self.channel) if m.ephemeral_to == person]

    def thread(self, ts: str) -> list[Message]:
        return self.slack.thread(self.channel, ts)


@pytest.fixture
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("gaps")
    (folder / "docs").mkdir()
    (folder / "docs" / "leave.md").write_text(LEAVE)
    (folder / "sources.toml").write_text(TOML)
    with SlackStandIn() as slack:
        ada, eve = slack.add_user("ada"), slack.add_user("eve")
        given = {"reviewers": eve, "sources": folder / "sources.toml"} | getattr(request, "param", {})
        settings = load(_env_file=None, home=folder / "home", **given)
        wiring.index(settings).sync(wiring.source(settings, wiring.declared(settings)[0]))
        engine = wiring.engine(settings)
        house = wiring.house(settings, lambda question: wiring.chain(settings).stream(question))
        service = build(Credentials(slack.bot_token, slack.app_token, "", slack.api_url), engine, house)
        service.start(settings.home, alone=True)
        unplug = plug_in(slack, service)
        yield Rig(slack, settings, engine, ada, eve, slack.add_channel("help", ada, eve))
        unplug()
        assert service.jobs.close()


def test_an_experts_reply_is_the_answer_for_whoever_asks_next(rig: Rig) -> None:
    bob = rig.slack.add_user("bob")
    cal = rig.slack.add_user("cal")
    elsewhere, _ = rig.ask(cal, "which code does the kiln alarm in the north hall have?")
    ts, nothing = rig.ask(rig.ada)
    assert "4711" not in nothing.shown

    assert "Only those who review answers can see that" in rig.type(rig.ada, "gaps")
    listed = rig.type(rig.eve, "gaps")
    assert (
        "One question of the last 30 days" in listed
        and "2 people, 2 times" in listed
        and "kiln" not in listed
    )

    offer = rig.offered(ts, rig.eve)
    rig.press(rig.eve, offer, "there is an answer to your question now")
    assert rig.seen(lambda: not rig.thread(ts)[-2].buttons)

    _, answer = rig.ask(bob, "what code does the kiln alarm in the north hall have?", until="4711")
    [one] = rig.kept()
    assert f"verified by eve, to be looked at again by {one.due}" in answer.shown
    assert one.url in str(answer.blocks) and one.question == ASKED and one.text == REPLY
    assert "Every question of the last 30 days found an answer." in rig.type(rig.eve, "gaps")
    assert rig.seen(
        lambda: any("there is an answer now that may be" in m.shown for m in rig.thread(elsewhere))
    )
    told = [m for m in rig.thread(ts) if "there is an answer to your question now" in m.shown]
    assert len(told) == 1 and rig.ada in told[0].text
    edited(rig, one)
    rebuilt_and_forgotten(rig, one)


def edited(rig: Rig, one: Verified) -> None:
    """What its expert edits in Slack is what is answered."""
    rig.slack.edit(rig.channel, one.reply, REPLY.replace("4711", "4712"))
    assert rig.seen(lambda: "4712" in rig.kept()[0].text)
    rig.ask(rig.ada, "which code has the kiln alarm in the north hall?", until="4712")
    rig.slack.edit(rig.channel, one.reply, REPLY)
    assert rig.seen(lambda: "4711" in rig.kept()[0].text)


def rebuilt_and_forgotten(rig: Rig, one: Verified) -> None:
    """It outlives a rebuild; what is forgotten is nowhere any more, and so is an erased expert's."""
    rebuild(rig.settings, How(), Console(quiet=True))
    rig.ask(rig.ada, "what is the code of the kiln alarm in the hall in the north?", until="4711")
    with rig.engine.begin() as connection:
        verified.unasked(connection, rig.ada)
    wiring.index(rig.settings).sync(wiring.source(rig.settings, Spec(VERIFIED, VERIFIED, ())))
    assert titles(rig) == [REPLY]

    assert wiring.index(rig.settings).forget(one.url) == [one.uri]

    assert not rig.kept() and titles(rig) == []
    again = replace(one, answer="Ev9")
    with rig.engine.begin() as connection:
        verified.put(connection, again)
    keeper = wiring.verified.keeper(rig.settings, rig.engine)
    keeper.publish()
    assert titles(rig) == [ASKED]
    receipt = erasing.person(rig.engine, rig.settings.home, rig.eve, keeper.publish)
    assert titles(rig) == [] and not rig.kept() and receipt.counts["verified"] == 1


def titles(rig: Rig) -> list[str]:
    table = wiring.store(rig.settings).live(rig.settings.workspace).name
    return [found.title for found in wiring.ledger(rig.settings).all(table, VERIFIED)]


def test_when_the_app_is_removed_an_experts_answer_leaves_database_files_and_index(rig: Rig) -> None:
    ts, _ = rig.ask(rig.ada)
    rig.press(rig.eve, rig.offered(ts, rig.eve), "there is an answer to your question now")
    home = rig.settings.home

    def holds(words: str) -> list[str]:
        for _ in range(100):
            with suppress(FileNotFoundError):  # the index clears up while it is looked through
                files = (file for file in home.rglob("*") if file.is_file())
                return [str(file.relative_to(home)) for file in files if words.encode() in file.read_bytes()]
        raise AssertionError("the files of the home never stand still")

    before = holds("code 4711")
    rig.slack.uninstall()

    assert any(name.startswith("index/") for name in before) and any("state.db" in name for name in before)
    for _ in range(300):  # Slack, which is out of it now, tells of no change
        if Switches(rig.engine).gone() and not holds("code 4711"):
            break
        time.sleep(0.1)
    assert holds("kiln") == [] and rig.kept() == [] and any(n.startswith("index/") for n in holds("26 weeks"))
