"""What a machine is told of its clock, its token, its versions and a database that takes no row: by name."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.play.slack import SlackStandIn
from bot.settings import load
from bot.state import connect, deletions, fault, upgrade
from bot.wiring import servers
from bot.wiring.watched import looks
from retrieval.passage import FootnoteError


@contextmanager
def saying(body: bytes, date: float | None = None) -> Iterator[str]:
    """A server that answers everything with this, as if it were that time there; its address."""

    class Says(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.send_header("Date", formatdate(time.time() if date is None else date, usegmt=True))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Says)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("off", "says"), [(-600.0, "HTTP's events|HTTP events are refused"), (45.0, "-4[4-6] s off")]
)
def test_a_clock_that_is_off_slacks_is_named_with_what_it_costs(off: float, says: str) -> None:
    with saying(b'{"ok":true}', time.time() + off) as address:
        settings = load(slack_bot_token="xoxb-1", slack_api_url=f"{address}/api/")

        with pytest.raises(FootnoteError, match=says):
            servers.clock(settings)


def test_a_clock_that_is_right_is_said_to_be_and_one_that_nobody_is_asked_about_too() -> None:
    with saying(b'{"ok":true}') as address:
        told = servers.clock(load(slack_bot_token="xoxb-1", slack_api_url=f"{address}/api/"))

    assert told in ("0 s from Slack", "1 s from Slack")
    assert "nobody" in servers.clock(load())


def test_a_clock_that_is_set_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    look, now = servers.Clock(load()), time.time
    assert look()

    monkeypatch.setattr(time, "time", lambda: now() - 3600)
    with pytest.raises(FootnoteError, match="was set -3600 s"):
        look()

    assert look()


def test_a_revoked_token_is_a_state_of_its_own_until_there_is_one_again() -> None:
    with SlackStandIn() as slack:
        settings = load(slack_bot_token=slack.bot_token, slack_api_url=slack.api_url)
        [look] = [one for one in looks(settings) if one.part == "token"]
        assert look.at() == "Slack takes it"

        slack.revoke_token()
        with pytest.raises(FootnoteError, match="token_revoked"):
            look.at()
        slack.reinstall()

        assert look.at() == "Slack takes it"


def test_a_model_server_that_is_too_old_is_named_with_the_version_it_takes() -> None:
    with saying(b'{"version":"0.6.3"}') as address:
        settings = load(writer="chat", vllm_base_url=f"{address}/v1")

        with pytest.raises(FootnoteError, match=r"vLLM 0\.6\.3 is too old. Footnote needs 0\.10"):
            servers.versions(settings)
    with saying(b"{}") as address:
        settings = load(writer="chat", vllm_base_url=f"{address}/v1")
        assert "SQLite 3." in servers.versions(settings) and "without a version" in servers.versions(settings)


def test_a_database_that_takes_no_row_says_which_fault_it_is(tmp_path: Path) -> None:
    engine = connect(tmp_path)
    upgrade(engine)
    full, closed = [], []
    with engine.connect() as db:
        pages = db.execute(sa.text("PRAGMA page_count")).scalar()
        db.execute(sa.text(f"PRAGMA max_page_count = {pages}"))  # as a disk without room
        for number in range(3000):
            row = {"kind": "x", "key": f"{number:060}", "at": 0.0}
            try:
                db.execute(deletions.insert().values(**row))
            except sa.exc.OperationalError as error:
                full.append(fault(error))
                break
        db.rollback()
    reading = sa.create_engine(f"sqlite:///file:{tmp_path / 'state.db'}?mode=ro&uri=true")
    with reading.connect() as db:
        try:
            db.execute(deletions.insert().values(kind="x", key="y", at=0.0))
        except sa.exc.OperationalError as error:
            closed.append(fault(error))
    reading.dispose()
    engine.dispose()

    assert (full, closed) == (["full"], ["read-only"])
