"""What counts as a question or a vote, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.events import COMMAND, PRESS, SHORTCUT, VOTE, parse, parse_question, parse_stop, parse_vote, spoken


def envelope(**event: Any) -> dict[str, Any]:
    told = {
        "type": "message",
        "channel_type": "im",
        "channel": "D1",
        "ts": "1.0",
        "user": "U1",
        "text": "why?",
    }
    return {
        "type": "event_callback",
        "event_id": "Ev1",
        "team_id": "T1",
        "authorizations": [{"user_id": "UBOT", "is_bot": True}],
        "event": {k: v for k, v in (told | event).items() if v is not None},
    }


def click(**action: Any) -> dict[str, Any]:
    pressed = {"action_id": VOTE, "value": "up:Ev1", "action_ts": "1700000000.5"} | action
    return {"type": "block_actions", "user": {"id": "U1"}, "actions": [pressed]}


def test_a_direct_message_and_a_mention_are_questions() -> None:
    direct = parse_question(envelope())
    mention = parse_question(
        envelope(type="app_mention", channel_type=None, channel="C1", text="<@UBOT> why?")
    )

    assert direct and (direct.direct, direct.text, direct.thread_ts) == (True, "why?", "1.0")
    assert mention and (mention.direct, mention.text, mention.channel) == (False, "why?", "C1")


def test_a_question_in_a_thread_is_answered_in_that_thread() -> None:
    row = parse_question(envelope(thread_ts="0.5"))

    assert row and (row.message_ts, row.thread_ts) == ("1.0", "0.5")


@pytest.mark.parametrize(
    "event",
    [
        {"user": "UBOT"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"hidden": True},
        {"type": "reaction_added"},
        {"ts": None},
        {"channel": {"id": "C1"}},
    ],
)
def test_bots_edits_and_talk_among_people_are_not_questions(event: dict[str, Any]) -> None:
    assert parse_question(envelope(**event)) is None


@pytest.mark.parametrize("body", [{}, {"type": "url_verification"}, {"type": "event_callback"}, click()])
def test_other_payloads_are_not_questions(body: dict[str, Any]) -> None:
    assert parse_question(body) is None


def test_a_message_is_read_as_it_was_typed() -> None:
    sent = "<@UBOT> is a &lt;b&gt; &amp; c in <https://x.example/a|the guide>, <#C1|help> or <@U2>? &amp;lt;"

    assert spoken(sent, "UBOT") == "is a <b> & c in the guide, #help or @U2? &lt;"


def test_a_click_is_a_vote_at_the_moment_it_was_made() -> None:
    vote = parse_vote(click(value="down:Ev1"))

    assert vote and (vote.answer, vote.voter, vote.value) == ("Ev1", "U1", "down")
    assert vote.at.timestamp() == 1700000000.5


@pytest.mark.parametrize(
    "action", [{"action_id": "other"}, {"value": "maybe:Ev1"}, {"value": "up:"}, {"value": None}]
)
def test_other_clicks_are_not_votes(action: dict[str, Any]) -> None:
    assert parse_vote(click(**action)) is None


@pytest.mark.parametrize("moment", [None, "soon", "1e400", "-1e20"])
def test_a_vote_without_a_sane_moment_counts_now(moment: str | None) -> None:
    vote = parse_vote(click(action_ts=moment))

    assert vote and vote.at.year >= 2025


@pytest.mark.parametrize(
    ("event", "surface"),
    [
        ({"channel_type": "channel"}, "channel"),
        ({"channel_type": "mpim"}, "channel"),
        ({"channel_type": "channel", "thread_ts": "0.5"}, "thread"),
        ({"channel_type": "channel", "thread_ts": "1.0"}, "channel"),
        ({"channel_type": "channel", "text": "<@UBOT> why?"}, "mention"),
        ({"type": "app_mention", "channel_type": None}, "mention"),
        ({}, "direct"),
    ],
)
def test_where_a_message_was_said_decides_whether_the_bot_was_spoken_to(
    event: dict[str, Any], surface: str
) -> None:
    row = parse_question(envelope(**event))

    assert row and row.surface == surface


def test_what_a_bot_said_is_marked_as_such_and_what_we_said_is_nothing() -> None:
    other = parse_question(envelope(bot_id="B1", subtype="bot_message"))
    ours = parse_question({**envelope(bot_id="B2", app_id="A1"), "api_app_id": "A1"})

    assert other and other.payload["bot"] == "B1"
    assert ours is None


def test_a_slash_command_that_asks_is_a_question_and_every_other_one_a_command() -> None:
    body = {"command": COMMAND, "user_id": "U1", "channel_id": "C1", "trigger_id": "1.2", "response_url": "u"}

    asked = parse({**body, "text": "ask how many days?"})
    told = parse({**body, "text": "reindex handbook"})

    assert asked and (asked.kind, asked.surface, asked.text) == ("question", "command", "how many days?")
    assert told and (told.kind, told.text, told.message_ts) == ("labour", "reindex handbook", "")
    assert asked.event_id != told.event_id
    assert parse({**body, "text": "reindex handbook"}) == told


def test_a_shortcut_asks_what_the_message_says_in_its_thread() -> None:
    row = parse(
        {
            "type": "message_action",
            "callback_id": SHORTCUT,
            "user": {"id": "U2"},
            "channel": {"id": "C1"},
            "team": {"id": "T1"},
            "message": {"ts": "5.0", "text": "how many days?"},
        }
    )

    assert row and (row.surface, row.thread_ts, row.person) == ("shortcut", "5.0", "U2")


def test_a_press_of_a_button_is_work_under_an_id_that_a_second_delivery_has_too() -> None:
    action = {"action_id": f"{PRESS}owner", "value": "Ev1", "action_ts": "7.0"}
    body = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"ts": "2.0", "thread_ts": "1.0"},
        "actions": [action],
    }

    row = parse(body)

    assert row and (row.kind, row.payload["action"], row.payload["value"]) == ("press", "owner", "Ev1")
    assert (row.thread_ts, row.payload["message"]) == ("1.0", "2.0")
    assert parse(body) == row


def test_the_home_tab_the_stop_button_and_the_end_of_the_installation_are_known() -> None:
    home = parse(envelope(type="app_home_opened", tab="home"))
    greeting = parse(envelope(type="app_home_opened", tab="messages"))
    end = parse(envelope(type="app_uninstalled"))
    stop = parse_stop(envelope(type="agent_session_stopped", thread_ts="1.0"))

    assert home and home.kind == "home"
    assert end and end.kind == "end"
    assert greeting and (greeting.kind, greeting.channel) == ("greeting", "D1")
    assert stop and (stop.channel, stop.thread_ts) == ("D1", "1.0")
