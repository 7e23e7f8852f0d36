"""A web page in, what it says to those who walk over sites out: its links, its own address, what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree, html

from retrieval.loaders import File
from retrieval.loaders.decoding import decode
from retrieval.sources.web.addresses import normal

_MOST = 5000  # links of one page
_AGENTS = ("robots", "footnote")
_REFRESH = re.compile(r"[\d.]*\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Links:
    """`urls` in one spelling; `canonical` where the page says it is another's twin; whether it may be read
    and its links may be followed."""

    urls: tuple[str, ...] = ()
    canonical: str = ""
    index: bool = True
    follow: bool = True


@dataclass(frozen=True, slots=True)
class LinkReader:
    """Has the form of a kind of file, so that hostile pages are read for links in a process of their own."""

    suffixes: tuple[str, ...] = (".html",)

    def load(self, file: File) -> Iterator[Links]:
        text, _ = decode(file.content)
        try:
            page = html.document_fromstring(re.sub(r"\A\s*<\?xml[^>]{0,200}\?>", "", text))
        except (etree.ParserError, ValueError):
            yield Links()
            return
        base = next((urljoin(file.url, b) for b in page.xpath("//base/@href")[:1]), file.url)
        words = _asked(page)
        urls = dict.fromkeys(filter(None, (normal(link, base) for link in _links(page))))
        canonical = next((normal(c, base) for c in page.xpath(_CANONICAL)[:1]), None)
        yield Links(tuple(urls), canonical or "", "noindex" not in words, "nofollow" not in words)


_CANONICAL = "//link[translate(@rel, 'CANOIL', 'canoil') = 'canonical']/@href"


def asked(content: str) -> set[str]:
    """The words of a robots rule such as `noindex, nofollow`."""
    words = {word.strip() for word in content.lower().split(",")}
    return words | {"noindex", "nofollow"} if "none" in words else words


def _asked(page: html.HtmlElement) -> set[str]:
    metas = page.xpath("//meta[@name and @content]")
    return {w for m in metas if m.get("name").strip().lower() in _AGENTS for w in asked(m.get("content"))}


def _links(page: html.HtmlElement) -> Iterator[str]:
    left = _MOST
    for node in page.iter("a", "area", "meta"):
        link = node.get("href")
        if node.tag == "meta":
            found = _REFRESH.match(node.get("content") or "")
            link = found[1] if found and (node.get("http-equiv") or "").lower() == "refresh" else None
        if link and left and "nofollow" not in (node.get("rel") or "").lower().split():
            left -= 1
            yield link
