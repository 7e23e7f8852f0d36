"""Socket Mode's edge: what goes wrong behind it is logged, without anybody's words."""

from __future__ import annotations

import logging
import threading
from types import SimpleNamespace

import pytest
from slack_bolt import BoltRequest

from bot.play.slack import SlackStandIn
from bot.web.socket import Socket

pytestmark = pytest.mark.slow  # starts servers or processes of its own


class Breaking(SimpleNamespace):
    """An app that fails on everything it is given."""

    def dispatch(self, _: BoltRequest) -> None:
        raise KeyError("somebody's words")


def test_an_envelope_that_cannot_be_taken_is_logged_by_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with SlackStandIn() as slack:
        socket = Socket(Breaking(), slack.app_token, slack.api_url)  # type: ignore[arg-type]
        thread = threading.Thread(target=socket.run, daemon=True)
        thread.start()
        assert slack.wait_for_connections()

        ada = slack.add_user("ada")
        slack.mention(ada, slack.add_channel("help", ada), "how long?")
        logged = slack.wait_until(lambda: "envelope not taken: KeyError at" in caplog.text)

        socket.stop()
        thread.join()
        socket.close()
    assert logged, caplog.text
    assert "words" not in caplog.text


def test_a_connection_that_is_refreshed_makes_way_for_one_other() -> None:
    with SlackStandIn() as slack:
        socket = Socket(Breaking(), slack.app_token, slack.api_url)  # type: ignore[arg-type]
        thread = threading.Thread(target=socket.run, daemon=True)
        thread.start()
        assert slack.wait_for_connections()

        for _ in range(3):
            slack.disconnect(grace=0.2)
            assert slack.wait_for_connections()
        closed = slack.wait_until(lambda: slack.connections == 1)
        asked = [call for call in slack.calls if call.method == "apps.connections.open"]

        socket.stop()
        thread.join()
        socket.close()
    assert closed and len(asked) == 4
