"""What a LangChain loader gave in, one of our documents out: its name, address, date, readers and text."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from retrieval.loaders.declared import address, audience, date
from retrieval.loaders.decoding import clean
from retrieval.passage import Audience, Document, DocumentError, Unread
from retrieval.sources.access import narrowed
from retrieval.sources.folders import clip, readable

_DATES = ("updated_at", "last_modified", "lastmod", "last_edited_time", "modified", "moddate", "when", "date")
_NAMES = ("source", "url", "file_path")
# What a loader may say of readers: names of ours, or ids of one kind.
_WHOLE = ("audience", "access")
_KINDS = {"allowed_users": "user", "allowed_groups": "group", "allowed_channels": "channel"}
READERS = (*_WHOLE, *_KINDS, "authorized_identities")
_MOST_PAGES = 100_000
_VERSION = 2  # rises when documents are taken over differently
Metadata = Mapping[str, object]


@dataclass
class Intake:
    """Takes over the documents of one place. `readers`: the keys of metadata that say who may read."""

    source: str
    uri: str
    place: str
    max_bytes: int
    readers: Iterable[str]
    _seen: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self._seen.total()

    def take(self, text: str, metadata: Metadata) -> Document | Unread:
        """The document, or why it is none: without text, too large, or for readers nobody understands."""
        part = _part(self.place, _source(metadata) or _id(metadata))
        uri = _unique(f"{self.uri}#{readable(part)}" if part else self.uri, self._seen)
        if not text.strip():
            return Unread(uri, "It has no text.")
        if len(text) > self.max_bytes:
            limit = f"It is larger than {clip(self.max_bytes)} and was left"
            return Unread(uri, f"{limit}; FOOTNOTE_MAX_FILE_MB sets the limit.")
        try:
            return self._document(uri, clean(str(text)), metadata)
        except DocumentError as reason:
            return Unread(uri, str(reason))

    def _document(self, uri: str, text: str, metadata: Metadata) -> Document:
        url = _url(metadata, self.place)
        document = Document(
            uri=uri,
            source=self.source,
            title=_title(metadata, self.place),
            text=text,
            url=url,
            digest="",
            updated_at=next(filter(None, (date(metadata.get(key)) for key in _DATES)), None),
            audience=_audience({key: metadata[key] for key in self.readers if key in metadata}),
            pages=_pages(metadata.get("page")) if url else (),
        )
        return replace(document, digest=_digest(document))


def public(place: str) -> str:
    """An address without the name and password in it."""
    return re.sub(r"(?<=://)[^/@\s]*@", "", place)


def _audience(said: Metadata) -> Audience:
    """Who may read: those whom the lists of ids name together, and no more than `audience` and `access` say.
    Raises DocumentError for what cannot be understood."""
    lists = {key: value for key, value in said.items() if key not in _WHOLE}
    names = [name for key, value in lists.items() for name in _principals(key, value)]
    most = audience(names) if lists else Audience()
    for key in _WHOLE:
        if key in said:
            most = narrowed(most, audience(said[key]))
    return most


def _principals(key: str, value: object) -> list[str]:
    ids: Any = value.split(",") if isinstance(value, str) else value
    listed = isinstance(ids, list | tuple | set | frozenset) and all(isinstance(one, str) for one in ids)
    if key not in _KINDS or not listed:
        raise DocumentError(
            f"Who may read it ({key}) cannot be understood, so nobody may: see docs/sources.md on readers."
        )
    return [f"{_KINDS[key]}:{one.strip()}" for one in ids]


def _source(metadata: Metadata) -> str:
    values = (metadata.get(key) for key in _NAMES)
    return next((str(value) for value in values if value and isinstance(value, str | Path)), "")


def _id(metadata: Metadata) -> str:
    """What tells a document apart where it says no place: its id there."""
    value = metadata.get("id")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _part(place: str, source: str) -> str:
    """What `source` says beyond `place`; empty where that is nothing."""
    if place and os.path.exists(place) and os.path.exists(source):
        return os.path.relpath(source, place).removeprefix(".")
    return public(source.removeprefix(place)).lstrip("/")


def _unique(uri: str, seen: Counter[str]) -> str:
    seen[uri] += 1
    return uri if seen[uri] == 1 else _unique(f"{uri}#{seen[uri]}", seen)


def _title(metadata: Metadata, place: str) -> str:
    title = next(
        (t for key in ("title", "name") if isinstance(t := metadata.get(key), str) and t.strip()), ""
    )
    source = _source(metadata) or place or _id(metadata)
    if not title:
        named = Path(source).stem.replace("_", " ").replace("-", " ")
        title = named if os.path.exists(source) else public(source)
    return clean(title).replace("\n", " ").strip()


def _url(metadata: Metadata, place: str) -> str:
    """What a person opens: an address where there is one, else a file, else nothing."""
    source = _source(metadata)
    for value in (source, metadata.get("url"), place):
        if found := address(value, ""):
            return public(found)
    return next((Path(p).absolute().as_uri() for p in (source, place) if p and os.path.exists(p)), "")


def _pages(page: object) -> tuple[int, ...]:
    """Where pages begin in a document that is one page; `page` counts from 0, pages before it are empty."""
    return (0,) * (page + 1) if type(page) is int and 0 <= page < _MOST_PAGES else ()


def _digest(document: Document) -> str:
    taken = (document.title, document.text, document.url, document.updated_at, document.pages)
    return hashlib.sha256(f"{_VERSION}\n{taken!r}".encode("utf-8", "surrogatepass")).hexdigest()
