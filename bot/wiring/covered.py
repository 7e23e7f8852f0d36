"""Settings and a search in; what it covers for who asks, in words, and a question to it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.phrases import say
from bot.settings import Settings
from model.answer import Question
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from retrieval.search import Search

_END = 1 << 30  # behind every document


def searched(settings: Settings, searching: Search) -> Callable[[Question], str]:
    """What was searched for a question, as a clause."""
    from bot import replies, wiring

    def of(asked: Question) -> str:
        covered = wiring.syncs(settings).covered(searching.live().name, asked.readers, asked.sources)
        return replies.searched(covered, asked.locale, outsiders=asked.outsiders)

    return of


def example(settings: Settings, searching: Search) -> Callable[[Question], str]:
    """A question for whoever greets: one of the settings, else one about a page that its readers may see."""
    from bot import wiring

    def of(asked: Question) -> str:
        if settings.suggestions:
            return settings.suggestions[0]
        try:
            table = searching.live()
            some = wiring.ledger(settings).some(table.name, asked.readers, asked.sources)
            parts = table.around(some.uri, some.revision, 0, _END) if some else []
        except FootnoteError:  # a greeting needs no search
            return ""
        if some is None:
            return ""
        heading = next((p.heading[-1] for p in parts if p.heading and p.heading[-1] != some.title), "")
        return say("example_of" if heading else "example", asked.locale, title=some.title, heading=heading)

    return of
