"""Rows with frozen passages and a model in, what it made of each out: scores, shares, intervals.

One model at a time: vLLM on a CPU, up to 0.32, answers for the base with an adapter where both share a batch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from model.answer import Draft, WriterUnavailable
from model.learning.row import Row
from model.learning.scored import Scored, lost, scored
from model.learning.stats import wilson
from model.writing.completion import TooLong, Unusable
from retrieval.passage import FootnoteError

THREADS = 4
TRIES = 3

Write = Callable[[Row], Draft]
Loss = Callable[[str], float]  # mean negative log-likelihood of a text's tokens


class NotEvaluated(FootnoteError):
    """The model server failed: nothing is said of the model."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A model under test: under which name it is served, how it is asked, and how likely it finds a text."""

    name: str
    write: Write
    loss: Loss | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What one model made of a golden set: its rows, its pairs, and the loss on each general text."""

    model: str
    items: tuple[Scored, ...]
    pairs: tuple[Scored, ...] = ()
    general: tuple[float, ...] = ()
    trained: tuple[Scored, ...] = field(default=())  # rows it has learnt from, for the gap between the two


def answered(rows: Sequence[Row], write: Write, canaries: Sequence[str] = ()) -> tuple[Scored, ...]:
    """The rows as the model answers them, in order. The first is asked once more beforehand: what loads late
    is not timed. Raises NotEvaluated where the server fails."""
    if not rows:
        return ()
    _one(rows[0], write, canaries)
    with ThreadPoolExecutor(THREADS, "evaluate") as pool:
        return tuple(pool.map(lambda row: _one(row, write, canaries), rows))


def _one(row: Row, write: Write, canaries: Sequence[str]) -> Scored:
    began = perf_counter()
    try:
        draft = _written(row, write)
    except (Unusable, TooLong) as error:
        return lost(row, str(error), perf_counter() - began)
    return scored(row, draft, perf_counter() - began, canaries)


def asked(row: Row, write: Write) -> Draft | None:
    """The draft; None where the model fails and the server is well. Raises NotEvaluated."""
    try:
        return _written(row, write)
    except (Unusable, TooLong):
        return None


def _written(row: Row, write: Write) -> Draft:
    """Tried again where the server fails. Raises Unusable and TooLong where it is the model, NotEvaluated."""
    for left in reversed(range(TRIES)):
        try:
            return write(row)
        except (Unusable, TooLong):
            raise
        except WriterUnavailable as error:
            if not left:
                why = f"{error} Nothing was judged: run it again when the server is well."
                raise NotEvaluated(why) from None
    raise AssertionError("there is no try left")


def losses(texts: Sequence[str], loss: Loss) -> tuple[float, ...]:
    """Of each text in order, one at a time: long prompts are heavy."""
    return tuple(loss(text) for text in texts)


def measures(run: Run) -> dict[str, Any]:
    """What is counted of a run: shares with their 95 % intervals, lengths, seconds, losses."""
    items = run.items
    yes, no = [one for one in items if one.answerable], [one for one in items if not one.answerable]
    said = [one for one in items if one.text]
    found: dict[str, Any] = {
        "items": len(items),
        "passed": share(one.passed for one in items),
        "gold_cited": share(one.gold_cited for one in yes),
        "facts": share(one.facts and not one.refused for one in yes),
        "refusal_recall": share(one.refused for one in no),
        "over_refusal": share(one.refused for one in yes),
        "invalid_citations": share(not one.valid for one in items),
        "supported": share(one.supported for one in said),
        "failed": share(bool(one.failed) for one in items),
        "leaked": sum(one.leaked for one in (*items, *run.pairs)),
        "length": round(float(np.mean([one.length for one in said])), 1) if said else None,
        "p50_s": _percentile(items, 50),
        "p95_s": _percentile(items, 95),
        "loss": round(float(np.mean(run.general)), 4) if run.general else None,
    }
    if run.trained:
        learnt = share(one.passed for one in run.trained)
        found["overfit"] = {"learnt": learnt, "gap": round(learnt["share"] - found["passed"]["share"], 4)}
    return found


def share(said: Iterable[bool]) -> dict[str, float]:
    """How many of how many, and the interval; the share is 0 where there is nothing."""
    every = list(said)
    count, of = sum(every), len(every)
    where = wilson(count, of)
    low, high = round(where.low, 4), round(where.high, 4)
    return {"share": round(count / of, 4) if of else 0.0, "low": low, "high": high, "count": count, "of": of}


def _percentile(items: Sequence[Scored], percent: int) -> float | None:
    times = [one.seconds for one in items if not one.failed]
    return round(float(np.percentile(times, percent)), 4) if times else None


def keep(place: Path, run: Run) -> dict[str, Any]:
    """Writes what was said and what was counted into `place`, a new folder; gives the measures back."""
    counted = measures(run)
    place.mkdir(parents=True)
    lines = [one.to_json() | {"part": part} for part, some in _parts(run) for one in some]
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    (place / "answers.jsonl").write_text(text, encoding="utf-8")
    kept = json.dumps({"model": run.model, **counted, "losses": run.general}, indent=1, ensure_ascii=False)
    (place / "measures.json").write_text(kept + "\n", encoding="utf-8")
    return counted


def _parts(run: Run) -> tuple[tuple[str, tuple[Scored, ...]], ...]:
    return ("items", run.items), ("pairs", run.pairs), ("trained", run.trained)
