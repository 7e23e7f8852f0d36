"""What a document says about itself (date, readers, address) in, values that can be trusted out."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from retrieval.passage import Audience, DocumentError

_PRINCIPAL = re.compile(r"everyone|(user|channel|group):[\w.@+-]+")
_UNCLEAR = (
    "Its audience cannot be understood: write a list such as everyone or channel:C123. "
    "A reader is everyone, user:ID, channel:ID or group:ID."
)


def date(value: object) -> datetime | None:
    """A moment in UTC from an ISO date, a mail date or a datetime; None where it is neither."""
    if isinstance(value, str):
        value = _parsed(value.strip())
    if not isinstance(value, datetime):
        return None
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:40])
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text[:60])
    except (ValueError, TypeError, IndexError):
        return None


def audience(value: object) -> Audience:
    """Who may read. Raises DocumentError for what cannot be understood: nobody reads it by mistake."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
        raise DocumentError(_UNCLEAR)
    names = [n.strip().strip("'\"").strip() for n in names]
    if not all(_PRINCIPAL.fullmatch(n) for n in names if n):
        raise DocumentError(_UNCLEAR)
    return Audience.of(*(n for n in names if n))


def address(value: object, otherwise: str) -> str:
    """A link that is safe to show; anything but http and https is not taken over."""
    if isinstance(value, str) and re.fullmatch(r"https?://[^\s<>|\"]{1,2000}", value.strip()):
        return value.strip()
    return otherwise
