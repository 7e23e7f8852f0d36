"""Kill -9 at every step of a question's life, start again: one answer is visible, and only one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from bot_process import BotProcess

from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing

ANSWER = "26 weeks"
ARRIVAL = ("received", "stored", "acked")
WORK = ("started", "intent", "posted", "recorded", "answered", "updated", "finalised")
SOON = Timing(ack_timeout=3.0, retries=(0.2, 1.0, 4.0, 8.0, 16.0))


def visible_after_crash_at(
    step: str, mode: Literal["socket", "http"], home: Path
) -> tuple[int, list[str], str]:
    """The exit status of the process that was to die at `step`, then what a person sees, then the log."""
    with SlackStandIn(mode=mode, timing=SOON) as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        bot = BotProcess(slack, home)
        try:
            bot.start(FOOTNOTE_FAILPOINT=step)
            assert bot.wait_ready(), bot.log
            ts = slack.mention(ada, channel, "how long is parental leave?")
            try:
                died = bot.wait(10)
            except Exception:
                bot.kill()
                died = 0
            bot.start()
            assert bot.wait_ready(), bot.log
            slack.wait_for_reply(channel, ts, timeout=20, until=lambda m: ANSWER in m.shown)
            slack.settled(20)
            bot.stop()
        finally:
            if bot.running:
                bot.kill()
        return died, [message.shown for message in slack.replies_to(channel, ts)], bot.log


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("mode", "step"), [("socket", s) for s in (*ARRIVAL, *WORK)] + [("http", s) for s in ARRIVAL]
)
def test_a_kill_between_any_two_steps_leaves_one_answer(
    step: str, mode: Literal["socket", "http"], tmp_path: Path
) -> None:
    died, seen, log = visible_after_crash_at(step, mode, tmp_path)

    assert died == 137, log
    assert len(seen) == 1 and ANSWER in seen[0], (seen, log)
