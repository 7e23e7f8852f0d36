"""A question and what passages offer in, where these only repeat it out: it is no answer to itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from model.quoting.demands import demanded
from model.quoting.quotable import Quotable, Reading, coverage
from model.sentences import Span
from retrieval.passage import Passage
from retrieval.terms import terms

# From where a sentence may begin: tried from each of its letters, a long one costs the square of its length.
_QUESTION = re.compile(r"(?<![^.!?？\n])[^.!?？\n]*[?？]")
_NEARLY = 0.8  # share of the question's terms, by weight, from which one that is written down is the same


def echoes(question: str, reading: Reading, passages: Sequence[Passage]) -> dict[int, list[Span]]:
    """Where the question stands itself, by place of the passage; not where what would be quoted is said
    to it, as on a page of questions and answers."""
    demand = demanded(question)
    first = next((one for one in reading.sentences if not demand or demand.met_by(one.text)), None)
    found = {place: _spans(one.text, reading.weights) for place, one in enumerate(passages)}
    return {
        place: spans
        for place, spans in found.items()
        if spans and not _answers(first, place, spans, passages[place].text)
    }


def without(text: str, spans: Sequence[Span]) -> str:
    """`text` but for what stands at `spans`."""
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return text


def _spans(text: str, weights: Mapping[str, float]) -> list[Span]:
    asked = (one.span() for one in _QUESTION.finditer(text))
    return [(a, b) for a, b in asked if coverage(weights, frozenset(terms(text[a:b]))) >= _NEARLY]


def _answers(first: Quotable | None, place: int, spans: Sequence[Span], text: str) -> bool:
    """Whether it stands behind the question, and no other question between them."""
    if first is None or first.passage != place:
        return False
    return any(end <= first.start and not _QUESTION.search(text[end : first.start]) for _, end in spans)
