"""Collections with known answers in, the fit of answerability out: on half of each, shown on the other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor
from pathlib import Path
from typing import Any

from bot.evaluate import indexed
from model.answerability import Answerability, features, fit
from model.quotable import read
from retrieval.passage import Audience, Document, Embedder, FootnoteError, Hit, Passage
from retrieval.search import Search
from retrieval.sources.given import Given

PASSAGES = 6  # as many as the chain hands to its writer
REFUSED = 0.10  # of a collection's answerable questions in the fitted half, the share that may be refused
RULE = (
    "the highest threshold that refuses at most 10 % of the answerable of any collection's fitted half: "
    "whoever asks what the documents say is rarely refused, and as little else as can be is answered"
)
_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her|him|there|one|ones|other|others|else|also)\b"
    r"|\A\W*(?:and|or|but|so|ok|okay|yes|no|then|what about|how about)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a collection. `group` is what is split by: no group is in both halves."""

    question: str
    answerable: bool
    group: str
    gold: frozenset[str] = frozenset()
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    documents: tuple[Document, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its hits, read. `kind`: own, deleted (its gold documents are gone) or elsewhere
    (asked of another collection)."""

    collection: str
    kind: str
    answerable: bool
    fitted: bool
    values: dict[str, float]
    question: str


@dataclass(frozen=True, slots=True)
class Share:
    """Of a group of cases, how many were answered at the threshold."""

    half: str
    collection: str
    kind: str
    answerable: bool
    cases: int
    answered: float


def squad(folder: Path) -> Collection:
    """SQuAD 2.0 as a collection; its groups are its articles."""
    asked = [
        Asked(r["question"], r["answerable"], r["article"], _uris("squad2", r["gold"]), tuple(r["answers"]))
        for r in _rows(folder / "answers.jsonl")
    ]
    return Collection("squad2", _documents(folder, "squad2"), tuple(asked))


def mtrag(folder: Path) -> Collection:
    """MTRAG's last turns that can be understood alone; the half answerable and the vague are left out."""
    asked = []
    for row in _rows(folder / "conversations.jsonl"):
        question = " ".join(row["turns"][-1]["text"].split())
        if row["answerability"] in ("ANSWERABLE", "UNANSWERABLE") and _alone(question, len(row["turns"])):
            group, gold = row["id"].split("<::>")[0], _uris("mtrag", row["gold"])
            asked.append(Asked(question, row["answerability"] == "ANSWERABLE", group, gold))
    return Collection("mtrag", _documents(folder, "mtrag"), tuple(asked))


READERS: dict[str, Callable[[Path], Collection]] = {"squad2": squad, "mtrag": mtrag}


def collections(folders: Sequence[Path]) -> list[Collection]:
    """The collections in `folders`, known by their folders' names. Raises FootnoteError where one is not."""
    found = []
    for folder in folders:
        if folder.name not in READERS or not (folder / "corpus.jsonl").is_file():
            known = " and ".join(READERS)
            raise FootnoteError(f"{folder} is no collection that can be fitted on; these are: {known}.")
        found.append(READERS[folder.name](folder))
    return found


def searches(found: Sequence[Collection], embedder: Embedder, place: Path) -> dict[str, Search]:
    """An embedded index of each collection in `place`, by its name."""
    from retrieval.lance import LanceStore

    return {
        one.name: indexed(Given(one.name, one.documents), LanceStore(place / one.name), embedder)[0]
        for one in found
    }


def cases(
    found: Sequence[Collection], searches: dict[str, Search], embedder: Embedder, most: int
) -> Iterator[Case]:
    """Each collection's questions of its own documents, of these less the gold ones, of other documents.

    At most `most` questions a collection and half, chosen by their hash.
    """
    for collection in found:
        half_of = halves(a.group for a in collection.asked)
        for fitted in (True, False):
            half = (a for a in collection.asked if half_of[a.group] == fitted)
            ours = sorted(half, key=lambda a: _hash(a.question))
            for asked in ours[:most]:
                for kind, answerable, hits in _asked(asked, collection.name, searches):
                    reading = read(asked.question, [h.passage for h in hits], embedder)
                    values = features(asked.question, hits, reading)
                    yield Case(collection.name, kind, answerable, fitted, values, asked.question)


def _asked(
    asked: Asked, name: str, searches: dict[str, Search]
) -> Iterator[tuple[str, bool, tuple[Hit, ...]]]:
    deep = searches[name].find(asked.question, Audience(), 5 * PASSAGES).hits
    if deep:
        yield "own", asked.answerable, deep[:PASSAGES]
    rest = tuple(h for h in deep if h.passage.document not in asked.gold)[:PASSAGES]
    if asked.answerable and rest and not any(_says(h.passage, asked.answers) for h in rest):
        yield "deleted", False, rest
    for other, search in searches.items():
        if other != name and _hash(asked.question)[0] in "01234567":
            hits = search.find(asked.question, Audience(), PASSAGES).hits
            if hits:
                yield "elsewhere", False, hits


def fitted(all_cases: Sequence[Case], embedder: Embedder) -> dict[str, Any]:
    """What `Answerability.load` reads, with what it was fitted on."""
    ours = [c for c in all_cases if c.fitted]
    made = fit([c.values for c in ours], [c.answerable for c in ours])
    model = _model(made, embedder)
    made["threshold"] = min(_threshold(model, group) for group in _by_collection(ours))
    rest = [c for c in all_cases if not c.fitted]
    return {
        "made": datetime.now(UTC).date().isoformat(),
        "embedder": embedder.name,
        "collections": sorted({c.collection for c in all_cases}),
        "cases": {"fitted": len(ours), "held_out": len(rest)},
        "auroc": {"fitted": _auroc(model, ours), "held_out": _auroc(model, rest)},
        "rule": RULE,
        **made,
    }


def _by_collection(some: Sequence[Case]) -> list[list[Case]]:
    return [[c for c in some if c.collection == name] for name in sorted({c.collection for c in some})]


def _threshold(model: Answerability, some: Sequence[Case]) -> float:
    """The highest, to four places, that refuses at most the share REFUSED of the answerable."""
    sure = sorted(model.of(c.values) for c in some if c.answerable)
    return floor(sure[int(REFUSED * len(sure))] * 10_000) / 10_000 if sure else 1.0


def shares(made: dict[str, Any], all_cases: Sequence[Case], embedder: Embedder) -> list[Share]:
    """Answered shares by half, collection and kind."""
    model = _model(made, embedder)
    groups: dict[tuple[str, str, str, bool], list[bool]] = {}
    for c in all_cases:
        key = "fitted" if c.fitted else "held out", c.collection, c.kind, c.answerable
        groups.setdefault(key, []).append(model.of(c.values) >= model.threshold)
    return [Share(*key, len(said), sum(said) / len(said)) for key, said in sorted(groups.items())]


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that a random positive scores above a random negative; ties count half."""
    ranked = sorted([(p, 1) for p in positive] + [(n, 0) for n in negative])
    total, i = 0.0, 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        total += sum(label for _, label in ranked[i:j]) * (i + 1 + j) / 2
        i = j
    n, m = len(positive), len(negative)
    return (total - n * (n + 1) / 2) / (n * m) if n and m else float("nan")


def _auroc(model: Answerability, some: Sequence[Case]) -> dict[str, float]:
    answerable = [model.of(c.values) for c in some if c.answerable]
    kinds = sorted({c.kind for c in some})
    against = {k: [model.of(c.values) for c in some if not c.answerable and c.kind == k] for k in kinds}
    against["all"] = [p for ps in against.values() for p in ps]
    return {k: round(auroc(answerable, ps), 4) for k, ps in against.items() if ps}


def _model(made: dict[str, Any], embedder: Embedder) -> Answerability:
    return Answerability.parsed({"threshold": 0.5, **made}, embedder)


def _documents(folder: Path, name: str) -> tuple[Document, ...]:
    rows = [r for r in _rows(folder / "corpus.jsonl") if r["text"].strip()]
    return tuple(
        Document(f"{name}/{r['_id']}", name, r.get("title") or "", r["text"], "", "")
        for r in rows
        if r["text"].strip()
    )


def _uris(name: str, ids: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{name}/{i}" for i in ids)


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _alone(question: str, turns: int) -> bool:
    return len(question.split()) >= 4 and (turns == 1 or not _LEANS.search(question))


def _says(passage: Passage, answers: Sequence[str]) -> bool:
    text = passage.text.casefold()
    return any(answer.casefold() in text for answer in answers)


def halves(groups: Iterable[str]) -> dict[str, bool]:
    """Group -> whether it is in the fitted half: every other one in the order of their hashes."""
    ordered = sorted(set(groups), key=_hash)
    return {group: i % 2 == 0 for i, group in enumerate(ordered)}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
