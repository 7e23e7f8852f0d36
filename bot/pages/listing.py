"""A page of tables: the nouns that admin pages are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bot.pages.visit import Page

Look = Literal["", "number", "good", "bad", "soft", "code", "when"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Words, how they look and where they lead."""

    text: object
    look: Look = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button in a row: the form that it sends, beside the token."""

    words: str
    action: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Way:
    """How far something is that goes on, in words and as a bar."""

    words: str
    far: str
    done: int
    total: int


Row = Sequence[Cell | Press | Way]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are keys of phrases; `none` is said, as a key, where there is no row."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    none: str = "page_none"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG of ours, and as the key of a phrase what it shows."""

    svg: str
    shows: str


@dataclass(frozen=True, slots=True)
class Listing:
    """`title` and `why` are keys of phrases; `notes` are sentences; `live`: read again by itself; `search`:
    fields that ask for something, each a name, the key of its label and what was asked."""

    here: str
    title: str
    why: str
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    search: Sequence[tuple[str, str, str]] = ()
    picture: Drawing | None = None
    live: bool = False

    def page(self) -> Page:
        return Page("listing.html", {"here": self.here, "listing": self})


def when(at: float | datetime | None) -> str:
    """A moment as every table has it, in UTC."""
    if at is None:
        return ""
    moment = datetime.fromtimestamp(at, UTC) if isinstance(at, float | int) else at
    return f"{moment:%Y-%m-%d %H:%M}"
