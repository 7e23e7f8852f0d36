"""The stand-in's Web API, called through the real slack_sdk: what Slack accepts, refuses and remembers."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from slack_calls import refused, section
from slack_sdk import WebClient

from bot.play.slack import SlackStandIn

pytestmark = pytest.mark.slow  # starts servers or processes of its own


def test_tokens_are_checked_by_kind(slack: SlackStandIn, client: WebClient) -> None:
    assert client.auth_test()["user_id"] == slack.bot_user
    assert refused(WebClient("xoxb-wrong", base_url=slack.api_url).auth_test) == "invalid_auth"
    assert refused(WebClient(base_url=slack.api_url).auth_test) == "not_authed"
    assert refused(WebClient(slack.app_token, base_url=slack.api_url).auth_test) == "not_allowed_token_type"
    assert client.apps_connections_open(app_token=slack.app_token)["url"].startswith("ws://127.0.0.1:")


def test_no_token_is_kept_in_the_record_of_calls(slack: SlackStandIn, client: WebClient) -> None:
    client.auth_test()
    client.apps_connections_open(app_token=slack.app_token)

    assert [call.token for call in slack.calls] == ["bot", "app"]
    assert slack.bot_token not in repr(slack.calls) and slack.app_token not in repr(slack.calls)


def test_an_unknown_method_is_refused_in_slacks_words(client: WebClient) -> None:
    assert refused(client.api_call, api_method="chat.sing") == "unknown_method"


def test_a_form_body_is_read_like_a_json_body(slack: SlackStandIn, channel: str) -> None:
    form = f"token={slack.bot_token}&channel={channel}&unfurl_links=0&blocks={json.dumps([section('hi')])}"
    with urllib.request.urlopen(f"{slack.api_url}chat.postMessage", form.encode()) as answer:
        body = json.load(answer)

    assert body["ok"]
    assert slack.messages(channel)[0].shown == "hi"
    assert slack.messages(channel)[0].unfurl_flags == {"unfurl_links": False}


def test_where_the_bot_may_write(slack: SlackStandIn, client: WebClient, ada: str) -> None:
    outside = slack.add_channel("outside", ada, bot=False)
    private = slack.add_channel("private", ada, kind="group", bot=False)

    assert refused(client.chat_postMessage, channel=outside, text="x") == "not_in_channel"
    assert refused(client.chat_postMessage, channel=private, text="x") == "channel_not_found"
    assert refused(client.chat_postMessage, channel="C404", text="x") == "channel_not_found"
    assert client.chat_postMessage(channel=ada, text="x")["channel"] == slack.dm_channel(ada)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"text": ""}, "no_text"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"text": "x", "blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "dance"}]}, "invalid_blocks"),
        (
            {"text": "x", "blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]},
            "invalid_blocks",
        ),
        (
            {"text": "x", "blocks": [{"type": "context_actions", "elements": [{"type": "button"}]}]},
            "invalid_blocks",
        ),
        (
            {"text": "x", "blocks": [section("a") | {"block_id": "b"}, section("c") | {"block_id": "b"}]},
            "invalid_blocks",
        ),
        ({"text": "x", "blocks": [{"type": "markdown", "text": "x" * 6001}] * 2}, "msg_blocks_too_long"),
        ({"text": "x", "metadata": {"event_payload": {}}}, "invalid_metadata_format"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ],
)
def test_what_slack_refuses_to_post(
    slack: SlackStandIn, client: WebClient, channel: str, content: dict[str, Any], code: str
) -> None:
    found = refused(client.api_call, api_method="chat.postMessage", json={"channel": channel, **content})

    assert found == code
    assert slack.messages(channel) == []


def test_an_update_is_a_new_version_and_the_old_one_is_remembered(
    slack: SlackStandIn, client: WebClient, channel: str
) -> None:
    ts = client.chat_postMessage(channel=channel, text="searching")["ts"]
    client.chat_update(channel=channel, ts=ts, text="found", blocks=[section("found *it*")])
    message = slack.messages(channel)[0]

    assert (message.shown, message.edited) == ("found it", 1)
    assert [version.shown for version in message.history] == ["searching", "found it"]
    assert refused(client.chat_update, channel=channel, ts="1.1", text="x") == "message_not_found"
    assert refused(client.chat_update, channel=channel, ts=ts, text="x" * 4001) == "msg_too_long"


def test_the_bot_changes_only_its_own_messages(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    ts = slack.say(ada, channel, "mine")

    assert refused(client.chat_update, channel=channel, ts=ts, text="x") == "cant_update_message"
    assert refused(client.chat_delete, channel=channel, ts=ts) == "cant_delete_message"


def test_a_deleted_message_is_gone(slack: SlackStandIn, client: WebClient, channel: str) -> None:
    ts = client.chat_postMessage(channel=channel, text="x")["ts"]
    client.chat_delete(channel=channel, ts=ts)

    assert slack.messages(channel) == []
    assert refused(client.conversations_replies, channel=channel, ts=ts) == "thread_not_found"


def test_metadata_comes_back_only_when_asked_for(client: WebClient, channel: str) -> None:
    metadata = {"event_type": "footnote_answer", "event_payload": {"answer": "a1"}}
    root = client.chat_postMessage(channel=channel, text="q")["ts"]
    client.chat_postMessage(channel=channel, text="a", thread_ts=root, metadata=metadata)
    plain = client.conversations_replies(channel=channel, ts=root)["messages"]
    full = client.conversations_replies(channel=channel, ts=root, include_all_metadata=True)["messages"]

    assert [m["text"] for m in plain] == ["q", "a"]
    assert "metadata" not in plain[1]
    assert full[1]["metadata"] == metadata
    assert full[0]["reply_count"] == 1


def test_replies_are_paged(client: WebClient, channel: str) -> None:
    root = client.chat_postMessage(channel=channel, text="0")["ts"]
    for number in range(1, 5):
        client.chat_postMessage(channel=channel, text=str(number), thread_ts=root)
    pages = [page["messages"] for page in client.conversations_replies(channel=channel, ts=root, limit=2)]

    assert [[m["text"] for m in page] for page in pages] == [["0", "1"], ["2", "3"], ["4"]]


def test_slack_opens_every_link_unless_unfurling_is_off(
    slack: SlackStandIn, client: WebClient, channel: str
) -> None:
    client.chat_postMessage(channel=channel, text="see <https://a.example/x|this> and https://b.example/y.")
    off = {"unfurl_links": False, "unfurl_media": False}
    client.chat_postMessage(channel=channel, text="see https://c.example", **off)

    assert slack.fetched == ["https://a.example/x", "https://b.example/y"]


def test_an_ephemeral_message_is_for_one_member(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    client.chat_postEphemeral(channel=channel, user=ada, text="psst")
    bob = slack.add_user("bob")

    assert slack.messages(channel)[0].ephemeral_to == ada
    assert client.conversations_history(channel=channel)["messages"] == []
    assert refused(client.chat_postEphemeral, channel=channel, user=bob, text="x") == "user_not_in_channel"


def test_people_and_channels_can_be_looked_up(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    assert client.users_info(user=ada)["user"]["is_admin"] is True
    assert client.conversations_info(channel=channel)["channel"]["is_member"] is True
    assert set(client.conversations_members(channel=channel)["members"]) == {ada, slack.bot_user}
    assert client.conversations_info(channel=slack.dm_channel(ada))["channel"]["is_im"] is True
    assert [c["name"] for c in client.conversations_list()["channels"]] == ["help"]
    assert client.bots_info(bot="B0FOOTNOTE")["bot"]["user_id"] == slack.bot_user
    assert refused(client.users_info, user="U404") == "user_not_found"


def test_what_is_shown_is_what_a_person_reads(slack: SlackStandIn, client: WebClient, channel: str) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Leave"}},
        {"type": "markdown", "text": "Sixteen **weeks** \\[1\\]\n\n- paid\n- [form](https://a.example/f)"},
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": "<https://a.example/h|[1] Handbook> &amp; more"}],
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "more",
                    "value": "v",
                    "text": {"type": "plain_text", "text": "More"},
                }
            ],
        },
    ]
    client.chat_postMessage(
        channel=channel, text="fallback", blocks=blocks, unfurl_links=False, unfurl_media=False
    )
    message = slack.messages(channel)[0]

    assert message.shown == "Leave\nSixteen weeks [1]\n• paid\n• form\n[1] Handbook & more"
    assert [(link.label, link.url) for link in message.links] == [
        ("form", "https://a.example/f"),
        ("[1] Handbook", "https://a.example/h"),
    ]
    assert [(button.label, button.value) for button in message.buttons] == [("More", "v")]
