"""Who is answered and from what, as people in the workspace see it: from a mention to what stands there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from canned_serve import canned
from plugged import plug_in

from bot.app import Credentials, build
from bot.house import House
from bot.play.slack import SlackStandIn
from bot.state import connect, inbox, upgrade
from bot.who.door import Rules
from model.answer import Answer, Question

pytestmark = pytest.mark.slow  # starts servers or processes of its own

Serving = Callable[..., "Served"]


@dataclass
class Served:
    """The bot in a workspace, and what it was asked."""

    slack: SlackStandIn
    engine: sa.Engine
    asked: list[Question] = field(default_factory=list)

    def mention(self, user: str, channel: str, text: str = "how long is parental leave?") -> list[str]:
        """What somebody sees after they asked; ephemeral lines, too."""
        ts = self.slack.mention(user, channel, text)
        assert self.slack.settled(20)
        end = time.monotonic() + 20
        while self._open() and time.monotonic() < end:
            time.sleep(0.02)
        return [message.shown for message in self.slack.replies_to(channel, ts)]

    def _open(self) -> int:
        query = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state != "final")
        with self.engine.connect() as connection:
            return connection.execute(query).scalar() or 0


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    ends: list[Callable[[], object]] = []

    def serve(**rules: int) -> Served:
        slack = SlackStandIn().start()
        engine = connect(tmp_path)
        upgrade(engine)
        served = Served(slack, engine)

        def answer(question: Question) -> list[Answer]:
            served.asked.append(question)
            return [canned(question)]

        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        service = build(credentials, engine, House(answer, Rules(**rules)))  # type: ignore[arg-type]
        service.start(tmp_path, alone=True)
        ends.extend([slack.stop, engine.dispose, service.jobs.close, plug_in(slack, service)])
        return served

    yield serve
    for end in reversed(ends):
        end()


def test_a_member_is_answered_and_a_guest_beside_them_is_told_why_not(serving: Serving) -> None:
    served = serving()
    ada, guest = served.slack.add_user("ada"), served.slack.add_guest("guest")
    channel = served.slack.add_channel("joint", ada, guest)

    answered, refused = served.mention(ada, channel), served.mention(guest, channel)

    assert any("26 weeks" in line for line in answered)
    assert len(refused) == 1 and "no guests" in refused[0]
    assert [question.readers.principals for question in served.asked] == [{f"channel:{channel}"}]


def test_an_app_hears_nothing(serving: Serving) -> None:
    served = serving()
    ada, bot = served.slack.add_user("ada"), served.slack.add_bot("deploys")
    channel = served.slack.add_channel("help", ada, bot)

    assert served.mention(bot, channel) == [] and served.asked == []


def test_an_app_that_is_answered_is_so_once_in_a_thread(serving: Serving) -> None:
    served = serving(bots=True)
    ada, bot = served.slack.add_user("ada"), served.slack.add_bot("deploys")
    channel = served.slack.add_channel("help", ada, bot)
    root = served.slack.say(ada, channel, "the deploy failed")

    for _ in range(3):
        served.slack.mention(bot, channel, "how long is parental leave?", thread_ts=root)
        served.mention(ada, channel)

    replies = [
        message for message in served.slack.thread(channel, root) if message.bot and message.user != bot
    ]
    assert len(replies) == 1


def test_who_has_asked_much_is_told_when_to_ask_again(serving: Serving) -> None:
    served = serving(per_person=2)
    ada, ben = served.slack.add_user("ada"), served.slack.add_user("ben", locale="de-DE")
    channel = served.slack.add_channel("help", ada, ben)
    for user in (ada, ada, ben, ben):
        assert any("26 weeks" in line for line in served.mention(user, channel))

    assert ["in 60 minutes" in line for line in served.mention(ada, channel)] == [True]
    assert ["In 60 Minuten" in line for line in served.mention(ben, channel)] == [True]
    assert len(served.asked) == 4


def test_where_slack_does_not_say_who_is_there_nothing_is_shown(serving: Serving) -> None:
    served = serving()
    ada = served.slack.add_user("ada")
    channel = served.slack.add_channel("help", ada)
    served.slack.fail("conversations.members", error="missing_scope", times=9)

    shown = served.mention(ada, channel)

    assert served.asked == [] and len(shown) == 1 and "26 weeks" not in shown[0]
