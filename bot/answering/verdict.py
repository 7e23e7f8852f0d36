"""A draft in, what stands of it out: checked, in its channel's form, as the readers may see it now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.answering.customs import Customs
from bot.answering.work import Shown, Work
from model.answer import Answer, Question, Writer
from model.checking.meaning import Meaning
from retrieval.passage import Passage


@dataclass(frozen=True, slots=True)
class Verdict:
    """`writers` are those who can translate; `still` leaves of passages what some readers may see now,
    `searched` names what was searched."""

    writers: Sequence[Writer]
    meaning: Meaning
    still: Shown
    searched: Callable[[Question], str]

    def answers(self, works: Iterator[Work]) -> Iterator[Answer]:
        """A step of the chain: each sentence against what it cites. The unsupported is dropped; nothing left
        is `not_found`."""
        for work in works:
            still = work.still(self.still)
            said = self._said(work, still, self.writers)
            if work.question.language:  # whoever translates takes seconds: what they read may be gone by then
                told, now = list(said), work.still(self.still)
                said = iter(told) if now == still else self._said(work, now, ())
            yield from said

    def _said(self, work: Work, still: Sequence[Passage], translators: Sequence[Writer]) -> Iterator[Answer]:
        judged = work.held(still, self.meaning)
        said = (judged.sentence(one, first=n == 0) for n, one in enumerate(judged.kept))
        yield from Customs(translators).kept(work.question, said) if judged.kept else ()
        if not judged.kept:
            yield judged.unanswered(self.searched, still)
