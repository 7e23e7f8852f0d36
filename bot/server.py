"""A running Slack side: questions in, answers out, until the process is told to stop."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app import Credentials, Service, build
from bot.house import House
from bot.meters import Meters
from bot.sqlite import private_file
from bot.state import connect, upgrade
from retrieval.passage import FootnoteError, SettingError

if TYPE_CHECKING:
    from bot.jobs import Jobs
    from bot.web.socket import Socket
    from bot.web.watch import Look

log = logging.getLogger("footnote.serve")
REQUESTS_S = 5  # for which what Slack asks is still answered once it is told to stop; uvicorn would wait on
SERVE = (
    "Another footnote serve runs on this FOOTNOTE_HOME. Stop it, or set DATABASE_URL to a PostgreSQL "
    "database: then several can run."
)
UNBEGUN = (
    "What was asked cannot be begun. None of it is lost; it goes on once it can be. Look whether the disk of "
    "FOOTNOTE_HOME is full, work.db in it is whole and can be written, and the database of DATABASE_URL runs."
)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where it stands: its home or database, the address it listens on for HTTP events, and the port it is
    watched on, 0 for none. `held`: whoever runs it is `alone` on its home already. `told` is called, within a
    handler of signals, when it is told to stop."""

    home: Path
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 3000
    metrics_port: int = 0
    held: bool = False
    told: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Watched:
    """What whoever watches the process is shown."""

    meters: Meters
    looks: Sequence[Look]


def run(stand: Stand, credentials: Credentials, house: House, looks: Sequence[Look] = ()) -> bool:
    """Answers until SIGTERM or SIGINT, then finishes what runs; False where threads still wait for Slack or a
    model, which would keep the process. Raises SettingError for what is missing.

    `looks` are the parts that /readyz tells of, beside durable work and Slack."""
    _complete(credentials)
    engine = connect(stand.database_url or stand.home)
    shared = engine.dialect.name != "sqlite"  # several processes may serve
    with contextlib.nullcontext() if shared or stand.held else alone(stand.home, SERVE):
        upgrade(engine)
        service = build(credentials, engine, house)
        service.start(stand.database_url if shared else stand.home, alone=not shared)
        try:
            _serve(service, stand, credentials, Watched(house.meters, looks))
        finally:
            log.info("stopping: finishing what runs")
            finished = service.jobs.close()
            log.info("stopped" if finished else "stopped; the rest is finished at the next start")
            engine.dispose()
    return finished


def _complete(credentials: Credentials) -> None:
    if not credentials.bot_token:
        raise SettingError("SLACK_BOT_TOKEN is not set. Run footnote setup to connect Slack.")
    if not credentials.app_token and not credentials.signing_secret:
        raise SettingError(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP events) is set. "
            "Run footnote setup, or set one of them."
        )


@contextlib.contextmanager
def alone(home: Path, otherwise: str) -> Iterator[None]:
    """On SQLite one process serves a home: the lock goes with the process, however it ends. Raises
    SettingError with `otherwise` where another does."""
    with private_file(home / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingError(otherwise) from None
        yield


def _serve(service: Service, stand: Stand, credentials: Credentials, watch: Watched) -> None:
    """Over a socket where there is an app token, else over HTTP; watched meanwhile."""
    from bot.web.watch import Look, watched

    own = (stand.host, stand.metrics_port)
    looks = [Look("work", partial(work, service.jobs), 5.0), *watch.looks]
    if not credentials.app_token:
        with watched(own, looks, watch.meters):
            return _http(service, stand, credentials.signing_secret, watch.meters)
    from bot.web.socket import Socket

    socket = Socket(service.app, credentials.app_token, credentials.api_url)
    with watched(own, [Look("slack", socket.state, 1.0, needed=True), *looks], watch.meters):
        return _socket(socket, stand)


def work(jobs: Jobs) -> str:
    """How it is with beginning what was stored. Raises FootnoteError while that fails."""
    if jobs.failing:
        raise FootnoteError(UNBEGUN)
    return "what is asked is begun"


def _socket(socket: Socket, stand: Stand) -> None:
    _on_stop(stand.told, socket.stop)
    log.info("serving over Socket Mode")
    try:
        socket.run()
    finally:
        socket.close()


def _http(service: Service, stand: Stand, signing_secret: str, meters: Meters) -> None:
    import uvicorn

    from bot.web.listening import listening
    from bot.web.slack import site

    place = listening(stand.host, stand.port, "FOOTNOTE_HTTP_PORT")
    _on_stop(stand.told)  # uvicorn raises the signal again once it has stopped; that must not end us
    app = site(service.app, signing_secret, meters)
    log.info("serving HTTP events on %s:%s", stand.host, place.getsockname()[1])
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=REQUESTS_S
    )
    with place:
        uvicorn.Server(config).run(sockets=[place])


def _on_stop(*told: Callable[[], object]) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: [one() for one in told])
