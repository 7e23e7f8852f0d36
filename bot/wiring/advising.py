"""Settings in, answers that were no help and the whole index to look for their causes in out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.measuring.advise import Bad, Library
    from model.answer import Answer
    from retrieval.passage import Hit


def library(settings: Settings) -> Library:
    """The whole index. Raises IndexMissing, IndexMismatch."""
    from bot import wiring
    from bot.measuring.advise import LOOKED_AT, Library
    from bot.wiring.records import revisions
    from bot.wiring.verified import everybody as everybody_of
    from model.answer import Question

    embedder = wiring.embedder_of(settings)
    search = wiring.search(settings, embedder)
    everybody = everybody_of(settings, search.live().name)
    chain = wiring.chain(settings.model_copy(update={"writer": "extract"}))

    def find(text: str) -> Sequence[Hit]:
        return search.find(text, everybody, LOOKED_AT).hits

    def current(documents: Sequence[str]) -> Mapping[str, str]:
        return revisions(settings, documents)

    def answer(text: str) -> Answer:
        return chain.invoke(Question(text, everybody))

    return Library(find, answer, current)


def unhelpful(settings: Settings, most: int) -> list[Bad]:
    """The newest answers with a vote against them or without a finding, as far as their words are kept; what
    only complained of one asks for nothing."""
    from bot import wiring
    from bot.meaning import smalltalk
    from bot.measuring import conduct
    from bot.measuring.advise import Bad
    from retrieval.passage import Audience

    with wiring.engine(settings).connect() as connection:
        found = conduct.unhelpful(connection, most)
    made = []
    for answer, right in found.items():
        kept = wiring.kept(settings, answer)
        one = kept.record
        asked = "\n".join((*one.earlier, one.question)).strip()
        if (asked or right) and not (smalltalk.kind(one.question) or smalltalk.disagrees(one.question)):
            readers = Audience.of(*one.trail.get("readers", ()))
            cited = frozenset(place.document for place in one.citations)
            made.append(Bad(asked, readers, one.places, kept.words, cited, bool(one.struck), right))
    return made
