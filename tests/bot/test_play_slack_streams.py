"""Streams, sessions, modals and response URLs of the stand-in: what ends when, through the real slack_sdk."""

from __future__ import annotations

import pytest
from slack_calls import refused, section
from slack_sdk import WebClient
from slack_sdk.models.messages.chunk import MarkdownTextChunk, TaskUpdateChunk
from slack_sdk.webhook import WebhookClient

from bot.play.slack import SlackStandIn

pytestmark = pytest.mark.slow  # starts servers or processes of its own


def stream(slack: SlackStandIn, client: WebClient, ada: str, channel: str) -> dict[str, str]:
    root = client.chat_postMessage(channel=channel, text="q")["ts"]
    to = {"recipient_user_id": ada, "recipient_team_id": slack.workspace.team_id}
    ts = client.chat_startStream(channel=channel, thread_ts=root, **to)["ts"]
    return {"channel": channel, "ts": str(ts)}


def test_a_stream_grows_in_place_and_ends_with_its_blocks(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    where = stream(slack, client, ada, channel)
    client.chat_appendStream(
        **where, chunks=[TaskUpdateChunk(id="1", title="Searching", status="in_progress")]
    )
    client.chat_appendStream(**where, markdown_text="Sixteen **weeks**, see https://a.example")
    client.chat_appendStream(**where, chunks=[MarkdownTextChunk(text=" [1].")])
    live = slack.messages(channel)[1]
    client.chat_stopStream(**where, blocks=[section("Sources")])
    done = slack.messages(channel)[1]

    assert (live.streaming, done.streaming) == ("live", "")
    assert done.shown == "Searching\nSixteen weeks, see https://a.example [1].\nSources"
    assert slack.fetched == []


def test_a_stream_must_say_for_whom_and_where(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    root = client.chat_postMessage(channel=channel, text="q")["ts"]
    start = client.chat_startStream

    assert refused(start, channel=channel, thread_ts=root) == "missing_recipient_user_id"
    assert (
        refused(start, channel=channel, thread_ts=root, recipient_user_id=ada) == "missing_recipient_team_id"
    )
    to = {"recipient_user_id": ada, "recipient_team_id": "T0PLAY"}
    assert refused(start, channel=channel, thread_ts="", **to) == "invalid_thread_ts"


def test_a_stream_has_limits(slack: SlackStandIn, client: WebClient, ada: str, channel: str) -> None:
    where = stream(slack, client, ada, channel)
    long = TaskUpdateChunk(id="1", title="x" * 257, status="pending")

    assert refused(client.chat_appendStream, **where, markdown_text="x" * 12_001) == "msg_too_long"
    assert refused(client.chat_appendStream, **where, chunks=[long]) == "invalid_chunks"
    assert refused(client.chat_stopStream, **where, blocks=[section("x")] * 51) == "msg_blocks_too_many"
    assert refused(client.chat_update, **where, text="x") == "streaming_state_conflict"


def test_a_stream_dies_after_five_minutes_and_can_then_be_updated(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    where = stream(slack, client, ada, channel)
    slack.clock.advance(299)
    client.chat_appendStream(**where, markdown_text="still here")
    slack.clock.advance(2)

    assert refused(client.chat_appendStream, **where, markdown_text="x") == "message_not_in_streaming_state"
    assert refused(client.chat_stopStream, **where) == "message_not_in_streaming_state"
    assert slack.messages(channel)[1].streaming == "broken"
    client.chat_update(**where, text="the whole answer")
    assert slack.messages(channel)[1].shown == "the whole answer"


def test_a_person_can_stop_a_stream_and_the_app_moves_the_status(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    where = stream(slack, client, ada, channel)
    root = slack.messages(channel)[0].ts

    assert slack.status(channel, root) == "processing"
    assert slack.stop_session(ada, channel, root) == [where["ts"]]
    assert refused(client.chat_appendStream, **where, markdown_text="x") == "stopped_by_user"
    assert slack.status(channel, root) == "processing"
    client.agents_sessions_setStatus(channel_id=channel, thread_ts=root, status="active")
    assert slack.status(channel, root) == "active"


def test_the_status_line_goes_with_a_reply_or_after_two_minutes(
    slack: SlackStandIn, client: WebClient, channel: str
) -> None:
    root = client.chat_postMessage(channel=channel, text="q")["ts"]
    at = {"channel_id": channel, "thread_ts": root}
    client.assistant_threads_setStatus(**at, status="is searching")
    shown = slack.status_line(channel, root)
    client.chat_postMessage(channel=channel, thread_ts=root, text="a")
    answered = slack.status_line(channel, root)
    client.assistant_threads_setStatus(**at, status="is searching again")
    slack.clock.advance(121)

    assert (shown, answered, slack.status_line(channel, root)) == ("is searching", "", "")


def test_a_session_keeps_its_loader_until_it_is_told(
    slack: SlackStandIn, client: WebClient, channel: str
) -> None:
    root = client.chat_postMessage(channel=channel, text="q")["ts"]
    at = {"channel_id": channel, "thread_ts": root}
    client.agents_sessions_setStatus(**at, status="processing")
    client.chat_postMessage(channel=channel, thread_ts=root, text="a")
    before = slack.status(channel, root)
    client.agents_sessions_setStatus(**at, status="active")

    assert (before, slack.status(channel, root)) == ("processing", "active")
    assert refused(client.agents_sessions_setStatus, **at, status="dancing") == "invalid_arguments"


def test_a_response_url_takes_five_posts(slack: SlackStandIn, ada: str) -> None:
    slack.slash(ada, "/docs")
    url = slack.response_address + next(iter(slack.workspace.response_urls))
    answers = [WebhookClient(url).send(text=f"part {number}") for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[5].body == "used_url"
    assert [m.ephemeral_to for m in slack.messages(slack.dm_channel(ada))] == [ada] * 5


def test_a_session_takes_a_title_when_it_begins_and_later_by_its_own_method(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    root = client.chat_postMessage(channel=channel, text="q")["ts"]
    at = {"channel_id": channel, "thread_ts": root}
    client.agents_sessions_setStatus(**at, status="processing", title="Leave")
    client.agents_sessions_setStatus(**at, status="active", title="Other")
    first = slack.title(channel, root)
    client.agents_sessions_rename(**at, title="Parental leave")

    assert (first, slack.title(channel, root)) == ("Leave", "Parental leave")
    assert refused(client.agents_sessions_rename, **at, title="x" * 201) == "invalid_arguments"
    slack.workspace.subscriptions = frozenset({"agent_session_title_changed"})
    slack.rename_session(ada, channel, root, "Mine")
    assert (slack.events[-1]["type"], slack.title(channel, root)) == ("agent_session_title_changed", "Mine")


def test_without_the_stop_event_the_loader_is_there_and_slack_warns(
    slack: SlackStandIn, client: WebClient, channel: str
) -> None:
    slack.workspace.subscriptions = frozenset()
    root = client.chat_postMessage(channel=channel, text="q")["ts"]
    told = client.agents_sessions_setStatus(channel_id=channel, thread_ts=root, status="processing")

    assert told["warning"] == "missing_agent_session_stopped_event_subscription"
    assert slack.status(channel, root) == "processing"


def test_the_stop_event_names_the_streams_that_slack_stopped(
    slack: SlackStandIn, client: WebClient, ada: str, channel: str
) -> None:
    where = stream(slack, client, ada, channel)
    root = slack.messages(channel)[0].ts
    slack.stop_session(ada, channel, root)
    slack.stop_session(ada, channel, root)
    told = [event for event in slack.events if event["type"] == "agent_session_stopped"]

    assert [event["streaming_message_ts"] for event in told] == [[where["ts"]], []]
    assert (told[0]["channel"], told[0]["thread_ts"], told[0]["user"]) == (channel, root, ada)
