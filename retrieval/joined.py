"""Hits in, hits out: neighbours that were both found become one longer passage, to the letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retrieval.passage import Hit, Passage


def joined(hits: Sequence[Hit], most: int, within: int) -> list[Hit]:
    """`hits`, those that go on where another ends made one, at the place of the better; `most` in one.

    Only among the first `within`, and only what belongs together: one reading of a document, one section, one
    place to open. Where the characters between two are not known they stay apart.
    """
    best, rest = list(hits[:within]), list(hits[within:])
    kept: list[Hit] = []
    while best:
        hit, count = best.pop(0), 1
        while count < most and (other := next((o for o in best if _beside(hit, o)), None)):
            best.remove(other)
            hit, count = _one(hit, other), count + 1
        kept.append(hit)
    return [*kept, *rest]


def _beside(one: Hit, two: Hit) -> bool:
    return _goes_on(one.passage, two.passage) or _goes_on(two.passage, one.passage)


def _goes_on(first: Passage, second: Passage) -> bool:
    """Whether `second` begins where `first` ends, and both are of one place."""
    return first.end + len(first.gap) == second.start and _place(first) == _place(second)


def _place(passage: Passage) -> tuple[object, ...]:
    return (
        passage.document,
        passage.revision,
        passage.audience,
        passage.heading,
        passage.page,
        passage.url,
    )


def _one(best: Hit, other: Hit) -> Hit:
    """Both as one hit under the id of the better; each leg's score is the higher of the two."""
    first, second = sorted((best.passage, other.passage), key=lambda passage: passage.start)
    text, places = first.text + first.gap + second.text, first.places + second.places
    passage = replace(first, id=best.passage.id, text=text, end=second.end, gap=second.gap, places=places)
    return replace(
        best,
        passage=passage,
        keyword=_higher(best.keyword, other.keyword),
        vector=_higher(best.vector, other.vector),
    )


def _higher(one: float | None, two: float | None) -> float | None:
    return max((score for score in (one, two) if score is not None), default=None)
