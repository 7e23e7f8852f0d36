"""A question on its way through the chain, and the answer it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from time import perf_counter

from bot.replies import degraded, not_found, unreadable
from model.answer import Answer, Draft, Near, Question, Status, Timings
from model.citations import Checked
from retrieval.passage import Passage
from retrieval.search import Results

NEAREST = 3  # pages that are named where nothing was found


@dataclass(frozen=True, slots=True)
class Work:
    """A question and what the steps have found so far; each step returns it with more filled in."""

    question: Question
    started: float = field(default_factory=perf_counter)
    results: Results = Results(())
    carried: bool = False
    draft: Draft = Draft("", "")
    write_ms: float = 0.0

    @property
    def passages(self) -> list[Passage]:
        """The passages found, best first; markers in the draft count them from 1."""
        return [hit.passage for hit in self.results.hits]

    def drafted(self, draft: Draft, failure: str, began: float) -> Work:
        """With a draft, begun at `began`; `failure` is the sentence of the rung above, where one failed."""
        return replace(self, draft=replace(draft, degraded=failure), write_ms=(perf_counter() - began) * 1000)

    def sentence(self, checked: Checked, *, first: bool) -> Answer:
        """The chunk of the answer that a checked sentence is."""
        text = checked.text if first else (checked.before or " ") + checked.text
        status = Status.DEGRADED if self.draft.degraded else Status.ANSWERED
        return replace(
            self._answer(status, text),
            citations=checked.citations,
            notice=degraded(self.draft, self.question.locale),
        )

    def unanswered(self, searched: str, still: Sequence[Passage]) -> Answer:
        """What is said where there is no checked sentence; `searched` names what was searched, `still` is
        what of it the readers may see now."""
        locale = self.question.locale
        if problem := unreadable(self.question.text, locale):
            return self._answer(Status.CLARIFY, problem)
        answer = self._answer(Status.NOT_FOUND, not_found(searched, locale))
        return replace(answer, nearest=tuple(islice(_nearest(still), NEAREST)))

    def _answer(self, status: Status, text: str) -> Answer:
        total = (perf_counter() - self.started) * 1000
        timings = Timings(self.results.embed_ms, self.results.search_ms, self.write_ms, total)
        asked = self.question
        return Answer(asked.id, asked.text, status, text, (), self.draft.writer, timings=timings)


def _nearest(passages: Sequence[Passage]) -> Iterator[Near]:
    """The pages that passages of the index are of, each once; one without words may not be seen any more."""
    seen: set[str] = set()
    for passage in passages:
        if passage.text and passage.source and passage.document not in seen:
            seen.add(passage.document)
            yield Near(passage.title, passage.url, passage.source)
