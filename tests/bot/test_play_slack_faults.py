"""Faults asked of the stand-in, and Slack's rate limits, as the real slack_sdk meets them."""

from __future__ import annotations

import http.client

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.play.slack import SlackStandIn
from bot.play.slack_faults import Tiers
from bot.play.slack_records import Clock

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


def test_a_call_without_its_scope_is_refused_with_the_scope_that_is_needed() -> None:
    with SlackStandIn() as slack:
        ada = slack.add_user("ada")
        public, private = slack.add_channel("help", ada), slack.add_channel("leads", ada, kind="group")
        slack.workspace.scopes = frozenset({"chat:write", "channels:history"})
        client = client_of(slack)
        ts = client.chat_postMessage(channel=private, text="hi")["ts"]
        client.conversations_history(channel=public)
        needed = []
        for call in (
            lambda: client.users_info(user=ada),
            lambda: client.conversations_replies(channel=private, ts=ts),
            lambda: client.reactions_add(channel=private, timestamp=ts, name="eyes"),
        ):
            with pytest.raises(SlackApiError) as caught:
                call()
            needed.append((caught.value.response["error"], caught.value.response["needed"]))

        scopes = ("users:read", "groups:history", "reactions:write")
        assert needed == [("missing_scope", scope) for scope in scopes]


def test_an_answer_that_is_no_json_can_be_had_and_so_can_a_limit_without_a_number() -> None:
    with SlackStandIn() as slack:
        channel, client = slack.add_channel("help"), client_of(slack)
        slack.fail("chat.postMessage", status=502, body="<html>Bad gateway</html>")
        slack.fail("chat.postMessage", status=429, retry_after="")
        slack.fail("chat.postMessage", status=429, retry_after="soon")
        told = []
        for _ in range(3):
            with pytest.raises(SlackApiError) as caught:
                client.chat_postMessage(channel=channel, text="one")
            response = caught.value.response
            told.append((response.status_code, response.headers.get("Retry-After")))

        assert told == [(502, None), (429, None), (429, "soon")]
        assert slack.messages(channel) == []


def test_an_app_that_was_removed_is_told_so_and_gets_nothing_any_more() -> None:
    with SlackStandIn() as slack:
        ada = slack.add_user("ada")
        slack.uninstall()

        assert [event["type"] for event in slack.events] == ["tokens_revoked", "app_uninstalled"]
        with pytest.raises(SlackApiError) as caught:
            client_of(slack).users_info(user=ada)
        assert caught.value.response["error"] == "account_inactive"
        slack.reinstall()
        assert client_of(slack).users_info(user=ada)["ok"]
        slack.revoke_token()
        with pytest.raises(SlackApiError, match="token_revoked"):
            client_of(slack).auth_test()


def test_the_tiers_are_those_of_slacks_pages() -> None:
    clock = Clock()
    tiers = Tiers(clock)

    def most(method: str) -> int:
        return next(n for n in range(1000) if tiers.wait(method, f"C{n}"))

    assert [most(m) for m in ("chat.startStream", "chat.stopStream", "reactions.remove")] == [20] * 3
    assert [most(m) for m in ("chat.update", "reactions.add", "conversations.replies")] == [50] * 3
    assert most("agents.sessions.setStatus") == most("conversations.info") == 50
    assert [most(m) for m in ("chat.appendStream", "users.info", "views.open", "views.publish")] == [100] * 4
    assert most("chat.postEphemeral") == most("assistant.threads.setSuggestedPrompts") == 100
    clock.advance(60)
    assert tiers.wait("chat.startStream", "C1") == 0
