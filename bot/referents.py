"""A question's row in, what in its thread it is about out: our last answer, to be put into another form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.events import Row
from bot.phrases import say
from bot.recall import Changed, Recall
from bot.shapes import form
from model.answer import Previous, Question


@dataclass(frozen=True, slots=True)
class Referents:
    """`recall` is None where there is no index to look into."""

    recall: Recall | None = None

    def of(self, row: Row, question: Question) -> tuple[Question, str]:
        """The question with what it is about; or why that cannot be, in words."""
        if self.recall is None or form(row.text) is None:
            return question, ""
        return self._previous(self.recall, row, question)

    def _previous(self, recall: Recall, row: Row, question: Question) -> tuple[Question, str]:
        begins = row.thread_ts in ("", row.message_ts)
        if begins and not row.direct:
            return question, say("reshape_where", question.locale)
        try:
            recalled = recall.last(row, anywhere=begins)
        except Changed:
            return question, say("answer_changed", question.locale)
        if recalled is None:
            return question, say("reshape_nothing", question.locale)
        if not recalled.fits(question.readers):
            return question, say("reshape_barred", question.locale)
        return replace(question, previous=Previous(recalled.answer, recalled.passages)), ""
