"""What an answer cites and the other passages in, what a reader should know about them out, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.phrases import say
from model.answer import Citation
from model.checking.conflict import Conflict, conflicts
from model.checking.succession import in_force, superseded
from retrieval.passage import Passage
from retrieval.search import Results


def standing(question: str, found: Results) -> tuple[Results, dict[str, str]]:
    """What was found without the documents that another one of it has taken the place of, and those."""
    lost = in_force(question, [hit.passage for hit in found.hits])
    return replace(found, hits=tuple(h for h in found.hits if h.passage.document not in lost)), lost


def disputed(
    citations: Sequence[Citation], passages: Sequence[Passage], locale: str
) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """Sentences where sources disagree or are over, and the citations that come in with them."""
    said, more = list[str](), list[Citation]()
    over = superseded(passages)
    for one in conflicts(citations, [p for p in passages if p.document not in {o.document for o in over}]):
        other = _cited(one, (*citations, *more))
        if other.number > len(citations) + len(more):
            more.append(other)
        said.append(_disagree(one, other, locale))
    return (*said, *_over({o.document for o in over}, citations, locale)), tuple(more)


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


def _dated(citation: Citation, locale: str) -> str:
    key = "source_of" if citation.updated_at else "source_undated"
    return say(key, locale, number=citation.number, at=citation.updated_at)
