"""Kill -9 at every step of a command's life, start again: it is done once, and its person is told."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from bot_process import BotProcess
from nursery import Nursery

from bot.channels import Channels
from bot.memory.audit import Audit
from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.state import connect, inbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SOON = Timing(ack_timeout=3.0, retries=(0.2, 1.0, 4.0, 8.0, 16.0))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


class Life:
    """One command of an admin in a workspace of its own, and the process that is killed at a step of it."""

    def __init__(self, slack: SlackStandIn, bot: BotProcess) -> None:
        self.slack, self.bot = slack, bot
        self.boss = slack.add_user("boss", is_admin=True)
        self.channel = slack.add_channel("help", self.boss)
        self.engine = connect(bot.home)

    def live(self, step: int) -> bool:
        """Whether the process was killed at that step. Slack repeats no command that was not acknowledged:
        then its person does."""
        self.bot.start(FOOTNOTE_FAILPOINT=str(step), CANNED_STEPS="1")
        assert self.bot.wait_ready(), self.bot.log
        armed = self.bot.home / "armed"
        armed.touch()
        self.slack.slash(self.boss, "/footnote", "channel mentions", self.channel)
        until(lambda: not self.bot.running or bool(self.rows() and not self.rows(open_only=True)), 20)
        until(lambda: not self.bot.running, 0.3)
        killed = not self.bot.running
        armed.unlink()
        if killed:
            self.bot.start()
            assert self.bot.wait_ready(), self.bot.log
            if not self.rows():
                self.slack.slash(self.boss, "/footnote", "channel mentions", self.channel)
            assert until(lambda: bool(self.rows() and not self.rows(open_only=True)), 40), self.bot.log
        return killed

    def rows(self, *, open_only: bool = False) -> int:
        query = sa.select(sa.func.count()).select_from(inbox)
        query = query.where(inbox.c.state != "final") if open_only else query
        with self.engine.connect() as db:
            return db.execute(query).scalar() or 0

    def seen(self) -> list[str]:
        here = [m.shown for m in self.slack.messages(self.channel) if m.ephemeral_to == self.boss]
        there = [m.shown for m in self.slack.messages(self.slack.dm_channel(self.boss)) if m.bot]
        return [shown for shown in here + there if "operation_timeout" not in shown]


def until(true: Callable[[], bool], patience_s: float) -> bool:
    end = time.monotonic() + patience_s
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_command_that_is_killed_at_any_step_is_done_once_and_told(nursery: Nursery, tmp_path: Path) -> None:
    every = int(os.environ.get("FOOTNOTE_KILL_EVERY", "4"))
    seed, kills = random.randrange(1 << 30), 0
    print(f"seed {seed}")
    for step in itertools.count(random.Random(seed).randint(1, every), every):
        with SlackStandIn(timing=SOON) as slack:
            bot = BotProcess(slack, tmp_path / str(step), nursery)
            life = Life(slack, bot)
            try:
                killed = life.live(step)
                done = [(entry.who, entry.what) for entry in Audit(life.engine).latest()]
                mode = Channels(life.engine).of(life.channel).mode
            finally:
                bot.kill()
                life.engine.dispose()
            seen = life.seen()
        assert (mode, done) == ("mentions", [(life.boss, "channel")]), (step, bot.log)
        assert len(seen) == 1 and "where I am mentioned, and nowhere else" in seen[0], (step, seen, bot.log)
        kills += killed
        if not killed:
            break

    print(f"killed at {kills} steps")
    assert kills > 2
