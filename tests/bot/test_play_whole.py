"""footnote play as a person starts it: the real bot in a process of its own, asked as its page asks."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from spoken import footnote

from bot import wiring
from bot.settings import load
from bot.wiring.verified import PLAY
from retrieval.passage import Audience, Document
from retrieval.sources.given import Given

pytestmark = pytest.mark.slow  # starts servers or processes of its own
ROOT = Path(__file__).parents[2]


class Player:
    """Somebody at the page."""

    def __init__(self, address: str) -> None:
        self.address, self.me, self.channel = address, "", ""
        state = self.state()
        self.me = state["me"]
        self.channel = state["channels"][0]["id"]

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/play/state?me={self.me}", timeout=30) as answer:
            return dict(json.load(answer))

    def do(self, what: str, **more: Any) -> dict[str, Any]:
        body = json.dumps({"me": self.me, "channel": self.channel, **more}).encode()
        asked = urllib.request.Request(
            f"{self.address}/play/{what}", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return dict(json.load(answer))

    def sees(self, found: Callable[[dict[str, Any]], Any], seconds: float = 200.0) -> Any:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if seen := found(self.state()):
                return seen
            time.sleep(0.05)
        raise TimeoutError("that was never seen")

    def said(self, *words: str) -> Any:
        """The HTML of a message of the bot with all these words in it, once it is there."""
        return self.sees(
            lambda state: next(
                (
                    message["html"]
                    for channel in state["channels"]
                    for message in channel["messages"]
                    if message["bot"] and all(word in message["html"] for word in words)
                ),
                "",
            )
        )


@contextmanager
def started(home: Path) -> Iterator[Player]:
    """Play in a process of its own, until it is told to stop."""
    environment = {**os.environ, "FOOTNOTE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot.cli", "play", "--port", "0"]
    with subprocess.Popen(command, env=environment, cwd=home, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert address, line
            yield Player(address[0])
        finally:
            process.terminate()
            process.wait(120)


@pytest.fixture
def player(home: Path) -> Iterator[Player]:
    with started(home) as one:
        yield one


def test_what_was_verified_leaves_the_index_when_play_ends(home: Path) -> None:
    settings = load(_env_file=None, home=home)
    page = Document(f"{PLAY}/Ev1/1.2", PLAY, "Kiln", "The code is 4711.", "", "1", audience=Audience())

    def held() -> list[str]:
        table = wiring.store(settings).live(settings.workspace).name
        return [found.uri for found in wiring.ledger(settings).all(table, PLAY)]

    wiring.index(settings).sync(Given(PLAY, [page]))
    with started(home) as player:
        left = held()
        player.do("say", text="/footnote help")
        player.said("/footnote ask")
        wiring.index(settings).sync(Given(PLAY, [page]))
        assert (left, held()) == ([], [page.uri])

    assert held() == []


def test_a_second_play_on_one_home_opens_nothing_and_leaves_the_first(player: Player, home: Path) -> None:
    second = footnote("play", "--port", "0")

    assert (second.returncode, second.stdout) == (2, "")
    assert "Another footnote play runs on this FOOTNOTE_HOME" in second.stderr
    assert player.state()["channels"]


def test_a_minute_with_the_product_without_an_account(player: Player) -> None:
    asked = player.do("say", text="@footnote How many weeks of parental leave do I get?")["ts"]
    answer = player.said("20 weeks", "#quote", "down:")  # whole, with its source and the buttons below it
    link = html.unescape(re.search(r'href="([^"#]+)#quote"', answer)[1])  # type: ignore[index]
    with urllib.request.urlopen(link, timeout=30) as opened:
        document = opened.read().decode()

    assert link.startswith(player.address)
    assert "Each parent gets 20 weeks at full pay." in "".join(re.findall(r"<mark[^>]*>([^<]*)", document))
    assert "<h1>Parental leave</h1>" in document

    player.do("open", tab="home")
    assert "handbook" in player.sees(lambda state: state["home"] and state["home"]["html"])
    player.do("say", text="/footnote help")
    assert "/footnote ask" in player.said("/footnote ask")
    ts = next(m["ts"] for m in player.state()["channels"][0]["messages"] if "20 weeks" in m["html"])
    down = re.search(r'data-action="(\w+)" data-value="(down:[^"]+)"', answer)
    assert down
    player.do("press", ts=ts, action=down[1], value=html.unescape(down[2]))
    modal = player.sees(lambda state: state["modal"])
    assert "correction" in modal["html"]
    player.do("submit", callback=modal["callback"], answers={"reasons": [], "correction": "None."})
    assert player.sees(lambda state: state["modal"] is None)

    player.do("say", text="as JSON please", thread_ts=asked)
    assert player.said("&quot;answer&quot;: &quot;Each parent gets 20 weeks")
