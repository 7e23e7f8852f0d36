"""Who may read a document, in words: an audience in, a clause out; and why somebody may, or may not."""

from __future__ import annotations

from collections.abc import Callable

from retrieval.passage import EVERYONE, Audience

Named = Callable[[str], str]  # "channel:C1" in, "members of #board" out

_PLAIN = {"user": "user {}", "channel": "members of channel {}", "group": "user group {}"}


def plain(principal: str) -> str:
    """A principal as it can be said without asking Slack for its name."""
    if principal == EVERYONE:
        return "everyone in the workspace"
    kind, _, id_ = principal.partition(":")
    return _PLAIN.get(kind, "{}").format(id_ or principal)


def said(audience: Audience, named: Named = plain) -> str:
    """Who is meant: "members of #board and Ada"."""
    if EVERYONE in audience.principals:
        return named(EVERYONE)
    names = sorted(named(principal) for principal in audience.principals)
    if not names:
        return "nobody"
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def reason(audience: Audience, readers: Audience, named: Named = plain) -> str:
    """Why somebody who holds the principals of `readers` may read, or may not."""
    if not audience.admits(readers):
        return f"may not read it: it is for {said(audience, named)}"
    if EVERYONE in audience.principals:
        return "may read it: everyone may"
    ways = Audience(audience.principals & readers.principals)
    return f"may read it, as it is for {said(ways, named)}"
