"""Work in, the same with a draft out, by the best writer that writes one in its share of the time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from langchain_core.runnables import Runnable, RunnableLambda

from bot.answering.work import Work
from model.answer import Draft, Question, Writer, WriterUnavailable
from model.writing.rung import Rung

BUDGET_S = 60.0
RESERVE_S = 8.0  # of the time until an answer has to be there: for the extract, the check and the post
LEAST_S = 1.0  # in less no model is asked
_NO_TIME = "There was no time left for the language model."


def left_s(question: Question, reserve_s: float) -> float:
    """Seconds until its answer has to be there, but for those that are kept for what comes after."""
    return float("inf") if question.by is None else question.by - time.time() - reserve_s


@dataclass(frozen=True, slots=True)
class Ladder:
    """`writers`, best first. Rungs share `budget_s`: each has an equal part of what those above it left."""

    writers: Sequence[Writer]
    budget_s: float = BUDGET_S

    def runnable(self) -> Runnable[Work, Work]:
        """A writer that fails hands the question and its reason on to the next."""
        rungs = [
            RunnableLambda(partial(self._rung, place), name=writer.name)
            for place, writer in enumerate(self.writers)
        ]
        ladder = rungs[0].with_fallbacks(
            rungs[1:], exceptions_to_handle=(WriterUnavailable,), exception_key="failure"
        )
        return RunnableLambda(self._asked, name="asked") | ladder

    def _asked(self, work: Work) -> dict[str, Any]:
        left = min(self.budget_s, left_s(work.question, RESERVE_S))
        return {"work": work, "failure": "", "until": time.monotonic() + left}

    def _rung(self, place: int, asked: dict[str, Any]) -> Work:
        work, began = cast(Work, asked["work"]), time.perf_counter()
        return work.drafted(self._draft(place, work, asked["until"]), str(asked["failure"]), began)

    def _draft(self, place: int, work: Work, until: float) -> Draft:
        writer = self.writers[place]
        if not isinstance(writer, Rung):
            return work.by(writer).write(work.worded or work.asked, work.passages)
        left = until - time.monotonic()
        if left < LEAST_S:
            raise WriterUnavailable(_NO_TIME)
        sharing = sum(isinstance(other, Rung) for other in self.writers[place:])
        return writer.write(work.asked, work.passages, left / sharing, work.question.tone)
