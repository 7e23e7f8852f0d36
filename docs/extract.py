"""How well the extract answers, and the weights of what it goes by.

python -m docs.extract            SQuAD 2 over all its paragraphs: fitted on half the articles, the other half
python -m docs.extract fit        fits model/quotable.json on the first half

Collections are read from FOOTNOTE_DATA (default ../shared/data); vectors are kept as by docs/quality.py.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot import evaluate, fit
from docs.quality import SETS, empty
from model.extract import MOST, Extract
from model.quotable import CANDIDATES, WEIGHTS, Candidates, candidates, meant, table
from model.traits import TRAITS, WORDED
from retrieval.passage import Audience, Embedder, Passage
from retrieval.sources.given import Given

RIDGE = 2.0
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """An answerable question with its passages; `fitted`: of an article that weights are fitted on."""

    question: str
    answers: tuple[str, ...]
    gold: frozenset[str]
    passages: tuple[Passage, ...]
    fitted: bool


def squad(embedder: Embedder, store: evaluate.Store) -> list[Case]:
    """The answerable questions of SQuAD 2, each searched among all its paragraphs."""
    given = fit.squad(SETS / "squad2")
    search, _ = evaluate.indexed(Given(given.name, given.documents), store, embedder)
    halves = fit.halves(a.group for a in given.asked)
    return [
        Case(
            *(a.question, a.answers, a.gold),
            tuple(h.passage for h in search.find(a.question, Audience(), fit.PASSAGES).hits),
            halves[a.group],
        )
        for a in given.asked
        if a.answerable
    ]


def says(text: str, answers: Sequence[str]) -> bool:
    """Whether one of `answers` stands in `text` as whole words."""
    said = " ".join(text.casefold().split())
    return any(re.search(rf"(?<!\w){re.escape(' '.join(a.casefold().split()))}(?!\w)", said) for a in answers)


def fitted(cases: Sequence[Case], embedder: Embedder) -> dict[str, dict[str, float]]:
    """Weights of traits: those of words over all sentences, then all over the few that these choose."""
    found = [candidates(c.question, c.passages) for c in cases]
    right = [_right(c, f) for c, f in zip(cases, found, strict=True)]
    some = [i for i, y in enumerate(right) if y.any()]
    worded = choice([(table(found[i].traits, WORDED), right[i]) for i in some])
    rows = []
    for i in some:
        chosen = found[i].chosen(worded, CANDIDATES)
        if right[i][chosen].any():
            vectors = embedder.embed([found[i].context(n) for n in chosen])
            cosines = vectors @ embedder.embed_query(cases[i].question)
            traits = meant([found[i].traits[n] for n in chosen], cosines)
            rows.append((table(traits, TRAITS), right[i][chosen]))
    every = choice(rows)
    return {
        "worded": {n: round(float(w), 4) for n, w in zip(WORDED, worded, strict=True)},
        "traits": {n: round(float(w), 4) for n, w in zip(TRAITS, every, strict=True)},
    }


def _right(case: Case, found: Candidates) -> Array:
    """1 for each sentence of a gold paragraph that has the answer."""
    return np.array(
        [
            float(case.passages[at].document in case.gold and says(one.text, case.answers))
            for at, one in found.said
        ]
    )


def choice(groups: Sequence[tuple[Array, Array]], ridge: float = RIDGE) -> Array:
    """Weights under which the right ones of each group are likeliest to be chosen from it (a conditional
    logit), by Newton's method; columns are scaled for the ridge."""
    scale = np.vstack([rows for rows, _ in groups]).std(0)
    scale[scale < 1e-9] = 1.0
    weights = np.zeros(len(scale))
    for _ in range(30):
        slope, curve = -ridge * weights, ridge * np.eye(len(scale))
        for rows, right in groups:
            scaled = rows / scale
            z = scaled @ weights
            p = np.exp(z - z.max())
            p /= p.sum()
            mean = p @ scaled
            slope += (p * right / (p @ right)) @ scaled - mean
            curve += (scaled * p[:, None]).T @ scaled - np.outer(mean, mean)
        step = np.linalg.solve(curve, slope)
        weights += step * min(1.0, 2.0 / float(np.abs(step).max()))
        if float(np.abs(step).max()) < 1e-4:
            break
    return weights / scale


def figures(cases: Sequence[Case], embedder: Embedder) -> str:
    """Shares of questions whose answer is in the extract, and in its first sentence."""
    extract, places, lengths = Extract(embedder), [], []
    for case in cases:
        draft = extract.write(case.question, case.passages).text
        said = draft.split("\n\n") if draft else []
        lengths.append(len(said))
        places.append(next((n for n, text in enumerate(said, 1) if says(text, case.answers)), 0))
    shares = [sum(0 < p <= n for p in places) / len(places) for n in (MOST, 1)]
    return (
        f"{len(cases)} questions: answer in the extract {shares[0]:.1%}, in its first quote {shares[1]:.1%}; "
        f"{np.mean(lengths):.2f} quotes an answer"
    )


def lines(names: Sequence[str]) -> Iterator[str]:
    with empty() as (store, embedder):
        cases = squad(embedder, store)
        if "fit" in names:
            made = fitted([c for c in cases if c.fitted], embedder)
            head = {"made": datetime.now(UTC).date().isoformat(), "embedder": embedder.name}
            Path(WEIGHTS).write_text(json.dumps(head | made, indent=2) + "\n", encoding="utf-8")
        for half in (True, False):
            name = "fitted" if half else "held out"
            yield f"squad2, {name}: {figures([c for c in cases if c.fitted == half], embedder)}"


if __name__ == "__main__":
    for line in lines(sys.argv[1:]):
        print(line, flush=True)
