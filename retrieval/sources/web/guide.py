"""A host in, what it says to those who walk over it out: its robots.txt and the pages its sitemaps list."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from retrieval.passage import DocumentError, SourceUnavailable
from retrieval.sources.web.addresses import Site
from retrieval.sources.web.fetch import AGENT, Answer, Fetch, Unreached
from retrieval.sources.web.robots import MOST_BYTES, Robots, parsed
from retrieval.sources.web.sitemap import Listed, listed

_MOST_HOPS = 5  # redirects, as RFC 9309 wants it
_MOST_SITEMAPS = 500
_USUAL = "/sitemap.xml"
_SITEMAP = re.compile(r"\.(xml|xml\.gz|gz)$|/sitemap[\w-]*\.txt$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Turn:
    """An address that is next, how many redirects led to it, what a sitemap says of its last change."""

    url: str
    hops: int = 0
    changed: str = ""


@dataclass
class Map:
    """The pages that sitemaps list. `reason`: why they may not be all; `sitemap`: whether any was one."""

    turns: list[Turn] = field(default_factory=list)
    reason: str = ""
    sitemap: bool = False


def is_sitemap(url: str) -> bool:
    """Whether an address is that of a sitemap, by its name."""
    return bool(_SITEMAP.search(urlsplit(url).path))


class Guide:
    """Asks a host for what it says of itself; of sitemaps so many addresses as there may be pages."""

    def __init__(self, site: Site, fetch: Fetch, pages: int) -> None:
        self._site, self._fetch, self._pages = site, fetch, pages

    def robots(self) -> Robots:
        """Its rules for us; none where it has none. Raises SourceUnavailable where it cannot say."""
        try:
            answer = self._followed(self._at("/robots.txt"))
        except Unreached as reason:
            raise self._unavailable(str(reason)) from None
        except DocumentError:
            return Robots()
        if answer.status >= 500 or answer.status == 429:
            raise self._unavailable(
                f"Its server cannot say what may be read (robots.txt: {answer.status}); try again later."
            )
        if not answer.body:
            return Robots()
        with answer.body.open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8-sig", "replace")
        answer.drop()
        return parsed(text, AGENT)

    def sitemaps(self, said: Robots) -> list[str]:
        """Where its sitemaps are: as robots.txt says, else where they usually are."""
        urls = [url for one in said.sitemaps if (url := self._site.url(one, self._site.start))]
        return urls or [self._at(_USUAL)]

    def map(self, urls: Sequence[str]) -> Map:
        """The pages of the site that they list, and the sitemaps in them. Raises SourceUnavailable where one
        of `urls` cannot be asked."""
        found = Map()
        waiting, seen = deque(urls), set(urls)
        while waiting and len(seen) <= _MOST_SITEMAPS and len(found.turns) <= self._pages:
            url = waiting.popleft()
            for one in self._read(url, found, required=url in urls):
                if one.sitemap and one.url not in seen:
                    seen.add(one.url)
                    waiting.append(one.url)
                elif not one.sitemap and self._site.wants(one.url) and len(found.turns) <= self._pages:
                    found.turns.append(Turn(one.url, changed=one.changed))
        return found

    def _read(self, url: str, found: Map, *, required: bool) -> Iterator[Listed]:
        """What one sitemap lists of this host."""
        try:
            answer = self._followed(url)
        except (Unreached, DocumentError) as reason:
            answer = Answer(503, {"": str(reason)})
        if answer.status >= 500 or answer.status == 429:
            if required:
                raise self._unavailable(f"Its sitemap could not be read. {answer.header('')}".strip())
            found.reason = "A sitemap that may list it could not be read this time."
        if not answer.body:
            return
        try:
            for one in listed(answer.body):
                if here := self._site.url(one.url):
                    found.sitemap = True
                    yield Listed(here, one.changed, one.sitemap)
        except DocumentError:
            if found.sitemap or url != self._at(_USUAL):  # which may be any page, where it was only guessed
                found.reason = "A sitemap that may list it is broken."
        finally:
            answer.drop()

    def _followed(self, url: str) -> Answer:
        """The answer at the end of redirects, as long as they stay on the host."""
        answer = Answer(404, {})
        for _ in range(_MOST_HOPS):
            answer = self._fetch.get(url, {}, lambda _: True)
            target = self._site.url(answer.header("location"), url)
            if not 300 <= answer.status < 400 or not answer.header("location") or target is None:
                return answer
            url = target
        return answer

    def _at(self, path: str) -> str:
        parts = urlsplit(self._site.start)
        return f"{parts.scheme}://{parts.netloc}{path}"

    def _unavailable(self, reason: str) -> SourceUnavailable:
        return SourceUnavailable(
            f"{urlsplit(self._site.start).netloc} gives no pages, so nothing of it was changed. {reason}"
        )
