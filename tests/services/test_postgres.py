"""PostgreSQL as state: several processes serve at once, and one takes over what another leaves behind."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "bot"))
from bot_process import BotProcess

from bot.play.slack import SlackStandIn
from bot.state import connect, upgrade
from retrieval.ledger import Ledger
from retrieval.passage import Document
from retrieval.rows import DocumentRow
from retrieval.turns import Turns

pytestmark = pytest.mark.services
ANSWER = "26 weeks"


@pytest.mark.timeout(300)
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


@pytest.mark.timeout(400)
def test_a_process_that_was_frozen_and_thaws_says_nothing_twice(database: str, tmp_path: Path) -> None:
    with SlackStandIn() as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        first = BotProcess(slack, tmp_path / "first", DATABASE_URL=database)
        second = BotProcess(slack, tmp_path / "second", DATABASE_URL=database)
        first.start(CANNED_SECONDS="5")
        assert first.wait_ready() and first.process, first.log
        asked = [slack.mention(ada, channel, f"how long is parental leave? {n}") for n in range(3)]
        _until(lambda: all(slack.replies_to(channel, ts) for ts in asked))
        first.process.send_signal(signal.SIGSTOP)

        with second:
            for ts in asked:
                slack.wait_for_reply(channel, ts, timeout=90, until=lambda m: ANSWER in m.shown)
            first.process.send_signal(signal.SIGCONT)
            time.sleep(8)  # what it was about to say, it has said by then
            slack.settled(20)

            assert [len(slack.replies_to(channel, ts)) for ts in asked] == [1, 1, 1]
            assert all(ANSWER in slack.replies_to(channel, ts)[0].shown for ts in asked)
            first.kill()


HELD = (
    "FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    made = connect(database)
    yield made
    made.dispose()


def test_a_rebuild_has_the_turns_of_forty_sources_at_once(engine: sa.Engine) -> None:
    turns = Turns(engine)

    with ExitStack() as taken:
        for n in range(40):
            taken.enter_context(turns.take(f"sync main source-{n}"))
        with engine.connect() as connection:  # the pool has room for the work itself
            held = connection.scalar(sa.text(f"SELECT count(*) {HELD}"))

    with engine.connect() as connection:
        left = connection.scalar(sa.text(f"SELECT count(*) {HELD}"))
    assert (held, left) == (40, 0)


def test_what_failed_inside_a_turn_is_seen_where_its_connection_is_lost_too(engine: sa.Engine) -> None:
    turns = Turns(engine)

    with pytest.raises(KeyError, match="the real one"), turns.take("sync main docs"):
        with engine.begin() as connection:
            connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) {HELD}"))
        raise KeyError("the real one")

    with turns.take("sync main docs", wait=False):
        pass  # it is free again


def test_what_is_forgotten_while_its_reading_is_made_visible_is_not_shown(engine: sa.Engine) -> None:
    upgrade(engine)
    ledger = Ledger(engine)
    row = DocumentRow(Document("pay.md", "docs", "Pay", "text", "url", "digest"), "pay.md", 1, "revision")
    ledger.intend("main@1", [row])
    found, begun = ledger.find("main@1", "pay.md"), threading.Event()

    def forget(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("DELETE FROM ledger_documents") and not begun.is_set():
            begun.set()
            ledger.forget(found)

    sa.event.listen(engine, "before_cursor_execute", forget)

    assert (ledger.show("main@1", [row]), begun.is_set()) == (["pay.md"], True)
    assert ledger.shown("main@1", ["pay.md"]) == {}


def _until(true, patience_s: float = 30.0) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
