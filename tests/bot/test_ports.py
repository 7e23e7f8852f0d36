"""A port that somebody else has: which one it is, and what to set."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import Credentials
from bot.house import House
from bot.play.slack import SlackStandIn
from bot.server import Stand, run
from deploy import ports
from model.answer import Answer, Question
from retrieval.passage import SettingError

pytestmark = pytest.mark.slow  # starts servers or processes of its own


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def unasked(_: Question) -> list[Answer]:
    raise AssertionError


def test_a_taken_port_of_play_is_named(taken: int) -> None:
    with pytest.raises(SettingError, match=f"Port {taken} is taken; choose another with --port"):
        SlackStandIn(port=taken)


@pytest.mark.parametrize(
    ("host", "said"), [("127.0.0.1", "FOOTNOTE_HTTP_PORT"), ("192.0.2.7", "FOOTNOTE_HTTP_HOST")]
)
def test_an_address_that_serve_cannot_have_is_named(taken: int, host: str, said: str, tmp_path: Path) -> None:
    with SlackStandIn(mode="http") as slack, pytest.raises(SettingError, match=said):
        credentials = Credentials(slack.bot_token, "", slack.signing_secret, slack.api_url)
        run(Stand(tmp_path, host=host, port=taken), credentials, House(unasked))


def test_a_port_that_was_given_to_a_process_is_given_to_no_other_while_it_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script = "from deploy.ports import free; print(free(2), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        theirs = int(other.stdout.readline())
        drawn = iter([theirs - 1, theirs, theirs + 1, theirs + 5])
        monkeypatch.setattr(ports.secrets, "randbelow", lambda _: next(drawn) - ports.LOWEST)

        ours = ports.free(2)
        other.communicate("\n")

    assert ours == theirs + 5
