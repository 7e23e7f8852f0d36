"""Signing in with Slack: who is let in, as whom, and what is tried against it."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from starlette.testclient import TestClient

from bot.channels import PAUSED, Switches
from bot.play.slack import SlackStandIn
from bot.play.slack_openid import CLIENT_ID, CLIENT_SECRET
from bot.settings import load
from bot.state import connect
from bot.who.openid import AT_ONCE, OpenId
from bot.wiring.pages import team
from model.answer import Answer, Question, Status
from retrieval.passage import SettingError

HOST = "https://pages.example"
Browser = Callable[..., TestClient]


@pytest.fixture
def asked() -> list[Question]:
    return []


@pytest.fixture
def browser(tmp_path: Path, migrated: Path, slack: SlackStandIn, asked: list[Question]) -> Browser:
    """A browser of its own at the pages of the workspace."""
    (tmp_path / migrated.name).write_bytes(migrated.read_bytes())

    def answer(question: Question) -> Iterator[Answer]:
        asked.append(question)
        yield Answer(question.id, question.text, Status.ANSWERED, "Yes.")

    def opened(**more: object) -> TestClient:
        known = {"slack_bot_token": slack.bot_token, "slack_api_url": slack.api_url, "pages_url": HOST}
        known |= {"slack_client_id": CLIENT_ID, "slack_client_secret": CLIENT_SECRET}
        settings = load(_env_file=None, home=tmp_path, **{**known, **more})
        return TestClient(team(settings, answer).app(), HOST, follow_redirects=False)

    return opened


def agreed(page: TestClient, user: str) -> str:
    """Sent to Slack, somebody says who they are; the address that they are sent back to."""
    way = page.get("/in/go").headers["location"]
    return httpx.get(f"{way}&user={user}").headers["location"]


def signed_in(page: TestClient, user: str) -> TestClient:
    assert page.get(agreed(page, user)).headers["location"] == "/"
    page.follow_redirects = True
    return page


def ask(page: TestClient, question: str) -> str:
    token = re.findall(r'name="token" value="(\w+)"', page.get("/").text)[0]
    return page.post("/", data={"token": token, "question": question}).text


def test_whoever_signs_in_with_slack_asks_with_what_they_may_read_there(
    slack: SlackStandIn, browser: Browser, ada: str, channel: str, asked: list[Question]
) -> None:
    page = signed_in(browser(), ada)
    text = ask(page, "Is it so?")

    assert "Yes." in text
    assert asked[0].readers.principals == {"everyone", f"user:{ada}", f"channel:{channel}"}


def test_the_cookies_are_for_https_and_this_host_alone(browser: Browser, ada: str) -> None:
    page = browser()
    sent = page.get("/in/go").headers["set-cookie"]
    cookie = page.get(agreed(page, ada)).headers.get_list("set-cookie")[-1]

    for one in (sent, cookie):
        assert one.startswith("__Host-footnote-")
        assert "Secure" in one and "HttpOnly" in one and "SameSite=lax" in one and "Path=/" in one


def test_slack_is_asked_nothing_for_who_looks_at_the_door_and_once_an_hour_for_who_wants_in(
    slack: SlackStandIn, browser: Browser
) -> None:
    page, before = browser(), len(slack.calls)
    looked = [page.get("/in").status_code for _ in range(3)]
    after = len(slack.calls)
    ways = [page.get("/in/go").headers["location"] for _ in range(3)]

    assert (looked, after - before) == ([200] * 3, 0)
    assert [call.method for call in slack.calls[after:]] == ["auth.test"]
    assert all("team=T" in way for way in ways)


class Slow(WebClient):
    """A Slack that says nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.asked = threading.Event(), 0

    def auth_test(self, **_: object) -> SlackResponse:
        self.asked += 1
        self.go.wait(20)
        raise ConnectionError


def test_where_slack_is_slow_a_few_wait_for_it_and_all_others_are_sent_on_at_once() -> None:
    slow, sent = Slow(), threading.Semaphore(0)
    openid = OpenId(slow, CLIENT_ID, CLIENT_SECRET, HOST)

    def go() -> str:
        way = openid.address("state", "nonce")
        sent.release()
        return way

    with ThreadPoolExecutor(12) as pool:
        ways = [pool.submit(go) for _ in range(12)]
        for _ in range(12 - AT_ONCE):
            sent.acquire(timeout=5)
        slow.go.set()

    assert slow.asked == AT_ONCE
    assert all("team=" not in way.result() for way in ways)


def test_a_way_back_that_another_browser_was_sent_on_signs_nobody_in(browser: Browser, ada: str) -> None:
    site, victim = browser(), browser()
    back = agreed(site, ada)
    victim.get("/in/go")

    assert victim.get(back).status_code == 403
    assert victim.get("/").headers["location"] == "/in"


def test_a_code_signs_in_once(browser: Browser, ada: str) -> None:
    page = browser()
    back, cookies = agreed(page, ada), dict(page.cookies)
    page.get(back)

    assert TestClient(page.app, HOST, cookies=cookies, follow_redirects=False).get(back).status_code == 403


def test_a_token_that_was_made_for_another_visit_signs_nobody_in(browser: Browser, ada: str) -> None:
    page = browser()
    way = page.get("/in/go").headers["location"]
    nonce = parse_qs(urlsplit(way).query)["nonce"][0]
    back = httpx.get(f"{way.replace(nonce, 'another')}&user={ada}").headers["location"]

    assert page.get(back).status_code == 403


def test_who_says_no_at_slack_is_told_so(browser: Browser) -> None:
    page = browser()
    page.get("/in/go")

    assert "Nobody was signed in" in page.get("/in?error=access_denied&state=x").text


def test_nobody_of_another_workspace_no_guest_and_no_closed_account_is_let_in(
    slack: SlackStandIn, browser: Browser
) -> None:
    gone = slack.add_user("gone", deleted=True)
    for user in (slack.add_stranger("stranger"), slack.add_guest("guest"), gone):
        page = browser()
        answer = page.get(agreed(page, user))

        assert answer.status_code == 403
        assert "not answered here" in answer.text
        assert page.get("/").headers["location"] == "/in"


def test_guests_are_let_in_where_they_are_answered(slack: SlackStandIn, browser: Browser) -> None:
    guest = slack.add_guest("guest")

    assert "Yes." in ask(signed_in(browser(answer_guests=True), guest), "Is it so?")


def test_whose_account_is_closed_is_out(slack: SlackStandIn, browser: Browser, ada: str) -> None:
    page = signed_in(browser(), ada)
    slack.alter_user(ada, deleted=True)
    later = browser()  # a minute later: nothing of the people is remembered
    later.cookies = page.cookies

    assert later.get("/").headers["location"] == "/in"


def test_where_slack_is_away_nobody_is_shown_anything_and_nobody_is_signed_out(
    slack: SlackStandIn, browser: Browser, ada: str
) -> None:
    page = signed_in(browser(), ada)
    later = browser()
    later.cookies = page.cookies
    slack.fail("users.info", status=503, times=20)
    away = later.get("/")
    slack.heal()

    assert away.status_code == 503
    assert "textarea" not in away.text
    assert later.get("/").status_code == 200


def test_the_quota_and_the_pause_hold_on_the_pages_too(
    slack: SlackStandIn, browser: Browser, ada: str, asked: list[Question], tmp_path: Path
) -> None:
    page = signed_in(browser(quota_person=2), ada)
    answers = [ask(page, f"Question {n}?") for n in range(3)]
    engine = connect(tmp_path)
    Switches(engine).turn(PAUSED, ada, on=True)
    paused = ask(signed_in(browser(), ada), "And now?")
    engine.dispose()

    assert ["Yes." in text for text in answers] == [True, True, False]
    assert "an hour" in answers[2]
    assert "paused" in paused
    assert len(asked) == 2


def test_no_secret_of_signing_in_is_in_the_log(
    browser: Browser, ada: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "footnote")
    page = browser()
    back = agreed(page, ada)
    page.get(back)
    page.get(back)
    code = parse_qs(urlsplit(back).query)["code"][0]

    assert code not in caplog.text
    assert CLIENT_SECRET not in caplog.text


def test_pages_for_a_workspace_do_not_open_without_what_signing_in_takes(browser: Browser) -> None:
    with pytest.raises(SettingError, match="SLACK_CLIENT_ID"):
        browser(slack_client_secret="")
