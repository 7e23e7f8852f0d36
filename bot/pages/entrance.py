"""How somebody signs in: at this machine by a link that works once, elsewhere with Slack."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.pages.sessions import Sessions, same
from bot.pages.visit import Visitor
from bot.who.openid import OpenId
from bot.who.people import People, Person
from bot.who.readers import Readers
from model.learning.erasure import HERE
from retrieval.passage import Audience, FootnoteError


class Refused(FootnoteError):
    """Nobody was signed in; the key of the phrase that says why."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a browser is sent to sign in, and what its cookie has to bring back from there."""

    url: str
    brought: str


class Entrance(Protocol):
    """Two bodies: Link and Slack. `command` is what prints a way in at a terminal; empty where people sign in
    elsewhere."""

    @property
    def command(self) -> str: ...

    def way(self) -> Way | None:
        """None where nobody is sent anywhere."""
        ...

    def came(self, query: Mapping[str, str], brought: str) -> str:
        """The id of who comes with this address. Raises Refused."""
        ...

    def who(self, person: str) -> Visitor | None:
        """Who that is now; None where they are not served any more. Raises FootnoteError where nobody can
        say."""
        ...


class Link:
    """A key that opens once, of whichever process on this state. Whoever has it sits at this machine: they
    read what everyone may read, and see what admins see. `options` are those that name these pages."""

    def __init__(self, sessions: Sessions, options: str = "") -> None:
        self._sessions = sessions
        self.command = f"footnote pages --link{options}"

    def key(self) -> str:
        """A new one; the one before it opens nothing any more."""
        return self._sessions.key()

    def way(self) -> Way | None:
        return None

    def came(self, query: Mapping[str, str], brought: str) -> str:
        if not self._sessions.turned(query.get("key", "")):
            raise Refused("sign_in_used")
        return HERE

    def who(self, person: str) -> Visitor | None:
        return Visitor(HERE, Audience(), admin=True, reviews=True) if person == HERE else None


@dataclass(frozen=True, slots=True)
class Slack:
    """Who signs in with Slack, to our workspace, is who they are there: member or guest, admin or not, with
    what they may read as of the last minute. `stranger` says why somebody is not served at all; `reviewers`
    are those who review beside the admins."""

    openid: OpenId
    people: People
    readers: Readers
    stranger: Callable[[Person], str]
    reviewers: frozenset[str] = frozenset()

    @property
    def command(self) -> str:
        return ""

    def way(self) -> Way | None:
        state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        return Way(self.openid.address(state, nonce), f"{state}.{nonce}")

    def came(self, query: Mapping[str, str], brought: str) -> str:
        state, _, nonce = brought.partition(".")
        if not (state and nonce and same(query.get("state", ""), state)):
            raise Refused("sign_in_again")
        claims = self.openid.claims(query["code"]) if query.get("code") else None
        if claims is None or not same(claims.nonce, nonce):
            raise Refused("sign_in_again")
        if not self.openid.ours(claims.team) or self.who(claims.user) is None:
            raise Refused("sign_in_not_here")
        return claims.user

    def who(self, person: str) -> Visitor | None:
        about = self.people.about(person)
        if self.stranger(about):
            return None
        reviews = about.kind == "member" and (about.admin or person in self.reviewers)
        return Visitor(person, self.readers.of(person), about.locale, about.admin, reviews)
