"""A link as people copy it in, the one document that is meant out, whatever the link picked up on its way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

from retrieval.passage import FootnoteError
from retrieval.sources.web.addresses import normal, untracked

SEVERAL = "That address fits several documents, so none was taken. Give the name of one: {names}{more}."
_SHOWN = 10
_MESSAGE = re.compile(r"/archives/[A-Z0-9]+/(?=p\d+/?\Z)")  # the place of a message in Slack


class Addressed(Protocol):
    """What has a name in the index and an address."""

    @property
    def uri(self) -> str: ...

    @property
    def url(self) -> str: ...


Document = TypeVar("Document", bound=Addressed)


def addresses(link: str) -> list[str]:
    """Addresses that the document may be kept under, each once: as it is written, in one spelling, and that
    of the thread that a reply is in."""
    plain = untracked(link)
    found = (plain, plain.partition("#")[0], normal(link), _thread(link))
    return list(dict.fromkeys(one for one in found if one))


def only(found: Iterable[Document]) -> list[Document]:
    """All that was found, if it is one document, in however many tables. Raises FootnoteError that names
    them where it is several."""
    some = list(found)
    if len(uris := sorted({one.uri for one in some})) > 1:
        more = f" and {len(uris) - _SHOWN} more" if uris[_SHOWN:] else ""
        names = ", ".join(map(_printable, uris[:_SHOWN]))
        raise FootnoteError(SEVERAL.format(names=names, more=more))
    return some


def meant(known: Sequence[Document], link: str) -> list[Document]:
    """Those of that very name or address, or else the only one that the link may mean. Raises as `only`."""
    if exact := [one for one in known if link in (one.uri, one.url)]:
        return exact
    places = addresses(link)
    return only(one for one in known if not {one.uri, one.url, one.url.partition("#")[0]}.isdisjoint(places))


def _printable(uri: str) -> str:
    """A name is what somebody called a file: nothing of it may steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in uri)


def _thread(link: str) -> str:
    """The address of the first message of the thread, for the link of a reply."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    root = parse_qs(parts.query).get("thread_ts", [""])[0].replace(".", "")
    place = _MESSAGE.match(parts.path)
    return f"{parts.scheme}://{parts.netloc}{place[0]}p{root}" if place and root.isdecimal() else ""
