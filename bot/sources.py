"""A Citation in, the words for its place and its age out: the same in a message and on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.answer import Citation


def headings(citation: Citation) -> tuple[str, ...]:
    """The headings above the quote, without one that says the title again."""
    return tuple(h for h in citation.heading if h.casefold() != citation.title.casefold())


def page(citation: Citation) -> str:
    """The page, as a person says it; empty where the document has none."""
    return f"page {citation.page}" if citation.page else ""


def age(moment: datetime | None, now: datetime) -> str:
    """How old a source is, as a person says it; empty where nobody knows."""
    if moment is None:
        return ""
    days = (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).days
    for size, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= size:
            count = days // size
            return f"updated {count} {unit}{'s' if count > 1 else ''} ago"
    return "updated today"
