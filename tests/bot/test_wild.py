"""Whatever is sent to the doors of the product: nothing breaks, nothing foreign is taken, nothing is live.

`python -m docs.fuzz` goes on for as long as it is told.
"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from starlette.testclient import TestClient
from wild import EVENTS, SECRET, browsed, deliveries, drafted, posted, signed, visits

from bot.app import keep
from bot.inbox import Inbox
from bot.meters import FORGED, Meters
from bot.web.slack import FRESH_S, site
from tests.bot.conftest import settings_at

PIECES = st.lists(st.sampled_from(drafted()), max_size=25).map("".join) | st.text(max_size=200)


@pytest.fixture
def meters() -> Meters:
    return Meters()


@pytest.fixture
def http(engine: sa.Engine, meters: Meters) -> TestClient:
    app = App(
        token="xoxb-x", token_verification_enabled=False, signing_secret=SECRET,
        authorize=lambda: AuthorizeResult(enterprise_id="", team_id="T1", bot_token="xoxb-x"),
        before_authorize=keep(Inbox(engine), Event().set, meters),
    )  # fmt: skip
    app.event("app_mention")(lambda: BoltResponse(status=200))
    return TestClient(site(app, SECRET, meters))


def away(meters: Meters) -> dict[str, float]:
    get = meters.registry.get_sample_value
    return {one: get("footnote_turned_away_total", {"reason": one}) or 0.0 for one in FORGED}


def test_what_slack_did_not_send_gets_a_quiet_401_and_is_counted_whatever_it_is(
    http: TestClient, meters: Meters, drawn: random.Random
) -> None:
    answered, wrong = deliveries(http, drawn, 150)

    assert wrong == [] and answered["signed 200"]
    turned = answered["signed 400"] + sum(n for how, n in answered.items() if how.startswith("forged"))
    assert sum(away(meters).values()) == turned


@pytest.mark.parametrize(
    ("reason", "headers"),
    [
        ("unsigned", lambda body: {}),
        ("forged", lambda body: signed(body, secret="of another app")),
        ("stale", lambda body: signed(body, str(int(time.time() - FRESH_S - 5)))),
        ("unsigned", lambda body: signed(body) | {"x-slack-signature": "v0=é".encode()}),
    ],
)
def test_why_a_request_was_turned_away_is_counted(
    http: TestClient, meters: Meters, reason: str, headers: Any
) -> None:
    body = json.dumps(EVENTS[0]).encode()

    assert http.post("/slack/events", content=body, headers=headers(body)).status_code == 401
    assert away(meters) == dict.fromkeys(FORGED, 0.0) | {reason: 1.0}


def test_a_delivery_that_is_replayed_is_taken_once(http: TestClient, engine: sa.Engine) -> None:
    body = json.dumps(EVENTS[0]).encode()
    headers = signed(body) | {"content-type": "application/json"}

    codes = [http.post("/slack/events", content=body, headers=headers).status_code for _ in range(3)]

    assert codes == [200, 200, 200]
    assert [row.event_id for row in Inbox(engine).open(5)] == ["E"]


def test_pages_answer_whatever_is_asked_of_them(tmp_path: Path, migrated: Path, drawn: random.Random) -> None:
    (tmp_path / migrated.name).write_bytes(migrated.read_bytes())
    with browsed(settings_at(tmp_path)) as (browser, paths, token):
        assert len(paths) > 20 and browser.get("/").status_code == 200

        assert visits(browser, drawn, paths, token, 150) == []


@settings(derandomize=True, max_examples=150, deadline=None)
@given(PIECES, st.integers(0, 200))
def test_whatever_a_model_writes_only_sources_are_links_nobody_is_called_and_slack_takes_it(
    draft: str, cut: int
) -> None:
    assert posted(draft, cut) == []
