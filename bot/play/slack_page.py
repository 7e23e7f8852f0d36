"""The stand-in's page: the whole product in a browser, without a Slack account."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.play.slack_forms import FormError
from bot.play.slack_people import People
from bot.play.slack_seen import seen
from bot.play.slack_text import Json

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_AT = re.compile(r"@([\w.-]+)")
_LONGEST, _LARGEST = 40_000, 5_000_000
_PATIENCE, _STEP = 20.0, 0.05  # seconds that a request for news waits, and looks again
_KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript"}


class Page:
    """Shows a workspace and lets its people act."""

    def __init__(self, people: People) -> None:
        self._people, self._workspace = people, people.workspace

    def routes(self) -> list[BaseRoute]:
        acts = {
            "say": self._say,
            "share": self._share,
            "press": self._press,
            "react": self._react,
            "shortcut": self._shortcut,
            "submit": self._submit,
            "close": self._close,
            "open": self._open,
            "stop": self._stop,
        }
        return [
            Route("/", _file("slack_page.html")),
            Route("/play/page.css", _file("slack_page.css")),
            Route("/play/page.js", _file("slack_page.js")),
            Route("/play/read.css", _file("slack_read.css")),
            Route("/play/state", self._state),
            *(Route(f"/play/{name}", self._act(act), methods=["POST"]) for name, act in acts.items()),
        ]

    async def _state(self, request: Request) -> Response:
        """What `me` sees, as soon as it is not what they saw at the version `since`."""
        if not from_here(request):
            return Response(status_code=403)
        me, since = request.query_params.get("me", ""), request.query_params.get("since")
        end = asyncio.get_running_loop().time() + _PATIENCE
        while since == str(self._workspace.version) and asyncio.get_running_loop().time() < end:
            if self._workspace.closing:
                break
            await asyncio.sleep(_STEP)
        with self._workspace.lock:
            if since == str(self._workspace.version):
                return JSONResponse({"version": self._workspace.version})
            return JSONResponse(seen(self._workspace, me))

    def _act(self, act: Callable[[Json], Json]) -> Callable[[Request], object]:
        """A JSON body into `act`. Pages of other origins can neither send one nor pose as this host."""

        async def endpoint(request: Request) -> Response:
            if not from_here(request) or request.headers.get("content-type") != "application/json":
                return Response(status_code=403)
            try:
                return JSONResponse(act(await request.json()))
            except FormError as error:
                return JSONResponse({"error": str(error)}, 400)
            except (KeyError, ValueError, TypeError):
                return JSONResponse({"error": "That is no longer there. Reload the page."}, 400)

        return endpoint

    def _say(self, asked: Json) -> Json:
        me, channel, text = str(asked["me"]), str(asked["channel"]), str(asked["text"]).strip()[:_LONGEST]
        if not text:
            raise FormError("Type something first.")
        if text.startswith("/") and " " not in text.split("\n")[0][:2]:
            command, _, rest = text.partition(" ")
            return self._command(me, command, rest, channel)
        return {"ts": self._people.say(me, channel, self._named(text), str(asked.get("thread_ts") or ""))}

    def _command(self, me: str, command: str, rest: str, channel: str) -> Json:
        known = [each["command"] for each in self._workspace.commands]
        if known and command not in known:
            raise FormError(f"{command} is not a command here. There is {', '.join(known)}.")
        self._people.slash(me, command, rest, channel)
        return {"ts": ""}

    def _named(self, text: str) -> str:
        names = {user.name: user.id for user in self._workspace.users.values()}
        return _AT.sub(lambda match: f"<@{names[match[1]]}>" if match[1] in names else match[0], text)

    def _share(self, asked: Json) -> Json:
        content = base64.b64decode(str(asked["content"]), validate=True)
        if len(content) > _LARGEST:
            raise FormError(f"A file of at most {_LARGEST // 1_000_000} MB can be shared here.")
        me, channel, text = (
            str(asked["me"]),
            str(asked["channel"]),
            self._named(str(asked["text"])[:_LONGEST]),
        )
        file = self._people.add_file(me, str(asked["name"]).replace("/", "_")[:200] or "file", content)
        return {
            "ts": self._people.share(me, channel, text, file, thread_ts=str(asked.get("thread_ts") or ""))
        }

    def _press(self, asked: Json) -> Json:
        me, action, value = str(asked["me"]), str(asked["action"]), str(asked["value"])
        if asked.get("view"):
            self._people.press(me, str(asked["view"]), action, value)
        else:
            self._people.click(me, str(asked["channel"]), str(asked["ts"]), action, value)
        return {}

    def _react(self, asked: Json) -> Json:
        where = (str(asked["me"]), str(asked["channel"]), str(asked["ts"]), str(asked["name"]))
        self._people.react(*where, remove=bool(asked.get("remove")))
        return {}

    def _shortcut(self, asked: Json) -> Json:
        place = (str(asked.get("channel") or ""), str(asked.get("ts") or ""))
        self._people.shortcut(str(asked["me"]), str(asked["callback"]), *(place if place[1] else ("", "")))
        return {}

    def _submit(self, asked: Json) -> Json:
        given = {str(name): value for name, value in dict(asked["answers"]).items()}
        self._people.submit(str(asked["me"]), str(asked["callback"]), given)
        return {}

    def _close(self, asked: Json) -> Json:
        self._people.close_modal(str(asked["me"]))
        return {}

    def _open(self, asked: Json) -> Json:
        self._people.open_home(str(asked["me"]), "home" if asked["tab"] == "home" else "messages")
        return {}

    def _stop(self, asked: Json) -> Json:
        where = (str(asked["me"]), str(asked["channel"]), str(asked["ts"]))
        return {"stopped": self._people.stop_session(*where)}


def _file(name: str) -> Callable[[Request], object]:
    """A file of the page, under a policy that lets nothing else in."""

    async def endpoint(request: Request) -> Response:
        if not from_here(request):
            return Response(status_code=403)
        text = files("bot.play").joinpath(name).read_text("utf-8")
        return Response(text, media_type=_KINDS[name.rpartition(".")[2]], headers=secured())

    return endpoint


def secured() -> dict[str, str]:
    """Headers of every page here."""
    return {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def from_here(request: Request) -> bool:
    """Whether the browser asked for this machine by its own name: a rebound host name is refused."""
    return request.headers.get("host", "").rsplit(":", 1)[0] in _LOCAL
