"""The example handbook, indexed once a run, and a workspace of the Slack stand-in with one person."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer.testing
from slack_sdk import WebClient

from bot import state, wiring
from bot.play.slack import SlackStandIn
from bot.settings import Settings, load
from bot.state import connect, migrate, upgrade
from retrieval.sources.files import FileSource
from tests.bot.memory_slack import MemorySlack

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"


def settings_at(home: Path) -> Settings:
    """The default settings with another home: embedded store, extract."""
    return load(_env_file=None, home=home)


@pytest.fixture(scope="session", autouse=True)
def _commands() -> Iterator[None]:
    """Made once a run: a process makes them for the one that it runs, tests would some hundred times."""
    once = cache(typer.main.get_command)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", once)
        patch.setattr(typer.testing, "_get_command", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _embedders(graphs: Path) -> Iterator[None]:
    """The same in every home: each would build the graph of its own anew."""
    made = wiring._embedder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "_embedder", lambda name, home, *more: made(name, graphs, *more))
        yield


@pytest.fixture(scope="session")
def brought() -> Callable[[sa.Connection, str], None]:
    """state.migrate, but an empty database is told what the steps told the first of its kind: the steps of
    all took a tenth of a run."""
    told: dict[str, list[tuple[str, Any]]] = {}

    def brought(connection: sa.Connection, to: str = "head") -> None:
        kind, fresh = connection.dialect.name, to == "head" and not sa.inspect(connection).get_table_names()
        if fresh and kind in told:
            for statement, values in told[kind]:
                connection.exec_driver_sql(statement, values or None)
            return
        said: list[tuple[str, Any]] = []
        note = lambda *about: said.append(about[2:4])  # noqa: E731
        sa.event.listen(connection, "before_cursor_execute", note)
        migrate(connection, to)
        sa.event.remove(connection, "before_cursor_execute", note)
        if fresh:
            told[kind] = [one for one in said if not one[0].lstrip().startswith(("SELECT", "PRAGMA"))]

    return brought


@pytest.fixture(autouse=True)
def _steps(brought: Callable[[sa.Connection, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "migrate", brought)


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the handbook in its index. Not to be changed."""
    home = tmp_path_factory.mktemp("handbook-home")
    settings = settings_at(home)
    wiring.index(settings).sync(FileSource("handbook", [HANDBOOK], settings.max_file_mb << 20))
    return home


@pytest.fixture
def home(indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that home, named by FOOTNOTE_HOME: the index is one tree that can be copied."""
    mine = tmp_path / "home"
    shutil.copytree(indexed, mine)
    monkeypatch.setenv("FOOTNOTE_HOME", str(mine))
    return mine


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state without a row, made once a run: the steps of its schema take longer than most tests."""
    home = tmp_path_factory.mktemp("migrated")
    engine = connect(home)
    upgrade(engine)
    engine.dispose()
    return home / "state.db"


def _opened(place: str | Path, migrated: Path) -> Iterator[sa.Engine]:
    if isinstance(place, Path):
        shutil.copy(migrated, place / migrated.name)
    engine = connect(place)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(tmp_path: Path, migrated: Path) -> Iterator[sa.Engine]:
    """The state without a row, in SQLite."""
    yield from _opened(tmp_path, migrated)


@pytest.fixture
def anywhere(place: str | Path, migrated: Path) -> Iterator[sa.Engine]:
    """The same in SQLite, then in a real PostgreSQL."""
    yield from _opened(place, migrated)


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.workspace.subscriptions = frozenset({"agent_session_stopped"})
        yield running


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def ada(slack: SlackStandIn) -> str:
    return slack.add_user("ada", is_admin=True)


@pytest.fixture
def channel(slack: SlackStandIn, ada: str) -> str:
    return slack.add_channel("help", ada)


@dataclass(frozen=True, slots=True)
class Company:
    """A workspace to fill with people, and the client that asks about them."""

    slack: MemorySlack | SlackStandIn
    client: WebClient


@pytest.fixture(params=["memory", pytest.param("stand-in", marks=pytest.mark.slow)])
def company(request: pytest.FixtureRequest) -> Company:
    """The same workspace in plain Python, and behind the stand-in's HTTP."""
    if request.param == "memory":
        memory = MemorySlack()
        return Company(memory, memory.client)
    return Company(request.getfixturevalue("slack"), request.getfixturevalue("client"))
