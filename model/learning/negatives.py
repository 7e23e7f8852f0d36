"""Passages in, those that come near a question without carrying its answer out: what a writer is shown."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from model.checking.citations import check
from model.checking.support import MARKER
from model.learning.near import alike, runs
from model.sentences import sentences
from retrieval.passage import Passage
from retrieval.terms import indexed

_ALIKE = 0.5  # of two passages' runs of words, from which one is a copy of the other
_LOOKED_AT = 40  # passages near a text


class Negatives:
    """Passages by their words; those that most have count little."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = list({(p.document, p.text): p for p in passages}.values())
        self._having: dict[str, list[int]] = defaultdict(list)
        for i, passage in enumerate(self._passages):
            for term in set(indexed(passage.indexed_text)):
                self._having[term].append(i)

    def near(self, text: str) -> list[Passage]:
        """Those that share most of what is rare in `text`, best first."""
        scores: dict[int, float] = defaultdict(float)
        for term in sorted(set(indexed(text))):  # sums of fractions hang on their order
            having = self._having.get(term, [])
            if len(having) * 4 <= len(self._passages) + 8:
                weight = math.log(1 + len(self._passages) / (1 + len(having)))
                for i in having:
                    scores[i] += weight
        best = sorted(scores, key=lambda i: (-scores[i], self._passages[i].document, self._passages[i].start))
        return [self._passages[i] for i in best[:_LOOKED_AT]]

    def beside(self, question: str, answer: str, gold: Sequence[Passage]) -> Iterator[Passage]:
        """Passages that are near the question or the passages with the answer, and do not carry it."""
        texts = [question, *(one.indexed_text for one in gold)]
        held = {(one.document, one.text) for one in gold}
        ranked = dict[tuple[str, str], Passage]()
        for found in zip(*(_padded(self.near(text)) for text in texts), strict=True):
            ranked |= {(one.document, one.text): one for one in found if one}
        for key, passage in ranked.items():
            if key not in held and not carries(passage, answer, gold):
                yield passage


def _padded(found: list[Passage]) -> list[Passage | None]:
    return [*found, *[None] * (_LOOKED_AT - len(found))]


def carries(passage: Passage, answer: str, gold: Sequence[Passage] = ()) -> bool:
    """Whether `passage` bears out a sentence of `answer`, or is nearly one of `gold`."""
    mine = runs(passage.text)
    if any(alike(mine, runs(one.text)) >= _ALIKE for one in gold):
        return True
    bare = MARKER.sub(" ", answer)
    return any(check(f"{bare[a:b].rstrip()} [1]", [passage]).ok for a, b in sentences(bare))
