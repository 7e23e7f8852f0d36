"""What an answer cites and the other passages in, what a reader should know about them out, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.phrases import say
from model.answer import Citation
from model.checking.conflict import Conflict, conflicts
from model.checking.periods import then
from model.checking.succession import akin, held, in_force, superseded
from retrieval.passage import Passage
from retrieval.search import Results

Whole = Callable[[Sequence[Passage]], Mapping[str, list[Passage]]]
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found without the documents that others of it have taken the place of (`lost`, to which), and
    from when on those hold that are not the newest: a time was asked about."""

    found: Results
    lost: Mapping[str, str]
    held: Mapping[str, str]


def standing(question: str, found: Results, whole: Whole = lambda _: {}) -> Standing:
    """Of what was found. `whole` gives all passages of documents, as far as it can: they may say elsewhere
    from when on they hold, or which one they take the place of."""
    passages = [hit.passage for hit in found.hits]
    if read := passages if then(question) else akin(passages):
        passages += [one for some in whole(read).values() for one in some]
    lost = in_force(question, passages)
    left = tuple(h for h in found.hits if h.passage.document not in lost)
    return Standing(replace(found, hits=left), lost, held(question, passages))


def disputed(
    citations: Sequence[Citation], passages: Sequence[Passage], locale: str, held: Mapping[str, str] = _NONE
) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """Sentences where sources disagree, are over or only `held` once, and the citations that come in with
    them."""
    said, more = list[str](), list[Citation]()
    over = superseded(passages)
    for one in conflicts(citations, [p for p in passages if p.document not in {o.document for o in over}]):
        other = _cited(one, (*citations, *more))
        if other.number > len(citations) + len(more):
            more.append(other)
        said.append(_disagree(one, other, locale))
    said += _over({o.document for o in over} - set(held), citations, locale)
    return (*said, *_once(held, citations, locale)), tuple(more)


def _cited(conflict: Conflict, citations: Sequence[Citation]) -> Citation:
    """The citation of the other sentence: one that is there already, or the next."""
    passage = conflict.passage
    start, end = passage.start + conflict.start, passage.start + conflict.end
    for one in citations:
        if one.document == passage.document and one.start <= start and end <= one.end:
            return one
    return Citation.of(passage, len(citations) + 1, (conflict.start, conflict.end))


def _disagree(conflict: Conflict, other: Citation, locale: str) -> str:
    """What the newer one says comes first."""
    sides = list(zip((conflict.citation, other), conflict.said or ("", ""), strict=True))
    sides.sort(key=lambda side: side[0].updated_at or datetime.min.replace(tzinfo=UTC), reverse=True)
    dated = [_dated(source, locale) for source, _ in sides]
    if conflict.said is None:
        return say("disagree", locale, one=dated[0], other=dated[1])
    says = [
        say("disagree_says", locale, source=source, said=said)
        for source, (_, said) in zip(dated, sides, strict=True)
    ]
    return say("disagree_figure", locale, one=says[0], other=says[1])


def _over(documents: set[str], citations: Sequence[Citation], locale: str) -> Iterator[str]:
    for number in [c.number for c in citations if c.document in documents]:
        yield say("source_over", locale, number=number)


def _once(held: Mapping[str, str], citations: Sequence[Citation], locale: str) -> Iterator[str]:
    numbers = {c.document: c.number for c in reversed(citations)}
    for document, since in held.items():
        if document in numbers:
            yield say("source_then", locale, number=numbers[document], since=_day(since, locale))


def _day(time: str, locale: str) -> str:
    """A day as it is written there; a year or a month as ISO writes it."""
    whole = len(time) == len("2023-03-01")
    return say("day", locale, at=date.fromisoformat(time)) if whole else time


def _dated(citation: Citation, locale: str) -> str:
    key = "source_of" if citation.updated_at else "source_undated"
    return say(key, locale, number=citation.number, at=citation.updated_at)
