"""A question that asks several things in, each as a question of its own out; and which are not told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.tabular.asking import alike
from retrieval.terms import STOP, words

_ASKS = (
    r"(?:who|whom|whose|what|when|where|which|how|why|wer|wem|wen|wessen|was|wann|wo|wie|warum|welche[nmrs]?)"
    r"\b"
)
_MAY = (
    r"(?:is|are|can|may|must|do|does|darf|dürfen|kann|können|muss|müssen|ist|sind|gibt)\s"
    r"(?:i|we|you|there|the|my|our|ich|wir|man|es|der|die|das)\b"
)
_AND = r"(?:and(?: also)?|&|\+|plus|as well as|und(?: auch)?|sowie)"
_NEXT = re.compile(rf"\?\s+(?:{_AND}\s+)?(?=\S)|[,;]?\s+{_AND}\s+(?={_ASKS}|{_MAY})", re.IGNORECASE)
_THE = r"(?:the|our|my|der|die|das|unsere?|meine?)\s"
_BOTH = re.compile(  # what is the one and the other
    rf"(?P<head>(?:what|who|when|how \w+|was|wer|wann|wie \w+)\s(?:is|are|ist|sind)\s)"
    rf"(?P<one>{_THE}[^,?]{{1,60}}?)\s(?:and|und)\s(?P<two>{_THE}[^,?]{{1,60}})",
    re.IGNORECASE,
)
_LEANS = re.compile(  # one that points at another part, or compares both, is none by itself
    r"\b(?:it|its|they|them|their|he|she|him|her|this|these|those|so|both|between|difference|respectively|es|"
    r"ihn|ihm|ihnen|deren|dessen|dies\w*|beide\w*|zwischen|unterschied)\b",
    re.IGNORECASE,
)
_OF = re.compile(r"\s(?:of|for|in|at|on|with|to|from|von|für|bei|mit|zu[mr]?|im|in)\s", re.IGNORECASE)
MOST = 4  # parts of a question: who asks more asks for a page


def parts(question: str) -> list[str]:
    """Two to MOST of them, in order; none where it asks one thing, or where a part leans on another."""
    line = question.strip().rpartition("\n")[2]
    found = [one for clause in _NEXT.split(line) for one in _each(clause.strip(" ?,;"))]
    if not 1 < len(found) <= MOST or any(map(_LEANS.search, found)) or not all(owned(found)):
        return []
    return [f"{one[0].upper()}{one[1:]}?" for one in found]


def owned(found: Sequence[str]) -> list[frozenset[str]]:
    """Of each, the words that no other one has."""
    said = [frozenset(word for word in words(one) if word not in STOP) for one in found]
    return [own.difference(*(other for m, other in enumerate(said) if m != n)) for n, own in enumerate(said)]


def untold(question: str, quoted: Sequence[str]) -> list[str]:
    """The parts of which nothing that is `quoted` has a word of its own."""
    found = parts(question)
    told = {word for text in quoted for word in words(text)}
    return [
        one
        for one, own in zip(found, owned(found), strict=True)
        if not any(alike(word, other) for word in own for other in told)
    ]


def _each(clause: str) -> list[str]:
    both = _BOTH.fullmatch(clause)
    if both and bool(_OF.search(both["one"])) != bool(
        _OF.search(both["two"])
    ):  # the name of the dog and the cat
        both = None
    return [f"{both['head']}{both[one]}" for one in ("one", "two")] if both else [clause] if clause else []
