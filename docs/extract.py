"""How well the extract answers, and the weights of what it goes by.

python -m docs.extract            SQuAD 2 over all its paragraphs: fitted on half the articles, the other half
python -m docs.extract fit        fits model/quoting/quotable.json on the first half
python -m docs.extract absent     the other half asked without their articles: refused, and wrongly
python -m docs.extract turns      MTRAG's last turns on which nothing was fitted: told apart, and refused
python -m docs.extract times      what an answer from five passages takes, without a model

Collections are read from FOOTNOTE_DATA (default ../shared/data); vectors are kept as by docs/quality.py.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot import wiring
from bot.chain import Chain
from bot.measuring import fit, known
from bot.settings import load
from docs.quality import SETS, empty
from model.answer import Question
from model.quoting.answerability import SHIPPED, Answerability
from model.quoting.extract import MOST, Extract
from model.quoting.quotable import CANDIDATES, WEIGHTS, Candidates, candidates, meant, table
from model.quoting.traits import TRAITS, WORDED
from retrieval.lance import LanceStore
from retrieval.passage import Audience, Embedder, Passage, Vectors
from retrieval.remembered import Remembered
from retrieval.retriever import FootnoteRetriever
from retrieval.store import Store

RIDGE = 2.0
MANY = 4000  # more questions than there are
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """An answerable question with its passages; `fitted`: of an article that weights are fitted on."""

    question: str
    answers: tuple[str, ...]
    gold: frozenset[str]
    passages: tuple[Passage, ...]
    fitted: bool


def squad(embedder: Embedder, store: Store) -> list[Case]:
    """The answerable questions of SQuAD 2, each searched among all its paragraphs."""
    given = known.squad(SETS / "squad2")
    search = known.searched(given, store, embedder)
    halves = known.halves(a.group for a in given.asked)
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
        said = re.split(r"(?<=\d\])\s+", draft) if draft else []  # each ends with its marker
        lengths.append(len(said))
        places.append(next((n for n, text in enumerate(said, 1) if says(text, case.answers)), 0))
    shares = [sum(0 < p <= n for p in places) / len(places) for n in (MOST, 1)]
    return (
        f"{len(cases)} questions: answer in the extract {shares[0]:.1%}, in its first one {shares[1]:.1%}; "
        f"{np.mean(lengths):.2f} sentences each"
    )


class Timed:
    """An embedder, and the seconds that were spent in it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self.name, self.dimension = embedder, embedder.name, embedder.dimension
        self.spent = 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        began = time.perf_counter()
        made = self._embedder.embed(texts)
        self.spent += time.perf_counter() - began
        return made

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self._embedder.embed_query(text)


def times(most: int = 200) -> Iterator[str]:
    """Milliseconds of a whole answer less search, writer and embedding; of the extract alone; of CPU."""
    settings = load()
    embedder = wiring.embedder_of(settings)
    timed = Timed(Remembered(embedder))
    given = known.squad(SETS / "squad2")
    own, whole, cpu = [], [], []
    with tempfile.TemporaryDirectory(prefix="footnote-extract-") as place:
        search = known.searched(given, LanceStore(Path(place)), timed)
        retriever = FootnoteRetriever(search=search, limit=5)
        sure = Answerability.load(None, timed).at(0.0)
        chain = Chain(retriever, sure, [Extract(timed)], lambda _: "").runnable()
        for asked in sorted(given.asked, key=lambda a: known.digest(a.question))[: most + 5]:
            timed.spent, began = 0.0, time.process_time()
            took = chain.invoke(Question(asked.question, Audience())).timings
            cpu.append((time.process_time() - began) * 1000)
            own.append(took.total - took.search - took.embed - took.write - timed.spent * 1000)
            passages = [h.passage for h in search.find(asked.question, Audience(), 5).hits]
            fresh = Extract(Remembered(embedder))
            at = time.perf_counter()
            fresh.write(asked.question, passages)
            whole.append((time.perf_counter() - at) * 1000)
    for name, spent in (("but search, writer and embedding", own), ("extract", whole), ("CPU", cpu)):
        p50, p95 = np.percentile(spent[5:], [50, 95])
        yield f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, n {len(spent) - 5}"


def absent(embedder: Embedder, store: Store) -> Iterator[str]:
    """What the fit that comes with Footnote refuses of the answerable questions on which nothing was fitted:
    asked of all there is, of all but their gold paragraphs, of all but their article."""
    given = known.squad(SETS / "squad2")
    searches = {given.name: known.searched(given, store, embedder)}
    model = Answerability.load(None, embedder)
    held = [p for p in fit.posed([given], MANY) if p.asked.answerable and not p.fitted]
    refused: dict[str, list[bool]] = {}
    for case in fit.cases(held, searches, embedder):
        refused.setdefault(case.kind, []).append(model.of(case.values) < model.threshold)
    for kind, some in refused.items():
        yield f"squad2, held out, {kind}: {sum(some)} of {len(some)} refused ({100 * np.mean(some):.1f} %)"


def turns(embedder: Embedder, store: Store) -> Iterator[str]:
    """The fit that comes with Footnote on conversations: how well it tells apart what can be answered, the
    wrong refusals at nine tenths of the others refused, and what it refuses at its threshold."""
    given = known.mtrag(SETS / "mtrag")
    searches = {given.name: known.searched(given, store, embedder)}
    made = json.loads(SHIPPED.read_text(encoding="utf-8"))
    asked = [p for p in fit.posed([given], MANY) if not p.fitted]
    found = list(fit.cases(asked, searches, embedder))
    for one in fit.curves(made, found, embedder):
        at = f"AUROC {one.auroc:.3f}, {one.wrongly:.0%} wrongly refused at 90 %"
        yield f"mtrag, held out, {one.kind} ({one.cases}): {at}"
    for share in fit.shares(made, found, embedder):
        kind = "answerable" if share.answerable else "not answerable"
        yield f"mtrag, held out, {share.kind}, {kind} ({share.cases}): {1 - share.answered:.1%} refused"


def lines(names: Sequence[str]) -> Iterator[str]:
    if "times" in names:
        yield from times()
        return
    with empty() as (store, embedder):
        for name, measured in (("absent", absent), ("turns", turns)):
            if name in names:
                yield from measured(embedder, store)
                return
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
