"""A question and what was quoted for it in, what a reader should know about that out, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.phrases import say
from model.answer import Citation
from model.learning.verified import signed
from model.quoting.lists import wanted
from model.quoting.things import unnamed
from retrieval.passage import Passage


def caveats(question: str, quoted: Sequence[str], passages: Sequence[Passage], locale: str) -> Iterator[str]:
    """Where it is about something else than is asked, or may not be all of what is."""
    if things := unnamed(question, passages):
        said = ", ".join(say("unnamed_thing", locale, thing=thing) for thing in things)
        yield say("unnamed", locale, things=said)
    asked = wanted(question)
    if asked and not (asked.counting and any(asked.counted_in(text) for text in quoted)):
        yield say("uncounted" if asked.counting else "perhaps_more", locale)


def overdue(citations: Sequence[Citation], today: date, locale: str) -> Iterator[str]:
    """Of verified answers among them, those that were to be looked at again by now."""
    stamps = dict.fromkeys(signed(one.document, one.heading) for one in citations)
    for name, due in (one for one in stamps if one and one[1] < today):
        yield say("verified_overdue", locale, name=name, due=due.isoformat())
