"""A question and the passages of files that came with it in, the best of them out: nothing is indexed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import log

import numpy as np

from retrieval.passage import Embedder, Hit, Passage
from retrieval.ranking import Ranking, fuse
from retrieval.terms import asked, indexed

BEST = 4  # passages that a question is given of its files
_READ = 24  # passages that are embedded: a third of a second on two cores


def attached(
    question: str, passages: Sequence[Passage], embedder: Embedder, best: int = BEST
) -> tuple[Hit, ...]:
    """The `best` of `passages`, by words and then by meaning, as search ranks them; first ones where none has
    a word of the question."""
    if not passages:
        return ()
    worded = sorted(_worded(question, passages), key=lambda hit: -(hit.keyword or 0.0))[:_READ]
    vectors = embedder.embed([hit.passage.indexed_text for hit in worded])
    cosines = (vectors @ embedder.embed_query(question)).tolist()
    near = [replace(hit, score=cosine, vector=cosine) for hit, cosine in zip(worded, cosines, strict=True)]
    words = [replace(hit, vector=n.vector) for hit, n in zip(worded, near, strict=True) if hit.keyword]
    return tuple(fuse(words, near, Ranking().alpha if words else 1.0)[:best])


def _worded(question: str, passages: Sequence[Passage]) -> list[Hit]:
    """BM25 of each passage among its like (k1 1.2, b 0.75); None where it has no word of the question."""
    texts = [Counter(indexed(p.indexed_text)) for p in passages]
    wanted = set(asked(question))
    have = Counter(term for text in texts for term in wanted if term in text)
    mean = float(np.mean([text.total() for text in texts])) or 1.0
    weights = {t: log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for t, n in have.items()}
    return [
        Hit(p, s, s or None) for p, s in zip(passages, (_score(t, weights, mean) for t in texts), strict=True)
    ]


def _score(text: Counter[str], weights: dict[str, float], mean: float) -> float:
    longer = 1.2 * (0.25 + 0.75 * text.total() / mean)
    return sum(w * text[t] * 2.2 / (text[t] + longer) for t, w in weights.items() if t in text)
