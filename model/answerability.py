"""A question and the hits of its search in, the probability out that they carry an answer to it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.quotable import Reading, asks_amount, coverage, has_amount, read
from retrieval.passage import Embedder, Hit, SettingError
from retrieval.terms import stem, terms, words

SHIPPED = Path(__file__).with_name("answerability.json")
FEATURES = (
    "sentence_cosine",  # of the likest sentence
    "sentence_score",  # of the best sentence: meaning and words together
    "passage_cosine",  # of the likest passage
    "cosine_lead",  # how far the likest passage is above the mean of the others
    "sentence_coverage",  # share of the question's terms, by weight, in the sentence that has most of them
    "passage_coverage",  # the same for a whole passage, headings included
    "coverage",  # the same for all passages together
    "names_missing",  # share of the question's names and numbers that are in no passage
    "names_apart",  # share of them that are not in the passage of the best sentence
    "keyword",  # BM25 of the best passage for each term of the question
    "agreement",  # whether the passage that words like best is near the one that meaning likes best
    "amount_missing",  # the question asks for an amount or a time, and the best sentences name none
    "length",  # terms in the question
)
_NAME = re.compile(r"(?<![.?!]\s)(?<!\A)\b[^\W\d_a-zà-ÿ]\w*(?:['’.&-]\w+)*|\b\w*\d[\w.,-]*\b")


@dataclass(frozen=True, slots=True)
class Answerability:
    """A logistic regression over FEATURES. `threshold`: below it, saying that nothing was found is better."""

    embedder: Embedder
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

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
    def parsed(cls, made: Mapping[str, Any], embedder: Embedder) -> Answerability:
        """From what `fit` returned, with a threshold."""
        columns = [made["features"][name] for name in FEATURES]
        mean, scale, weights = (tuple(float(c[key]) for c in columns) for key in ("mean", "scale", "weight"))
        return cls(embedder, mean, scale, weights, float(made["bias"]), float(made["threshold"]))

    def at(self, threshold: float) -> Answerability:
        """The same, refusing below `threshold`."""
        return replace(self, threshold=threshold)

    def probability(self, question: str, hits: Sequence[Hit]) -> float:
        """0..1; 0 where there are no hits."""
        if not hits:
            return 0.0
        return self.of(features(question, hits, read(question, [h.passage for h in hits], self.embedder)))

    def of(self, values: Mapping[str, float]) -> float:
        """The probability for FEATURES already read."""
        scaled = ((values[n] - m) / s for n, m, s in zip(FEATURES, self.mean, self.scale, strict=True))
        z = self.bias + sum(w * x for w, x in zip(self.weights, scaled, strict=True))
        return 1 / (1 + exp(-max(-30.0, min(30.0, z))))


def features(question: str, hits: Sequence[Hit], reading: Reading) -> dict[str, float]:
    """FEATURES of a question and its hits, none of them relative to the other hits' fused scores."""
    said = [frozenset(terms(h.passage.indexed_text)) for h in hits]
    together = frozenset[str]().union(*said)
    best = reading.sentences[0] if reading.sentences else None
    top = reading.sentences[:3]
    names = named(question)
    return {
        "sentence_cosine": max((one.cosine for one in reading.sentences), default=0.0),
        "sentence_score": best.score if best else 0.0,
        **_cosines(hits),
        "sentence_coverage": max(
            (coverage(reading.weights, one.terms) for one in reading.sentences), default=0.0
        ),
        "passage_coverage": max(coverage(reading.weights, one) for one in said),
        "coverage": coverage(reading.weights, together),
        "names_missing": _missing(names, together),
        "names_apart": _missing(names, said[best.passage] if best else frozenset()),
        "keyword": max(h.keyword or 0.0 for h in hits) / max(1, len(reading.weights)),
        "agreement": _agreement(hits),
        "amount_missing": float(asks_amount(question) and not any(has_amount(one.text) for one in top)),
        "length": float(min(len(reading.weights), 12)),
    }


def named(question: str) -> frozenset[str]:
    """Stems of the names, identifiers and numbers in `question`; its first word only where it has a digit."""
    return frozenset(stem(w) for found in _NAME.finditer(question) for w in words(found[0]))


def _missing(names: frozenset[str], said: frozenset[str]) -> float:
    return len(names - said) / len(names) if names else 0.0


def _cosines(hits: Sequence[Hit]) -> dict[str, float]:
    cosines = sorted((h.vector for h in hits if h.vector is not None), reverse=True) or [0.0]
    rest = cosines[1:] or cosines
    return {"passage_cosine": cosines[0], "cosine_lead": cosines[0] - sum(rest) / len(rest)}


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
