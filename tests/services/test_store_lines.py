"""A network between the bot and its servers that goes wrong, Weaviate's and PostgreSQL's: what people see."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parents[1] / "bot"))
from failing import Rig, failing

from bot import wiring
from bot.settings import load
from bot.state import alone, connect, inbox
from deploy.postgres.server import Postgres
from deploy.weaviate.server import Weaviate
from retrieval import turns as turns_
from retrieval.sources.files import FileSource
from retrieval.waits import patient
from tests.broken_line import Line

pytestmark = [pytest.mark.services, pytest.mark.timeout(240)]
HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
FOUND = "20 weeks"
DOWN = "Weaviate does not answer."


@dataclass
class Searching:
    """A bot whose Weaviate is behind lines."""

    rig: Rig
    lines: tuple[Line, Line]  # HTTP and gRPC

    def breaks(self, fault: str) -> None:
        for line in self.lines:
            line.fault = fault


@pytest.fixture(scope="module")
def stores() -> Iterator[None]:
    """The stores that are built are closed, as a process closes them by its end."""
    built, build = [], wiring.store
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "store", lambda settings: built.append(build(settings)) or built[-1])
        yield
    for store in built:
        store.close()


@pytest.fixture(scope="module")
def served(weaviate: Weaviate, stores: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searching]:
    home, port = tmp_path_factory.mktemp("home"), urlsplit(weaviate.url).port or 0
    with Line(port) as http, Line(weaviate.grpc_port) as grpc:
        place = {
            "store": "weaviate", "collection": "Lines",
            "weaviate_url": f"http://127.0.0.1:{http.port}", "weaviate_grpc_port": grpc.port,
        }  # fmt: skip
        settings = load(_env_file=None, home=home, **place)
        wiring.index(settings).sync(FileSource("handbook", [HANDBOOK], settings.max_file_mb << 20))
        for line in (http, grpc):
            line.fault = "reset"  # it is down when the bot starts
        with failing(home, tmp_path_factory.mktemp("state"), **place) as rig:
            yield Searching(rig, (http, grpc))


@pytest.fixture
def searching(served: Searching) -> Iterator[Searching]:
    yield served
    served.breaks("")
    assert FOUND in served.rig.ended(served.rig.ask()).shown  # the next one is answered


def test_a_search_that_is_down_when_the_bot_starts_is_told_and_found_when_it_is_there(
    searching: Searching,
) -> None:
    assert DOWN in searching.rig.ended(searching.rig.ask()).shown


@pytest.mark.parametrize("fault", ["reset", "black hole"])
def test_a_broken_line_to_the_search_is_told_with_a_reference(searching: Searching, fault: str) -> None:
    searching.breaks(fault)

    reply = searching.rig.ended(searching.rig.ask())

    assert DOWN in reply.shown and "Reference" in reply.shown


@pytest.mark.parametrize("fault", ["half open", "slow"])
def test_a_line_to_the_search_that_is_late_or_half_open_costs_no_wrong_answer(
    searching: Searching, fault: str
) -> None:
    for line in searching.lines:
        line.delay_s = 0.3
    searching.breaks(fault)

    shown = searching.rig.ended(searching.rig.ask()).shown

    assert FOUND in shown or DOWN in shown


def test_while_the_search_is_a_black_hole_everybody_is_told_and_every_event_is_taken(
    searching: Searching,
) -> None:
    searching.breaks("black hole")

    asked = [searching.rig.ask() for _ in range(10)]

    assert all(DOWN in searching.rig.ended(ts).shown for ts in asked)
    assert all(searching.rig.taken(ts) for ts in asked)


@dataclass
class Stating:
    """A bot whose PostgreSQL is behind a line."""

    rig: Rig
    line: Line
    direct: sa.Engine

    def rows(self) -> int:
        with self.direct.connect() as db:
            return db.execute(sa.select(sa.func.count()).select_from(inbox)).scalar() or 0


@pytest.fixture(scope="module")
def homed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("handbook")
    settings = load(_env_file=None, home=home)
    wiring.index(settings).sync(FileSource("handbook", [HANDBOOK], settings.max_file_mb << 20))
    return home


@pytest.fixture
def stating(homed: Path, database: str, tmp_path: Path) -> Iterator[Stating]:
    at = urlsplit(database)
    with Line(at.port or 0) as line:
        through = at._replace(netloc=at.netloc.replace(str(at.port), str(line.port))).geturl()
        direct = connect(database)
        with failing(homed, tmp_path, state=through) as rig:
            assert FOUND in rig.ended(rig.ask()).shown
            yield Stating(rig, line, direct)
            assert FOUND in rig.ended(rig.ask()).shown
        direct.dispose()


def test_what_is_asked_while_the_database_is_cut_off_is_answered_once_when_it_is_back(
    stating: Stating,
) -> None:
    stating.line.fault = "reset"
    before = stating.rows()
    ts = stating.rig.ask()
    time.sleep(2)
    during = (stating.rows(), stating.rig.taken(ts))
    stating.line.fault = ""

    assert FOUND in stating.rig.ended(ts).shown
    assert during == (before, False)  # no row, so no acknowledgement


def test_what_is_asked_while_the_database_hangs_is_answered_once_when_it_goes_on(
    stating: Stating, postgres: Postgres
) -> None:
    server = psutil.Process(postgres.process.pid)
    stopped = [server, *server.children(recursive=True)]
    for process in stopped:
        process.suspend()
    try:
        asked = [stating.rig.ask() for _ in range(5)]
        time.sleep(4)
    finally:
        for process in stopped:
            process.resume()

    assert all(FOUND in stating.rig.ended(ts).shown for ts in asked)


def test_a_connection_that_a_firewall_forgot_is_given_up_within_half_a_minute(stating: Stating) -> None:
    with stating.direct.connect() as db:
        raw = socket.socket(fileno=os.dup(db.connection.driver_connection.fileno()))  # type: ignore[union-attr]
    with raw:
        unheard_ms = raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        idle_s = raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)

    assert 0 < unheard_ms <= 30_000 and 0 < idle_s <= 30


def test_no_connection_to_postgresql_is_waited_for_longer(stating: Stating) -> None:
    address = stating.direct.url.render_as_string(hide_password=False)
    line, turns = alone(address), turns_._lasting(stating.direct.url)
    named = sa.create_engine(patient(address))  # as DBOS connects that is given an address alone
    try:
        for engine in (line, turns, named):
            with engine.connect() as db:
                raw = socket.socket(fileno=os.dup(db.connection.driver_connection.fileno()))  # type: ignore[union-attr]
            with raw:
                assert 0 < raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 30_000
    finally:
        line.dispose()
        named.dispose()
