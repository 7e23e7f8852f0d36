"""Two answers to each of the recent questions in, what a candidate would have said otherwise out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.answering.tabled import WRITER as TABLES
from bot.memory.replay import NotAgain
from model.answer import Answer, Fault, Status
from retrieval.passage import FootnoteError

CITING = (Fault.FORGED, Fault.UNCITED)


@dataclass(frozen=True, slots=True)
class Both:
    """The id of a kept answer, its question, and what two models make of it now."""

    id: str
    question: str
    one: Answer
    other: Answer

    @property
    def same(self) -> bool:
        return (self.one.status, self.one.text) == (self.other.status, self.other.text)

    @property
    def tabled(self) -> bool:
        """Whether code read it from the rows of a table: no model had a part in it."""
        return TABLES in (self.one.writer, self.other.writer)


Again = Callable[[str, str], Answer]  # id of a kept answer, model -> what it says to the same passages


def both(questions: Iterable[tuple[str, str]], models: tuple[str, str], again: Again) -> Iterator[Both]:
    """Each of these (id, question) that can be asked again; one model after the other, so that no batch holds
    both."""
    asked = list(questions)
    said = [{id: _said(id, model, again) for id, _ in asked} for model in models]
    for id, question in asked:
        one, other = said[0][id], said[1][id]
        if one is not None and other is not None:
            yield Both(id, question, one, other)


def _said(id: str, model: str, again: Again) -> Answer | None:
    """None where the question cannot be asked again; where the model did not write, it failed."""
    try:
        answer = again(id, model)
    except NotAgain:
        return None
    except FootnoteError as error:
        return Answer(id, "", Status.FAILED, str(error))
    if answer.writer not in (model, TABLES, "") and answer.status is not Status.NOT_FOUND:
        return Answer(id, "", Status.FAILED, answer.notice, writer=answer.writer)
    return answer


def counted(every: Iterable[Both]) -> dict[str, Any]:
    """How often they differ, and in what: outcome, sentences struck out for their markers, failures; of what
    models write, and beside it how many were read from tables."""
    asked = list(every)
    kept = [one for one in asked if not one.tabled]
    changes = Counter(
        f"{_status(b.one)} to {_status(b.other)}" for b in kept if _status(b.one) != _status(b.other)
    )
    struck = [sum(_forged(answer) for answer in side) for side in _sides(kept)]
    failed = [sum(answer.status is Status.FAILED for answer in side) for side in _sides(kept)]
    return {
        "questions": len(kept),
        "same": sum(b.same for b in kept),
        "changes": dict(sorted(changes.items())),
        "bad_markers": struck,
        "failed": failed,
        "from_tables": len(asked) - len(kept),
    }


def _sides(kept: list[Both]) -> tuple[list[Answer], list[Answer]]:
    return [b.one for b in kept], [b.other for b in kept]


def _status(answer: Answer) -> str:
    return str(answer.status)


def _forged(answer: Answer) -> bool:
    return any(one.fault in CITING for one in answer.struck)
