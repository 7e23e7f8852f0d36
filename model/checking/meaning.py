"""A claim and what it cites in, whether its words are borne out: by share, and by likeness of meaning."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from retrieval.passage import Embedder

SUPPORT = 0.5  # share of a claim's content that what it cites must have, where likeness is not known
CLEAR = 0.8  # from this share on likeness is not asked
SURE = 0.5  # from which probability on a model of entailment is believed
# A claim and texts in, for each how surely it bears the claim out; None where the model does not answer.
Entails = Callable[[str, Sequence[str]], Sequence[float] | None]
_FITTED = Path(__file__).parent / "meaning.json"  # made by python -m docs.checker fit
_LONGEST = 700  # characters of a sentence that are embedded


@dataclass(frozen=True, slots=True)
class Weighed:
    """`share` of the claim's content in what it cites; the sentence most like it, and how like, -1..1; how
    surely one bears it out, 0..1, where a model for that was asked."""

    share: float
    best: int = -1
    cosine: float = 0.0
    sure: float | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """Weighs share and likeness; without an embedder, or with one it was not fitted with, share alone. Where
    a model of entailment answers, what it says holds."""

    embedder: Embedder | None = None
    entails: Entails | None = None

    def weigh(self, claim: str, share: float, texts: Sequence[str]) -> Weighed:
        """`texts`: the sentences that may carry `claim`."""
        if self.entails and texts and (sure := self.entails(claim, texts)):
            best = max(range(len(sure)), key=sure.__getitem__)
            return Weighed(share, best, sure=sure[best])
        if self.embedder is None or not texts or self.embedder.name != fitted()["embedder"]:
            return Weighed(share)
        vectors = self.embedder.embed([claim[:_LONGEST], *(text[:_LONGEST] for text in texts)])
        cosines = vectors[1:] @ vectors[0]
        return Weighed(share, int(cosines.argmax()), float(cosines.max()))

    def bears_out(self, weighed: Weighed, least: float = SUPPORT) -> bool:
        if weighed.sure is not None:
            return weighed.sure >= SURE
        if weighed.best < 0:
            return weighed.share >= least
        return score(fitted(), weighed.share, weighed.cosine) >= float(fitted()["threshold"])


def score(weights: dict[str, Any], share: float, cosine: float) -> float:
    return float(weights["bias"] + weights["share"] * share + weights["cosine"] * cosine)


@lru_cache(maxsize=1)
def fitted() -> dict[str, Any]:
    """The numbers in meaning.json."""
    return dict(json.loads(_FITTED.read_text(encoding="utf-8")))
