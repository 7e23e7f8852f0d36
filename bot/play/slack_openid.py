"""Sign in with Slack: somebody says who they are, a code for it goes back, and what it stands for is told."""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.play.slack_args import Args
from bot.play.slack_records import User
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

CLIENT_ID, CLIENT_SECRET = "1.play", "play-client-secret"
CODE_S = 600.0


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a code stands for."""

    user: User
    nonce: str
    redirect: str
    until: float


class OpenId:
    """The page on which a person agrees, and the method that says who came."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._grants: dict[str, _Grant] = {}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/openid/connect/authorize", self._authorize, methods=["GET"]),
            Route("/api/openid.connect.token", self._token, methods=["POST"]),
        ]

    async def _authorize(self, request: Request) -> Response:
        """Asks who somebody is; with `user` they have said so. Slack tells whoever was sent here wrongly."""
        asked = dict(request.query_params)
        wrong = self._wrong(asked)
        if wrong:
            return HTMLResponse(f"<p>{wrong}</p>", 400)
        if asked.get("user") not in self._workspace.users:
            people = [user for user in self._workspace.users.values() if not user.bot_id]
            lines = (
                f'<li><a href="?{escape(urlencode({**asked, "user": user.id}))}">{escape(user.name)}</a></li>'
                for user in people
            )
            page = '<!doctype html><html lang="en"><title>Sign in</title><h1>Sign in as</h1>'
            return HTMLResponse(f"{page}<ul>{''.join(lines)}</ul>")
        code, user = secrets.token_urlsafe(12), self._workspace.users[asked["user"]]
        back = asked["redirect_uri"]
        self._grants[code] = _Grant(user, asked.get("nonce", ""), back, time.time() + CODE_S)
        return RedirectResponse(f"{back}?{urlencode({'code': code, 'state': asked.get('state', '')})}", 302)

    def _wrong(self, asked: dict[str, str]) -> str:
        known = self._workspace.redirects
        if asked.get("client_id") != CLIENT_ID:
            return "invalid_client_id"
        if "openid" not in asked.get("scope", "").split() or asked.get("response_type") != "code":
            return "invalid_scope"
        return "" if asked.get("redirect_uri", "").startswith(known or ("http",)) else "bad_redirect_uri"

    async def _token(self, request: Request) -> Response:
        args = Args.read(request.headers.get("content-type", ""), await request.body(), "")
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        client = base64.b64decode(given).decode() if kind == "Basic" else ""
        if client.partition(":")[0] != CLIENT_ID:
            return _refused("invalid_client_id")
        if client != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return _refused("bad_client_secret")
        grant = self._grants.pop(args.text("code"), None)
        if grant is None or grant.until < time.time():
            return _refused("invalid_code")
        if args.text("redirect_uri") != grant.redirect:
            return _refused("bad_redirect_uri")
        body = {"ok": True, "access_token": "xoxp-play", "token_type": "Bearer", "id_token": self._id(grant)}
        return JSONResponse(body)

    def _id(self, grant: _Grant) -> str:
        """As Slack's, but for the signature, which is none."""
        now, user = int(time.time()), grant.user
        claims: Json = {"iss": "https://slack.com", "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        claims |= {"sub": user.id, "nonce": grant.nonce, "https://slack.com/user_id": user.id}
        claims |= {"https://slack.com/team_id": user.team_id}
        return ".".join(_packed(part) for part in ({"alg": "RS256", "typ": "JWT"}, claims, {}))


def _packed(part: Json) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _refused(code: str) -> Response:
    return JSONResponse({"ok": False, "error": code})
