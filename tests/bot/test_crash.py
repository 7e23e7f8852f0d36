"""Kill -9 at every step of a question's life, start again: one result is visible, and only one.

A step is a failpoint in the code, a commit of a database or an answer of Slack: the process is killed at
the n-th, for every n until there is none, and in half of the lives once more. Nobody has to keep a list.
`make test` takes every sixth n from a drawn one on, FOOTNOTE_KILL_EVERY=1 takes all.
"""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from bot_process import BotProcess
from nursery import Nursery
from storm_checker import Asked, ended, judged

from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.state import connect, inbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

KILLED = 137
SOON = Timing(ack_timeout=3.0, retries=(0.2, 1.0, 4.0, 8.0, 16.0))
Mode = Literal["socket", "http"]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


class Life:
    """One question in a workspace of its own, and the process that is killed at a step of it."""

    def __init__(self, slack: SlackStandIn, bot: BotProcess, way: str, again: int = 0) -> None:
        self.slack, self.bot, self.again = slack, bot, again
        self.ada = slack.add_user("ada")
        self.channel = slack.add_channel("help", self.ada)
        where = bot.settings.get("DATABASE_URL") or bot.home
        self.engine = connect(where)
        self.asked = Asked("Q000001", self.channel, "", "", 0.0, way)

    def live(self, step: int) -> bool:
        """Whether there was such a step: the process was killed at it, and started again; where `again` asks
        for it, it is killed once more, so many steps later."""
        self.bot.start(FOOTNOTE_FAILPOINT=str(step), CANNED_STEPS="1")
        assert self.bot.wait_ready(), self.bot.log
        armed = self.bot.home / "armed"
        armed.touch()
        self._ask()
        killed = self._killed()
        if killed and self.again:
            self.bot.start(FOOTNOTE_FAILPOINT=str(self.again), CANNED_STEPS="1")
            self._killed()
            self.bot.kill()
        armed.unlink()
        if killed:
            self.bot.start()
            assert self.bot.wait_ready(), self.bot.log
            assert self._until(self._over, 40), self.bot.log
        return killed

    def _ask(self) -> None:
        words = "Q000001, how long is parental leave?"
        if self.asked.way.endswith("posted"):  # Slack takes no stream: a message is posted, then updated
            self.slack.fail("chat.startStream", error="access_denied", times=100)
        if self.asked.way.startswith("direct"):
            channel, ts = self.slack.dm_channel(self.ada), self.slack.dm(self.ada, words)
        else:
            channel, ts = self.channel, self.slack.mention(self.ada, self.channel, words)
        self.asked = Asked("Q000001", channel, ts, ts, self.slack.clock.now(), self.asked.way)

    def _killed(self) -> bool:
        """Waits for the kill, or for the end of the question and a moment in which nothing more is done."""
        self._until(lambda: not self.bot.running or self._over(), 20)
        self._until(lambda: not self.bot.running, 0.3)
        return not self.bot.running

    def _over(self) -> bool:
        if not self.slack.settled(0) or not ended(self.slack, [self.asked]):
            return False
        with self.engine.connect() as connection:
            open_rows = sa.select(sa.func.count()).where(inbox.c.state != "final")
            return connection.execute(open_rows).scalar() == 0

    @staticmethod
    def _until(true, patience_s: float) -> bool:  # type: ignore[no-untyped-def]
        end = time.monotonic() + patience_s
        while not true():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True


def lives(mode: Mode, home: Path, nursery: Nursery, way: str, **settings: str) -> Iterator[int]:
    """A life for each step, until one has no such step; yields the steps at which the process was killed."""
    every = int(os.environ.get("FOOTNOTE_KILL_EVERY", "6"))
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    rng = random.Random(seed)
    for step in itertools.count(rng.randint(1, every), every):
        with SlackStandIn(mode, timing=SOON) as slack:
            bot = BotProcess(slack, home / str(step), nursery, **settings)
            life = Life(slack, bot, way, rng.choice((0, rng.randint(1, 25))))
            try:
                killed = life.live(step)
            finally:
                bot.kill()
                life.engine.dispose()
            verdict = judged(slack, [life.asked])
        assert not verdict.complaints and not verdict.failed, (step, str(verdict), bot.log)
        if not killed:
            return
        yield step


@pytest.mark.parametrize(
    ("mode", "way"),
    [
        ("socket", "mention"),
        ("socket", "mention, posted"),
        ("socket", "direct"),
        ("socket", "direct, posted"),
        ("http", "mention"),
    ],
)
def test_a_kill_at_any_step_leaves_one_result(mode: Mode, way: str, nursery: Nursery, tmp_path: Path) -> None:
    killed = list(lives(mode, tmp_path, nursery, way))

    print(f"killed at {len(killed)} steps")
    assert len(killed) > 3


@pytest.mark.services
@pytest.mark.parametrize(("mode", "way"), [("socket", "mention"), ("http", "mention, posted")])
def test_a_kill_at_any_step_leaves_one_result_on_postgresql(
    mode: Mode, way: str, database: str, nursery: Nursery, tmp_path: Path
) -> None:
    settings = {"DATABASE_URL": database, "CANNED_BEAT_S": "0.25"}

    killed = list(lives(mode, tmp_path, nursery, way, **settings))

    print(f"killed at {len(killed)} steps")
    assert len(killed) > 3
