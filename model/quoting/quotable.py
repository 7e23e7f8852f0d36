"""A question and passages in, the sentences worth quoting out: chosen by words, then weighed by meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from model.checking.figures import figures
from model.checking.periods import named
from model.checking.units import UNITS
from model.quoting.answered import answered
from model.quoting.denials import denial
from model.quoting.limits import leans
from model.quoting.passages import asking, headed, short
from model.quoting.passages import said as said_in
from model.quoting.preferences import preferences
from model.quoting.traits import TRAITS, WORDED, Around, Asked, Said, worded
from retrieval.passage import Embedder, Passage
from retrieval.terms import STOP, stem, terms, words

CANDIDATES = 12  # sentences that are embedded: 12 cost 44 ms on two cores, 30 cost 130
DOCUMENTS = 3  # that one of these is from: a long page has most of the words, and not always the answer
WEIGHTS = Path(__file__).with_name("quotable.json")
_LATEST = 16  # readings that are kept: who decides whether to answer and who writes share one
_TELLS = 0.2  # share of a question's terms that only the sentence before has, from which it is quoted too
_LONGEST = 700  # characters of a sentence that are embedded: no model reads more of it
_COUNTED = 2  # words behind a number among which its unit stands
_LEANS = re.compile(
    r"\A\W*(?:it|its|he|his|she|her|they|their|these|this|those|er|sie|es|dies|diese[rsnm]?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence or row of the passage at `passage` (from 0).

    `overlap`: share of the question's terms in it, by weight, 0..1; `cosine`: its likeness in meaning;
    `score`: how well it would do as the answer, in log odds; `chance`: that it is the answer if one of the
    candidates is; `antecedent`: the sentence before it, where it leans on that; `under`: the heading or line
    above it that denies; `above`: the heading of one that says too little without; `traits`: what it was
    scored by.
    """

    passage: int
    start: int
    end: int
    text: str
    terms: frozenset[str]
    overlap: float = 0.0
    cosine: float = 0.0
    score: float = 0.0
    vector: NDArray[np.float32] | None = None
    chance: float = 0.0
    antecedent: str = ""
    under: str = ""
    above: str = ""
    traits: Mapping[str, float] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The text, behind what denies it or tells of what it is."""
        return f"{self.under or self.above}: {self.text}" if self.under or self.above else self.text


@dataclass(frozen=True, slots=True)
class Reading:
    """What passages offer to a question, best first; the `weights` of the question's terms add to 1."""

    weights: Mapping[str, float]
    sentences: tuple[Quotable, ...]


@dataclass(frozen=True, slots=True)
class Weighing:
    """What each trait of a sentence counts: those of its words, where they alone choose what is embedded, and
    all. Made by `python -m docs.extract fit`."""

    worded: NDArray[np.float64]
    traits: NDArray[np.float64]

    @classmethod
    def parsed(cls, made: Mapping[str, Mapping[str, float]]) -> Weighing:
        return cls(
            np.array([made["worded"][n] for n in WORDED]), np.array([made["traits"][n] for n in TRAITS])
        )


@lru_cache(maxsize=1)
def shipped() -> Weighing:
    """The one that comes with Footnote."""
    return Weighing.parsed(json.loads(WEIGHTS.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Candidates:
    """All sentences of the passages that could be quoted, in order, with their passages' places, traits and
    what else speaks for them."""

    asked: Asked
    passages: Sequence[Passage]
    said: Sequence[tuple[int, Said]]
    traits: Sequence[dict[str, float]]
    prior: NDArray[np.float64]

    def chosen(self, weights: NDArray[np.float64], most: int = CANDIDATES) -> list[int]:
        """Places of the best by words alone, of DOCUMENTS documents at least if there are so many."""
        scores = table(self.traits, WORDED) @ weights + self.prior
        ordered: list[int] = np.argsort(-scores, kind="stable").tolist()
        firsts: dict[str, int] = {}
        for i in ordered:
            firsts.setdefault(self.passages[self.said[i][0]].document, i)
        return sorted([*dict.fromkeys((*[*firsts.values()][:DOCUMENTS], *ordered))][:most])

    def context(self, i: int) -> str:
        """What is embedded: the sentence below title and last heading, which often hold what it is about."""
        place, one = self.said[i]
        passage = self.passages[place]
        path = dict.fromkeys(part for part in (passage.title, *passage.heading[-1:]) if part)
        return ": ".join((*path, one.text[:_LONGEST]))

    def antecedent(self, i: int) -> str:
        """The sentence right before, where this one leans on it and it says what the question is about, or
        this one says too little without; or where it says up to where something else holds."""
        place, one = self.said[i]
        if not i or self.said[i - 1][0] != place:
            return ""
        before = self.said[i - 1][1]
        told = self.traits[i]["pointing_before"] >= _TELLS or short(one.text)
        points = _LEANS.match(one.text) and told
        if not points and not leans(one.text, before.text):
            return ""
        between = self.passages[place].text[before.end : one.start]
        joined = before.text.endswith((".", "!", ":")) and not between.strip() and between.count("\n") < 2
        return before.text if joined else ""

    def above(self, i: int) -> str:
        """The heading that it is quoted behind, where it says too little without: Parking: No charge."""
        place, one = self.said[i]
        if not short(one.text) or self.antecedent(i):
            return ""
        path = (self.passages[place].title, *self.passages[place].heading)
        return next((part for part in reversed(path) if part.strip()), "").strip(" #*_:?!.")


def read(question: str, passages: Sequence[Passage], embedder: Embedder) -> Reading:
    """The candidates among the sentences of `passages`, weighed."""
    return _read(question, tuple(passages), cast(Any, embedder))  # by identity


@lru_cache(maxsize=_LATEST)
def _read(question: str, passages: tuple[Passage, ...], embedder: Embedder) -> Reading:
    found, weighing = candidates(question, passages), shipped()
    chosen = found.chosen(weighing.worded) if found.said else []
    if not chosen:
        return Reading(found.asked.weights, ())
    vectors = embedder.embed([found.context(i) for i in chosen])
    cosines = vectors @ embedder.embed_query(question)
    traits = meant([found.traits[i] for i in chosen], cosines)
    scores = table(traits, TRAITS) @ weighing.traits + found.prior[chosen]
    chances = np.exp(scores - scores.max())
    weighed = [
        Quotable(
            *(found.said[i][0], one.start, one.end, one.text, one.terms),
            overlap=traits[n]["words"] + 0.5 * traits[n]["headings"],
            cosine=float(cosines[n]),
            score=float(scores[n]),
            vector=vectors[n],
            chance=float(chances[n] / chances.sum()),
            antecedent=found.antecedent(i),
            under=answered(question, passages[found.said[i][0]], one.start)
            or denial(passages[found.said[i][0]], one.start),
            above=found.above(i),
            traits=traits[n],
        )
        for n, (i, one) in enumerate((i, found.said[i][1]) for i in chosen)
    ]
    return Reading(found.asked.weights, tuple(sorted(weighed, key=lambda one: -one.score)))


def candidates(question: str, passages: Sequence[Passage]) -> Candidates:
    """What could be quoted of `passages`, and what speaks for it before anything is embedded."""
    numbered = _numbered(question)
    every = [(i, one) for i, p in enumerate(passages) for one in said_in(p)]
    said = [(i, one) for i, one in every if not (numbered and _another(numbered, one.text))]
    asked = Asked.of(question, [one for _, one in said])
    abouts = [frozenset(terms(" ".join((p.title, *p.heading)))) | named(question, p) for p in passages]
    whole = [
        abouts[i] | frozenset[str]().union(*(one.terms for at, one in said if at == i))
        for i in range(len(passages))
    ]
    traits = []
    for n, (i, one) in enumerate(said):
        before = said[n - 1][1] if n and said[n - 1][0] == i else None
        after = said[n + 1][1] if n + 1 < len(said) and said[n + 1][0] == i else None
        about = abouts[i] | headed(passages[i], one.start)
        above = asking(passages[i], before.end if before else 0, one.start)
        traits.append(worded(asked, one, Around(i, about, whole[i], before, after, above)))
    prior = preferences(question, [(i, one.text) for i, one in said], passages)
    return Candidates(asked, passages, said, traits, np.array(prior))


def meant(traits: Sequence[Mapping[str, float]], cosines: NDArray[np.float32]) -> list[dict[str, float]]:
    """`traits` of what was embedded, with those of meaning."""
    likest = float(cosines.max())
    return [
        {**one, "meaning": float(c), "likest": float(c) - likest}
        for one, c in zip(traits, cosines, strict=True)
    ]


def table(traits: Sequence[Mapping[str, float]], names: Sequence[str]) -> NDArray[np.float64]:
    """A row for each sentence, a column for each name; what a sentence has not is 0."""
    return np.array([[one.get(name, 0.0) for name in names] for one in traits], np.float64)


def coverage(weights: Mapping[str, float], found: frozenset[str]) -> float:
    """Share of the question's terms, by weight, that are in `found`."""
    return sum(weight for term, weight in weights.items() if term in found)


def _numbered(text: str) -> dict[str, set[str]]:
    """Words with the numbers that follow them: what "crane 7" and "room 12" are about; "within 60 days" and
    "get 28 vacation days" are about no number, but so much."""
    pairs: dict[str, set[str]] = {}
    for one in reversed(figures(text)):
        behind = words(text[one.start + len(one.spelling) :])[:_COUNTED]
        if one.unit or any(word in UNITS and len(word) > 2 for word in behind):
            text = f"{text[: one.start]} the {text[one.start + len(one.spelling) :]}"
    for word, number in pairwise(words(text)):
        if number[0].isdigit() and not word[0].isdigit() and word not in STOP:
            pairs.setdefault(stem(word), set()).add(number)
    return pairs


def _another(asked: Mapping[str, set[str]], text: str) -> bool:
    """Whether `text` is about another of the numbered things asked about: crane 397, not crane 7."""
    said = _numbered(text)
    return any(word in said and said[word].isdisjoint(numbers) for word, numbers in asked.items())
