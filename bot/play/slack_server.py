"""The stand-in's one HTTP server: Web API, Socket Mode, response URLs and the page, in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.play.slack_api import Api
from bot.play.slack_args import Args, SlackError
from bot.play.slack_respond import respond
from bot.play.slack_sockets import Sockets
from bot.play.slack_state import Workspace
from retrieval.passage import SettingError

_START_SECONDS, _STOP_SECONDS = 10.0, 5.0


class Server:
    """An ASGI app on a free loopback port, served by a thread of its own between start and stop."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        """Raises SettingError where the port cannot be had."""
        try:
            self._socket = socket.create_server(("127.0.0.1", port))
        except OSError:
            raise SettingError(f"Port {port} is taken; choose another with --port.") from None
        config = uvicorn.Config(
            _with_cut(app),
            log_config=None,
            access_log=False,
            lifespan="off",
            http="h11",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="slack-stand-in", daemon=True)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        self._thread.start()
        end = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise RuntimeError("the stand-in for Slack did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._socket.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._server.serve(sockets=[self._socket]))
            self.loop.run_until_complete(_finish(self.loop))
        finally:
            asyncio.set_event_loop(None)
            self.loop.close()


async def _finish(loop: asyncio.AbstractEventLoop) -> None:
    rest = asyncio.all_tasks(loop) - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await loop.shutdown_asyncgens()


def _with_cut(app: ASGIApp) -> ASGIApp:
    """Gives each connection's scope a way to break off without an answer, as networks do."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        scope["footnote.cut"] = partial(_cut, send)
        await app(scope, receive, send)

    return serve


def _cut(send: Any) -> None:
    # ASGI has no word for a broken connection; uvicorn's transport hangs on the object behind `send`.
    send.__self__.transport.abort()


def routes(api: Api, workspace: Workspace, sockets: Sockets) -> list[BaseRoute]:
    """Slack's side of the server."""
    return [
        Route("/api/{method:path}", partial(_call, api), methods=["GET", "POST"]),
        Route("/respond/{name}", partial(_respond, workspace), methods=["POST"]),
        WebSocketRoute("/link", sockets.serve),
    ]


def application(served: list[BaseRoute]) -> Starlette:
    return Starlette(routes=served)


async def _call(api: Api, request: Request) -> Response:
    method = request.path_params["method"].strip("/")
    try:
        args = await _args(request)
    except SlackError as refused:
        return JSONResponse({"ok": False, "error": refused.code})
    bearer = request.headers.get("authorization", "")
    token = bearer[7:] if bearer.startswith("Bearer ") else args.text("token")
    reply = await api.answer(method, args, token)
    if reply.cut:
        cut: Callable[[], None] = request.scope["footnote.cut"]
        cut()
        await asyncio.sleep(0)
        return Response()
    if reply.raw:
        return PlainTextResponse(reply.raw, reply.status)
    return JSONResponse(reply.body, reply.status, dict(reply.headers))


async def _respond(workspace: Workspace, request: Request) -> Response:
    try:
        outcome = respond(workspace, request.path_params["name"], await _args(request))
    except SlackError as refused:
        outcome = refused.code
    return PlainTextResponse(outcome, 200 if outcome == "ok" else 404)


async def _args(request: Request) -> Args:
    return Args.read(request.headers.get("content-type", ""), await request.body(), request.url.query)
