"""The files of a question in, their passages out, for that question only: nothing of them is kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from slack_sdk import WebClient

from bot.download import Download, NotGiven, TooLarge
from bot.phrases import say
from bot.replies import printable
from retrieval.loaders import BY_SUFFIX, File, Kind
from retrieval.loaders.apart import Apart
from retrieval.passage import Document, DocumentError, Passage
from retrieval.split import split

log = logging.getLogger("footnote.attachments")

PASSAGES = 1000  # of all files of a question: about 250 pages
_LONGEST_NAME = 80
_APART_S = 20.0
_KINDS = {suffix: kind for suffix, kind in BY_SUFFIX.items() if kind.name != "jsonl"}
_BY_TYPE = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one file (0: none is read), files of one message, seconds for all of them."""

    size: int
    files: int = 5
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Read:
    """The passages, a sentence for each file that was not read, or not to its end, and the documents of which
    nothing is missing."""

    passages: tuple[Passage, ...] = ()
    unread: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()


class _Unread(Exception):
    """A file is not read: the phrase that says why, and its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass
class Attachments:
    """Reads files, each message's in a child process of its own that ends with it."""

    slack: WebClient
    limits: Limits
    now: Callable[[], float] = time.monotonic
    _download: Download = field(init=False)

    def __post_init__(self) -> None:
        self._download = Download(self.slack, self.now)

    def read(self, files: Sequence[Mapping[str, Any]], locale: str = "") -> Read:
        """`files` are as the inbox keeps them: id, name, mimetype, size, url_private_download, permalink."""
        if not files:
            return Read()
        passages: list[Passage] = []
        unread: list[str] = []
        whole: set[str] = set()
        until = self.now() + self.limits.seconds
        with closing(Apart(min(_APART_S, self.limits.seconds))) as apart:
            for number, file in enumerate(files):
                try:
                    self._allowed(number)
                    found, complete = self._passages(file, apart, until)
                    room = PASSAGES - len(passages)
                    passages += found[:room]
                    if len(found) > room:
                        raise _Unread("file_long")
                    whole |= complete
                except _Unread as why:
                    log.info("an attached file was not read: %s", why.key)
                    unread.append(say(why.key, locale, name=_name(file), **why.values))
        return Read(tuple(passages), tuple(unread), frozenset(whole))

    def _allowed(self, number: int) -> None:
        if not self.limits.size:
            raise _Unread("file_off")
        if number >= self.limits.files:
            raise _Unread("file_more", count=self.limits.files)

    def _passages(
        self, file: Mapping[str, Any], apart: Apart, until: float
    ) -> tuple[list[Passage], set[str]]:
        """What is in it, and the documents that were read without a remark, such as hidden rows."""
        kind = _kind(file)
        most = max(1, self.limits.size >> 20)
        if kind is None:
            raise _Unread("file_kind")
        said = str(file.get("size") or "")
        if said.isdecimal() and int(said) > self.limits.size:
            raise _Unread("file_large", most=most)
        try:
            url = str(file.get("url_private_download") or "")
            content, media = self._download.get(url, self.limits.size, until)
        except TooLarge:
            raise _Unread("file_large", most=most) from None
        except NotGiven as reason:
            log.warning("Slack did not hand over an attached file: %s", reason)
            raise _Unread("file_away") from None
        if media == "text/html" and kind.name != "html":  # a page to sign in: the app may not read files
            log.warning("Slack did not hand over an attached file: is the scope files:read missing?")
            raise _Unread("file_away")
        return self._parsed(kind, file, content, apart)

    def _parsed(
        self, kind: Kind, file: Mapping[str, Any], content: bytes, apart: Apart
    ) -> tuple[list[Passage], set[str]]:
        """Title and link are Slack's, whatever the file says of itself."""
        name, link = _name(file), printable(str(file.get("permalink") or ""))
        link = link if self._download.trusts(link) else ""
        given = File(f"attached/{printable(str(file.get('id')))}", "", link, "", datetime.now(UTC), content)
        try:
            documents = [one for one in apart.load(kind, given) if isinstance(one, Document)]
        except DocumentError:
            raise _Unread("file_broken") from None
        named = [replace(one, title=name, url=link, places=(), line="", updated_at=None) for one in documents]
        found = [replace(passage, url=link) for one in named for passage in split(one)]
        if not found:
            raise _Unread("file_broken")
        return found, {one.uri for one in documents if not one.notes}


def _kind(file: Mapping[str, Any]) -> Kind | None:
    """By its name; by its media type where the name says nothing."""
    media = str(file.get("mimetype") or "").partition(";")[0].strip().lower()
    suffix = PurePosixPath(str(file.get("name") or "")).suffix.lower()
    plain = ".txt" if media.startswith("text/") else ""
    return _KINDS.get(suffix) or _KINDS.get(_BY_TYPE.get(media, plain))


def _name(file: Mapping[str, Any]) -> str:
    name = printable(str(file.get("name") or "")) or "a file"
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
