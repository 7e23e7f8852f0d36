"""A sitemap on disk in, what it lists out: pages and other sitemaps; XML, compressed or not, or lines."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import IO, Any

from lxml import etree

from retrieval.passage import DocumentError

_MOST_BYTES = 64_000_000  # unpacked; the protocol allows 50 MB
_LONGEST_LINE = 4000


@dataclass(frozen=True, slots=True)
class Listed:
    """An address that a sitemap lists; `sitemap`: it is one itself."""

    url: str
    changed: str = ""
    sitemap: bool = False


def listed(path: Path) -> Iterator[Listed]:
    """What it lists, as far as it can be read. Raises DocumentError where it is none, or broken."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        file = _Bounded(gzip.GzipFile(fileobj=raw) if packed else raw)
        try:
            head = file.read(200).lstrip(b"\xef\xbb\xbf \r\n\t")
            file.again()
            yield from _elements(file) if head.startswith(b"<") else _lines(file)
        except (etree.XMLSyntaxError, OSError, EOFError, zlib.error):
            raise DocumentError("It is no sitemap, or it is broken.") from None


class _Bounded(RawIOBase):
    """A file of which no more than so much is read, however small it is packed."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile) -> None:
        self._file, self._left = file, _MOST_BYTES

    def again(self) -> None:
        self._file.seek(0)
        self._left = _MOST_BYTES

    def read(self, size: int = -1, /) -> bytes:
        block = self._file.read(max(1, min(size, 1 << 16)) if size >= 0 else 1 << 16)
        self._left -= len(block)
        if self._left < 0:
            raise DocumentError("It is larger than a sitemap may be.")
        return block


def _elements(file: _Bounded) -> Iterator[Listed]:
    walk = etree.iterparse(
        file, tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in walk:
        space = element.tag.rpartition("}")[0]
        url = _text(element, f"{space}}}loc" if space else "loc")
        if url:
            changed = _text(element, f"{space}}}lastmod" if space else "lastmod")
            yield Listed(url, changed, etree.QName(element).localname == "sitemap")
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    if etree.QName(walk.root).localname not in ("urlset", "sitemapindex"):
        raise DocumentError("It is no sitemap.")


def _text(element: Any, tag: str) -> str:
    return (element.findtext(tag) or "").strip()[:_LONGEST_LINE]


def _lines(file: _Bounded) -> Iterator[Listed]:
    """The plain form: an address a line."""
    rest = b""
    while block := file.read(1 << 16):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield from _line(line)
        if len(rest) > _LONGEST_LINE:
            raise DocumentError("It is no sitemap.")
    yield from _line(rest)


def _line(line: bytes) -> Iterator[Listed]:
    url = line[:_LONGEST_LINE].decode("utf-8", "replace").strip()
    if url.startswith(("http://", "https://")):
        yield Listed(url)
