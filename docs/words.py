"""What was tried for the keyword leg and left out, on SciFact's training claims; its test is not read.

python -m docs.words          a line for each: nDCG@10 and recall@5 of 505 claims

BM25 is counted here, over the terms that both stores are given: neither lets all of this be set.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.measuring.evaluate import measures
from docs.bench import DATA
from retrieval.passage import Document, Passage
from retrieval.sources.files import FileSource
from retrieval.split import split
from retrieval.terms import asked, indexed

LOOKED = 200  # passages whose documents are counted
Scores = NDArray[np.float64]
Way = Callable[["Words", str], Scores]


def claims() -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    """The training claims that have evidence, and the abstracts that hold it."""
    texts: dict[str, str] = {}
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    with (DATA / "scifact" / "claims_train.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["evidence_doc_id"]:
                texts[row["id"]] = row["claim"]
                judged[row["id"]][row["evidence_doc_id"]] = 1
    return texts, judged


def passages() -> list[Passage]:
    """All of the collection, by id: of equal scores the first id counts."""
    corpus = DATA / "scifact" / "corpus.jsonl"
    files = FileSource("eval", [corpus], corpus.stat().st_size)
    read = (one for found in files.scan({}) for one in files.load(found))  # type: ignore[arg-type]
    made = [passage for one in read if isinstance(one, Document) for passage in split(one)]
    return sorted(made, key=lambda passage: passage.id)


class Words:
    """The terms of passages, and BM25 over them."""

    def __init__(self, given: Sequence[Passage]) -> None:
        self.terms = [indexed(passage.indexed_text) for passage in given]
        self.names = [passage.document.partition("#")[2] for passage in given]
        numbers = {name: n for n, name in enumerate(dict.fromkeys(self.names))}
        self.document = np.array([numbers[name] for name in self.names])
        self.length = np.array([len(terms) for terms in self.terms], float)
        held: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for n, terms in enumerate(self.terms):
            for term, count in Counter(terms).items():
                held[term].append((n, count))
        self._held = {term: np.array(rows).T for term, rows in held.items()}

    def rarity(self, term: str) -> float:
        """Inverse document frequency; 0 of what no passage has."""
        count = self._held[term].shape[1] if term in self._held else len(self.terms)
        return math.log(1 + (len(self.terms) - count + 0.5) / (count + 0.5)) if term in self._held else 0.0

    def bm25(self, weights: Counter[str] | dict[str, float], k1: float = 1.2, b: float = 0.75) -> Scores:
        """The score of every passage for weighted terms."""
        scores, short = np.zeros(len(self.terms)), self.damping(k1, b)
        for term, weight in weights.items():
            if term in self._held:
                rows, counts = self._held[term]
                scores[rows] += weight * self.rarity(term) * counts * (k1 + 1) / (counts + short[rows])
        return scores

    def damping(self, k1: float = 1.2, b: float = 0.75) -> Scores:
        made: Scores = k1 * (1 - b + b * self.length / self.length.mean())
        return made


def best(scores: Scores, count: int) -> NDArray[np.intp]:
    """The rows of the highest scores above zero, best first."""
    order = np.argsort(-scores, kind="stable")[:count]
    return order[scores[order] > 0]


def plain(words: Words, text: str, k1: float = 1.2, b: float = 0.75) -> Scores:
    return words.bm25(Counter(asked(text)), k1, b)


def once(words: Words, text: str) -> Scores:
    """A term that a claim repeats counts once."""
    return words.bm25(dict.fromkeys(asked(text), 1.0))


def siblings(words: Words, text: str, share: float) -> Scores:
    """A passage has a share of what the other passages of its document score."""
    scores = plain(words, text)
    whole = np.bincount(words.document, scores)
    return np.where(scores > 0, scores + share * (whole[words.document] - scores), 0.0)


def feedback(words: Words, text: str, first: int, terms: int, share: float) -> Scores:
    """The terms that mark the first passages are asked too, with `share` of the weight of the claim (RM3)."""
    claim = Counter(asked(text))
    scores = words.bm25(claim)
    rows = best(scores, first)
    found: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        for term, count in Counter(words.terms[row]).items():
            found[term] += scores[row] / scores[rows].sum() * count / words.length[row] * words.rarity(term)
    chosen = sorted(found, key=lambda term: (found[term], term), reverse=True)[:terms]
    each = share * claim.total() / (sum(found[term] for term in chosen) or 1.0)
    return words.bm25({t: claim[t] + each * found.get(t, 0.0) * (t in chosen) for t in {*claim, *chosen}})


def pairs(words: Words, text: str, share: float, apart: int) -> Scores:
    """Neighbours of the claim that stand near each other add to the best hundred (Metzler & Croft 2005)."""
    scores, wanted = plain(words, text), list(dict.fromkeys(pairwise(asked(text))))
    short, more = words.damping(), scores.copy()
    for row in best(scores, 100):
        places: defaultdict[str, list[int]] = defaultdict(list)
        for n, term in enumerate(words.terms[row]):
            places[term].append(n)
        for one, two in wanted:
            near = [1 for x in places[one] for y in places[two] if one != two and 0 < abs(x - y) <= apart]
            rare = min(words.rarity(one), words.rarity(two))
            more[row] += share * rare * 2.2 * len(near) / (len(near) + short[row])
    return more


LENGTHS = ((0.8, 0.75), (0.9, 0.4), (1.2, 0.4), (1.2, 0.9), (1.6, 0.75))  # beside BM25's 1.2 and 0.75
WAYS: dict[str, Way] = {
    "as it is": plain,
    "each term once": once,
    **{f"k1 {k1}, b {b}": partial(plain, k1=k1, b=b) for k1, b in LENGTHS},
    **{f"siblings {share}": partial(siblings, share=share) for share in (0.05, 0.1, 0.2, 0.5)},
    **{
        f"feedback: {terms} terms of {first} passages, {share}": partial(
            feedback, first=first, terms=terms, share=share
        )
        for first in (3, 10)
        for terms in (10, 40)
        for share in (0.2, 0.4)
    },
    **{
        f"pairs within {apart}, {share}": partial(pairs, share=share, apart=apart)
        for share in (0.2, 0.5)
        for apart in (1, 4, 8)
    },
}


def lines() -> Iterator[str]:
    """Each way with its figures."""
    words, (texts, judged) = Words(passages()), claims()
    for name, way in WAYS.items():
        rows = []
        for claim, text in texts.items():
            found = dict.fromkeys(words.names[row] for row in best(way(words, text), LOOKED))
            rows.append(measures(list(found), judged[claim]))
        gain, recall = (np.mean([row[figure] for row in rows]) for figure in ("ndcg@10", "recall@5"))
        yield f"{name}: nDCG@10 {gain:.4f}, recall@5 {recall:.3f}"


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
