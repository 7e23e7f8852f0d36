"""A disk that fills up, or is read-only, under a serving process: named, nothing lost, well again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "bot"))
from bot_process import BotProcess

from bot import wiring
from bot.inbox import Inbox, Receipt
from bot.play.slack import SlackStandIn
from bot.settings import load
from bot.state import connect, fault, inbox, upgrade
from bot.wiring import checks
from deploy.ports import free
from retrieval.passage import FootnoteError

pytestmark = [pytest.mark.services, pytest.mark.timeout(180)]


class Disk:
    """A small file system of its own, in memory."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.ballast = place / "ballast"

    def fill(self) -> None:
        with self.ballast.open("ab", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                return

    def free(self) -> None:
        self.ballast.unlink()

    def remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.place)], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path, missing: Callable[[str], None]) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if subprocess.run(mounted, check=False, capture_output=True).returncode:
        missing("a file system of its own: only root may mount one")
    yield Disk(place)
    subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def parts(port: int) -> dict[str, Any]:
    """What /readyz says."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        return dict(json.load(error))


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_what_is_asked_while_the_disk_is_full_is_answered_once_there_is_room(disk: Disk) -> None:
    port = free()
    with SlackStandIn() as slack:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        bot = BotProcess(slack, disk.place / "home", FOOTNOTE_METRICS_PORT=str(port))
        with bot:
            before = slack.mention(ada, channel, "how long is parental leave?")
            slack.wait_for_reply(channel, before, timeout=60, until=lambda m: "26 weeks" in m.shown)

            disk.fill()
            until(lambda: parts(port)["parts"]["home"]["state"] == "down")  # looked at every 30 s
            full = parts(port)
            during = slack.mention(ada, channel, "how long is parental leave, once more?")
            time.sleep(3)
            assert slack.replies_to(channel, during) == []
            disk.free()

            slack.wait_for_reply(channel, during, timeout=90, until=lambda m: "26 weeks" in m.shown)
            until(lambda: parts(port)["parts"]["home"]["state"] == "ok")
            slack.settled(20)
            assert full["state"] == "not_ready"
            assert "disk of FOOTNOTE_HOME is full" in full["parts"]["home"]["says"]
            assert [len(slack.replies_to(channel, ts)) for ts in (before, during)] == [1, 1]


def test_a_full_disk_takes_no_event_and_loses_none_that_it_took(disk: Disk) -> None:
    engine = connect(disk.place)
    upgrade(engine)
    store, taken, error = Inbox(engine), [], None
    disk.fill()

    for number in range(2000):
        try:
            assert store.store(event(number)) is Receipt.STORED
        except sa.exc.OperationalError as caught:
            error = caught
            break
        taken.append(f"Ev{number}")

    assert error is not None and fault(error) == "full"
    engine.dispose()
    disk.free()
    again = connect(disk.place)
    with again.connect() as db:
        assert set(db.execute(sa.select(inbox.c.event_id)).scalars()) == set(taken)
        assert db.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    assert Inbox(again).store(event(len(taken))) is Receipt.STORED
    again.dispose()


def test_a_home_on_a_read_only_disk_is_named_so(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    home = disk.place / "home"
    monkeypatch.setenv("FOOTNOTE_HOME", str(home))
    engine = connect(home)
    upgrade(engine)
    engine.dispose()
    disk.remount("ro")

    with pytest.raises(FootnoteError, match="file system that is read-only"):
        checks.home(load())


def test_a_database_server_that_is_read_only_is_named_so(database: str) -> None:
    settings = load(database_url=database)
    assert checks.state(settings).startswith("postgresql")
    engine = connect(database)
    with engine.begin() as db:
        name = database.rpartition("/")[2]
        db.execute(sa.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        db.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        )
    engine.dispose()

    with pytest.raises(FootnoteError, match="database is read-only"):
        checks.state(settings)
    wiring.engine(settings).dispose()


def event(number: int) -> dict[str, object]:
    said = {
        "type": "app_mention",
        "channel": "C1",
        "ts": f"{number}.0",
        "user": "U1",
        "text": "how long? " * 50,
    }
    return {"type": "event_callback", "event_id": f"Ev{number}", "team_id": "T1", "event": said}
