"""Pages in, a site out: who is signed in, forms that are ours, and headers that let nothing else in."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Route

from bot.log import frames
from bot.pages.drawn import drawn, grown
from bot.pages.entrance import Entrance, Refused
from bot.pages.sessions import LASTS_S, Sessions, form_token, same
from bot.pages.visit import Entry, Go, NotThere, Page, Picture, Reply, Visit, Visitor
from bot.phrases import german, say
from bot.replies import failure
from retrieval.passage import FootnoteError

log = logging.getLogger("footnote.pages")

LARGEST = 64 * 1024  # bytes of a form
_AGAIN_S = "10"  # when to ask again, in seconds
_ASIDE_S = 600  # for which a browser may be away to sign in
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_UNHELD = {"X-Accel-Buffering": "no"}  # said to a proxy that would hold back what has come
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The hosts, with their ports, that a browser may ask for; `secure`: by https alone."""

    hosts: frozenset[str]
    secure: bool = False

    def named(self, host: str) -> bool:
        """Whether that is one of them: a name that was bound to our address is not."""
        return host.lower() in self.hosts

    def cookie(self, name: str) -> str:
        """Its name; where it can be, one that no other host can set."""
        port = "-".join(sorted({host.rpartition(":")[2] for host in self.hosts}))
        return f"__Host-footnote-{name}" if self.secure else f"footnote-{name}-{port}"


class Site:
    """The pages of `entries`, for whoever comes in by `entrance`."""

    def __init__(
        self,
        place: Place,
        entrance: Entrance,
        sessions: Sessions,
        entries: Sequence[Entry],
        close: Callable[[], object] = lambda: None,
    ) -> None:
        """`close` ends what was begun on the pages and has no end yet."""
        self._place, self._entrance, self._sessions, self._entries = place, entrance, sessions, entries
        self.close = close

    def app(self) -> Starlette:
        """The whole site."""
        own: list[BaseRoute] = [
            Route("/in", self._at_host(self._in), methods=["GET"]),
            Route("/in/go", self._at_host(self._go), methods=["GET"]),
            Route("/out", self._at_host(self._out), methods=["POST"]),
            *(
                Route(f"/{name}", self._file(name), methods=["GET"])
                for name in ("look.css", "live.js", "mark.svg")
            ),
        ]
        routes = [Route(one.path, self._endpoint(one), methods=[one.method]) for one in self._entries]
        lost = Route("/{rest:path}", self._endpoint(Entry("", _lost)), methods=["GET"])
        return Starlette(routes=[*own, *routes, lost], exception_handlers={404: _no, 405: _no})

    def _endpoint(self, entry: Entry) -> Callable[[Request], object]:
        def answer(request: Request, form: Mapping[str, Sequence[str]]) -> Response:
            return self._answer(entry, request, form)

        return self._at_host(answer)

    def _at_host(
        self, answer: Callable[[Request, Mapping[str, Sequence[str]]], Response]
    ) -> Callable[[Request], object]:
        """Off the event loop, for a browser that asked for us by our name, with a form that is not too
        large."""

        async def endpoint(request: Request) -> Response:
            if not self._place.named(request.headers.get("host", "")):
                return _headed(PlainTextResponse("Not here.\n", 421))
            form = await _form(request)
            if form is None:
                return _headed(PlainTextResponse("Too long.\n", 413))
            return _headed(await run_in_threadpool(answer, request, form))

        return endpoint

    def _answer(self, entry: Entry, request: Request, form: Mapping[str, Sequence[str]]) -> Response:
        token = request.cookies.get(self._place.cookie("session"), "")
        locale = _language(request)
        try:
            who = self._who(token)
            if who is None:
                return RedirectResponse("/in", 303)
            who = replace(who, locale=who.locale or locale)
            if entry.method == "POST" and not self._ours(request, form, token):
                return self._shown(
                    Page("sorry.html", {"words": say("page_form_old", who.locale)}, 403), who, token
                )
            if not entry.may(who):
                raise NotThere
            path = {name: str(value) for name, value in request.path_params.items()}
            visit = Visit(who, path, dict(request.query_params), form, form_token(token))
            return self._shown(entry.at(visit), who, token)
        except NotThere as why:
            return self._sorry(say(str(why), locale), 404, locale)
        except FootnoteError as error:
            return self._sorry(failure(error, locale), 503, locale)
        except Exception as error:
            return self._sorry(_broken(error, locale), 500, locale)

    def _who(self, token: str) -> Visitor | None:
        person = self._sessions.person(token)
        return self._entrance.who(person) if person else None

    def _ours(self, request: Request, form: Mapping[str, Sequence[str]], token: str) -> bool:
        """Whether one of our own pages sent it."""
        origin = request.headers.get("origin")
        known = origin is None or self._place.named(urlsplit(origin).netloc)
        return known and same(next(iter(form.get("token", ())), ""), form_token(token))

    def _shown(self, reply: Reply, who: Visitor, token: str) -> Response:
        if isinstance(reply, Go):
            return RedirectResponse(reply.path, 303)
        if isinstance(reply, Picture):
            return Response(reply.svg, media_type=_KINDS["svg"])
        menu = [one for one in self._entries if one.menu and one.may(who)]
        around = {"menu": menu, "token": form_token(token), "here": reply.shown.get("here", "")}
        around |= _lang(who.locale)
        if reply.grows:
            pieces = _growing(grown(reply, who.locale, **around), who.locale)
            return StreamingResponse(pieces, reply.status, _UNHELD, HTMLResponse.media_type)
        return HTMLResponse(drawn(reply, who.locale, **around), reply.status)

    def _sorry(self, words: str, status: int, locale: str) -> Response:
        page = Page("sorry.html", {"words": words}, status)
        return HTMLResponse(drawn(page, locale, **_lang(locale), menu=(), token="", here=""), status)

    def _in(self, request: Request, _: Mapping[str, Sequence[str]]) -> Response:
        """Who comes with a key, or back from where they signed in, has a session; all others are told how."""
        locale, query = _language(request), dict(request.query_params)
        if not query:
            return self._sign_in(locale, "")
        try:
            person = self._entrance.came(query, request.cookies.get(self._place.cookie("way"), ""))
        except Refused as refused:
            return self._sign_in(locale, say(str(refused), locale))
        except FootnoteError as error:
            return self._sorry(failure(error, locale), 503, locale)
        there = RedirectResponse("/", 303)
        there.delete_cookie(self._place.cookie("way"), secure=self._place.secure, httponly=True)
        self._set(there, "session", self._sessions.begin(person), int(LASTS_S))
        return there

    def _go(self, _request: Request, _: Mapping[str, Sequence[str]]) -> Response:
        way = self._entrance.way()
        if way is None:
            return RedirectResponse("/in", 303)
        there = RedirectResponse(way.url, 303)
        self._set(there, "way", way.brought, _ASIDE_S)
        return there

    def _out(self, request: Request, form: Mapping[str, Sequence[str]]) -> Response:
        token = request.cookies.get(self._place.cookie("session"), "")
        if not self._ours(request, form, token):
            return self._sorry(say("page_form_old", _language(request)), 403, _language(request))
        self._sessions.end(token)
        there = RedirectResponse("/in", 303)
        there.delete_cookie(self._place.cookie("session"), secure=self._place.secure, httponly=True)
        return there

    def _sign_in(self, locale: str, words: str) -> Response:
        shown = {"words": words, "command": self._entrance.command}
        page = Page("in.html", shown)
        return HTMLResponse(
            drawn(page, locale, **_lang(locale), menu=(), token="", here=""), 403 if words else 200
        )

    def _set(self, there: Response, name: str, value: str, seconds: int) -> None:
        there.set_cookie(
            self._place.cookie(name),
            value,
            max_age=seconds,
            httponly=True,
            secure=self._place.secure,
            samesite="lax",  # strict would not come along from where somebody signs in
        )

    def _file(self, name: str) -> Callable[[Request], object]:
        def answer(_request: Request, _: Mapping[str, Sequence[str]]) -> Response:
            text = files("bot.pages").joinpath(name).read_text("utf-8")
            return Response(text, media_type=_KINDS[name.rpartition(".")[2]])

        return self._at_host(answer)


async def _form(request: Request) -> Mapping[str, Sequence[str]] | None:
    """What was filled in; None where it is longer than any form of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:  # no UTF-8, or more fields than any form has
        return {}


def _growing(pieces: Iterator[str], locale: str) -> Iterator[str]:
    """The same to the end; what fails after its beginning was sent is said below that."""
    try:
        yield from pieces
    except Exception as error:
        yield f'<p class="bad" role="alert">{escape(_broken(error, locale))}</p>'


def _broken(error: Exception, locale: str) -> str:
    """What is said of a bug, with the reference under which the log has it."""
    reference = secrets.token_hex(4).upper()
    log.error("page failed: reference=%s %s", reference, frames(error))
    return say("failed", locale, reference=reference)


def _headed(answer: Response) -> Response:
    answer.headers.update(_HEADERS)
    if answer.status_code == 503:
        answer.headers["Retry-After"] = _AGAIN_S
    return answer


def _language(request: Request) -> str:
    """What the browser asks for first."""
    return request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()[:20]


def _lang(locale: str) -> dict[str, str]:
    return {"lang": "de" if german(locale) else "en"}


def _lost(_: Visit) -> Reply:
    raise NotThere


async def _no(_request: Request, error: Exception) -> Response:
    """A way to ask that no page takes, or an address that is not even one of a page that is not there."""
    return _headed(
        PlainTextResponse("Not so.\n", error.status_code if isinstance(error, HTTPException) else 404)
    )
