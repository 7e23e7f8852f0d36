"""A web site in, its pages out as documents: those of its sitemap, or those that its links lead to."""

from __future__ import annotations

import hashlib
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit

from retrieval.loaders import File
from retrieval.loaders.declared import date
from retrieval.passage import Audience, Document, Loaded, SettingError, SourceUnavailable, Unread
from retrieval.sources import Limits, Spec
from retrieval.sources.options import Mistakes, Option
from retrieval.sources.web.addresses import Site, folder, normal, same_host
from retrieval.sources.web.answers import wanted
from retrieval.sources.web.crawl import Crawl, Page, Tools
from retrieval.sources.web.fetch import Bounds, Fetch, Unreached, context
from retrieval.sources.web.guide import Guide, Turn, is_sitemap
from retrieval.sources.web.hosts import Hosts, Resolve, is_this_machine
from retrieval.sources.web.parsed import Parsed
from retrieval.sources.web.visited import Visited

OPTIONS = (
    Option("pages", 5000, "How many pages are read at most; the rest is named.", least=1),
    Option("include", (), "Globs on paths; only pages that match one are read.", globs=True),
    Option("exclude", (), "Globs on paths; pages that match one are neither read nor followed.", globs=True),
    Option("whole_host", False, "Reads all of the host, also where `location` names a folder of it."),
    Option("sitemap", True, "Looks for a sitemap first; false follows links only."),
    Option("headers", {}, "Sent with every request to this host; values may be `env:NAME`."),
    Option("private", False, "Allows a host of your own network."),
    Option(
        "ca", "", "A file with the certificate of your own authority (PEM), trusted beside the usual ones."
    ),
    Option("pause", 0.2, "Seconds between two requests; robots.txt may ask for more."),
    Option("timeout", 30.0, "Seconds for one page, from its request to its last byte.", least=0.1),
    Option(
        "minutes", 120.0, "How long one sync may walk; what was not reached then stays as it was.", least=0.01
    ),
)
_LONGEST_DELAY_S = 60.0  # that robots.txt may ask for
_STALE_S = 2 * 86_400  # after that long, no sync can still use what it put on disk
_OURS = ("host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "range")
_UNSAID = datetime(1, 1, 1, tzinfo=UTC)


def build(spec: Spec, limits: Limits) -> WebSource:
    """Raises SettingError where the location or an option is not right."""
    return WebSource(spec, limits)


class WebSource:
    """The pages of one site. Their bytes lie on disk from when they are found until they are read."""

    def __init__(self, spec: Spec, limits: Limits, resolve: Resolve | None = None) -> None:
        self.name = spec.name
        wrong = Mistakes(spec)
        self._options = wrong.options(OPTIONS)
        with wrong.noted():
            self._starts = _starts(spec)
        with wrong.noted():
            self._headers = _headers(self._options["headers"])
        with wrong.noted():
            self._context = _context(self._options["ca"])
        wrong.end()
        self._listed = is_sitemap(self._starts[0])
        self._site = _site(spec, self._starts, self._options)
        self._limits, self._resolve = limits, resolve
        self._parsed = Parsed()
        self._opened: Fetch | None = None

    def scan(self, known: Mapping[str, str]) -> Iterator[Page | Unread]:
        """What is there, each page with its digest; what is not read with the reason. Raises
        SourceUnavailable where the site does not answer, or its name leads where it must not."""
        fetch = self._fetch()
        visited = Visited(self._limits.cache / "visited.sqlite")
        try:
            yield from self._crawl(fetch, visited, known).pages()
        finally:
            visited.close()

    def load(self, found: Page) -> Loaded:
        """The documents of a page; it is asked for again where its bytes are not here any more."""
        try:
            body = Path(found.body) if found.body and Path(found.body).exists() else self._again(found)
        except Unreached as reason:
            yield Unread(found.uri, str(reason), kept=True)
            return
        content = _decoded(body.read_bytes(), found.charset)
        body.unlink(missing_ok=True)
        file = File(found.uri, self.name, found.url, found.digest, date(found.since) or _UNSAID, content)
        for one in self._parsed.documents(file, found.suffix):
            yield _taken(one, file) if isinstance(one, Document) else one

    def audience(self, found: Page) -> Audience | None:
        """Everyone's: sources.toml says otherwise."""
        return Audience()

    def close(self) -> None:
        """Ends connections and the process that reads pages, and removes what nobody read."""
        self._parsed.close()
        if self._opened:
            self._opened.close()
            rmtree(self._opened.folder, ignore_errors=True)
        self._opened = None

    def _fetch(self) -> Fetch:
        if self._opened is None:
            given = self._options
            own = given["private"] and is_this_machine(urlsplit(self._site.start).hostname or "")
            hosts = Hosts(given["private"], own, self._resolve)
            bounds = Bounds(self._limits.max_bytes, given["timeout"], given["pause"])
            folder = _spool(self._limits.cache.absolute())
            self._opened = Fetch(hosts, bounds, folder, self._headers, self._context)
        return self._opened

    def _crawl(self, fetch: Fetch, visited: Visited, known: Mapping[str, str]) -> Crawl:
        given = self._options
        guide = Guide(self._site, fetch, given["pages"])
        robots = guide.robots()
        fetch.pace.pause = max(given["pause"], min(robots.delay, _LONGEST_DELAY_S))
        tools = Tools(fetch, visited, self._parsed.apart, given["pages"], 60 * given["minutes"])
        crawl = Crawl(self._site, robots, tools, known)
        maps = self._starts if self._listed else guide.sitemaps(robots) if given["sitemap"] else []
        found = guide.map(maps)
        if self._listed and not found.sitemap:
            raise SourceUnavailable(f"Source {self.name}: there is no sitemap at its location; check it.")
        turns = found.turns if self._listed or found.turns else [Turn(url) for url in self._starts]
        crawl.begin(turns, follow=not (self._listed or found.turns), reason=found.reason)
        return crawl

    def _again(self, found: Page) -> Path:
        answer = self._fetch().get(found.url, {}, wanted(found.url))
        if answer.body is None:
            raise Unreached(f"It was there a moment ago, and now its server says {answer.status}.")
        return answer.body


def _starts(spec: Spec) -> list[str]:
    starts = [normal(one) for one in spec.location]
    if not starts or not all(start and same_host(start, starts[0] or "") for start in starts):
        raise SettingError(
            "location is the address of a site or of its sitemap, beginning with https://, without a "
            "password in it; several are of one host."
        )
    found = [start for start in starts if start]
    if len({is_sitemap(start) for start in found}) > 1:
        raise SettingError("location is sitemaps or a site; make it two sources.")
    return found


def _site(spec: Spec, starts: list[str], given: Mapping[str, Any]) -> Site:
    below = tuple(folder(start) for start in starts)
    whole = given["whole_host"] or is_sitemap(starts[0]) or "/" in below
    return Site(spec.name, starts[0], () if whole else below, given["include"], given["exclude"])


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    """Raises SettingError, without the value: that may be a secret."""
    for header, value in given.items():
        fits = re.fullmatch(r"[A-Za-z0-9-]+", header) and re.fullmatch(r"[\x20-\x7e]+", value)
        if not fits or header.lower() in _OURS or header.lower().startswith("if-"):
            raise SettingError(f"the header {header!r} cannot be sent, or has no value.")
    return dict(given)


def _context(ca: str) -> ssl.SSLContext:
    try:
        return context(ca)
    except (OSError, ssl.SSLError):
        raise SettingError("ca is no file with a certificate in PEM form.") from None


def _spool(cache: Path) -> Path:
    """A folder for the pages of this sync; those that a killed one left behind are removed."""
    cache.mkdir(parents=True, exist_ok=True)
    for left in cache.glob("pages-*"):
        if time.time() - left.stat().st_mtime > _STALE_S:
            rmtree(left, ignore_errors=True)
    return Path(mkdtemp(prefix="pages-", dir=cache))


def _decoded(content: bytes, charset: str) -> bytes:
    """In UTF-8, as far as the server said in what it is."""
    try:
        content.decode("utf-8")
        return content
    except UnicodeDecodeError:
        pass
    try:
        return content.decode(charset, "replace").encode() if charset else content
    except LookupError:
        return content


def _taken(document: Document, file: File) -> Document:
    """With a digest of what was read of it: a page of which only the wrapping changed is not embedded again.
    What the server says of its age is no part of that, what the page says is."""
    age = None if document.updated_at == _UNSAID else document.updated_at
    said = None if document.updated_at == file.modified else age
    read = (document.title, document.text, document.url, document.headings, document.pages, said)
    digest = hashlib.sha256(f"{document.blocks!r}\n{read!r}".encode("utf-8", "surrogatepass")).hexdigest()
    return replace(document, updated_at=age, digest=digest)
