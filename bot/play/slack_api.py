"""The Web API: who calls, which method, what goes wrong today; and the methods about the app itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.play import slack_chat, slack_files, slack_reading, slack_scopes, slack_streams, slack_views
from bot.play.slack_args import Args, SlackError
from bot.play.slack_chat import Method
from bot.play.slack_faults import Fault, Faults, Tiers
from bot.play.slack_records import Call
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

_ANYONE = ("api.test", "apps.manifest.validate")


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP: a body, or `raw` words that are none; `cut` closes the socket instead."""

    status: int
    body: Json
    headers: Mapping[str, str]
    cut: bool = False
    raw: str = ""


class Api:
    """Answers calls and writes each into the workspace's record."""

    def __init__(self, workspace: Workspace, tokens: Mapping[str, str], socket_url: Method) -> None:
        self._workspace, self._tokens = workspace, tokens
        self.faults, self.tiers, self.rate_limits = Faults(), Tiers(workspace.clock), False
        self._methods: dict[str, Method] = {
            **METHODS,
            **slack_reading.METHODS,
            **slack_chat.METHODS,
            **slack_streams.METHODS,
            **slack_views.METHODS,
            **slack_files.METHODS,
            "apps.connections.open": socket_url,
        }

    async def answer(self, method: str, args: Args, token: str) -> Reply:
        kind = self._tokens.get(token, "unknown") if token else "none"
        call = Call(method, args.shown(), kind, self._workspace.clock.now())
        number = self._workspace.begin(call)
        fault = self.faults.take(method)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        reply, outcome = self._reply(method, args, kind, fault)
        error = str(reply.body.get("error", ""))
        self._workspace.finish(number, outcome, reply.status, error)
        return reply

    def _reply(self, method: str, args: Args, kind: str, fault: Fault) -> tuple[Reply, str]:
        if fault.body:
            return Reply(fault.status, {}, {}, raw=fault.body), "http"
        if fault.status == 429:
            return _limited(fault.retry_after), "http"
        if fault.status != 200:
            return Reply(fault.status, {"ok": False, "error": "internal_error"}, {}), "http"
        if fault.cut == "before":
            return Reply(200, {}, {}, cut=True), "cut"
        limited = self.tiers.wait if self.rate_limits else _never
        wait = limited(method, args.text("channel"), self._workspace.unlisted)
        if wait:
            return _limited(wait), "http"
        body = {"ok": False, "error": fault.error} if fault.error else self._body(method, args, kind)
        if fault.cut:
            return Reply(200, body, {}, cut=True), "cut"
        told = kind == "bot" and self._workspace.scopes
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self._workspace.scopes))} if told else {}
        return Reply(200, body, scopes), "ok" if body["ok"] else "error"

    def _body(self, method: str, args: Args, kind: str) -> Json:
        try:
            self._admit(method, kind)
            slack_scopes.check(self._workspace, method, args.text("channel"))
            with self._workspace.lock:
                return {"ok": True, **self._methods[method](self._workspace, args)}
        except SlackError as refused:
            more = {"response_metadata": {"messages": refused.messages}} if refused.messages else {}
            return {"ok": False, "error": refused.code, **refused.about, **more}

    def _admit(self, method: str, kind: str) -> None:
        if method not in self._methods:
            raise SlackError("unknown_method")
        if method in _ANYONE:
            return
        if kind in ("none", "unknown"):
            raise SlackError("not_authed" if kind == "none" else "invalid_auth")
        if self._workspace.shut_out:
            raise SlackError(self._workspace.shut_out)
        if (kind == "app") != (method == "apps.connections.open"):
            raise SlackError("not_allowed_token_type")


def _never(method: str, channel: str, unlisted: bool) -> int:
    return 0


def _limited(wait: int | str) -> Reply:
    """Too many calls; an empty `wait` leaves the header out, as proxies on the way do."""
    headers = {"Retry-After": str(wait)} if wait != "" else {}
    return Reply(429, {"ok": False, "error": "ratelimited"}, headers)


def _test(_: Workspace, args: Args) -> Json:
    if args.text("error"):
        raise SlackError(args.text("error"))
    return {"args": args.shown()}


def _auth(workspace: Workspace, _: Args) -> Json:
    return {
        "url": "https://play.slack.com/",
        "team": workspace.team_name,
        "user": workspace.bot_name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "app_id": workspace.app_id,
        "is_enterprise_install": False,
    }


def _team(workspace: Workspace, _: Args) -> Json:
    return {"team": {"id": workspace.team_id, "name": workspace.team_name, "domain": "play"}}


def _bot(workspace: Workspace, args: Args) -> Json:
    asked = args.text("bot", workspace.bot_id)
    if asked == workspace.bot_id:
        about = {"id": asked, "name": workspace.bot_name, "user_id": workspace.bot_user}
        return {"bot": {**about, "app_id": workspace.app_id, "deleted": False}}
    user = next((user for user in workspace.users.values() if asked and user.bot_id == asked), None)
    if user is None:
        raise SlackError("bot_not_found")
    about = {"id": asked, "name": user.name, "user_id": user.id, "app_id": f"A{user.id[1:]}"}
    return {"bot": {**about, "deleted": False}}


def _manifest(_: Workspace, args: Args) -> Json:
    if not isinstance(args.structure("manifest"), dict):
        raise SlackError("invalid_manifest")
    return {}


METHODS: dict[str, Method] = {
    "api.test": _test,
    "auth.test": _auth,
    "team.info": _team,
    "bots.info": _bot,
    "apps.manifest.validate": _manifest,
}
