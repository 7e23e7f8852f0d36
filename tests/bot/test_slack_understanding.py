"""Small talk and questions asked back in Slack, with the real chain over the example handbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from plugged import plug_in

from bot import wiring
from bot.app import Credentials, build
from bot.house import House
from bot.phrases import say
from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message
from bot.settings import load
from bot.state import connect, upgrade
from bot.who.door import Rules

pytestmark = pytest.mark.slow  # starts servers or processes of its own
ASKED_BACK = say("ask_back", readings="")


@dataclass
class Rig:
    slack: SlackStandIn
    ada: str
    channel: str

    def answers(self, ts: str, many: int, channel: str = "") -> list[Message]:
        """What the bot has said in a thread, once that is so much."""
        there = channel or self.channel

        def seen() -> list[Message]:
            return [m for m in self.slack.replies_to(there, ts) if m.bot]

        def whole() -> bool:
            said = seen()
            searching = say("searching")
            return len(said) == many and not any(m.streaming or searching in m.shown for m in said)

        assert self.slack.wait_until(whole, 30), [m.shown for m in seen()]
        return seen()


@pytest.fixture(scope="module")
def rig(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    home = tmp_path_factory.mktemp("understanding")
    chain = wiring.chain(load(_env_file=None, home=indexed))
    with SlackStandIn() as slack:
        engine = connect(home)
        upgrade(engine)
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        service = build(credentials, engine, House(chain.stream, Rules(per_person=0, per_channel=0)))
        service.start(home, alone=True)
        close = plug_in(slack, service)
        ada = slack.add_user("ada", locale="en-GB")
        yield Rig(slack, ada, slack.add_channel("help", ada))
        close()
        assert service.jobs.close()
        engine.dispose()


@pytest.mark.parametrize(
    ("text", "reply", "example"),
    [
        ("hi", "small_greeting", True),
        ("thanks!", "small_thanks", False),
        ("who are you?", "small_about", True),
    ],
)
def test_small_talk_is_short_and_has_nothing_to_press(rig: Rig, text: str, reply: str, example: bool) -> None:
    ts = rig.slack.dm(rig.ada, text)

    [said] = rig.answers(ts, 1, rig.slack.dm_channel(rig.ada))

    told = said.shown.strip()
    assert told.startswith(say(reply))
    assert (" For example: What does “" in told) is example  # about a page that who asks may read
    assert example or told == say(reply)
    assert [block["type"] for block in said.blocks] == ["rich_text"]


def test_a_vague_question_is_asked_back_once_and_its_reply_needs_no_mention(rig: Rig) -> None:
    ts = rig.slack.mention(rig.ada, rig.channel, "What is the limit?")
    [back] = rig.answers(ts, 1)

    rig.slack.say(rig.ada, rig.channel, "Expenses › Limits, for a dinner", thread_ts=ts)
    answer = rig.answers(ts, 2)[-1]

    assert back.shown.startswith(ASKED_BACK.strip()) and "• Expenses › Limits" in back.shown
    assert [block["type"] for block in back.blocks] == ["rich_text"] * len(back.blocks)
    assert "€38" in answer.shown and "Sources" in answer.shown and ASKED_BACK not in answer.shown
