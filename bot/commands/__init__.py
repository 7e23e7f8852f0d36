"""What is typed after /footnote in; which command it is, with its words, out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from html import unescape

_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|[^<>]*)?>")  # of text that Slack escaped
MANY = 1000


@dataclass(frozen=True, slots=True)
class Order:
    """A command as somebody gave it. `words` are those behind its name: a person as @U1, an address bare."""

    id: str
    person: str
    channel: str
    words: tuple[str, ...]
    at: datetime
    locale: str = ""
    direct: bool = False
    admin: bool = False
    progress: Callable[[str], None] = field(default=lambda _: None, repr=False)  # shows how far it is
    trigger: str = ""  # with which a form can be opened, within three seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person is told. `done` is what the audit calls it, empty where nothing was changed, and
    `about` the ids and names of ours that it was done to; `late`: it took long, so tell them directly too;
    `links` each end a line: its number from 0, words and the address."""

    text: str
    done: str = ""
    about: str = ""
    late: bool = False
    links: Sequence[tuple[int, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be typed: its name of one or two words, how many words it takes behind, and whether
    only admins may. `usage` is that, as help shows it."""

    name: str
    run: Callable[[Order], Reply]
    usage: str = ""
    least: int = 0
    most: int = 0
    admin: bool = False


def words(text: str) -> tuple[str, ...]:
    """The words that were typed: <@U1|ada> as @U1, <https://a.example|a> as the address."""
    return tuple(unescape(_TOKEN.sub(r"\1\2", word)) for word in text.split())


def named(typed: tuple[str, ...], commands: Mapping[str, Command]) -> tuple[Command | None, tuple[str, ...]]:
    """The command that `typed` begins with, by two words or by one, and the words behind it; None where there
    is none, or where it takes fewer words, or more."""
    for count in (2, 1):
        found = commands.get(" ".join(typed[:count]).lower())
        if found and len(typed) >= count:
            rest = typed[count:]
            return (found if found.least <= len(rest) <= found.most else None), rest
    return None, typed


def wordy(typed: tuple[str, ...], commands: Mapping[str, Command]) -> tuple[Command | None, int]:
    """The command that is known and has the wrong number of words behind it, of `typed`, which names none as
    it stands, and by how many: negative where it lacks some."""
    for count in (2, 1):
        found = commands.get(" ".join(typed[:count]).lower())
        if found and len(typed) >= count:
            behind = len(typed) - count
            return found, behind - (found.least if behind < found.least else found.most)
    return None, 0


def meant(typed: tuple[str, ...], names: Iterable[str]) -> str:
    """The command that may be meant by what is none; empty where nothing is near."""
    known = list(names)
    for count in (2, 1):
        given = " ".join(typed[:count]).lower()
        if near := get_close_matches(given, known, 1, 0.6):
            return near[0]
    return ""
