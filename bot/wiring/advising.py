"""Settings in, answers that were no help and the whole index to look for their causes in out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.measuring.advise import Bad, Library
    from model.answer import Answer
    from model.learning.reviews import Review
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
    """The newest answers with a vote against them or without a finding, as far as their words are kept. What
    only complained of one asks for nothing, nor does what a reviewer found right or an expert answered."""
    from bot import wiring
    from bot.measuring import conduct
    from model.learning import optout, reviews, verified

    with wiring.engine(settings).connect() as connection:
        found, out = conduct.unhelpful(connection, most), optout.out(connection)
        words = {id: one for id, one in reviews.reviewed(connection).items() if not out.has(one.reviewer)}
        known = {one for one in found if verified.of(connection, one)}
    some = (_bad(settings, one, found[one], words.get(one)) for one in found if one not in known)
    return [one for one in some if one]


def _bad(settings: Settings, answer: str, right: str, word: Review | None) -> Bad | None:
    from bot import wiring
    from bot.meaning import smalltalk
    from bot.measuring.advise import Bad, complains, reviewed
    from model.answer import Status
    from model.checking.support import MARKER
    from model.learning.reviews import CONFIRMED, CORRECTED
    from retrieval.passage import Audience

    kept = wiring.kept(settings, answer)
    one, missed = kept.record, kept.record.status == Status.NOT_FOUND
    if word and word.verdict == CONFIRMED and not missed:
        return None
    right = MARKER.sub(" ", word.text) if word and word.verdict == CORRECTED and word.text else right
    right = "" if complains(right) else right
    asked = "\n".join((*one.earlier, one.question)).strip()
    if not (asked or right) or smalltalk.kind(one.question) or (one.question and complains(one.question)):
        return None
    readers = Audience.of(*one.trail.get("readers", ()))
    cited = frozenset(place.document for place in one.citations)
    given = reviewed(word, missed=missed) if word else None
    return Bad(asked, readers, one.places, kept.words, cited, bool(one.struck), right, given)
