"""What somebody is called by in a question and a role as a table has it in, whether they are one out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.tabular.called import BRACKETS
from model.tabular.said import form, women
from retrieval.terms import words

_ENDS = re.compile(
    r"\s+(?:of|for|in|at|and|von|für|der|des|im|und)\s|\s?[,(/–—&]\s?|\s-\s"
)  # of a role's noun
_RANK = re.compile(r"[ivx]{1,4}|\d+|[a-z]|in|innen")  # behind it: Engineer II, Entwickler:in


def noun(said: Sequence[str], cell: str) -> int:
    """How many words of what is asked for are the last ones of a role's noun."""
    noun = words(_ENDS.split(BRACKETS.sub("", cell))[0])
    while len(noun) > 1 and _RANK.fullmatch(noun[-1]):
        noun.pop()
    fit = (k for k in range(len(noun), 0, -1) if len(said) >= k and all(map(_called, said, noun[-k:])))
    return next(fit, 0)


def _called(word: str, other: str) -> bool:
    """Whether they call the same: also Entwickler those who are Entwicklerin or Softwareentwickler."""
    if form(word, other):
        return True
    if women(word):
        return women(other) and other.endswith(re.sub(r"nen\Z", "", word))
    male = re.sub(r"in(?:nen)?\Z", "", other)
    return len(word) > 5 and (form(word, male) or other.endswith(word) or male.endswith(word))
