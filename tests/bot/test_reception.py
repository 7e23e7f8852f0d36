"""What is looked at before a question is answered, and again before what was written is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.attachments import Attachments, Limits
from bot.channels import PAUSED, Channels, Switches
from bot.events import Row
from bot.reception import Reception
from bot.referents import Referents
from bot.state import connect, upgrade
from bot.threads import Threads
from bot.who.asking import ReadersUnknown
from bot.who.audience import Audiences, ReadersChanged
from bot.who.door import Door, Rules
from bot.who.owners import Owners
from bot.who.people import People
from bot.who.readers import Readers
from tests.bot.memory_slack import MemorySlack


class World:
    """A workspace and the reception that looks at it, with a clock of its own."""

    def __init__(self, home: Path) -> None:
        self.slack, self.now = MemorySlack(), 0.0
        engine = connect(home)
        upgrade(engine)
        people = People(self.slack.client, clock=lambda: self.now, sleep=lambda _: None)
        self.channels, self.switches = Channels(engine), Switches(engine)
        threads = Threads(self.slack.client)
        self.reception = Reception(
            people,
            Audiences(self.slack.client, people, Readers(self.slack.client, people)),
            Door(engine, Rules(bots=True)),
            self.channels,
            self.switches,
            threads,
            Attachments(self.slack.client, Limits(0)),
            owners=Owners(dict, lambda channel: ""),
            referents=Referents(threads),
            sleep=lambda _: None,
        )

    def row(self, person: str, channel: str, **payload: str) -> Row:
        return Row("E1", "T0PLAY", channel, "1.0", "1.0", person, False, "how long?", payload=payload)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_what_was_written_is_shown_while_all_who_read_there_may_read_it(world: World) -> None:
    ada = world.slack.add_user("ada")
    row = world.row(ada, world.slack.add_channel("help", ada))
    asked = world.reception.brief(row).question
    world.slack.join(world.slack.add_user("ben"), row.channel)
    world.now = 61.0

    world.reception.still(row, asked.readers)


@pytest.mark.parametrize("who", ["add_guest", "add_stranger"])
def test_that_a_guest_or_somebody_from_elsewhere_reads_is_known_of_a_question(world: World, who: str) -> None:
    ada = world.slack.add_user("ada")
    ours = world.row(ada, world.slack.add_channel("help", ada))
    mixed = world.row(ada, world.slack.add_channel("joint", ada, getattr(world.slack, who)("other")))

    assert not world.reception.brief(ours).question.outsiders
    world.reception.audiences.of(mixed.channel, ada, direct=False)
    before = len(world.slack.calls)
    assert world.reception.audiences.outsiders(mixed.channel) and len(world.slack.calls) == before
    assert world.reception.brief(mixed).question.outsiders
    assert not world.reception.brief(replace(mixed, direct=True)).question.outsiders


def test_who_came_while_it_was_written_is_not_shown_what_they_may_not_read(world: World) -> None:
    ada = world.slack.add_user("ada")
    row = world.row(ada, world.slack.add_channel("help", ada))
    asked = world.reception.brief(row).question
    world.slack.join(world.slack.add_guest("guest"), row.channel)
    world.now = 61.0

    with pytest.raises(ReadersChanged, match="ask again"):
        world.reception.still(row, asked.readers)


def test_where_slack_no_longer_says_who_reads_there_nothing_is_shown(world: World) -> None:
    ada = world.slack.add_user("ada")
    row = world.row(ada, world.slack.add_channel("help", ada))
    asked = world.reception.brief(row).question
    world.slack.fail("conversations.members", error="missing_scope")
    world.now = 61.0

    with pytest.raises(ReadersUnknown):
        world.reception.still(row, asked.readers)


def test_what_slack_does_not_say_now_is_asked_again_and_what_it_refuses_is_not(world: World) -> None:
    ada = world.slack.add_user("ada")
    row = world.row(ada, world.slack.add_channel("help", ada))
    world.slack.fail("conversations.members", error="internal_error", times=3)
    assert "everyone" in world.reception.brief(row).question.readers.principals
    world.now = 61.0
    world.slack.fail("conversations.members", error="missing_scope")

    with pytest.raises(ReadersUnknown):
        world.reception.brief(row)


def test_an_app_is_told_nothing_where_a_person_is_told_why(world: World) -> None:
    ada, bot = world.slack.add_user("ada"), world.slack.add_bot("deploys")
    channel = world.slack.add_channel("help", ada, bot)
    world.switches.turn(PAUSED, ada, on=True)
    received = world.reception.received

    assert "paused" in str(received(world.row(ada, channel)))
    assert received(world.row(bot, channel)) is None
    world.slack.fail("users.info", error="missing_scope", times=2)
    ben = world.slack.add_user("ben")
    with pytest.raises(ReadersUnknown):
        received(world.row(ben, channel))
    assert received(world.row(ben, channel, bot="B1")) is None


def test_a_channel_is_answered_from_its_sources_and_a_direct_message_from_all(world: World) -> None:
    ada = world.slack.add_user("ada")
    channel = world.slack.add_channel("help", ada)
    world.channels.change(channel, ada, sources=("handbook",))
    row = world.row(ada, channel)

    asked = [world.reception.brief(one).question for one in (row, replace(row, direct=True))]

    assert [one.sources for one in asked] == [("handbook",), ()]


def test_who_asks_in_german_is_answered_in_it_unless_the_channel_has_a_language(world: World) -> None:
    ada = world.slack.add_user("ada", locale="en-GB")
    channel = world.slack.add_channel("help", ada)
    english = world.row(ada, channel)
    german = replace(english, text="Wie lange dauert die Elternzeit?")

    before = [world.reception.locale(row) for row in (english, german)]
    world.channels.change(channel, ada, language="en")

    assert (before, world.reception.locale(german)) == (["en-GB", "de"], "en")
