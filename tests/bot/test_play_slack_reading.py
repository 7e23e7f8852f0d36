"""What the stand-in's reading methods show, to whom, and how fast, called through the real slack_sdk."""

from __future__ import annotations

import pytest
from slack_calls import refused
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.play.slack import SlackStandIn

pytestmark = pytest.mark.slow  # starts servers or processes of its own


def test_the_channels_of_a_person_are_those_the_app_may_know_of(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    public = slack.add_channel("public", ada, bot=False)
    shared = slack.add_channel("shared", ada, kind="group")
    slack.add_channel("secret", ada, kind="group", bot=False)
    slack.add_channel("other")
    kinds = "public_channel,private_channel"
    pages = [page["channels"] for page in client.users_conversations(user=ada, types=kinds, limit=1)]

    assert [[channel["id"] for channel in page] for page in pages] == [[public], [shared]]
    assert refused(client.users_conversations, user="U404") == "user_not_found"


def test_user_groups_have_their_people(slack: SlackStandIn, client: WebClient, ada: str) -> None:
    group = slack.add_group("crew", ada)

    assert client.usergroups_list(include_users=True)["usergroups"][0]["users"] == [ada]
    assert "users" not in client.usergroups_list()["usergroups"][0]
    assert client.usergroups_users_list(usergroup=group)["users"] == [ada]
    assert refused(client.usergroups_users_list, usergroup="S404") == "no_such_subteam"


def test_messages_are_read_by_members_in_archived_channels_too(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    slack.say(ada, channel, "still here")
    slack.workspace.channels[channel].is_archived = True
    outside = slack.add_channel("outside", ada, bot=False)

    assert client.conversations_history(channel=channel)["messages"][0]["text"] == "still here"
    assert refused(client.conversations_history, channel=outside) == "not_in_channel"
    assert refused(client.chat_postMessage, channel=channel, text="x") == "is_archived"


def test_a_deleted_root_leaves_a_tombstone_while_it_has_replies(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    root = slack.say(ada, channel, "question")
    slack.say(ada, channel, "answer", thread_ts=root)
    slack.delete(channel, root)
    history = client.conversations_history(channel=channel)["messages"]
    replies = client.conversations_replies(channel=channel, ts=root)["messages"]

    assert [(m["subtype"], m["reply_count"]) for m in history] == [("tombstone", 1)]
    assert [m["text"] for m in replies] == ["This message was deleted.", "answer"]


def test_an_app_sold_elsewhere_reads_fifteen_messages_a_minute(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    for number in range(20):
        slack.say(ada, channel, str(number))
    slack.limit_rates(unlisted=True)

    assert len(client.conversations_history(channel=channel, limit=1000)["messages"]) == 15
    with pytest.raises(SlackApiError) as caught:
        client.conversations_history(channel=channel)
    assert caught.value.response.headers["Retry-After"] == "60"
    slack.clock.advance(61)
    assert client.conversations_history(channel=channel)["ok"]
