"""What a question found in, the same with cosines to the question and what the best of it says out.

Relevance feedback without anybody's vote (Rocchio 1971): what answers a question is worded as its answers
are, so the vector of the question is moved towards those of the passages that are surest of it. Nothing is
searched again: the vectors of what was found have just been met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from retrieval.passage import IndexMissing, SearchUnavailable
from retrieval.ranking import Found, Ranking, fuse
from retrieval.record import fingerprint

SURE = 0.03  # score behind the best by which a passage counts a third of it
Vectors = Callable[[Sequence[str]], Mapping[str, NDArray[np.float32]]]


def fed(found: Found, query: NDArray[np.float32] | None, vectors: Vectors, how: Ranking) -> Found:
    """`found`, with each passage's cosine to the moved question; as it is where a leg found nothing, and
    where `vectors`, which gives those of texts by their prints, does not know them all or fails."""
    if query is None or not how.feedback or not found.words or not found.near:
        return found
    prints = {h.passage.id: fingerprint(h.passage.indexed_text) for h in (*found.words, *found.near)}
    with suppress(SearchUnavailable, IndexMissing):
        known = vectors(list(dict.fromkeys(prints.values())))
        if all(one in known for one in prints.values()):
            hits = fuse(found.words, found.near, how.alpha)
            sure = np.exp([(hit.score - hits[0].score) / SURE for hit in hits])
            said = _unit(sure @ np.stack([known[prints[hit.passage.id]] for hit in hits]))
            moved = (1 - how.feedback) * query + how.feedback * said
            cosines = np.stack([known[one] for one in prints.values()]) @ _unit(moved)
            return replace(found, fed=dict(zip(prints, cosines.tolist(), strict=True)))
    return found


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / (np.linalg.norm(vector) or 1.0), np.float32)
