"""A question and the sentences of its passages in, what speaks for each as the answer out, as numbers.

None of them counts on the size of the index, and none but the last two on vectors.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log

from model.quoting.kinds import holds, places, wanted
from retrieval.terms import STOP, stem, terms, words

WORDED = (
    "words",  # share of the question's terms, by weight, that the sentence has
    "headings",  # that only title and headings have
    "before",  # that only the sentence before it has
    "after",  # that only the sentence after it has
    "passage",  # that its passage has
    "names",  # share of the question's names and numbers that its passage has
    "pairs",  # share of the question's neighbouring words that are neighbours in it
    "order",  # terms that it has in the question's order, of all the question's
    "kin",  # weight of terms that it has in another form: founded, foundation
    "near",  # how near the question's terms stand to something of the kind that it asks for
    "length",
    "rank",  # of its passage
    "first",  # of its passage
    "pointing",  # begins with a word that points back
    "pointing_before",  # and what it points at has terms of the question
    *(f"has_{kind}" for kind in ("time", "amount", "reason", "person", "place", "thing")),
)
MEANT = (
    "meaning",  # cosine with the question
    "likest",  # the same, less that of the likest sentence
)
TRAITS = (*WORDED, *MEANT)
_TOKEN = re.compile(r"[^\W_]+(?:['’.,:-][^\W_]+)*|[%$€£]")
_POINTS = re.compile(
    r"\A\W*(?:it|its|he|his|she|her|they|their|these|this|those|that|such|here|there|both|the latter|"
    r"the former|however|also|in addition|moreover|furthermore|thus|therefore|then|er|sie|es|dies\w*|"
    r"diese[rsnm]?|dazu|dabei|außerdem|deshalb|damit)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.?!]\s)(?<!\A)\b[^\W\d_a-zà-ÿ]\w*(?:['’.&-]\w+)*|\b\w*\d[\w.,-]*\b")
_KIN = 5  # letters at the beginning of a word by which its forms are known


def points_back(text: str) -> bool:
    """Whether `text` begins with a word that points at what was said before."""
    return bool(_POINTS.match(text))


def named(question: str) -> frozenset[str]:
    """Stems of the names, identifiers and numbers in `question`; its first word only where it has a digit."""
    found = (w for name in _NAME.finditer(question) for w in words(name[0]))
    return frozenset(stem(w) for w in found if w.partition("'")[0] not in STOP)


@dataclass(frozen=True)
class Said:
    """A sentence of a passage, at these offsets into its text, read once for all that asks of it."""

    start: int
    end: int
    text: str

    @cached_property
    def words(self) -> list[str]:
        return words(self.text)

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(stem(w) for w in self.words if w not in STOP)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(pairwise(self.words))

    @cached_property
    def tokens(self) -> list[str]:
        return _TOKEN.findall(self.text)

    @cached_property
    def stems(self) -> list[str]:
        return [stem(token.casefold()) for token in self.tokens]

    @cached_property
    def kin(self) -> frozenset[str]:
        return frozenset(term[:_KIN] for term in self.terms if len(term) >= _KIN)

    @cached_property
    def points(self) -> bool:
        return points_back(self.text)


@dataclass(frozen=True)
class Asked:
    """A question as sentences are held against it; the `weights` of its terms add to 1."""

    kind: str
    weights: Mapping[str, float]
    places: Mapping[str, int]  # of its terms, in its order
    names: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    said: frozenset[str]

    @classmethod
    def of(cls, question: str, found: Sequence[Said]) -> Asked:
        """Its terms weigh the more, the rarer they are among the sentences `found`."""
        ordered = words(question)
        asked = dict.fromkeys(terms(question)) or dict.fromkeys(stem(w) for w in ordered)
        seen = Counter(term for one in found for term in one.terms if term in asked)
        raw = {term: log(1 + (len(found) + 1) / (seen[term] + 0.5)) for term in asked}
        total = sum(raw.values()) or 1.0
        return cls(
            kind=wanted(question),
            weights={term: weight / total for term, weight in raw.items()},
            places={term: i for i, term in enumerate(asked)},
            names=named(question),
            pairs=frozenset(pairwise(ordered)),
            said=frozenset(asked) | frozenset(ordered),
        )

    def coverage(self, found: frozenset[str]) -> float:
        """Share of its terms, by weight, that are in `found`."""
        return sum(weight for term, weight in self.weights.items() if term in found)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands about a sentence: its passage's rank from 0, terms of headings and of the whole, and its
    neighbours there."""

    rank: int
    about: frozenset[str]
    passage: frozenset[str]
    before: Said | None
    after: Said | None
    asking: str = ""  # a heading right above it that asks


def worded(asked: Asked, one: Said, around: Around) -> dict[str, float]:
    """WORDED of a sentence."""
    has = asked.coverage
    before = around.before.terms if around.before else frozenset[str]()
    after = around.after.terms if around.after else frozenset[str]()
    matched = [(i, term) for i, term in enumerate(one.stems) if term in asked.weights]
    found = places(asked.kind, one.tokens, asked.said)
    holding = f"has_{asked.kind}"
    posed = before if around.before and around.before.text.endswith("?") else frozenset[str]()
    right = 0.9 * (_asks(asked, around.asking) or _enters(asked, one, around.about))
    order = _longest([asked.places[term] for _, term in matched]) / (len(asked.weights) or 1)
    return {
        "words": max(has(one.terms), 0.9 * has(posed), right),
        "headings": has(around.about - one.terms),
        "before": has(before - one.terms),
        "after": has(after - one.terms),
        "passage": has(around.passage),
        "names": len(asked.names & around.passage) / len(asked.names) if asked.names else 0.5,
        "pairs": max(len(asked.pairs & one.pairs) / (len(asked.pairs) or 1), right),
        "order": max(order, right),
        "kin": _kin(asked, one),
        "near": _near(asked, matched, found),
        "length": log(1 + len(one.tokens)),
        "rank": 1 / (1 + around.rank),
        "first": float(around.before is None),
        "pointing": float(one.points),
        "pointing_before": has(before - one.terms) if one.points else 0.0,
        holding: float(holds(asked.kind, one.text, found, asked.said)),
    }


def _asks(asked: Asked, heading: str) -> bool:
    """Whether a heading asks what is asked: for the same kind of thing, with all of its words. Of words
    alone, typed into a search box, the kind is not known."""
    kind = wanted(heading)
    alike = kind == asked.kind or (asked.kind == "thing" and kind != "decision")
    return bool(heading) and alike and asked.weights.keys() <= frozenset(terms(heading))


def _enters(asked: Asked, one: Said, about: frozenset[str]) -> bool:
    """Whether it is a line whose label names what is asked of the thing that the headings name: Owner: Kim
    Lund, below Recall procedure, to who owns that."""
    label, mark, _ = one.text.partition(": ")
    own = asked.weights.keys() - about
    named = terms(label) if mark else []
    return bool(own) and all(any(_same(term, other) for other in named) for term in own)


def _same(term: str, other: str) -> bool:
    """Whether they are of one word: own, owner."""
    return term == other or other in (f"{term}er", f"{term}r", f"{term}or", f"{term}{term[-1]}er")


def _longest(numbers: Sequence[int]) -> int:
    """Length of the longest run of `numbers`, others left out, that only rises (patience sorting)."""
    tops: list[int] = []
    for number in numbers:
        at = bisect_left(tops, number)
        tops[at : at + 1] = [number]
    return len(tops)


def _kin(asked: Asked, one: Said) -> float:
    return sum(
        weight
        for term, weight in asked.weights.items()
        if len(term) >= _KIN and term not in one.terms and term[:_KIN] in one.kin
    )


def _near(asked: Asked, matched: Sequence[tuple[int, str]], found: Sequence[int]) -> float:
    weighed = [(i, asked.weights[term]) for i, term in matched]
    return max((sum(w / (1 + abs(i - at) / 4) for i, w in weighed if i != at) for at in found), default=0.0)
