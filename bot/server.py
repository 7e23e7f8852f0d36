"""A running Slack side: questions in, answers out, until the process is told to stop."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import signal
import socket as sockets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.app import Credentials, Service, build
from bot.house import House
from bot.state import connect, private_file, upgrade
from retrieval.passage import SettingError

log = logging.getLogger("footnote.serve")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where it stands: its home or database, and the address it listens on for HTTP events."""

    home: Path
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 3000


def run(stand: Stand, credentials: Credentials, house: House) -> None:
    """Answers until SIGTERM or SIGINT, then finishes what runs. Raises SettingError for what is missing."""
    _complete(credentials)
    engine = connect(stand.database_url or stand.home)
    shared = engine.dialect.name != "sqlite"  # several processes may serve
    with contextlib.nullcontext() if shared else _alone(stand.home):
        upgrade(engine)
        service = build(credentials, engine, house)
        service.start(stand.database_url if shared else stand.home, alone=not shared)
        try:
            if credentials.app_token:
                _socket(service, credentials)
            else:
                _http(service, stand, credentials.signing_secret)
        finally:
            log.info("stopping: finishing what runs")
            finished = service.jobs.close()
            log.info("stopped" if finished else "stopped; the rest is finished at the next start")
            engine.dispose()
    if not finished:
        os._exit(0)  # threads that still wait for Slack or a model would keep the process


def _complete(credentials: Credentials) -> None:
    if not credentials.bot_token:
        raise SettingError("SLACK_BOT_TOKEN is not set. Run footnote setup to connect Slack.")
    if not credentials.app_token and not credentials.signing_secret:
        raise SettingError(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP events) is set. "
            "Run footnote setup, or set one of them."
        )


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """On SQLite one process serves a home: the lock goes with the process, however it ends."""
    with private_file(home / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingError(
                "Another footnote serve runs on this FOOTNOTE_HOME. Stop it, or set DATABASE_URL to a "
                "PostgreSQL database: then several can run."
            ) from None
        yield


def _socket(service: Service, credentials: Credentials) -> None:
    from bot.web.socket import Socket

    socket = Socket(service.app, credentials.app_token, credentials.api_url)
    _on_stop(socket.stop)
    log.info("serving over Socket Mode")
    try:
        socket.run()
    finally:
        socket.close()


def _http(service: Service, stand: Stand, signing_secret: str) -> None:
    import uvicorn

    from bot.web.slack import site

    listening = _listening(stand.host, stand.port)
    _on_stop(lambda: None)  # uvicorn raises the signal again once it has stopped; that must not end us
    app = site(service.app, signing_secret)
    log.info("serving HTTP events on %s:%s", stand.host, listening.getsockname()[1])
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> sockets.socket:
    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    try:
        return sockets.create_server((host, port), family=family)
    except OSError as error:
        raise SettingError(
            f"Port {port} is taken; choose another with FOOTNOTE_HTTP_PORT."
            if error.errno == errno.EADDRINUSE
            else "FOOTNOTE_HTTP_HOST, FOOTNOTE_HTTP_PORT: this machine cannot listen there. Choose others."
        ) from None


def _on_stop(stop: Callable[[], None]) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop())
