"""A question and what it found in, the question with its words parted or joined as they are written there
out: rollback, roll back; sign up, signup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise

from retrieval.passage import Passage
from retrieval.terms import STOP, stem, words

_LEAST = 2  # letters of a part
_TYPED = re.compile(r"[^\W\d_]{5,}")
_WORD = re.compile(r"[^\W\d_]{2,}")


def written(question: str, passages: Sequence[Passage]) -> str:
    """`question`, a word that no passage has in the two that stand there side by side, and two that are one
    there in one."""
    read = [_read(one) for one in passages]
    stems = {word for its, _ in read for word in its}
    pairs = {pair for _, its in read for pair in its}
    line = _TYPED.sub(lambda m: _parted(m[0], stems, pairs), question)
    for one, two in reversed([*pairwise(_WORD.finditer(line))]):
        between = line[one.end() : two.start()]
        if between in (" ", "-") and _one(one[0].casefold(), two[0].casefold(), stems, pairs):
            line = line[: one.end()] + line[two.start() :]
    return line


@lru_cache(maxsize=256)  # a passage is read once while it keeps coming
def _read(one: Passage) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The stems of its words, and of each two that stand side by side."""
    said = [[stem(word) for word in words(text)] for text in (one.text, one.title, *one.heading)]
    return frozenset(chain.from_iterable(said)), frozenset(chain.from_iterable(map(pairwise, said)))


def _parted(word: str, stems: set[str], pairs: set[tuple[str, str]]) -> str:
    low = word.casefold()
    if low in STOP or stem(low) in stems:
        return word
    cuts = range(_LEAST, len(low) - _LEAST + 1)
    fit = (n for n in cuts if (stem(low[:n]), stem(low[n:])) in pairs)
    at = next(fit, 0)
    return f"{word[:at]} {word[at:]}" if at else word


def _one(one: str, two: str, stems: set[str], pairs: set[tuple[str, str]]) -> bool:
    """Whether they are one word there, and never two."""
    return one not in STOP and stem(one + two) in stems and (stem(one), stem(two)) not in pairs
