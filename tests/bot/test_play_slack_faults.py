"""Faults asked of the stand-in, and Slack's rate limits, as the real slack_sdk meets them."""

from __future__ import annotations

import http.client

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.play.slack import SlackStandIn

pytestmark = pytest.mark.slow  # starts servers or processes of its own


def client_of(slack: SlackStandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


def test_too_many_requests_answers_429_with_retry_after_and_then_works() -> None:
    with SlackStandIn() as slack:
        channel = slack.add_channel("help")
        slack.fail("chat.postMessage", status=429, retry_after=7, times=1)
        client = client_of(slack)
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=channel, text="one")
        client.chat_postMessage(channel=channel, text="two")

        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
        assert [(c.outcome, c.status) for c in slack.calls] == [("http", 429), ("ok", 200)]
        assert [m.shown for m in slack.messages(channel)] == ["two"]


def test_a_line_cut_after_the_post_leaves_the_message_and_no_answer() -> None:
    with SlackStandIn() as slack:
        channel = slack.add_channel("help")
        slack.fail("chat.postMessage", cut="after")
        client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        with pytest.raises((OSError, http.client.HTTPException)):
            client.chat_postMessage(channel=channel, text="kept")

        assert [m.shown for m in slack.messages(channel)] == ["kept"]
        assert slack.calls[0].outcome == "cut"


def test_rate_limits_are_slacks_when_switched_on() -> None:
    with SlackStandIn() as slack:
        channel, client = slack.add_channel("help"), client_of(slack)
        slack.limit_rates()
        codes = []
        for _ in range(8):
            try:
                codes.append(client.chat_postMessage(channel=channel, text="hi").status_code)
            except SlackApiError as error:
                codes.append(error.response.status_code)
        slack.clock.advance(10)

        assert codes[:4] == [200] * 4 and 429 in codes
        assert client.chat_postMessage(channel=channel, text="hi").status_code == 200


def test_auth_test_can_fail_for_a_while() -> None:
    with SlackStandIn() as slack:
        slack.fail("auth.test", status=500, times=1)
        slack.fail("auth.test", error="account_inactive", times=1)
        errors = []
        for _ in range(2):
            with pytest.raises(SlackApiError) as caught:
                client_of(slack).auth_test()
            errors.append((caught.value.response.status_code, caught.value.response["error"]))

        assert errors == [(500, "internal_error"), (200, "account_inactive")]
        assert client_of(slack).auth_test()["ok"]


def test_a_line_cut_before_the_post_leaves_nothing() -> None:
    with SlackStandIn() as slack:
        channel = slack.add_channel("help")
        slack.fail("*", cut="before")
        client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        with pytest.raises((OSError, http.client.HTTPException)):
            client.chat_postMessage(channel=channel, text="lost")

        assert slack.messages(channel) == []
