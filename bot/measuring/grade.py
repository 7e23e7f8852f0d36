"""Questions with known answers and an answering function in, figures of answering and refusing out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from bot.replies import printable, unreadable
from model.answer import Answer, Citation, Question, Status
from retrieval.passage import FootnoteError

REFUSALS = (Status.NOT_FOUND, Status.CLARIFY)


class NotQuestions(FootnoteError):
    """The file has no row that can be asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of the file. `gold` names what an answer should cite: a uri, a url or the end of one, with or
    without `#page=N`."""

    question: str
    answerable: bool
    gold: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that is not a row, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Graded:
    """A row and what became of it. `cited`: places of the gold ones among the citations, from 1."""

    asked: Asked
    answer: Answer
    cited: tuple[int, ...]
    ms: float

    @property
    def answered(self) -> bool:
        return not self.refused and self.answer.status is not Status.FAILED

    @property
    def refused(self) -> bool:
        return self.answer.status in REFUSALS


def rows(path: Path) -> Iterator[Asked | BadRow]:
    """The rows of a JSON lines file in order. Raises NotQuestions where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NotQuestions(f"{path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise NotQuestions(f"{path.name} is not UTF-8 text.") from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            row = _row(line)
            yield BadRow(number, row) if isinstance(row, str) else row


def _row(line: str) -> Asked | str:
    """The row in `line`, or what is wrong with it."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return "it is not JSON"
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        return "it has no question"
    if problem := unreadable(printable(row["question"])):
        return f"its question cannot be asked. {problem}"
    if not isinstance(row.get("answerable"), bool):
        return "its answerable is neither true nor false"
    gold = row.get("gold") or []
    if not isinstance(gold, list) or not all(isinstance(g, str) and g for g in gold):
        return "its gold is no list of names"
    if row["answerable"] and not gold:
        return "it is answerable and has no gold"
    return Asked(row["question"], row["answerable"], tuple(gold), str(row.get("answer") or ""))


def grade(asked: Sequence[Asked], answer: Callable[[Question], Answer]) -> Iterator[Graded]:
    """Asks every row. The first question is asked once more beforehand: what loads late is not timed."""
    if asked:
        _answered(asked[0].question, answer)
    for one in asked:
        began = perf_counter()
        said = _answered(one.question, answer)
        ms = (perf_counter() - began) * 1000
        hits = (c.number for c in said.citations if any(matches(c, gold) for gold in one.gold))
        yield Graded(one, said, tuple(hits), ms)


def _answered(question: str, answer: Callable[[Question], Answer]) -> Answer:
    """The answer; where none can be given, one that says why, so that the run goes on."""
    try:
        return answer(Question(question))
    except FootnoteError as error:
        return Answer("", question, Status.FAILED, str(error))


def figures(graded: Sequence[Graded]) -> dict[str, Any]:
    """Shares are 0..1, or None where there is nothing to share; gold is counted over the answerable."""
    answerable = [g for g in graded if g.asked.answerable]
    rest = [g for g in graded if not g.asked.answerable]
    times = [g.ms for g in graded] or [0.0]
    return {
        "questions": len(graded),
        "answerable": len(answerable),
        "unanswerable": len(rest),
        "answered": _share(g.answered for g in graded),
        "gold_cited": _share(bool(g.cited) for g in answerable),
        "gold_first": _share(1 in g.cited for g in answerable),
        "refused_unanswerable": _share(g.refused for g in rest),
        "refused_answerable": _share(g.refused for g in answerable),
        "failed": sum(g.answer.status is Status.FAILED for g in graded),
        "p50_ms": round(float(np.percentile(times, 50)), 1),
        "p95_ms": round(float(np.percentile(times, 95)), 1),
    }


def _share(said: Iterable[bool]) -> float | None:
    every = list(said)
    return round(sum(every) / len(every), 4) if every else None


def row_json(one: Graded) -> dict[str, Any]:
    """A graded row as `--json` prints it."""
    return {
        "question": one.asked.question,
        "answerable": one.asked.answerable,
        "gold": list(one.asked.gold),
        "expected": one.asked.answer,
        "status": str(one.answer.status),
        "text": one.answer.text,
        "citations": [
            {"document": c.document, "url": c.url, "page": c.page, "quote": c.quote}
            for c in one.answer.citations
        ],
        "gold_cited": bool(one.cited),
        "gold_first": 1 in one.cited,
        "ms": round(one.ms, 1),
    }


def matches(citation: Citation, gold: str) -> bool:
    """Whether `citation` points at `gold`: its uri, url or the end of one after `/` or `#`; and its page."""
    place, _, page = gold.strip("/").partition("#page=")
    if page and str(citation.page) != page:
        return False
    names = (citation.document, citation.url, citation.url.partition("#")[0])
    return any(name == place or name.endswith((f"/{place}", f"#{place}")) for name in names if name)
