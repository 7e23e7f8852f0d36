"""The stand-in's page: the whole product in a browser, without a Slack account."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.play.slack_html import message_html
from bot.play.slack_people import People
from bot.play.slack_records import Channel, Message
from bot.play.slack_state import Workspace
from bot.play.slack_streams import line
from bot.play.slack_text import Json

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_AT = re.compile(r"@([\w.-]+)")
_LONGEST = 40_000


class Page:
    """Shows a workspace and lets its people act."""

    def __init__(self, people: People) -> None:
        self._people, self._workspace = people, people.workspace

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self._html),
            Route("/play/state", self._state),
            Route("/play/say", self._act(self._say), methods=["POST"]),
            Route("/play/press", self._act(self._press), methods=["POST"]),
            Route("/play/stop", self._act(self._stop), methods=["POST"]),
        ]

    async def _html(self, request: Request) -> Response:
        if not _from_here(request):
            return Response(status_code=403)
        page = files("bot.play").joinpath("slack_page.html").read_text("utf-8")
        return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"})

    async def _state(self, request: Request) -> Response:
        if not _from_here(request):
            return Response(status_code=403)
        with self._workspace.lock:
            if request.query_params.get("since") == str(self._workspace.version):
                return JSONResponse({"version": self._workspace.version})
            return JSONResponse(seen(self._workspace, request.query_params.get("me", "")))

    def _act(self, act: Callable[[Json], Json]) -> Callable[[Request], object]:
        """A JSON body into `act`. Pages of other origins can neither send one nor pose as this host."""

        async def endpoint(request: Request) -> Response:
            if not _from_here(request) or request.headers.get("content-type") != "application/json":
                return Response(status_code=403)
            try:
                return JSONResponse(act(await request.json()))
            except (KeyError, ValueError, TypeError):
                return JSONResponse({"error": "That is no longer there. Reload the page."}, 400)

        return endpoint

    def _say(self, asked: Json) -> Json:
        me, channel, text = str(asked["me"]), str(asked["channel"]), str(asked["text"]).strip()[:_LONGEST]
        if not text:
            raise ValueError("nothing typed")
        if text.startswith("/") and " " not in text.split("\n")[0][:2]:
            command, _, rest = text.partition(" ")
            self._people.slash(me, command, rest, channel)
            return {"ts": ""}
        names = {user.name: user.id for user in self._workspace.users.values()}
        named = _AT.sub(lambda match: f"<@{names[match[1]]}>" if match[1] in names else match[0], text)
        return {"ts": self._people.say(me, channel, named, str(asked.get("thread_ts") or ""))}

    def _press(self, asked: Json) -> Json:
        where = (str(asked["me"]), str(asked["channel"]), str(asked["ts"]))
        self._people.click(*where, str(asked["action"]), str(asked["value"]))
        return {}

    def _stop(self, asked: Json) -> Json:
        return {
            "stopped": self._people.stop_session(str(asked["me"]), str(asked["channel"]), str(asked["ts"]))
        }


def _from_here(request: Request) -> bool:
    """Whether the browser asked for this machine by its own name: a rebound host name is refused."""
    return request.headers.get("host", "").rsplit(":", 1)[0] in _LOCAL


def seen(workspace: Workspace, me: str) -> Json:
    """Everything `me` sees: people to be, channels and the DM with the bot, messages as HTML."""
    humans = [user for user in workspace.users.values() if not user.flags.get("is_bot")]
    me = me if any(user.id == me for user in humans) else next((user.id for user in humans), "")
    if me:
        workspace.dm(me)
    places = [c for c in workspace.channels.values() if me in c.members or c.kind == "channel"]
    names = {user.id: user.name for user in workspace.users.values()}
    names |= {channel.id: channel.name for channel in workspace.channels.values()}
    return {
        "version": workspace.version,
        "me": me,
        "bot": workspace.bot_name,
        "people": [{"id": user.id, "name": user.name} for user in humans],
        "channels": [_place(workspace, place, me, names) for place in places],
    }


def _place(workspace: Workspace, channel: Channel, me: str, names: dict[str, str]) -> Json:
    alone = channel.kind == "im"
    shown = [m for m in workspace.messages.get(channel.id, {}).values() if not m.deleted]
    visible = sorted((m for m in shown if m.ephemeral_to in ("", me)), key=lambda m: m.ts)
    working = {ts: known for (place, ts), known in workspace.sessions.items() if place == channel.id}
    return {
        "id": channel.id,
        "name": workspace.bot_name if alone else channel.name,
        "kind": channel.kind,
        "messages": [_message(m, names) for m in visible],
        "working": {
            ts: line(workspace, channel.id, ts) or "is working"
            for ts, known in working.items()
            if known["status"] == "processing"
        },
    }


def _message(message: Message, names: dict[str, str]) -> Json:
    return {
        "ts": message.ts,
        "thread": message.thread_ts,
        "from": names.get(message.user, "Slackbot"),
        "bot": message.bot,
        "html": message_html(message, names),
        "edited": message.edited > 0 and not message.bot,
        "private": bool(message.ephemeral_to),
        "live": message.streaming == "live",
        "reactions": {name: len(users) for name, users in message.reactions.items()},
    }
