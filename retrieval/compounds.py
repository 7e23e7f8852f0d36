"""A question and what it found in, the question with its words parted or joined as they are written there
out: rollback, roll back; sign up, signup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.passage import Passage
from retrieval.terms import STOP, stem, words

_LEAST = 2  # letters of a part
_TYPED = re.compile(r"[^\W\d_]{5,}")
_WORD = re.compile(r"[^\W\d_]{2,}")


def written(question: str, passages: Sequence[Passage]) -> str:
    """`question`, a word that no passage has in the two that stand there side by side, and two that are one
    there in one."""
    said = [words(text) for one in passages for text in (one.text, one.title, *one.heading)]
    stems = {stem(word) for some in said for word in some}
    pairs = {(stem(a), stem(b)) for some in said for a, b in pairwise(some)}
    line = _TYPED.sub(lambda m: _parted(m[0], stems, pairs), question)
    for one, two in reversed([*pairwise(_WORD.finditer(line))]):
        between = line[one.end() : two.start()]
        if between in (" ", "-") and _one(one[0].casefold(), two[0].casefold(), stems, pairs):
            line = line[: one.end()] + line[two.start() :]
    return line


def _parted(word: str, stems: set[str], pairs: set[tuple[str, str]]) -> str:
    low = word.casefold()
    if low in STOP or stem(low) in stems:
        return word
    fit = (n for n in _cuts(low) if (stem(low[:n]), stem(low[n:])) in pairs)
    at = next(fit, 0)
    return f"{word[:at]} {word[at:]}" if at else word


def _cuts(word: str) -> Iterator[int]:
    yield from range(_LEAST, len(word) - _LEAST + 1)


def _one(one: str, two: str, stems: set[str], pairs: set[tuple[str, str]]) -> bool:
    """Whether they are one word there, and never two."""
    return one not in STOP and stem(one + two) in stems and (stem(one), stem(two)) not in pairs
