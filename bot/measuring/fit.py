"""Collections with known answers in, the fit of answerability out: on half of each, shown on the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any

from bot.meaning.followup import asked as written
from bot.meaning.followup import before, searched
from bot.measuring.known import Asked, Collection, digest, halves
from model.answer import Question
from model.quoting.answerability import Answerability, features, fit
from model.quoting.quotable import read
from retrieval.passage import Audience, Embedder, Hit, Passage
from retrieval.search import Beside, Search

PASSAGES = 6  # as many as the chain hands to its writer
REFUSED = 0.06  # of the answerable questions of the fitted halves, the share that may be refused
PRICES = (0.01, 0.02, 0.04, 0.05, 0.10, 0.20)  # shares of answerable questions refused, of a curve
RULE = (
    "the highest threshold that refuses at most 6 % of the answerable of the fitted halves, each collection "
    "counting alike: whoever asks what the documents say is rarely refused, and as little else as can be is "
    "answered"
)


@dataclass(frozen=True, slots=True)
class Posed:
    """A question of a collection, and whether it is of the half that is fitted on."""

    collection: Collection
    asked: Asked
    fitted: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its hits, read. `kind`: own, deleted (its gold documents are gone), absent (all of its
    group are) or elsewhere (asked of another collection)."""

    collection: str
    kind: str
    answerable: bool
    fitted: bool
    values: dict[str, float]
    question: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Of a collection's unanswerable cases of a kind: the shares `refused` where PRICES of its answerable
    ones are, and the share of these that is `wrongly` refused where nine of ten of the cases are."""

    collection: str
    kind: str
    cases: int
    auroc: float
    refused: tuple[float, ...]
    wrongly: float


@dataclass(frozen=True, slots=True)
class Share:
    """Of a group of cases, how many were answered at the threshold."""

    half: str
    collection: str
    kind: str
    answerable: bool
    cases: int
    answered: float


def posed(found: Sequence[Collection], most: int) -> list[Posed]:
    """At most `most` questions of each collection and half, chosen by their hash."""
    chosen: list[Posed] = []
    for collection in found:
        half_of = halves(a.group for a in collection.asked)
        for fitted in (True, False):
            half = (a for a in collection.asked if half_of[a.group] == fitted)
            ours = sorted(half, key=lambda a: digest(a.question))
            chosen += (Posed(collection, asked, fitted) for asked in ours[:most])
    return chosen


def cases(some: Iterable[Posed], searches: dict[str, Search], embedder: Embedder) -> Iterator[Case]:
    """Each question asked of its own documents, of these less the gold ones or less all that are about its
    topic, of other documents."""
    for one in some:
        asked, name = one.asked, one.collection.name
        text = written(Question(asked.question, earlier=asked.earlier))
        for kind, answerable, hits in _asked(asked, one.collection, searches):
            if hits:
                values = features(text, hits, read(text, [h.passage for h in hits], embedder))
                yield Case(name, kind, answerable, one.fitted, values, asked.question)


def _asked(
    asked: Asked, given: Collection, searches: dict[str, Search]
) -> Iterator[tuple[str, bool, tuple[Hit, ...]]]:
    search = searches[given.name]
    deep = _hits(search, asked, 5 * PASSAGES)
    yield "own", asked.answerable, deep[:PASSAGES]
    rest = tuple(h for h in deep if h.passage.document not in asked.gold)[:PASSAGES]
    if asked.answerable and not any(_says(h.passage, asked.answers) for h in rest):
        yield "deleted", False, rest
    others = [source for source in given.sources if source != asked.group]
    if asked.answerable and others and asked.group in given.sources:
        yield "absent", False, _hits(search, asked, PASSAGES, others)
    for other, elsewhere in searches.items():
        if other != given.name and digest(asked.question)[0] in "01234567":
            yield "elsewhere", False, _hits(elsewhere, asked, PASSAGES)


def _hits(search: Search, asked: Asked, most: int, sources: Sequence[str] = ()) -> tuple[Hit, ...]:
    """As the chain searches, behind what was asked before where the question leans on it."""
    question = Question(asked.question, earlier=asked.earlier)
    text, lead = searched(question), before(question)
    if lead:
        return search.follow(text, Beside(lead), Audience(), most, sources).hits
    return search.find(text, Audience(), most, sources=sources).hits


def fitted(all_cases: Sequence[Case], embedder: Embedder) -> dict[str, Any]:
    """What `Answerability.load` reads, with what it was fitted on."""
    ours = [c for c in all_cases if c.fitted]
    made = fit([c.values for c in ours], [c.answerable for c in ours])
    model = _model(made, embedder)
    made["threshold"] = _threshold(model, _by_collection(ours))
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


def _threshold(model: Answerability, collections: Sequence[Sequence[Case]]) -> float:
    """The highest, to four places, that refuses at most the share REFUSED of the answerable."""
    sure = [[p for c in some if c.answerable and (p := model.of(c.values))] for some in collections]
    weighed = sorted((p, 1 / len(some)) for some in sure for p in some)
    most, refused = REFUSED * sum(bool(some) for some in sure), 0.0
    for p, weight in weighed:
        refused += weight
        if refused > most:
            return floor(p * 10_000) / 10_000
    return 1.0


def shares(made: dict[str, Any], all_cases: Sequence[Case], embedder: Embedder) -> list[Share]:
    """Answered shares by half, collection and kind."""
    model = _model(made, embedder)
    groups: dict[tuple[str, str, str, bool], list[bool]] = {}
    for c in all_cases:
        key = "fitted" if c.fitted else "held out", c.collection, c.kind, c.answerable
        groups.setdefault(key, []).append(model.of(c.values) >= model.threshold)
    return [Share(*key, len(said), sum(said) / len(said)) for key, said in sorted(groups.items())]


def curves(made: dict[str, Any], all_cases: Sequence[Case], embedder: Embedder) -> list[Curve]:
    """Of each collection and kind in the half not fitted: AUROC, and what is refused at which price."""
    model = _model(made, embedder)
    groups: dict[tuple[str, str, bool], list[float]] = {}
    for c in all_cases:
        if not c.fitted:
            groups.setdefault((c.collection, c.kind, c.answerable), []).append(model.of(c.values))
    found = []
    for (collection, kind, answerable), other in sorted(groups.items()):
        sure = sorted(groups.get((collection, "own", True), []))
        if sure and not answerable:
            at = [sure[int(price * len(sure))] for price in PRICES]
            refused = tuple(sum(z < t for z in other) / len(other) for t in at)
            most = sorted(other)[ceil(0.9 * len(other)) - 1]
            wrongly = sum(z <= most for z in sure) / len(sure)
            found.append(Curve(collection, kind, len(other), auroc(sure, other), refused, wrongly))
    return found


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


def _says(passage: Passage, answers: Sequence[str]) -> bool:
    text = passage.text.casefold()
    return any(answer.casefold() in text for answer in answers)
