"""What every test gets: a home and settings of its own, no way out; at the end what a run did not reach."""

from __future__ import annotations

import contextlib
import gc
import ipaddress
import itertools
import os
import random
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from deploy.postgres.server import Postgres
    from deploy.weaviate.server import Weaviate
    from retrieval.passage import Embedder

ROOT = Path(__file__).parents[1]
# Parts outside of this process that tests use through fixtures, as people call them.
PARTS = {"weaviate": "Weaviate", "postgres": "PostgreSQL", "vllm": "vLLM on a CPU", "torch_python": "torch"}
ALWAYS = "Slack itself: bot/play stands in for it"
LEFT_OUT = pytest.StashKey[dict[str, set[str]]]()
_attempts: list[str] = []
_numbers = itertools.count(1)


class WayOut(OSError):
    """A test tried to reach something that is not on this machine."""


def _loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return name in ("localhost", socket.gethostname())


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: it sees every connection and look-up of Python code, whatever library makes it."""
    if event[:7] != "socket.":  # a million other events in a run
        return
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host: object = address[0] if isinstance(address, tuple) else "localhost"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if _loopback(host):
        return
    if str(host).endswith(".invalid"):  # a name that never resolves: what a machine without network says
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    _attempts.append(str(host))
    raise WayOut(f"a test reached for {host}")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.register_profile("ours", deadline=None, print_blob=True)  # cores stall here at times
    hypothesis.settings.load_profile("ours")
    config.stash[LEFT_OUT] = {}
    sys.addaudithook(_guard)


def pytest_collection_finish() -> None:
    """What is imported and collected stays: looking through it for garbage took a sixth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _stays_on_this_machine() -> Iterator[None]:
    """A swallowed error would hide an attempt, so the attempt itself fails the test."""
    _attempts.clear()
    yield
    assert not _attempts, f"reached beyond this machine: {', '.join(_attempts)}"


@pytest.fixture(autouse=True)
def _settings_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the shell's settings nor a developer's .env reach a test."""
    _alone(monkeypatch, tmp_path / "footnote-home")


@pytest.fixture(scope="session", autouse=True)
def _patient() -> Iterator[None]:
    """On a busy machine a turn takes longer than Slack waits for a form, and a polite process gets none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.play.slack_views.TRIGGER_S", 60.0)
        patch.setattr("bot.indexing.schedules.NICE", 0)
        yield


@pytest.fixture(scope="session")
def alone() -> Callable[[Path], contextlib.AbstractContextManager[None]]:
    """The same for what is made once for several tests: a home, and no other setting."""

    @contextlib.contextmanager
    def alone(home: Path) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            _alone(patch, home)
            yield

    return alone


def _alone(patch: pytest.MonkeyPatch, home: Path) -> None:
    from bot.settings import Settings

    for field in Settings.model_fields.values():
        patch.delenv(str(field.validation_alias), raising=False)
    for name in [n for n in os.environ if n.startswith(("LANGSMITH_", "LANGCHAIN_"))]:
        patch.delenv(name)
    patch.setitem(Settings.model_config, "env_file", None)
    patch.setenv("FOOTNOTE_HOME", str(home))


@pytest.fixture(scope="session")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in whose cache the graph of the default embedder is, once `minilm` was asked for."""
    return tmp_path_factory.mktemp("minilm")


@pytest.fixture
def drawn() -> random.Random:
    """What a test draws from; its seed is printed."""
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    return random.Random(seed)


@pytest.fixture(scope="session")
def minilm(graphs: Path) -> Embedder:
    """The default embedder, its graph built once a run."""
    from retrieval.embed import load

    return load("minilm", home=graphs)


@pytest.fixture(scope="session")
def missing() -> Callable[[str], None]:
    """Called where a real part is not there: a skip with its reason, in CI a failure."""

    def missing(reason: str) -> None:
        if os.environ.get("CI") == "true" or os.environ.get("FOOTNOTE_REQUIRE_SERVICES") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)

    return missing


@pytest.fixture(scope="session")
def weaviate(missing: Callable[[str], None]) -> Iterator[Weaviate]:
    """A real Weaviate on loopback, empty."""
    from deploy.weaviate.server import running

    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(running())
        except (RuntimeError, subprocess.SubprocessError) as error:
            missing(f"Weaviate: {error}")
        else:
            yield server


@pytest.fixture(scope="session")
def postgres(missing: Callable[[str], None]) -> Iterator[Postgres]:
    """A real PostgreSQL on loopback; a test makes a database of its own in it."""
    from deploy.postgres.server import running

    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(running())
        except (RuntimeError, subprocess.SubprocessError) as error:
            missing(f"PostgreSQL: {error}")
        else:
            yield server


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """The address of an empty database of the real PostgreSQL. Fails the test that leaves a connection open:
    Python would say so when it finds the garbage, in another test or after the last."""
    import sqlalchemy as sa

    opened: list[tuple[Any, str]] = []  # kept, so that none is garbage before it is looked at

    def note(connection: Any, _: object) -> None:
        ours = [at for at in traceback.format_stack()[:-1] if f"{ROOT}/" in at and "-packages/" not in at]
        opened.append((connection, "".join(ours)))

    sa.event.listen(sa.Pool, "connect", note)
    yield postgres.database(f"test_{next(_numbers)}")
    sa.event.remove(sa.Pool, "connect", note)
    left = [(one, at) for one, at in opened if not getattr(one, "closed", True)]  # SQLite has no such word
    for one, _ in left:
        one.close()
    if left:
        pytest.fail("left open what was opened here:\n" + "\n".join(at for _, at in left), pytrace=False)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where state is kept, empty: a folder for SQLite, then the address of a real PostgreSQL."""
    if request.param == "sqlite":
        return tmp_path
    return str(request.getfixturevalue("database"))


@pytest.fixture(scope="session")
def footnote(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command as a person does, in an empty folder, with the settings given and no others."""
    command = str(Path(sys.executable).with_name("footnote"))
    folder = tmp_path_factory.mktemp("shell")

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        shell = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [command, *words], env=shell | settings, cwd=folder, capture_output=True, text=True, check=False
        )

    return run


def pytest_deselected(items: list[pytest.Item]) -> None:
    for item in items:
        for part in _parts(item):
            item.config.stash[LEFT_OUT].setdefault(part, set()).add("not selected")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        for part in _parts(item):
            item.config.stash[LEFT_OUT].setdefault(part, set()).add(str(report.longrepr[2]))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Ends each run with the real parts that it did not exercise, and why."""
    terminalreporter.section("real parts that this run did not exercise")
    for part, reasons in sorted(config.stash[LEFT_OUT].items()):
        terminalreporter.write_line(f"{part}: {'; '.join(sorted(reasons))}")
    terminalreporter.write_line(ALWAYS)


def _parts(item: pytest.Item) -> list[str]:
    used = [name for fixture, name in PARTS.items() if fixture in getattr(item, "fixturenames", ())]
    if item.get_closest_marker("gpu"):
        return ["a GPU (make gpu)"]
    return used or (["a real server"] if item.get_closest_marker("services") else [])
