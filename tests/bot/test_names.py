"""Who may read a document, in the words that people are told it in."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from bot.play.slack import SlackStandIn
from bot.who import names
from bot.who.access import plain, reason, said
from bot.who.names import Names
from retrieval.passage import EVERYONE, Audience

BOARD = Audience.of("channel:C1", "user:U1", "group:S1")


def test_an_audience_is_said_without_asking_anybody() -> None:
    assert said(Audience()) == "everyone in the workspace"
    assert said(Audience(frozenset())) == "nobody"
    assert said(Audience.of("user:U1")) == "user U1"
    assert said(BOARD) == "members of channel C1, user U1 and user group S1"
    assert said(Audience.of(EVERYONE, "user:U1")) == "everyone in the workspace"


def test_a_reason_names_only_what_it_rests_on() -> None:
    ada = Audience.of(EVERYONE, "user:U1", "channel:C9")

    assert reason(Audience(), ada) == "may read it: everyone may"
    assert reason(BOARD, ada) == "may read it, as it is for user U1"
    assert reason(Audience.of("group:S1"), ada) == "may not read it: it is for user group S1"
    assert reason(Audience(frozenset()), ada) == "may not read it: it is for nobody"


@pytest.mark.slow
def test_slack_says_what_people_channels_and_groups_are_called(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    channel, group = slack.add_channel("board", ada), slack.add_group("finance", ada)
    named = Names(client).of

    assert named(f"channel:{channel}") == "members of #board"
    assert named(f"group:{group}") == "user group @finance"
    assert named(f"user:{ada}") == "ada"
    assert named(EVERYONE) == "everyone in the workspace"


@pytest.mark.slow
def test_a_name_that_was_asked_for_while_slack_was_away_is_asked_for_again(
    slack: SlackStandIn, client: WebClient, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, now = Names(client).of, [0.0]
    monkeypatch.setattr(names.time, "monotonic", lambda: now[0])
    client.base_url = "http://127.0.0.1:9/"
    away = named(f"user:{ada}")
    client.base_url = slack.api_url

    assert away == named(f"user:{ada}") == plain(f"user:{ada}")  # it is not asked all the while
    now[0] = names.AWAY_S
    assert named(f"user:{ada}") == "ada"


@pytest.mark.slow
def test_an_id_stands_in_for_a_name_that_slack_does_not_say(slack: SlackStandIn) -> None:
    for client in (
        WebClient("xoxb-wrong", base_url=slack.api_url),
        WebClient("x", base_url="http://127.0.0.1:9/"),
    ):
        named = Names(client).of

        assert [named(one) for one in ("user:U0GONE", "channel:C0GONE", "group:S0GONE")] == [
            plain(one) for one in ("user:U0GONE", "channel:C0GONE", "group:S0GONE")
        ]
