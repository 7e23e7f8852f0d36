"""Guests, strangers, bots, files and private messages of the stand-in, as the real slack_sdk sees them."""

from __future__ import annotations

import urllib.request

import pytest
from slack_calls import refused, section
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.play.slack import SlackStandIn

pytestmark = pytest.mark.slow  # starts servers or processes of its own


def test_what_slack_says_of_guests_strangers_bots_and_languages(
    slack: SlackStandIn, client: WebClient
) -> None:
    def about(user: str) -> dict[str, object]:
        return dict(client.users_info(user=user, include_locale=True)["user"])

    guest, single = slack.add_guest("gus"), slack.add_guest("sol", single=True)
    stranger, other = slack.add_stranger("eve"), slack.add_bot("weather")
    berta = slack.add_user("berta", locale="de-DE", is_owner=True)

    assert (about(guest)["is_restricted"], about(guest)["is_ultra_restricted"]) == (True, False)
    assert about(single)["is_ultra_restricted"] is True
    assert about(stranger)["team_id"] != slack.workspace.team_id and about(stranger)["is_stranger"] is True
    assert about(other)["is_bot"] is True
    assert (about(berta)["locale"], about(berta)["is_owner"], about(berta)["is_admin"]) == (
        "de-DE",
        True,
        False,
    )
    assert "locale" not in client.users_info(user=berta)["user"]
    slack.alter_user(berta, deleted=True)
    assert about(berta)["deleted"] is True


def test_a_stranger_makes_a_channel_shared_and_events_say_so(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    slack.workspace.subscriptions = frozenset({"app_mention"})
    eve = slack.add_stranger("eve")
    channel = slack.add_channel("partners", ada)
    before = client.conversations_info(channel=channel)["channel"]["is_ext_shared"]
    slack.join(eve, channel)
    ts = slack.mention(eve, channel, "hello")
    sent = slack.parcel(slack.events_about(channel, ts)[0])

    assert (before, client.conversations_info(channel=channel)["channel"]["is_ext_shared"]) == (False, True)
    assert sent["is_ext_shared_channel"] is True
    assert sent["event"]["user_team"] == "T0ELSEWHERE"
    assert eve in client.conversations_members(channel=channel)["members"]
    slack.leave(eve, channel)
    assert eve not in client.conversations_members(channel=channel)["members"]


def test_what_another_app_says_carries_its_bot_id(
    slack: SlackStandIn, client: WebClient, channel: str
) -> None:
    slack.workspace.subscriptions = frozenset({"app_mention"})
    weather = slack.add_bot("weather")
    ts = slack.mention(weather, channel, "rain?")
    event = slack.parcel(slack.events_about(channel, ts)[0])["event"]

    assert event["bot_id"] and event["bot_id"] != slack.workspace.bot_id
    assert client.bots_info(bot=event["bot_id"])["bot"]["user_id"] == weather


def test_every_kind_of_conversation_can_be_opened_and_told_apart(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    bob = slack.add_user("bob")
    alone = client.conversations_open(users=ada)["channel"]["id"]
    several = client.conversations_open(users=f"{ada},{bob}")["channel"]["id"]
    private = slack.add_channel("leads", ada, kind="group")
    kinds = [
        [
            k
            for k in ("is_channel", "is_group", "is_im", "is_mpim")
            if client.conversations_info(channel=c)["channel"][k]
        ]
        for c in (alone, several, private)
    ]

    assert kinds == [["is_im"], ["is_mpim"], ["is_group"]]
    assert client.conversations_open(users=f"{bob},{ada}")["channel"]["id"] == several
    slack.alter_channel(private, kind="channel")
    assert client.conversations_info(channel=private)["channel"]["is_channel"] is True


def test_a_shared_file_is_named_in_both_events_and_read_with_the_token_only(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    slack.workspace.subscriptions = frozenset({"app_mention", "message.channels"})
    file = slack.add_file(ada, "rules.md", "# Rules")
    ts = slack.share(ada, channel, f"<@{slack.bot_user}> is this right?", file)
    mention, message = (slack.parcel(id)["event"] for id in slack.events_about(channel, ts))
    url = message["files"][0]["url_private_download"]

    assert (message["subtype"], "subtype" in mention) == ("file_share", False)
    assert mention["files"][0]["mimetype"] == "text/markdown" and mention["files"][0]["size"] == 7
    with urllib.request.urlopen(url) as page:
        assert (page.status, b"Sign in" in page.read()) == (200, True)
    with_token = urllib.request.Request(url, headers={"Authorization": f"Bearer {slack.bot_token}"})
    with urllib.request.urlopen(with_token) as answer:
        assert answer.read() == b"# Rules"
    assert client.files_info(file=file)["file"]["url_private_download"] == url


def test_in_a_shared_channel_an_event_only_hints_at_files(
    slack: SlackStandIn, client: WebClient, ada: str
) -> None:
    channel = slack.add_channel("partners", ada, shared=True)
    file = slack.add_file(ada, "rules.txt", "Rules")
    ts = slack.share(ada, channel, "see", file)
    told = client.conversations_replies(channel=channel, ts=ts)["messages"][0]["files"][0]

    assert (told["file_access"], "url_private" in told) == ("check_file_info", False)
    assert client.files_info(file=file)["file"]["name"] == "rules.txt"


def test_an_ephemeral_message_is_out_of_reach_but_for_its_response_url(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    button = {
        "type": "button",
        "action_id": "share",
        "value": "1",
        "text": {"type": "plain_text", "text": "Share"},
    }
    blocks = [section("psst"), {"type": "actions", "elements": [button]}]
    ts = client.chat_postEphemeral(channel=channel, user=ada, text="psst", blocks=blocks)["message_ts"]
    where = {"channel": channel, "ts": ts}

    assert refused(client.chat_update, **where, text="x") == "message_not_found"
    assert refused(client.chat_delete, **where) == "message_not_found"
    assert refused(client.reactions_add, channel=channel, timestamp=ts, name="eyes") == "message_not_found"
    assert refused(client.chat_getPermalink, channel=channel, message_ts=ts) == "message_not_found"
    assert refused(client.chat_postMessage, channel=channel, text="x", thread_ts=ts) == "thread_not_found"
    payload = slack.parcel(slack.click(ada, channel, ts, "share"))
    assert payload["container"]["is_ephemeral"] is True and "message" not in payload
    assert (
        WebhookClient(payload["response_url"]).send(text="shared", replace_original=True).status_code == 200
    )
    assert [(m.shown, m.ephemeral_to) for m in slack.messages(channel)] == [("shared", ada)]


def test_a_response_url_of_a_press_says_it_in_the_channel_if_asked(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    slack.slash(ada, "/footnote", "ask", channel)
    url = slack.response_address + next(iter(slack.workspace.response_urls))
    WebhookClient(url).send(text="for you")
    WebhookClient(url).send(text="for all", response_type="in_channel")
    slack.clock.advance(1801)

    assert WebhookClient(url).send(text="late").body == "expired_url"
    assert [(m.shown, m.ephemeral_to) for m in slack.messages(channel)] == [("for you", ada), ("for all", "")]


def test_the_app_hears_of_reactions_where_it_is_a_member_also_of_its_own(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    slack.workspace.subscriptions = frozenset({"reaction_added", "reaction_removed"})
    ts = client.chat_postMessage(channel=channel, text="answer")["ts"]
    elsewhere = slack.add_channel("elsewhere", ada, bot=False)
    slack.react(ada, elsewhere, slack.say(ada, elsewhere, "x"), "+1")
    slack.react(ada, channel, ts, "+1")
    slack.react(ada, channel, ts, "+1", remove=True)
    client.reactions_add(channel=channel, timestamp=ts, name="eyes")
    heard = [(e["type"], e["user"], e["reaction"], e["item"]["ts"], e["item_user"]) for e in slack.events]

    bot = slack.bot_user
    assert heard == [
        ("reaction_added", ada, "+1", ts, bot),
        ("reaction_removed", ada, "+1", ts, bot),
        ("reaction_added", bot, "eyes", ts, bot),
    ]


def test_suggested_prompts_are_four_at_most(slack: SlackStandIn, client: WebClient, ada: str) -> None:
    dm = slack.dm_channel(ada)
    prompts = [{"title": f"Ask {n}", "message": f"What is {n}?"} for n in range(5)]
    give = client.assistant_threads_setSuggestedPrompts

    assert refused(give, channel_id=dm, thread_ts="", prompts=prompts) == "invalid_arguments"
    give(channel_id=dm, thread_ts="", prompts=prompts[:4], title="Try")
    assert [prompt["title"] for prompt in slack.workspace.prompts[dm, ""]["prompts"]] == [
        "Ask 0",
        "Ask 1",
        "Ask 2",
        "Ask 3",
    ]


def test_edits_deletions_and_previews_are_messages_about_messages(
    slack: SlackStandIn, ada: str, channel: str
) -> None:
    slack.workspace.subscriptions = frozenset({"message.channels"})
    ts = slack.say(ada, channel, "first")
    slack.unfurl(channel, ts)
    slack.edit(channel, ts, "second")
    slack.delete(channel, ts)
    told = [(e.get("subtype"), (e.get("message") or {}).get("text"), e["ts"] == ts) for e in slack.events]

    assert told == [
        (None, None, True),
        ("message_changed", "first", False),
        ("message_changed", "second", False),
        ("message_deleted", None, False),
    ]
    assert [e.get("hidden", False) for e in slack.events] == [False, True, True, True]


def test_opening_the_app_is_told_with_its_tab_and_only_where_it_was_subscribed(
    slack: SlackStandIn, ada: str
) -> None:
    silent = slack.open_home(ada)
    slack.workspace.subscriptions = frozenset({"app_home_opened"})
    slack.open_home(ada, "messages")

    assert silent == ""
    assert (slack.events[0]["tab"], slack.events[0]["channel"]) == ("messages", slack.dm_channel(ada))
