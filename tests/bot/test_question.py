"""The steps of a question, run again by another process: what was written is looked at before it is shown."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
import sqlalchemy as sa
from canned_serve import canned

from bot.blocks import Look
from bot.inbox import Inbox
from bot.listeners.question import Questions
from bot.meters import Meters
from bot.posting.post import Message
from bot.posting.reply import Replies
from bot.reception import Brief, Reception
from bot.who.asking import NotNow
from bot.who.audience import ReadersChanged
from model.answer import Answer, Question, Status
from model.record import recorded
from retrieval.passage import Audience

EVENT = {"type": "app_mention", "channel": "C1", "ts": "1.0", "user": "U1", "text": "how long?"}
THEN = Audience.of("everyone", "channel:C1")


class Room:
    """A reception in a channel in which `now` read along."""

    def __init__(self, now: Audience) -> None:
        self.now = now

    def still(self, _: object, readers: Audience) -> None:
        if not readers.principals <= self.now.principals:
            raise ReadersChanged("Somebody else reads here now. Please ask again.")

    def received(self, _: object) -> str:
        raise NotNow("Slack takes too long; try again in a minute.")

    def brief(self, _: object) -> Brief:
        return Brief(Question("", self.now))

    def look(self, *_: object) -> Look:
        return Look()

    def locale(self, _: object) -> str:
        return ""


class Shown(list[str]):
    """Replies that remember what they said."""

    def finish(self, _: object, messages: list[Message]) -> None:
        self.append(messages[0].text)

    def give_up(self, _: object, message: Message) -> None:
        self.append(message.text)

    def decline(self, _: object, message: Message) -> None:
        self.append(message.text)

    def add(self, *_: object) -> None:
        pass


@pytest.fixture
def inbox(engine: sa.Engine) -> Inbox:
    return Inbox(engine)


@pytest.mark.parametrize(("now", "told"), [(THEN, "26 weeks"), (Audience.of("channel:C1"), "ask again")])
def test_what_was_written_before_a_restart_is_shown_to_those_for_whom_it_was_written(
    inbox: Inbox, now: Audience, told: str
) -> None:
    body: dict[str, Any] = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": EVENT}
    inbox.store(body)
    inbox.answered("Ev1", canned(Question("how long?", THEN, "Ev1")), THEN)
    shown = Shown()

    Questions(inbox, cast(Reception, Room(now)), cast(Replies, shown), lambda _: [], Meters()).show("Ev1")

    assert len(shown) == 1 and told in shown[0]
    assert ("26 weeks" in shown[0]) == (told == "26 weeks")


def overheard(inbox: Inbox) -> Inbox:
    """What somebody asked in a channel where the bot speaks up by itself, and nobody in particular."""
    event = {**EVENT, "type": "message", "channel_type": "channel"}
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event}
    everything = Inbox(inbox._engine, lambda *_: True)
    everything.store(body)
    assert everything.get("Ev1").surface == "channel"
    return everything


def test_what_nobody_asked_of_us_and_we_do_not_know_leaves_no_trace(inbox: Inbox) -> None:
    inbox, shown = overheard(inbox), Shown()
    nothing = Answer("Ev1", "how long?", Status.NOT_FOUND, "The documents do not say.")
    steps = Questions(inbox, cast(Reception, Room(THEN)), cast(Replies, shown), lambda _: [nothing], Meters())

    steps.write("Ev1")
    steps.show("Ev1")

    assert not shown and inbox.get("Ev1").state == "final"
    with inbox._engine.connect() as connection:
        assert recorded(connection, "Ev1") is None  # it is in no list of theirs and counts for no quota


def test_what_nobody_asked_of_us_is_not_answered_with_what_went_wrong(inbox: Inbox) -> None:
    inbox, shown = overheard(inbox), Shown()
    inbox.answered("Ev1", canned(Question("how long?", THEN, "Ev1")), THEN)
    fewer = Room(Audience.of("channel:C1"))
    steps = Questions(inbox, cast(Reception, fewer), cast(Replies, shown), lambda _: [], Meters())

    steps.show("Ev1")
    steps.fail("Ev1", "ABCD1234")

    assert not shown and inbox.get("Ev1").state == "final"


def test_who_cannot_be_known_now_is_told_so_with_a_reference(inbox: Inbox) -> None:
    inbox.store({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": EVENT})
    shown = Shown()

    Questions(inbox, cast(Reception, Room(THEN)), cast(Replies, shown), lambda _: [], Meters()).place("Ev1")

    assert len(shown) == 1 and re.search(r"try again in a minute.*Reference [0-9A-F]{8}", shown[0])
    assert inbox.get("Ev1").state == "final"
