"""What counts as a question or a vote, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.events import VOTE, parse_question, parse_vote, spoken


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
        {"bot_id": "B1"},
        {"user": "UBOT"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"hidden": True},
        {"channel_type": "channel"},
        {"channel_type": "mpim"},
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
