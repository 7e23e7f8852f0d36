"""PostgreSQL as state: several processes serve at once, and one takes over what another leaves behind."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "bot"))
from bot_process import BotProcess

from bot.play.slack import SlackStandIn

pytestmark = pytest.mark.services
ANSWER = "26 weeks"


@pytest.mark.timeout(120)
def test_what_a_killed_process_was_answering_is_answered_by_another_once(
    database: str, tmp_path: Path
) -> None:
    with SlackStandIn() as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        first = BotProcess(slack, tmp_path / "first", DATABASE_URL=database)
        second = BotProcess(slack, tmp_path / "second", DATABASE_URL=database)
        first.start(CANNED_SECONDS="60")
        assert first.wait_ready(), first.log
        asked = [slack.mention(ada, channel, f"how long is parental leave? {n}") for n in range(3)]
        _until(lambda: all(slack.replies_to(channel, ts) for ts in asked))
        first.kill()

        with second:
            for ts in asked:
                slack.wait_for_reply(channel, ts, timeout=60, until=lambda m: ANSWER in m.shown)
            slack.settled(20)

            assert [len(slack.replies_to(channel, ts)) for ts in asked] == [1, 1, 1]


def _until(true, patience_s: float = 30.0) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
