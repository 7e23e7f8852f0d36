"""Answers that one person sees: at the address that came with a command, else in their direct messages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from bot.events import Row
from bot.play.slack import SlackStandIn
from bot.play.slack_views import new_response_url
from bot.posting.calling import client
from bot.posting.post import Message, Posts
from bot.posting.respond import Responses, trusted

pytestmark = pytest.mark.slow  # starts servers or processes of its own


@dataclass
class Rig:
    slack: SlackStandIn
    engine: sa.Engine
    ada: str
    channel: str
    now: float = field(default_factory=time.time)
    naps: list[float] = field(default_factory=list)

    def row(self, event_id: str = "Ev1", url: str | None = None) -> Row:
        name = new_response_url(self.slack.workspace, self.channel, self.ada)
        address = self.slack.response_address + name if url is None else url
        about = {"kind": "command", "payload": {"response_url": address}, "received_at": time.time()}
        return Row(event_id, "T1", self.channel, "", "", self.ada, False, "status", **about)  # type: ignore[arg-type]

    @property
    def responses(self) -> Responses:
        slack = client(self.slack.bot_token, self.slack.api_url)
        posts = Posts(self.engine, slack, attempts=3, sleep=self.naps.append)
        return Responses(slack, posts, clock=lambda: self.now, sleep=self.naps.append)

    @property
    def seen(self) -> list[str]:
        """What Ada sees in the channel that others do not."""
        return [m.shown for m in self.slack.messages(self.channel) if m.ephemeral_to == self.ada]

    @property
    def told(self) -> list[str]:
        """What Ada was written directly."""
        return [m.shown for m in self.slack.messages(self.slack.dm_channel(self.ada)) if m.bot]


@pytest.fixture
def rig(engine: sa.Engine) -> Iterator[Rig]:
    with SlackStandIn(mode="http") as slack:
        ada = slack.add_user("ada")
        yield Rig(slack, engine, ada, slack.add_channel("help", ada))


def test_an_answer_is_seen_by_its_person_alone_where_they_asked(rig: Rig) -> None:
    rig.responses.say(rig.row(), Message("All is well."))

    assert (rig.seen, rig.told) == (["All is well."], [])


def test_each_answer_takes_the_place_of_the_one_before(rig: Rig) -> None:
    row, responses = rig.row(), rig.responses

    responses.progress(row, Message("Reading."))
    responses.say(row, Message("Done."))

    assert rig.seen == ["Done."]


def test_an_address_that_is_too_old_is_not_tried_and_the_person_is_told_directly(rig: Rig) -> None:
    row = rig.row()
    rig.now += 1_900

    rig.responses.say(row, Message("Done."))

    assert (rig.seen, rig.told) == ([], ["Done."])


def test_an_address_is_used_five_times_at_most(rig: Rig) -> None:
    row, responses = rig.row(), rig.responses

    for number in range(8):
        responses.progress(row, Message(f"At {number}."))
    responses.say(row, Message("Done."))

    assert (rig.seen, rig.told) == (["Done."], [])
    assert max(url.uses for url in rig.slack.workspace.response_urls.values()) <= 5


def test_a_used_up_address_ends_in_a_direct_message(rig: Rig) -> None:
    row, responses = rig.row(), rig.responses
    for _ in range(5):
        responses.say(row, Message("Again."))

    responses.say(row, Message("Once more."))

    assert rig.told == ["Once more."]


def test_a_direct_message_with_one_key_is_there_once(rig: Rig) -> None:
    row = rig.row(url="")

    rig.responses.say(row, Message("Done."))
    rig.responses.say(row, Message("Done."))

    assert rig.told == ["Done."]


def test_a_post_of_which_nobody_knows_the_outcome_is_looked_for_and_not_repeated(rig: Rig) -> None:
    rig.slack.fail("chat.postMessage", cut="after", times=1)

    rig.responses.direct(rig.row(), Message("Done."), "end")

    assert rig.told == ["Done."]


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/respond/r1",
        "http://127.0.0.1:1/respond/r1",
        "https://127.0.0.1/respond",
        "file:///etc/passwd",
        "http://evil.example\\@127.0.0.1/",
        "",
    ],
)
def test_an_address_that_is_not_slacks_is_never_opened(rig: Rig, url: str) -> None:
    rig.responses.say(rig.row(url=url), Message("Done."))

    assert rig.told == ["Done."]


@pytest.mark.parametrize(
    ("url", "api", "ours"),
    [
        ("https://hooks.slack.com/commands/T1/2/3", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/commands/T1", "https://slack-gov.com/api/", True),
        ("http://127.0.0.1:8000/respond/r1", "http://127.0.0.1:8000/api/", True),
        ("http://hooks.slack.com/commands/T1", "https://slack.com/api/", False),
        ("https://hooks.slack.com.evil.example/T1", "https://slack.com/api/", False),
        ("https://hooks.slack.com@evil.example/T1", "https://slack.com/api/", False),
        ("https://hooks.slack.com:8443/T1", "https://slack.com/api/", False),
        ("https://evil.example/", "", False),
    ],
)
def test_slacks_addresses_are_known_by_their_whole_host(url: str, api: str, ours: bool) -> None:
    assert trusted(url, api) is ours
