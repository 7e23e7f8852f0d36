"""The documents behind the numbers: a page for each cited passage, with the quoted words marked.

In Slack a number opens the document where it lies. Here that address may be a file, or one of an invented
company; so the answers of the play carry addresses of this page, and only what was cited can be opened.
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.play.slack_page import from_here, secured
from bot.play.slack_state import Workspace
from model.answer import Answer
from retrieval.passage import Audience, Passage

Reading = Callable[[str, Audience], Sequence[Passage]]  # a uri and who reads in, what they may read out
_HEADING = re.compile(r"(#{1,6})\s+")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"\s*\|[\s|:-]+\|\s*$")
_GONE = (
    "This passage is no longer there: the document was changed or taken out, or the play was started anew."
)


@dataclass(frozen=True)
class Place:
    """Where a number leads `readers`: characters `start` to `end` of a document; none marked where both are
    0."""

    document: str
    readers: Audience
    start: int = 0
    end: int = 0


class Library:
    """Gives answers addresses that open here, and serves what is behind them."""

    def __init__(self, workspace: Workspace, reading: Reading) -> None:
        self._workspace, self._reading = workspace, reading
        self._tokens: dict[Place, str] = {}
        self._places: dict[str, Place] = {}

    def addressed(self, answer: Answer, readers: Audience) -> Answer:
        """The answer with addresses of this page, that open for its readers what it cites and names."""
        cited = (
            replace(c, url=self._open(Place(c.document, readers, c.start, c.end), "#quote"))
            for c in answer.citations
        )
        near = (replace(page, url=self._open(Place(page.document, readers))) for page in answer.nearest)
        return replace(answer, citations=tuple(cited), nearest=tuple(near))

    def routes(self) -> list[BaseRoute]:
        return [Route("/read/{token}", self._read)]

    def _open(self, place: Place, fragment: str = "") -> str:
        token = self._tokens.setdefault(place, secrets.token_urlsafe(9))
        self._places[token] = place
        return f"{self._workspace.address}/read/{token}{fragment}"

    def _read(self, request: Request) -> Response:
        if not from_here(request):
            return Response(status_code=403)
        place = self._places.get(request.path_params["token"])
        passages = self._reading(place.document, place.readers) if place else ()
        if place is None or not passages:
            return HTMLResponse(_page("Not found", f'<p class="gone">{_GONE}</p>'), 404, secured())
        return HTMLResponse(_page(passages[0].title, _document(passages, place)), 200, secured())


def _document(passages: Sequence[Passage], place: Place) -> str:
    first = passages[0]
    dated = f" · {first.updated_at.date().isoformat()}" if first.updated_at else ""
    where = html.escape(first.document + dated)
    return f'<p class="where">{where}</p><h1>{html.escape(first.title)}</h1>' + "".join(
        _body(passages, place)
    )


def _body(passages: Sequence[Passage], place: Place) -> Iterator[str]:
    at, page = -1, None
    under: tuple[str, ...] = (passages[0].title,)
    for passage in passages:
        if passage.page is not None and passage.page != page:
            page = passage.page
            yield f'<p class="page">Page {page}</p>'
        if passage.heading and passage.heading[-1] not in (under[-1], passages[0].title):
            level = min(len(passage.heading) + 1, 6)
            yield f"<h{level}>{html.escape(passage.heading[-1])}</h{level}>"
        under = passage.heading or under
        text, start = passage.text, passage.start
        if start < at:  # what overlaps the passage before is shown once
            text, start = text[at - start :], at
        at = max(at, passage.start + len(passage.text))
        yield from _lines(text, start, place)


def _lines(text: str, start: int, place: Place) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        if not _RULE.match(line) and line.strip():
            yield _line(line.rstrip(), start, place)
        start += len(line)


def _line(line: str, start: int, place: Place) -> str:
    """A line of the document; the part of it that is quoted is marked, the first such part named."""
    heading = _HEADING.match(line)
    skipped = heading.end() if heading else 0
    begin = min(max(place.start - start, skipped), len(line))
    end = min(max(place.end - start, begin), len(line))
    marked = html.escape(line[begin:end])
    named = ' id="quote" tabindex="-1"' if place.start - start >= 0 else ""
    marked = f"<mark{named}>{marked}</mark>" if marked.strip() else marked
    inner = html.escape(line[skipped:begin]) + marked + html.escape(line[end:])
    tag = f"h{min(len(heading[1]) + 1, 6)}" if heading else "p"
    kind = ' class="row"' if _ROW.match(line) else ""
    return f"<{tag}{kind}>{inner}</{tag}>"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>'
        f'{html.escape(title)}</title><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/play/read.css"><main>{body}</main></html>'
    )
