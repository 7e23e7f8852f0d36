"""Asking Slack about people: waited for a little, shared, kept for a minute, and never without an end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

from bot.cli import table
from bot.play.slack import SlackStandIn
from bot.who.asking import SCOPES, Asking, NotNow, ReadersUnknown, lacking
from tests.bot.conftest import Company
from tests.bot.memory_slack import MemorySlack


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def asking(company: Company, time: Time) -> Asking:
    return Asking(company.client, time, time.sleep)


def test_where_slack_says_to_wait_a_little_it_is_waited_for(company: Company) -> None:
    time = Time()
    company.slack.fail("auth.test", status=429, retry_after=2, times=2)
    asked = asking(company, time)

    assert asked.call(asked.slack.auth_test)["ok"]
    assert time.now == 4.0


@pytest.mark.parametrize(("seconds", "times", "waited"), [(30, 1, 0.0), (2, 3, 4.0)])
def test_where_slack_says_to_wait_long_the_answer_is_a_sentence(
    company: Company, seconds: int, times: int, waited: float
) -> None:
    time = Time()
    company.slack.fail("auth.test", status=429, retry_after=seconds, times=times)
    asked = asking(company, time)

    with pytest.raises(NotNow, match=r"asked too often .* try again in a minute\."):
        asked.call(asked.slack.auth_test)
    assert time.now == waited


def test_all_calls_of_one_lookup_wait_a_few_seconds_together(company: Company) -> None:
    time = Time()
    company.slack.fail("auth.test", status=429, retry_after=2, times=5)
    asked = asking(company, time)

    with pytest.raises(ReadersUnknown), asked.lookup():
        for _ in range(5):
            asked.call(asked.slack.auth_test)
    assert time.now == 4.0


def test_a_lookup_that_takes_too_long_ends(company: Company) -> None:
    time = Time()
    asked = asking(company, time)

    with pytest.raises(ReadersUnknown, match="too long"), asked.lookup():
        for _ in range(30):
            asked.call(asked.slack.auth_test)
            time.now += 1.0
    assert time.now == 25.0


def test_of_several_who_ask_at_once_one_asks_slack() -> None:
    asked = Asking(MemorySlack().client)
    entered, go, calls = threading.Event(), threading.Event(), []

    def ask() -> str:
        calls.append(1)
        entered.set()
        go.wait(10)
        return "answer"

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(asked.once, "key", ask)
        entered.wait(10)
        others = [threads.submit(asked.once, "key", ask) for _ in range(3)]
        go.set()

        assert [one.result() for one in (first, *others)] == ["answer"] * 4
    assert len(calls) == 1


@pytest.mark.parametrize(("error", "passing"), [("internal_error", True), ("missing_scope", False)])
def test_what_may_pass_is_told_from_what_will_not(company: Company, error: str, passing: bool) -> None:
    company.slack.fail("auth.test", error=error)
    asked = asking(company, Time())

    with pytest.raises(ReadersUnknown) as caught:
        asked.call(asked.slack.auth_test)
    assert isinstance(caught.value, NotNow) is passing


def test_an_error_is_shared_by_those_who_waited_and_not_kept() -> None:
    asked = Asking(MemorySlack().client)

    def fail() -> str:
        raise ReadersUnknown("Slack is away.")

    for _ in range(2):
        with pytest.raises(ReadersUnknown, match="away"):
            asked.once("key", fail)
    assert asked.once("key", lambda: "answer") == "answer"


@pytest.mark.parametrize("given", ["", "soon", "nan", "-1"])
def test_an_absurd_retry_after_is_a_short_wait(given: str) -> None:
    slack, time = MemorySlack(), Time()
    slack.fail("auth.test", status=429, retry_after=given)
    asked = Asking(slack.client, time, time.sleep)

    assert asked.call(asked.slack.auth_test)["ok"]
    assert 0 < time.now <= 1.0


def test_scopes_that_the_token_lacks_are_named() -> None:
    slack = MemorySlack(scopes=frozenset({"chat:write", "groups:read", "channels:read", "mpim:read"}))

    assert lacking(slack.client) == ["users:read", "usergroups:read"]
    assert lacking(MemorySlack().client) == []


def test_where_slack_does_not_say_what_the_token_has_nothing_is_said_to_be_missing() -> None:
    assert lacking(MemorySlack(scopes=frozenset()).client) == []


@pytest.mark.slow
def test_the_doctor_names_the_scopes_that_are_missing(
    slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
    slack.workspace.scopes = frozenset({"chat:write", *SCOPES})
    well = CliRunner().invoke(table.app, ["doctor"]).output
    slack.workspace.scopes = frozenset({"chat:write", *SCOPES} - {"usergroups:read"})
    ill = CliRunner().invoke(table.app, ["doctor"]).output
    slack.workspace.scopes = frozenset({"chat:write", *SCOPES} - {"mpim:read"})
    lean = CliRunner().invoke(table.app, ["doctor"]).output

    assert "ok   Slack's scopes" in well and "ok   Slack's scopes" in lean and "several people" in lean
    assert "FAIL Slack's scopes" in ill and "in a user group (usergroups:read)" in " ".join(ill.split())
