"""Who will be able to read a reply: in a direct message its person, in a channel everyone in it."""

from __future__ import annotations

from retrieval.passage import EVERYONE, Audience


def readers(channel: str, person: str, *, direct: bool) -> Audience:
    """The principals that all readers of a reply share."""
    return Audience.of(EVERYONE, f"user:{person}" if direct else f"channel:{channel}")
