"""How well the check of citations tells true sentences from false ones.

python -m docs.checker            what is reported: the held-out half
python -m docs.checker unread     the same of collections on which no rule was written (docs/unread.py)
python -m docs.checker fitted     the half on which rules were written and numbers fitted
python -m docs.checker fit        share and likeness weighed on that half: model/checking/meaning.json
python -m docs.checker time       milliseconds of a processor for three sentences over five passages
python -m docs.checker show KIND  sentences of the fitted half that go wrong: mtrag, scifact, number, ...

True sentences are people's: those of MTRAG's target answers against their gold passages, and SciFact's claims
against the abstracts that support them. Left out of MTRAG by rule: questions, what has fewer than three words
of content, and what speaks of the conversation ("I apologise", "I could not find"). What stands word for word
in its passage is counted apart. A half is told by the hash of a conversation or an abstract.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import numpy as np

from bot import wiring
from bot.settings import load
from docs.altered import KINDS, altered, names
from docs.claims import Case, cases
from docs.unread import unread
from docs.vectors import Kept
from model.answer import Draft, Fault
from model.checking.citations import Finding, check, cite, forget, weighed
from model.checking.meaning import CLEAR, Meaning, Weighed, score
from model.quoting.answerability import regression
from retrieval.passage import Passage

SEED = 20261126
LOST = 0.02  # of true sentences, the share that may be lost to the threshold on the fitted half
Judge = Callable[[str, Sequence[Passage]], Finding]


@dataclass(frozen=True, slots=True)
class Result:
    """What the check said of a case under a name: true, number, ..., elsewhere, near."""

    name: str
    case: Case
    text: str
    finding: Finding


def results(some: Sequence[Case], judge: Judge) -> Iterator[Result]:
    """Each case as it is; what is false of it; the same sentence cited to another passage."""
    chance = Random(SEED)
    pool = sorted({name for c in some for name in names(c.text) if c.kind != "verbatim"})
    others: dict[str, list[tuple[Passage, ...]]] = defaultdict(list)
    for case in some:
        others[case.kind].append(case.passages)
    for case in some:
        cited = "".join(f"[{n}]" for n in range(1, len(case.passages) + 1))

        def of(
            name: str, text: str, passages: tuple[Passage, ...], case: Case = case, cited: str = cited
        ) -> Result:
            return Result(name, case, text, judge(f"{text} {cited}", passages))

        yield of("true", case.text, case.passages)
        if case.kind == "contradict":
            continue
        for kind, text in altered(case.text, chance, pool):
            yield of(kind, text, case.passages)
        elsewhere = [p for p in others[case.kind] if not {x.id for x in p} & {x.id for x in case.passages}]
        passages = chance.choice(elsewhere)
        yield Result("elsewhere", case, case.text, judge(f"{case.text} [1]", passages[:1]))


def report(found: Sequence[Result]) -> Iterator[str]:
    kept = {(r.case.kind, r.case.text) for r in found if r.name == "true" and r.finding.ok}
    people = tuple(dict.fromkeys(r.case.kind for r in found if r.case.kind not in ("verbatim", "contradict")))
    for kind in (*people, "verbatim"):
        true = [r for r in found if r.name == "true" and r.case.kind == kind]
        yield f"true, {kind}: {_share(not r.finding.ok for r in true)} dropped; {_why(true)}"
    for name in (*KINDS, "elsewhere"):
        for apart in (people, ("verbatim",)):
            rows = [r for r in found if r.name == name and r.case.kind in apart]
            strict = [r for r in rows if (r.case.kind, r.case.text) in kept]
            caught, of_kept = (_share(not r.finding.ok for r in some) for some in (rows, strict))
            yield f"{name}, {' and '.join(apart)}: {caught} caught; where the true form is kept {of_kept}"
    against = [r for r in found if r.case.kind == "contradict"]
    if against:
        yield f"contradicted, scifact: {_share(not r.finding.ok for r in against)} dropped; {_why(against)}"
        yield from _table(found)


def _table(found: Sequence[Result]) -> Iterator[str]:
    """Precision and recall of what a finding amounts to."""
    rows = [(told, _told(r.finding)) for r in found if (told := _TOLD.get((r.name, r.case.kind)))]
    for label in ("SUPPORT", "CONTRADICT", "unrelated"):
        said, is_so = [a for a, b in rows if b == label], [b for a, b in rows if a == label]
        precision, recall = _share(a == label for a in said), _share(b == label for b in is_so)
        yield f"scifact {label}: precision {precision}, recall {recall}"


_TOLD = {
    ("true", "scifact"): "SUPPORT",
    ("true", "contradict"): "CONTRADICT",
    ("elsewhere", "scifact"): "unrelated",
}


def _told(finding: Finding) -> str:
    if finding.ok:
        return "SUPPORT"
    return "CONTRADICT" if finding.fault is Fault.OPPOSITE else "unrelated"


def _share(said: Iterator[bool]) -> str:
    every = list(said)
    return f"{sum(every)} of {len(every)} ({100 * sum(every) / len(every):.1f} %)" if every else "none"


def _why(rows: Sequence[Result]) -> str:
    count: Mapping[str, int] = defaultdict(int)
    for r in rows:
        if r.finding.fault:
            count[str(r.finding.fault)] += 1  # type: ignore[index]
    return ", ".join(f"{fault} {n}" for fault, n in sorted(count.items(), key=lambda x: -x[1])) or "none"


def _wrong(result: Result) -> bool:
    return result.finding.ok != (result.name == "true" and result.case.kind != "contradict")


@cache
def meaning() -> Meaning:
    """As the product has it, each vector computed once."""
    kept = Path(os.environ.get("FOOTNOTE_CACHE") or Path.home() / ".cache" / "footnote")
    return Meaning(Kept(wiring.embedder_of(load()), kept / "quality"))


def fit(some: Sequence[Case]) -> dict[str, Any]:
    """What meaning.json holds, from true sentences and the same ones cited to other passages."""
    rows = [
        (pair, label) for pair, label in _pairs(some) if not Meaning().bears_out(Weighed(pair.share), CLEAR)
    ]
    table = np.array([[1.0, pair.share, pair.cosine] for pair, _ in rows])
    labels = np.array([label for _, label in rows], np.float64)
    bias, share, cosine = (round(float(w), 4) for w in regression(table, labels, 1.0))
    made: dict[str, Any] = {"bias": bias, "share": share, "cosine": cosine}
    true = sorted(score(made, pair.share, pair.cosine) for pair, label in rows if label)
    every = sum(c.kind in ("mtrag", "scifact") for c in some)
    embedder = meaning().embedder
    return {
        "made": datetime.now(UTC).date().isoformat(),
        "embedder": embedder.name if embedder else "",
        "pairs": len(rows),
        **made,
        "threshold": round(true[int(LOST * every)], 4),
    }


def _pairs(some: Sequence[Case]) -> Iterator[tuple[Weighed, bool]]:
    chance = Random(SEED)
    for kind in ("mtrag", "scifact"):
        own = [c for c in some if c.kind == kind]
        for case in own:
            other = chance.choice([c for c in own if not set(c.passages) & set(case.passages)])
            yield weighed(case.text, case.passages, meaning()), True
            yield weighed(case.text, other.passages[:1], meaning()), False


def times(some: Sequence[Case]) -> Iterator[str]:
    """By words alone, embedding aside: with passages that were not read before, and with those that were."""
    own = [c for c in some if c.kind == "mtrag"]
    spent: dict[str, list[float]] = {"new": [], "known": []}
    for i in range(0, len(own) - 8, 3):
        passages = list({c.passages[0].id: c.passages[0] for c in own[i:] + own[:i]}.values())[:5]
        ids = [p.id for p in passages]
        text = " ".join(f"{c.text.rstrip('.')} [{ids.index(c.passages[0].id) + 1}]." for c in own[i : i + 3])
        forget()
        for name in ("new", "known"):
            began = process_time()
            list(cite(Draft(text, "test"), passages))
            spent[name].append((process_time() - began) * 1000)
    for name, ms in spent.items():
        p50, p95 = np.percentile(ms, [50, 95])
        yield f"{name} passages: p50 {p50:.1f} ms, p95 {p95:.1f} ms ({len(ms)} answers)"


def main(said: Sequence[str]) -> None:
    some = unread() if said[:1] == ["unread"] else cases(bool(said))
    if said[:1] == ["fit"]:
        print(json.dumps(fit(some), indent=2))
        return
    if said[:1] == ["time"]:
        print("\n".join(times(some)))
        return
    found = list(results(some, lambda text, passages: check(text, passages, meaning())))
    if said[:1] == ["show"]:
        for r in found:
            if _wrong(r) and said[1] == (r.case.kind if r.name == "true" else r.name):
                print(f"{r.finding.fault or 'kept'} {r.finding.what} | {r.text}\n      was {r.case.text}")
        return
    part = {"unread": "what was not read", "fitted": "the fitted half"}.get(
        "".join(said[:1]), "the held-out half"
    )
    altered_ones = sum(r.name in KINDS for r in found)
    print(f"{part}, seed {SEED}, {altered_ones} altered sentences")
    for line in report(found):
        print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
