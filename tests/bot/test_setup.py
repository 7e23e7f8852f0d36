"""footnote setup: tokens are verified before they are written, and the file stays the person's own."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from bot.cli.setup import introduce, link
from bot.cli.table import app
from bot.play.slack import SlackStandIn
from retrieval.passage import SettingError


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as stand_in:
        yield stand_in


def typed(*answers: str):  # type: ignore[no-untyped-def]
    left = list(answers)
    return lambda _question: left.pop(0)


def test_the_link_makes_the_app_of_the_manifest() -> None:
    query = parse_qs(urlsplit(link()).query)

    assert query["new_app"] == ["1"] and json.loads(query["manifest_json"][0])["features"]["agent_view"]


def test_verified_tokens_are_written_beside_what_was_there(slack: SlackStandIn, tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("# mine\nVLLM_BASE_URL=http://x/v1\nSLACK_BOT_TOKEN=xoxb-old\n")
    said: list[str] = []

    introduce(slack.api_url, typed(" xoxb-play ", "xapp-play"), said.append, env)

    written = "# mine\nVLLM_BASE_URL=http://x/v1\nSLACK_BOT_TOKEN=xoxb-play\nSLACK_APP_TOKEN=xapp-play\n"
    assert env.read_text() == written and stat.S_IMODE(env.stat().st_mode) == 0o600
    assert not any("-play" in line for line in said) and [p.name for p in tmp_path.iterdir()] == [".env"]


def test_without_an_app_token_the_signing_secret_is_asked_and_the_way_of_events_said(
    slack: SlackStandIn, tmp_path: Path
) -> None:
    env = tmp_path / ".env"
    env.write_text("SLACK_APP_TOKEN=xapp-old\n")
    said: list[str] = []

    introduce(slack.api_url, typed("xoxb-play", "", " 8f742231b10e "), said.append, env)

    lines = ["SLACK_BOT_TOKEN=xoxb-play", "SLACK_APP_TOKEN=", "SLACK_SIGNING_SECRET=8f742231b10e"]
    assert env.read_text().splitlines() == lines  # an app token would turn Socket Mode on
    everything = "\n".join(said)
    assert "footnote admin manifest --url https://YOUR-HOST" in everything
    assert "8f742231b10e" not in everything


def test_the_command_takes_an_empty_app_token(
    slack: SlackStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)

    done = CliRunner().invoke(app, ["setup"], input="xoxb-play\n\n8f742231b10e\n")

    assert done.exit_code == 0 and "8f742231b10e" not in done.output
    assert "SLACK_SIGNING_SECRET=8f742231b10e" in (tmp_path / ".env").read_text()


@pytest.mark.parametrize(
    "answers",
    [
        ("xoxb-wrong",),
        ("xoxb-play", "xapp-wrong"),
        ("hello",),
        ("",),
        ("xoxb-play", "xoxb-play"),
        ("xoxb-play", "", ""),
        ("xoxb-play", "", "two words"),
    ],
)
def test_a_wrong_token_is_named_and_nothing_is_written(
    slack: SlackStandIn, tmp_path: Path, answers: tuple[str, ...]
) -> None:
    with pytest.raises(SettingError, match="Nothing was written"):
        introduce(slack.api_url, typed(*answers), lambda _: None, tmp_path / ".env")

    assert not (tmp_path / ".env").exists()


def test_a_slack_that_cannot_be_reached_is_said_and_the_tokens_are_kept(tmp_path: Path) -> None:
    said: list[str] = []

    introduce("http://127.0.0.1:9/api/", typed("xoxb-a", "xapp-a"), said.append, tmp_path / ".env")

    assert sum("not verified" in line for line in said) == 2
    assert "xoxb-a" in (tmp_path / ".env").read_text()
