"""Where nothing was found: who is asked, in the thread, once, until it is solved."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from bot.blocks.votes import OWNER, SOLVED
from bot.events import PRESS, Row, parse
from bot.inbox import Inbox
from bot.listeners.owner import OwnerCalls
from bot.listeners.press import Presses
from bot.play.slack import SlackStandIn
from bot.posting.calling import client
from bot.posting.post import Posts
from bot.who.owners import Owners
from model.answer import Answer, Near, Status
from retrieval.passage import SettingError

NOTHING = Answer(
    "Ev1", "q", Status.NOT_FOUND, "Nothing.", nearest=(Near("A", "", "wiki"), Near("B", "", "handbook"))
)
ROW = Row("Ev1", "T1", "C1", "1.1", "1.1", "U1", direct=False)


def owners(expert: str = "", **declared: str) -> Owners:
    return Owners(lambda: declared, lambda channel: expert if channel == "C1" else "")


@pytest.mark.parametrize(
    ("asked", "whom"),
    [
        (owners(), ""),
        (owners(handbook="U7"), "U7"),
        (owners(handbook="U7", wiki="U8"), "U8"),
        (owners("U9"), "U9"),
        (owners("U9", wiki="U8"), "U8"),
        (owners("U9", wiki="U1"), "U9"),
        (owners("U1"), ""),
    ],
)
def test_the_owner_of_the_nearest_source_is_asked_else_the_channels_expert(asked: Owners, whom: str) -> None:
    assert asked.of(ROW, NOTHING) == whom


def test_nobody_is_asked_about_what_was_answered_and_no_expert_in_a_direct_message() -> None:
    assert owners("U9", wiki="U8").of(ROW, replace(NOTHING, status=Status.ANSWERED)) == ""
    assert owners("U9").of(replace(ROW, direct=True), NOTHING) == ""


def test_a_mistake_in_the_file_of_sources_stops_no_answer() -> None:
    def broken() -> dict[str, str]:
        raise SettingError("sources.toml is no TOML.")

    assert Owners(broken, lambda _: "U9").of(ROW, NOTHING) == "U9"


class Desk:
    """A thread with a question in it, and what presses do there."""

    def __init__(self, slack: SlackStandIn, engine: sa.Engine) -> None:
        self.slack, self.inbox, self.times = slack, Inbox(engine), count(1)
        self.ada, self.bob, self.eve = (slack.add_user(name) for name in ("ada", "bob", "eve"))
        self.channel = slack.add_channel("help", self.ada, self.bob, self.eve)
        self.ts = slack.mention(self.ada, self.channel, "how?")
        event = {"type": "app_mention", "channel": self.channel, "user": self.ada, "ts": self.ts}
        self.inbox.store({"type": "event_callback", "event_id": "Ev1", "event": {**event, "text": "how?"}})
        posts = Posts(engine, client(slack.bot_token, slack.api_url))
        calls = OwnerCalls(self.inbox, posts)
        self.presses = Presses(self.inbox, posts, {OWNER: calls.ask, SOLVED: calls.solved})

    def pressed(self, person: str, action: str, value: str, message: str = "9.9") -> str:
        """The id of the row of a press."""
        body: dict[str, Any] = {"type": "block_actions", "user": {"id": person}}
        body |= {"channel": {"id": self.channel}, "message": {"ts": message, "thread_ts": self.ts}}
        once = str(next(self.times))
        body["actions"] = [{"action_id": PRESS + action, "value": value, "action_ts": once}]
        row = parse(body)
        assert row is not None
        self.inbox.store(body)
        return row.event_id

    def press(self, person: str, action: str, value: str, message: str = "9.9") -> None:
        id = self.pressed(person, action, value, message)
        for step in self.presses.steps:
            step(id)
        assert self.inbox.get(id).state == "final"

    def said(self) -> list[str]:
        names = {self.ada: "ada", self.bob: "bob", self.eve: "eve"}
        shown = [m.shown for m in self.slack.replies_to(self.channel, self.ts)]
        for id, name in names.items():
            shown = [text.replace(id, name) for text in shown]
        return shown


@pytest.fixture
def desk(slack: SlackStandIn, engine: sa.Engine) -> Desk:
    return Desk(slack, engine)


def test_the_owner_is_mentioned_in_the_thread_once_whoever_presses(desk: Desk) -> None:
    desk.press(desk.ada, OWNER, f"Ev1:{desk.bob}")
    desk.press(desk.eve, OWNER, f"Ev1:{desk.bob}")

    [said] = desk.said()
    assert said.startswith("@bob, @ada asked this") and "Can you help" in said


def test_solved_closes_it_for_who_asked_and_who_was_called(desk: Desk) -> None:
    desk.press(desk.ada, OWNER, f"Ev1:{desk.bob}")
    [message] = desk.slack.replies_to(desk.channel, desk.ts)

    desk.press(desk.eve, SOLVED, f"Ev1:{desk.bob}", message.ts)
    assert desk.said()[1:] == ["Only who asked and who was called can close this."]
    desk.press(desk.bob, SOLVED, f"Ev1:{desk.bob}", message.ts)

    assert desk.said()[0].endswith("Solved, says @bob.")
    assert [b["type"] for b in desk.slack.replies_to(desk.channel, desk.ts)[0].blocks] == ["rich_text"]


def test_a_press_that_fails_says_so_to_its_person(desk: Desk) -> None:
    id = desk.pressed(desk.eve, OWNER, "x")

    desk.presses.fail(id, "ABCD1234")

    assert desk.said() == ["That did not work. Please press again. (Reference ABCD1234)"]
    assert desk.inbox.get(id).state == "final"
