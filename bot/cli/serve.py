"""footnote serve: Slack's questions in, answers out, until it is told to stop."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.app import Credentials, Service, build
from bot.failpoint import failpoint
from bot.settings import Settings
from bot.state import connect, private_file, upgrade
from model.answer import Answer, Question
from retrieval.passage import SettingError

log = logging.getLogger("footnote.serve")

RECONNECT_S = 5.0


def serve(settings: Settings, answer: Callable[[Question], Answer]) -> None:
    """Answers until SIGTERM or SIGINT, then finishes what runs. Raises SettingError for what is missing."""
    credentials = _credentials(settings)
    engine = connect(settings.database_url or settings.home)
    shared = engine.dialect.name != "sqlite"  # several processes may serve
    with contextlib.nullcontext() if shared else _alone(settings.home):
        upgrade(engine)
        service = build(credentials, engine, answer)
        service.start(settings.database_url if shared else settings.home, alone=not shared)
        try:
            if credentials.app_token:
                _socket(service, credentials)
            else:
                _http(service, settings)
        finally:
            log.info("stopping: finishing what runs")
            finished = service.jobs.close()
            log.info("stopped" if finished else "stopped; the rest is finished at the next start")
            engine.dispose()
    if not finished:
        os._exit(0)  # threads that still wait for Slack or a model would keep the process


def _credentials(settings: Settings) -> Credentials:
    bot, app, secret = (
        s.get_secret_value()
        for s in (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    )
    if not bot:
        raise SettingError("SLACK_BOT_TOKEN is not set. Run footnote setup to connect Slack.")
    if not app and not secret:
        raise SettingError(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP events) is set. "
            "Run footnote setup, or set one of them."
        )
    return Credentials(bot, app, secret, settings.slack_api_url)


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
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk.socket_mode.builtin import SocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

    class Handler(SocketModeHandler):
        def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
            super().handle(client, req)
            failpoint("acked")

    stopping = _asked_to_stop()
    handler = Handler(service.app, credentials.app_token, web_client=service.slack)
    while not stopping.is_set():
        try:
            handler.connect()  # type: ignore[no-untyped-call]
            break
        except Exception as error:
            refusal = getattr(error, "response", {}).get("error", "")
            if refusal in ("invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive"):
                raise SettingError(
                    f"SLACK_APP_TOKEN: Slack refuses it ({refusal}). It begins with xapp- and needs "
                    "the scope connections:write; run footnote setup."
                ) from None
            log.warning("no socket yet (%s); trying again", type(error).__name__)
            stopping.wait(RECONNECT_S)
    log.info("serving over Socket Mode")
    stopping.wait()
    handler.close()  # type: ignore[no-untyped-call]


def _http(service: Service, settings: Settings) -> None:
    import uvicorn

    from bot.web.slack import site

    _asked_to_stop()  # uvicorn raises the signal again once it has stopped; that must not end the process
    app = site(service.app, settings.slack_signing_secret.get_secret_value())
    log.info("serving HTTP events on %s:%s", settings.http_host, settings.http_port)
    uvicorn.run(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        lifespan="off",
    )


def _asked_to_stop() -> threading.Event:
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    return stopping
