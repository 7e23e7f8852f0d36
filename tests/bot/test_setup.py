"""footnote setup: tokens are verified before they are written, and the file stays the person's own."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.cli.setup import introduce, link
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


@pytest.mark.parametrize(
    "answers", [("xoxb-wrong",), ("xoxb-play", "xapp-wrong"), ("hello",), ("xoxb-play", "xoxb-play")]
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
