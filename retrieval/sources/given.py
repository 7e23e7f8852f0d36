"""Documents that are at hand as a source: for measuring, and for whoever has them already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.passage import Audience, Document, Unread


@dataclass(frozen=True, slots=True)
class Given:
    """`documents` under one name, each a file of its own; or what gives them as they are when it is read."""

    name: str
    documents: Sequence[Document] | Callable[[], Sequence[Document]]

    def scan(self, known: Mapping[str, str]) -> Iterator[Document | Unread]:
        yield from self.documents() if callable(self.documents) else self.documents

    def load(self, found: Document) -> Iterator[Document | Unread]:
        yield replace(found, audience=Audience())  # who may read it is said below, and can change

    def audience(self, found: Document) -> Audience | None:
        return found.audience

    def close(self) -> None: ...
