"""A site in, its pages out: each once, in the order in which they are met, asked for only if they changed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from retrieval.loaders import File
from retrieval.loaders.apart import Apart
from retrieval.passage import DocumentError, SourceUnavailable, Unread
from retrieval.sources.web.addresses import Site, folder, name
from retrieval.sources.web.answers import away, charset, gone, kind_of, linked, refused, since, wanted
from retrieval.sources.web.fetch import Answer, Fetch, Unreached
from retrieval.sources.web.guide import Turn
from retrieval.sources.web.left import Left
from retrieval.sources.web.links import LinkReader, Links
from retrieval.sources.web.robots import Robots
from retrieval.sources.web.visited import Visit, Visited, digest

_MOST_HOPS = 6  # redirects one after the other
_MOST_FAILURES = 5  # pages one after the other without an answer: then the site is away
_WAITING = 3  # addresses in the queue for each page that may be read
_UNSAID = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that can be read. `body` is where its bytes lie, empty where they were not needed."""

    uri: str
    url: str
    digest: str
    suffix: str
    charset: str = ""
    since: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a walk works with, and how long it may take."""

    fetch: Fetch
    visited: Visited
    apart: Apart
    pages: int
    seconds: float


class Crawl:
    """One walk over a site. `known` has the digests of what is in the index."""

    def __init__(self, site: Site, robots: Robots, tools: Tools, known: Mapping[str, str]) -> None:
        self.site, self._robots, self._tools, self._known = site, robots, tools, known
        self._queue: deque[Turn] = deque()
        self._named: set[str] = set()  # what was ever in the queue
        self._met: set[str] = set()  # what was asked for
        self._given: set[str] = set()  # what was a page of its own
        self._twins: list[tuple[str, Page]] = []
        self._left = Left(tools.pages)
        self._pages = self._failures = 0
        self._follow = True

    def begin(self, turns: Iterable[Turn], *, follow: bool, reason: str = "") -> None:
        """Where it begins, and whether links are followed; `reason`: why these are not all there are."""
        self._follow, self._left.reason = follow, reason
        for turn in turns:
            self._add(turn)

    def pages(self) -> Iterator[Page | Unread]:
        """What is there. Raises SourceUnavailable where the site does not answer, or stops to."""
        until = time.monotonic() + self._tools.seconds
        while self._queue and not self._over(until):
            yield from self._page(self._queue.popleft())
        for canonical, page in self._twins:
            if canonical not in self._given:
                self._given.add(name(page.url))
                yield page
        yield from self._kept()
        if sentences := self._left.sentences():
            yield Unread(f"{self.site.source}/*", sentences)

    def _over(self, until: float) -> bool:
        most = self._tools.pages
        self._left.beyond = self._pages >= most or len(self._met) >= 4 * most + 50
        if time.monotonic() > until:
            self._left.reason = "The time for this site was over before its turn came; set `minutes` higher."
        return self._left.beyond or time.monotonic() > until

    def _add(self, turn: Turn) -> None:
        if name(turn.url) in self._named or len(self._queue) > _WAITING * self._tools.pages:
            return
        self._named.add(name(turn.url))
        if self._robots.allows(turn.url):
            self._queue.append(turn)
        else:
            self._left.forbidden += 1

    def _page(self, turn: Turn) -> Iterator[Page | Unread]:
        called = name(turn.url)
        uri = f"{self.site.source}{called}"
        before = self._tools.visited.get(called)
        first = self._follow and turn.url == self.site.start
        self._met.add(called)
        try:
            answer = self._tools.fetch.get(turn.url, self._conditions(uri, before), wanted(turn.url))
            problem = refused(answer)
        except Unreached as reason:
            answer, problem = Answer(503, {}), Unread(uri, str(reason), kept=True)
        except DocumentError as reason:
            yield Unread(uri, str(reason))
            return
        self._failures = self._failures + 1 if problem and answer.status in (429, 503) else 0
        if problem:
            yield from self._problem(turn, replace(problem, uri=uri), before, first=first)
        elif 300 <= answer.status < 400 and answer.status != 304:
            yield from self._redirected(turn, answer, uri, first=first)
        elif first and gone(answer):
            raise self._unavailable("There is no page at this address: check `location`.")
        else:
            yield from self._answered(turn, answer, before)

    def _conditions(self, uri: str, before: Visit | None) -> dict[str, str]:
        """Only what is in the index as it was met can be left there unread."""
        if before is None or self._known.get(uri) != digest(before):
            return {}
        asks = {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
        return {header: value for header, value in asks.items() if value}

    def _problem(self, turn: Turn, problem: Unread, before: Visit | None, *, first: bool) -> Iterator[Unread]:
        """What a page without an answer led to is met all the same, or kept."""
        if first or self._failures >= _MOST_FAILURES:
            raise self._unavailable(problem.reason)
        yield problem
        if problem.kept and before:
            self._links(before)
        elif problem.kept and self._follow:
            self._left.reason = "A page that may lead to it could not be read this time."

    def _redirected(self, turn: Turn, answer: Answer, uri: str, *, first: bool) -> Iterator[Unread]:
        url = self.site.url(answer.header("location"), turn.url)
        reason = away(answer, turn.url, self.site)
        if turn.hops + 1 >= _MOST_HOPS:
            reason = "It leads from one address to the next without an end."
        if reason and first:
            raise self._unavailable(reason)
        if reason or url is None:
            yield Unread(uri, reason)
            return
        onward = replace(turn, url=url, hops=turn.hops + 1)
        if first:
            below = (*self.site.below, folder(url)) if self.site.below else ()
            self.site = replace(self.site, start=url, below=below)
        if name(url) == name(turn.url):
            self._queue.appendleft(onward)
        elif first or self.site.wants(url):
            self._add(onward)

    def _answered(self, turn: Turn, answer: Answer, before: Visit | None) -> Iterator[Page]:
        if answer.status == 304 and before:
            visit = before
        elif answer.body:
            visit = self._visit(turn, answer, before)
        else:
            if answer.status == 200:
                self._left.kinds[answer.kind[:60] or "none given"] += 1
            return
        self._pages += 1
        self._tools.visited.put(name(turn.url), visit)
        self._links(visit)
        yield from self._found(turn.url, visit, answer)

    def _visit(self, turn: Turn, answer: Answer, before: Visit | None) -> Visit:
        visit = Visit(
            content=answer.digest,
            suffix=kind_of(answer, turn.url),
            charset=charset(answer),
            since=since(answer, turn.changed),
            etag=answer.header("etag"),
            modified=answer.header("last-modified"),
            asks=answer.header("x-robots-tag"),
        )
        if before and digest(before) == digest(visit):
            links, visit = before.links, replace(visit, since=before.since)
        else:
            links = self._read(turn.url, answer) if visit.suffix == ".html" else Links()
        return replace(visit, links=links)

    def _read(self, url: str, answer: Answer) -> Links:
        assert answer.body
        file = File("", "", url, "", _UNSAID, answer.body.read_bytes())
        try:
            return cast(Links, next(iter(self._tools.apart.load(cast(Any, LinkReader()), file))))
        except DocumentError:
            return Links()

    def _links(self, visit: Visit) -> None:
        for link in visit.links.urls if self._follow and visit.follow else ():
            url = self.site.url(link)
            if url and self.site.wants(url) and linked(url):
                self._add(Turn(url))

    def _found(self, url: str, visit: Visit, answer: Answer) -> Iterator[Page]:
        """The page, unless it asks not to be read. Another's twin waits: that one may not be there."""
        uri = f"{self.site.source}{name(url)}"
        body = answer.body
        if self._known.get(uri) == digest(visit) or not visit.index or not self.site.wants(url):
            answer.drop()
            body = None
        if not visit.index or not self.site.wants(url):
            return
        page = Page(uri, url, digest(visit), visit.suffix, visit.charset, visit.since, str(body or ""))
        canonical = self.site.url(visit.links.canonical) if visit.links.canonical else None
        if canonical and self.site.wants(canonical) and name(canonical) != name(url):
            self._twins.append((name(canonical), page))
            self._add(Turn(canonical))
        else:
            self._given.add(name(url))
            yield page

    def _kept(self) -> Iterator[Unread]:
        """What is in the index and was not met, because this was not everything, still stands."""
        if not self._left.reason:
            self._tools.visited.forget(set(self._tools.visited.names()) - self._met)
            return
        for uri in self._known:
            called = uri.removeprefix(self.site.source)
            url = self.site.url(called, self.site.start)
            if called not in self._met and url and self.site.wants(url) and self._robots.allows(url):
                yield Unread(uri, self._left.reason, kept=True)

    def _unavailable(self, reason: str) -> SourceUnavailable:
        host = urlsplit(self.site.start).netloc
        return SourceUnavailable(f"{host} gives no pages, so nothing of it was changed. {reason}")
