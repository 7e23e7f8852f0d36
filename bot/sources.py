"""A Citation in, the words for its place and its age out: the same in a message and on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.phrases import say
from model.learning.verified import signed

if TYPE_CHECKING:
    from model.answer import Citation

_SPANS = ((365, "ago_years"), (30, "ago_months"), (7, "ago_weeks"), (1, "ago_days"))


def headings(citation: Citation, locale: str = "") -> tuple[str, ...]:
    """The headings above the quote, without one that says the title again; of a verified answer, who has
    verified it and until when."""
    if stamp := signed(citation.document, citation.heading):
        return (say("verified_by", locale, name=stamp[0], due=stamp[1].isoformat()),)
    return tuple(h for h in citation.heading if h.casefold() != citation.title.casefold())


def page(citation: Citation, locale: str = "") -> str:
    """The page, as a person says it; empty where the document has none."""
    return say("page", locale, page=citation.page) if citation.page else ""


def age(moment: datetime | None, now: datetime, locale: str = "") -> str:
    """How old a source is, as a person says it; empty where nobody knows."""
    return say("updated", locale, ago=ago(moment, now, locale)) if moment else ""


def ago(moment: datetime, now: datetime, locale: str = "") -> str:
    """How long ago it was, in whole days and more."""
    days = (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).days
    for size, key in _SPANS:
        if days >= size:
            return say(key, locale, count=days // size)
    return say("ago_today", locale)
