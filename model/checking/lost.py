"""Words of a sentence in, what in them has lost its denial out: do hesitate, has yet been removed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from model.checking.opposites import CUES, LIMITED, WEAK

_CALLS = frozenset("hesitate forget worry".split())  # "do not hesitate to ask" says to ask
_TURNS = _CALLS | LIMITED
_NEAR = 3  # words before one in which its denial stands
_ONLY_ALSO = re.compile(
    r"(?<!not )(?<!n't )(?<!than )(?<!nicht )"
    r"\b(?:just|only|merely|solely|simply|(?:limited|restricted|confined) to|nur|bloß|beschränkt auf)\b"
    r"(?:(?!\bnot\b|\bnicht\b|n't)[^.;]){1,120}?\b(?:but|sondern)\b[^.;,]{0,20}\b(?:also|auch)\b"
)
_STRANDED = re.compile(  # said of what is not so alone
    r"\b(?:any ?more(?=[ .,;:!)]*\Z| [.,;:)])|any longer|any ?time soon|at all(?= [.,;:)]|[ .!]*\Z)"
    r"|(?:has|have|had|is|are|was|were) yet (?:been|\w+(?:ed|en)\b|ready|available|in|on)"
    r"|(?:do|does|did) necessarily)"
)
_DOUBTS = frozenset("if whether unless than before first too all any every doubt doubts ob falls".split())
_LICENSED = 20  # words before one that may deny it
_DO = frozenset("do does did".split())


def denies(word: str) -> bool:
    return word in CUES or word.endswith("n't")


def idle(first: str) -> bool:
    """Whether a denial before `first` asks for something: do not hesitate."""
    return first in _CALLS


def unbound(tokens: Sequence[str]) -> Iterator[str]:
    """Words that only mean what is said where they are denied ("do not hesitate", "not limited to") and that
    nothing before them denies here."""
    for i, word in enumerate(tokens):
        if word in _TURNS and not any(denies(one) for one in tokens[max(0, i - _NEAR) : i]):
            yield word


def stranded(tokens: Sequence[str]) -> Iterator[str]:
    """What is only said of what is not so, and that nothing before it denies or doubts here."""
    text = " ".join(tokens)
    for found in _STRANDED.finditer(text):
        if not any(map(_doubts, text[: found.start()].split()[-_LICENSED:])):
            yield found[0]


def only_also(tokens: Sequence[str]) -> bool:
    """Whether it says only this, but also that."""
    return bool(_ONLY_ALSO.search(" ".join(tokens)))


def insisted(tokens: Sequence[str]) -> Iterator[int]:
    """Places of what it says does happen: does provide, did usually help."""
    for i, word in enumerate(tokens[:-2]):
        if word in _DO and tokens[i + 1][0].isalpha() and not denies(tokens[i + 1]):
            yield i + 1


def _doubts(word: str) -> bool:
    return denies(word) or word in WEAK or word in _DOUBTS
