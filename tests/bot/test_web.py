"""The HTTP endpoint: what Slack did not sign is turned away quietly and leaves nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from threading import Event

import pytest
import sqlalchemy as sa
from slack_bolt import App, BoltResponse
from starlette.testclient import TestClient

from bot.app import keep
from bot.inbox import Inbox
from bot.meters import Meters
from bot.web.slack import site

SECRET = "signing-secret"
EVENT = json.dumps(
    {"type": "event_callback", "event_id": "Ev1", "team_id": "T1",
     "event": {"type": "app_mention", "channel": "C1", "ts": "1.0", "user": "U1", "text": "a secret"}}
).encode()  # fmt: skip


def signature(body: bytes, at: str) -> str:
    return "v0=" + hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()


@pytest.fixture
def inbox(engine: sa.Engine) -> Inbox:
    return Inbox(engine)


@pytest.fixture
def meters() -> Meters:
    return Meters()


@pytest.fixture
def http(inbox: Inbox, meters: Meters) -> TestClient:
    app = App(
        token="xoxb-x", token_verification_enabled=False, signing_secret=SECRET,
        before_authorize=keep(inbox, Event().set, meters),
        authorize=None, request_verification_enabled=True,
    )  # fmt: skip
    app.event("app_mention")(lambda: BoltResponse(status=200))
    return TestClient(site(app, SECRET, meters))


NOW = str(int(time.time()))
FORGED = {
    "unsigned": {},
    "wrong": {"x-slack-request-timestamp": NOW, "x-slack-signature": "v0=" + "0" * 64},
    "stale": {"x-slack-request-timestamp": "1700000000", "x-slack-signature": signature(EVENT, "1700000000")},
    "no time": {"x-slack-request-timestamp": "soon", "x-slack-signature": signature(EVENT, "soon")},
    "huge time": {"x-slack-request-timestamp": "9" * 5000, "x-slack-signature": "v0=0"},
    "other digits": {"x-slack-request-timestamp": "१२३४५६".encode(), "x-slack-signature": "v0=0"},
    "not ascii": {"x-slack-request-timestamp": NOW, "x-slack-signature": "v0=é".encode()},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_request_that_slack_did_not_sign_is_refused_and_leaves_no_row(
    http: TestClient, inbox: Inbox, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = http.post("/slack/events", content=EVENT, headers=FORGED[name])

    assert (answer.status_code, answer.content, inbox.open(1)) == (401, b"", [])
    assert "secret" not in caplog.text.replace("signing-secret", "")


def test_bytes_that_are_no_text_are_refused(http: TestClient) -> None:
    body = b"\xff\xfe"

    answer = http.post(
        "/slack/events", content=body,
        headers={"x-slack-request-timestamp": NOW, "x-slack-signature": signature(body, NOW)},
    )  # fmt: skip

    assert answer.status_code == 401


def test_a_body_without_end_is_refused(http: TestClient) -> None:
    assert http.post("/slack/events", content=b"x" * 1_000_001).status_code == 413


def test_the_health_line(http: TestClient) -> None:
    assert http.get("/healthz").text == "ok\n"
