"""A source and what sources.toml says of it in, the same source with readers and links applied out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic

from retrieval.passage import Audience, Document, Unread
from retrieval.sources import FileT, Source, Spec
from retrieval.sources.access import Access, narrowed, path_of
from retrieval.sources.link import address

_MARK = re.compile("link-[0-9a-f]{8}:")


@dataclass(frozen=True, slots=True)
class Marked(Generic[FileT]):
    """A file of the source. Its digest changes with the link template too, which every passage carries; who
    may read it is no part of that, because readers change without reading it again."""

    found: FileT
    digest: str

    @property
    def uri(self) -> str:
        return self.found.uri


class Declared(Generic[FileT]):
    """`source` as `spec` declares it. Of what a source itself says of readers and what is declared, both
    hold: nothing becomes readable for more people than either allows."""

    def __init__(self, source: Source[FileT], spec: Spec) -> None:
        self.name = source.name
        self.spec = spec
        self._source = source
        self._access = Access(spec)
        self._mark = f"link-{_hash(spec.link)[:8]}:" if spec.link else ""

    def scan(self, known: Mapping[str, str]) -> Iterator[Marked[FileT] | Unread]:
        """What the source finds; it is told of those digests only that were made with this template."""
        mine = {uri: d.removeprefix(self._mark) for uri, d in known.items() if self._marked(d)}
        for one in self._source.scan(mine):
            yield one if isinstance(one, Unread) else Marked(one, self._mark + one.digest)

    def load(self, found: Marked[FileT], /) -> Iterator[Document | Unread]:
        """The documents of a file, with their readers and addresses as declared."""
        for one in self._source.load(found.found):
            yield one if isinstance(one, Unread) else self._declared(one, found)

    def audience(self, found: Marked[FileT], /) -> Audience:
        """Who may at most read the documents of `found`; a document itself may say less."""
        own = self._source.audience(found.found)
        declared = self._access.of(found.uri)
        return declared if own is None else narrowed(declared, own)

    def close(self) -> None:
        self._source.close()

    def _marked(self, digest: str) -> bool:
        return digest.startswith(self._mark) if self._mark else not _MARK.match(digest)

    def _declared(self, document: Document, found: Marked[FileT]) -> Document:
        most = self.audience(found)
        readers = narrowed(narrowed(most, self._access.of(document.uri)), document.audience)
        document = replace(document, audience=readers, own=document.own or document.audience)
        return self._linked(document) if self.spec.link else document

    def _linked(self, document: Document) -> Document:
        path = path_of(self.name, document.uri) or ""
        url = address(self.spec.link, document.uri, path, document.title)
        return replace(document, url=url, places=(), digest=_hash(self._mark + document.digest))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
