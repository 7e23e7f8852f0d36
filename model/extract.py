"""Passages in, a draft of one to four of their own sentences out, each with its marker; no model needed."""

from __future__ import annotations

from collections.abc import Sequence

from model.answer import Draft
from model.citations import cite
from model.quotable import Quotable, read
from retrieval.passage import Embedder, Passage
from retrieval.terms import words

MOST = 4  # sentences of an answer
AGAIN = 0.2  # what a further sentence of a document that is quoted already must be better by
CLOSE = 0.75  # a further sentence scores at least this share of the best
ALIKE = 0.85  # cosine from which two sentences say the same


class Extract:
    """A Writer that quotes. It answers where no language model can be reached, or none is wanted."""

    name = "extract"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        """The best sentence first; empty where the passages hold no sentence to quote."""
        found = read(question, passages, self._embedder).sentences
        left = [one for one in found if one.score >= CLOSE * found[0].score]
        chosen: list[Quotable] = []
        while left and len(chosen) < MOST:
            one = left.pop(_next(left, {passages[c.passage].document for c in chosen}, passages))
            same = next((i for i, other in enumerate(chosen) if _alike(one, other)), None)
            if same is not None and not _corrects(one, chosen[same], passages):
                continue
            if not _passes(one, passages):
                continue
            if same is None:
                chosen.append(one)
            else:
                chosen[same] = one
        return Draft("\n\n".join(_marked(one) for one in chosen), self.name)


def _next(left: Sequence[Quotable], quoted: set[str], passages: Sequence[Passage]) -> int:
    """The best of `left`, a document that is `quoted` already standing back for another."""
    worth = [one.score - AGAIN * (passages[one.passage].document in quoted) for one in left]
    return worth.index(max(worth))


def _marked(one: Quotable) -> str:
    return f"{one.text} [{one.passage + 1}]"


def _alike(one: Quotable, other: Quotable) -> bool:
    """Whether `one` adds little to `other`: it means the same, or nearly all of its words are there."""
    if len(one.terms & other.terms) >= 0.75 * len(one.terms):
        return True
    return one.vector is not None and other.vector is not None and float(one.vector @ other.vector) >= ALIKE


def _corrects(one: Quotable, other: Quotable, passages: Sequence[Passage]) -> bool:
    """Whether `one` says the same with other figures and stands in the newer passage."""
    new, old = passages[one.passage].updated_at, passages[other.passage].updated_at
    figures = [{w for w in words(q.text) if w[0].isdigit()} for q in (one, other)]
    return bool(new and old and new > old and figures[0] and figures[1] and figures[0] != figures[1])


def _passes(one: Quotable, passages: Sequence[Passage]) -> bool:
    """Whether the check would let it through whole, as it is written."""
    checked = list(cite(Draft(_marked(one), Extract.name), passages))
    return bool(checked) and not any(c.dropped for c in checked)
