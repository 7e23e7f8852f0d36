"""Socket Mode's edge: what goes wrong behind it is logged, without anybody's words."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.error import URLError

import pytest
from slack_bolt import BoltRequest
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from bot.play.slack import SlackStandIn
from bot.posting.calling import cause, open_socket
from bot.web import socket as web_socket
from bot.web.socket import Outage, Socket, pause_s
from retrieval.passage import SettingError

pytestmark = pytest.mark.slow  # starts servers or processes of its own


class Breaking(SimpleNamespace):
    """An app that fails on everything it is given."""

    def dispatch(self, _: BoltRequest) -> None:
        raise KeyError("somebody's words")


@contextmanager
def connected(slack: SlackStandIn) -> Iterator[None]:
    made = Socket(Breaking(), slack.app_token, slack.api_url)  # type: ignore[arg-type]
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    try:
        assert slack.wait_for_connections()
        yield
    finally:
        made.stop()
        thread.join()
        made.close()


TLS, TUNNEL = ssl.SSLCertVerificationError(1, "no"), OSError("Tunnel connection failed: 403 Forbidden")


@pytest.mark.parametrize(
    ("error", "why", "check"),
    [
        (URLError(socket.gaierror(-3, "no such name")), "not resolved", "name server"),
        (URLError(ConnectionRefusedError(111, "no")), "refused", "firewall"),
        (TimeoutError("slow"), "in time", "firewall"),
        (URLError(TLS), "TLS", "SSL_CERT_FILE"),
        (URLError(TUNNEL), "proxy", "HTTPS_PROXY"),
        (ConnectionClosedError(None, None), "ConnectionClosedError", "firewall"),
        (InvalidStatus(SimpleNamespace(status_code=502)), "status 502", "slack-status"),  # type: ignore[arg-type]
    ],
)
def test_that_no_socket_opens_is_logged_with_its_cause_its_host_and_what_to_check(
    error: Exception, why: str, check: str, caplog: pytest.LogCaptureFixture
) -> None:
    Outage().told("wss://slack.example/link?ticket=secret", cause(error))

    said = caplog.text
    assert "slack.example" in said and why in said and check in said and "secret" not in said


def test_what_stays_so_is_logged_again_at_growing_intervals_and_what_changes_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = 0.0
    outage, said = Outage(lambda: now), list[float]()
    for minute in range(4 * 60):
        now = minute * 60.0
        outage.told("https://slack.example/api/", "its name is not resolved")
        if caplog.messages:
            said.append(minute)
            caplog.clear()
    outage.told("https://slack.example/api/", "no answer in time")

    assert said == [0, 1, 5, 21, 81, 141, 201]
    assert "no answer in time" in caplog.text


def test_a_serve_without_a_way_to_slack_says_so_and_names_no_token(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        made = Socket(Breaking(), "xapp-secret", f"http://127.0.0.1:{taken.getsockname()[1]}/api/")  # type: ignore[arg-type]
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 10
        while not caplog.messages and time.monotonic() < deadline:
            time.sleep(0.02)
        made.stop()
        thread.join()
        made.close()

    assert "no socket to 127.0.0.1 (the connection is refused)" in caplog.text
    assert "xapp" not in caplog.text


def test_the_wait_for_a_socket_grows_to_its_bound_and_stays_there_over_a_weekend() -> None:
    assert [pause_s(n) for n in (1, 2, 5, 5000)] == [1.0, 2.0, 15.0, 15.0]


def test_what_nobody_foresaw_while_a_socket_is_opened_is_logged_and_the_next_is_opened(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = iter([RuntimeError("xapp-secret")])

    def opened(token: str, api_url: str) -> str:
        for error in failing:
            raise error
        return open_socket(token, api_url)

    monkeypatch.setattr(web_socket, "open_socket", opened)
    with SlackStandIn() as slack, connected(slack):
        pass
    assert "no socket: RuntimeError at" in caplog.text and "xapp" not in caplog.text


@pytest.mark.parametrize(
    ("code", "check"),
    [("invalid_auth", "copy it again or run footnote setup"), ("too_many_websockets", "end other processes")],
)
def test_a_refusal_after_a_socket_was_open_may_pass_and_is_tried_again(
    caplog: pytest.LogCaptureFixture, code: str, check: str
) -> None:
    with SlackStandIn() as slack, connected(slack):
        slack.fail("apps.connections.open", error=code)
        slack.drop_connections()
        assert slack.wait_until(lambda: f"(refused {code})" in caplog.text)

        assert slack.wait_for_connections()
    assert check in caplog.text and slack.app_token not in caplog.text


def test_an_app_token_that_is_refused_at_the_start_is_a_setting() -> None:
    with SlackStandIn() as slack:
        made = Socket(Breaking(), "xapp-wrong", slack.api_url)  # type: ignore[arg-type]
        with pytest.raises(SettingError, match="SLACK_APP_TOKEN: Slack refuses it"):
            made.run()
        made.close()


def test_an_envelope_that_cannot_be_taken_is_logged_by_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with SlackStandIn() as slack, connected(slack):
        ada = slack.add_user("ada")
        slack.mention(ada, slack.add_channel("help", ada), "how long?")
        logged = slack.wait_until(lambda: "envelope not taken: KeyError at" in caplog.text)
    assert logged, caplog.text
    assert "words" not in caplog.text


def test_a_connection_that_is_refreshed_makes_way_for_one_other() -> None:
    with SlackStandIn() as slack, connected(slack):
        for _ in range(3):
            slack.disconnect(grace=0.2)
            assert slack.wait_for_connections()
        closed = slack.wait_until(lambda: slack.connections == 1)
        asked = [call for call in slack.calls if call.method == "apps.connections.open"]
    assert closed and len(asked) == 4
