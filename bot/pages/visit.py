"""The nouns of a page: who looks, what they ask for, and what they are shown or where they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.passage import Audience, FootnoteError


class NotThere(FootnoteError):
    """There is no such page, or not for whoever asks: they are told the same, by the phrase of this key."""

    def __init__(self, key: str = "page_not_there") -> None:
        super().__init__(key)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, what they may read, and whether they see what admins see, or review answers."""

    id: str
    readers: Audience
    locale: str = ""
    admin: bool = False
    reviews: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in. `path` are the named parts of the address, `token` is what each
    form has to bring back."""

    who: Visitor
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    token: str = ""

    def said(self, name: str, longest: int) -> str:
        """What a field of the form has, no longer than that."""
        return next(iter(self.form.get(name, ())), "")[:longest]


@dataclass(frozen=True, slots=True)
class Page:
    """A template of bot/pages/templates and what it shows; one that `grows` is sent as far as it is known."""

    template: str
    shown: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    grows: bool = False


@dataclass(frozen=True, slots=True)
class Go:
    """Another page of ours, for whoever has changed something."""

    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG."""

    svg: str


Reply = Page | Go | Picture


def admins(who: Visitor) -> bool:
    return who.admin


def reviewers(who: Visitor) -> bool:
    return who.admin or who.reviews


@dataclass(frozen=True, slots=True)
class Entry:
    """An address and what answers there, for those who `may` see it. What changes something is a POST; `menu`
    is the key of the phrase by which it is found in the menu, of those that are in it."""

    path: str
    at: Callable[[Visit], Reply]
    method: str = "GET"
    may: Callable[[Visitor], bool] = lambda _: True
    menu: str = ""
