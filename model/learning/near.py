"""Texts in, which of them say nearly the same out: MinHash over runs of words finds, Jaccard decides."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.languages import ENGLISH, common, likely
from retrieval.terms import folded, stem, words

SAME_TEXT = 0.7  # Jaccard of two texts' runs of words from which they are near-duplicates
SAME_QUESTION = 0.7  # of two questions' words, from which they ask the same
_RUN = 3  # words
_BANDS, _DEEP = 32, 4  # of a signature: at .6 of likeness, 99 of 100 pairs share a band
_PRIME = (1 << 61) - 1
_ASKING = frozenset(
    """what which who whom whose when where why how many much long often far do does did can could may might
    must should shall will would is are was were have has i we you my our me please tell say said there any
    was welche welcher welches wer wen wem wann wo warum wie viel viele lange oft muss müssen darf dürfen
    kann können soll sollen wird werden ist sind hat habe haben ich wir man mein
    unser bitte gibt es""".split()
)


def normalised(text: str) -> str:
    """`text` as two are compared for being the same: case, accents' form, punctuation and space aside."""
    return " ".join(words(unicodedata.normalize("NFKC", text)))


def runs(text: str, of: int = _RUN) -> frozenset[Hashable]:
    """Its runs of so many words; of a shorter text, itself."""
    found = words(text)
    return (
        frozenset(tuple(found[i : i + of]) for i in range(max(1, len(found) - of + 1)))
        if found
        else frozenset()
    )


def content(question: str) -> frozenset[Hashable]:
    """What a question is about: its stems without the words that ask. Of several lines, the last asks."""
    found = words(question)
    own = next(iter(likely(found, 1)), ENGLISH)
    stop = common(ENGLISH) | common(own) | _ASKING
    return frozenset(folded(stem(w, own)) for w in found if w not in stop) or frozenset(found)


def alike(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    """Jaccard: what both have, of what either has."""
    return len(one & other) / len(one | other) if one or other else 1.0


def groups(sets: Sequence[frozenset[Hashable]], least: float) -> list[int]:
    """For each set the place of the first one that it belongs with: pairs of `least` or more, and theirs."""
    leader = list(range(len(sets)))

    def first(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for a, b in _pairs(sets):
        one, other = first(a), first(b)
        if one != other and alike(sets[a], sets[b]) >= least:
            leader[max(one, other)] = min(one, other)
    return [first(i) for i in range(len(sets))]


def clusters(questions: Sequence[str]) -> list[int]:
    """For each question the place of the first one that asks the same: to the letter, or nearly."""
    of_text: dict[str, int] = {}
    same = [of_text.setdefault(normalised(text), i) for i, text in enumerate(questions)]
    distinct = sorted(set(same))
    found = groups([content(questions[i]) for i in distinct], SAME_QUESTION)
    leader = {i: distinct[place] for i, place in zip(distinct, found, strict=True)}
    return [leader[i] for i in same]


def duplicates(texts: Sequence[str]) -> list[int]:
    """For each text the place of the first one that is nearly the same; itself where it is the first."""
    return groups([runs(text) for text in texts], SAME_TEXT)


def _pairs(sets: Sequence[frozenset[Hashable]]) -> Iterator[tuple[int, int]]:
    """Those that may be alike: they share a band of their signatures. Each with the first of its band and
    with the one before, so that a band of many costs no square."""
    before: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for i, signature in enumerate(_signatures(sets)):
        for band in range(_BANDS):
            held = before[band, signature[band * _DEEP : (band + 1) * _DEEP].tobytes()]
            yield from ((j, i) for j in dict.fromkeys((*held[:4], *held[-4:])))
            held.append(i)


def _signatures(sets: Sequence[frozenset[Hashable]]) -> Iterator[NDArray[np.uint64]]:
    """MinHash, the same in every process."""
    draw = np.random.default_rng(20260101)
    size = _BANDS * _DEEP
    times = draw.integers(1, 1 << 31, size, dtype=np.uint64)
    plus = draw.integers(0, 1 << 31, size, dtype=np.uint64)
    for one in sets:
        hashes = np.array([_hash(each) for each in one] or [0], np.uint64)
        yield ((hashes[:, None] * times + plus) % np.uint64(_PRIME)).min(axis=0)


def _hash(each: Hashable) -> int:
    return int.from_bytes(hashlib.blake2b(repr(each).encode(), digest_size=4).digest(), "big")
