"""A question and the hits of its search in, the probability out that they carry an answer to it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.checking.periods import named as named_time
from model.quoting.demands import demanded
from model.quoting.echoes import echoes, without
from model.quoting.orders import orders
from model.quoting.quotable import Quotable, Reading, coverage, read
from model.quoting.things import composed, hinted
from model.quoting.traits import named
from model.sentences import Span
from retrieval.languages import common, rather
from retrieval.passage import Embedder, Hit, Passage, SettingError
from retrieval.terms import stem, terms, words

WHOLE = 3  # words of a question that one sentence has by no chance
LIKELY = 0.5  # chance from which a sentence is surely the best
SHIPPED = Path(__file__).with_name("answerability.json")
# None of them grows with the index or is relative to the other hits: the fit holds for other collections.
FEATURES = (
    "chance",  # that the best sentence is the answer, if one is: how far it is ahead of the others
    "cosine",  # of the sentence that is likest in meaning
    "passage",  # cosine of the passage that is likest in meaning
    "coverage",  # share of the question's terms, by weight, in the passage that has most of them
    "names_missing",  # share of the question's names and numbers that the best sentence's passage lacks
    "agreement",  # whether the passage that words like best is near the one that meaning likes best
)


_HOW = re.compile(
    r"\b(?:how (?:much|many|often|long|far|old|high|large|big|fast|soon|early|late)|"
    r"wie (?:viele?|oft|lange?|weit|alt|hoch|groß|schnell|früh|spät|häufig)|gibt es)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answerability:
    """A logistic regression over FEATURES. `threshold`: below it, saying that nothing was found is better."""

    embedder: Embedder
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float
    fitted_with: str = ""  # the embedder of the fit: cosines of another one mean something else
    strict: bool = False  # whether somebody wants more certainty than the fit: then no rule stands in for it

    @classmethod
    def load(cls, path: Path | None, embedder: Embedder) -> Answerability:
        """The fit in `path`, or the one that comes with Footnote. Raises SettingError where it is none."""
        place = path or SHIPPED
        try:
            return cls.parsed(json.loads(place.read_text(encoding="utf-8")), embedder)
        except (OSError, ValueError, KeyError, TypeError):
            raise SettingError(
                f"{place.name} is no fit of this version: run `footnote fit answerability` again."
            ) from None

    @classmethod
    def of_home(cls, home: Path, embedder: Embedder, threshold: float | None = None) -> Answerability:
        """The fit in this home, else the one that comes with Footnote; with this threshold, if one is set."""
        own = home / "answerability.json"
        found = cls.load(own if own.exists() else None, embedder)
        return found if threshold is None else found.at(threshold)

    @classmethod
    def parsed(cls, made: Mapping[str, Any], embedder: Embedder) -> Answerability:
        """From what `fit` returned, with a threshold."""
        columns = [made["features"][name] for name in FEATURES]
        mean, scale, weights = (tuple(float(c[key]) for c in columns) for key in ("mean", "scale", "weight"))
        return cls(
            embedder,
            mean,
            scale,
            weights,
            float(made["bias"]),
            float(made["threshold"]),
            str(made.get("embedder", "")),
        )

    @property
    def astray(self) -> str:
        """Why its probabilities may be off, as a sentence; empty where it was fitted with this embedder."""
        if self.fitted_with in ("", self.embedder.name):
            return ""
        return (
            f"Whether documents carry an answer was fitted with the embedder {self.fitted_with}, and "
            f"{self.embedder.name} is in use: run `footnote fit answerability` with it."
        )

    def warn(self) -> None:
        """Says so in the log, once a process."""
        if self.astray:
            _say(self.astray)

    def at(self, threshold: float) -> Answerability:
        """The same, refusing below `threshold`."""
        return replace(self, threshold=threshold, strict=threshold > self.threshold)

    def probability(self, question: str, hits: Sequence[Hit]) -> float:
        """0..1; 0 where there are no hits, enough where one sentence has the whole question."""
        if not hits:
            return 0.0
        reading = read(question, [h.passage for h in hits], self.embedder)
        sure = self.of(features(question, hits, reading))
        return max(sure, self.threshold) if not self.strict and _whole(question, reading) else sure

    def of(self, values: Mapping[str, float]) -> float:
        """The probability for FEATURES already read."""
        scaled = ((values[n] - m) / s for n, m, s in zip(FEATURES, self.mean, self.scale, strict=True))
        z = self.bias + sum(w * x for w, x in zip(self.weights, scaled, strict=True))
        return 1 / (1 + exp(-max(-30.0, min(30.0, z))))


@lru_cache(maxsize=8)
def _say(sentence: str) -> None:
    logging.getLogger("footnote").warning(sentence)


def features(question: str, hits: Sequence[Hit], reading: Reading) -> dict[str, float]:
    """FEATURES of a question, its hits (at least one) and the reading of their passages."""
    passages = [h.passage for h in hits]
    repeated = echoes(question, reading, passages)
    unsaid = [(*repeated.get(n, ()), *orders(p.text)) for n, p in enumerate(passages)]  # to a person
    texts = [without(p.indexed_text, _below(p, spans)) for p, spans in zip(passages, unsaid, strict=True)]
    said = [frozenset(terms(t)) | named_time(question, p) for t, p in zip(texts, passages, strict=True)]
    own = [one for one in reading.sentences if not _within(one, repeated.get(one.passage, ()))]
    best = own[0] if own else None
    heard = [h for n, h in enumerate(hits) if n not in repeated]
    return {
        "chance": best.chance / (sum(one.chance for one in own) or 1.0) if best else 0.0,
        "cosine": max((one.cosine for one in own), default=0.0),
        "passage": max((h.vector for h in heard if h.vector is not None), default=0.0),
        "coverage": _covered(question, reading.weights, said),
        "names_missing": _missing(question, said[best.passage] if best else frozenset()),
        "agreement": _agreement(heard) if heard else 0.0,
    }


def _below(passage: Passage, spans: Sequence[Span]) -> list[Span]:
    """Where offsets into its text are in what is indexed of it, which ends with that."""
    ahead = len(passage.indexed_text) - len(passage.text)
    return [(start + ahead, end + ahead) for start, end in spans]


def _within(one: Quotable, spans: Sequence[Span]) -> bool:
    return any(start < one.end and one.start < end for start, end in spans)


def _telling(question: str, weights: Mapping[str, float]) -> Mapping[str, float]:
    """The weights without those of the common words of the question's language, where that is not English:
    wie, die and ist tell no more than how, the and is; and without what how goes with: much, often."""
    light = {stem(word) for word in common(rather(words(question)))}
    light |= {stem(word.casefold()) for found in _HOW.finditer(question) for word in words(found[0])}
    left = {term: weight for term, weight in weights.items() if term not in light}
    total = sum(left.values())
    return {term: weight / total for term, weight in left.items()} if total else weights


def _whole(question: str, reading: Reading) -> bool:
    """Whether the likeliest sentence has all that the question tells, in WHOLE words at least, and what an
    answer to it has to have: From the eighth day a fit note is needed, to when I need a fit note."""
    best, demand = next(iter(reading.sentences), None), demanded(question)
    telling = _telling(question, reading.weights).keys() & set(terms(question))
    if best is None or len(telling) < WHOLE or best.chance < LIKELY or not telling <= best.terms:
        return False
    return demand is None or demand.met_by(best.text)


def _covered(question: str, weights: Mapping[str, float], said: Sequence[frozenset[str]]) -> float:
    """The share of what tells something that one of the passages says; in German also in another form, or as
    a part."""
    telling = _telling(question, weights)
    if rather(words(question)) == "german":
        said = [one | {term for term in telling if term not in one and hinted(term, one)} for one in said]
    return max(coverage(telling, one) for one in said)


def _missing(question: str, said: frozenset[str]) -> float:
    """The share of a question's names and numbers that are not said; in German, whose nouns are written as
    names are and where much is one word, one is said where its parts are."""
    names = named(question)
    left = names - said
    if rather(words(question)) == "german":
        left = frozenset(one for one in left if not composed(one, said))
    return len(left) / len(names) if names else 0.0


def _agreement(hits: Sequence[Hit]) -> float:
    """1 where both legs like the same passage best, less the farther apart they are."""
    by_word = max(range(len(hits)), key=lambda i: hits[i].keyword or 0.0)
    by_meaning = sorted(range(len(hits)), key=lambda i: -(hits[i].vector or 0.0))
    return 1 / (1 + by_meaning.index(by_word)) if hits[by_word].keyword else 0.0


def fit(rows: Sequence[Mapping[str, float]], labels: Sequence[bool], ridge: float = 1.0) -> dict[str, Any]:
    """Logistic regression of `labels` on `rows` as `parsed` reads it, but for the threshold."""
    table = np.array([[row[name] for name in FEATURES] for row in rows], np.float64)
    mean, scale = table.mean(0), table.std(0)
    scale[scale < 1e-9] = 1.0
    weights = regression(
        np.c_[np.ones(len(table)), (table - mean) / scale], np.array(labels, np.float64), ridge
    )
    columns = {
        name: {"mean": round(m, 6), "scale": round(s, 6), "weight": round(w, 6)}
        for name, m, s, w in zip(FEATURES, mean.tolist(), scale.tolist(), weights[1:].tolist(), strict=True)
    }
    return {"bias": round(float(weights[0]), 6), "features": columns}


def regression(table: NDArray[np.float64], labels: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """Weights of the columns of `table` by iteratively reweighted least squares.

    The first column is the constant: `ridge` does not hold it back.
    """
    weights = np.zeros(table.shape[1])
    penalty = np.diag([0.0, *[ridge] * (table.shape[1] - 1)])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
        slope = table.T @ (labels - p) - penalty @ weights
        curve = (table * (p * (1 - p))[:, None]).T @ table + penalty + 1e-9 * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights
