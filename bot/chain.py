"""question -> passages -> carried? -> draft -> checked Answer: the whole product, a LangChain runnable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Any, cast

from langchain_core.runnables import Runnable, RunnableBranch, RunnableGenerator, RunnableLambda

from bot.followup import before
from bot.reshape import Reshape
from bot.understanding import understand
from bot.work import Work
from model.answer import Answer, Question, Writer, WriterUnavailable
from model.answerability import Answerability
from model.trail import Trail
from retrieval.attached import attached
from retrieval.retriever import FootnoteRetriever, results


@dataclass(frozen=True, slots=True)
class Chain:
    """What the chain is made of, and its steps. `writers` is the ladder, best first."""

    retriever: FootnoteRetriever
    answerability: Answerability
    writers: Sequence[Writer]
    searched: Callable[[Question], str]
    trail: Trail = Trail()  # what all answers have in common

    def runnable(self) -> Runnable[Question | str, Answer]:
        """`stream` yields checked sentences, as Answers that add up to what `invoke` returns."""
        found = (
            RunnableLambda(self.retrieve, name="retrieve")
            | RunnableLambda(lambda work: work.reckoned(self.retriever.whole), name="reckon")
            | RunnableBranch((lambda work: work.carried, self.write()), lambda work: work)
            | RunnableGenerator(self.check, name="check")
        )
        form = RunnableGenerator(Reshape(self.writers).answers, name="reshape")
        reshaped = (lambda work: work.question.previous is not None, form)
        begun = RunnableLambda(partial(understand, trail=self.trail), name="understand")
        return begun | RunnableBranch(reshaped, found)

    def retrieve(self, work: Work) -> Work:
        """The passages that the readers may see, and whether they or the attached can carry an answer."""
        question = work.question
        if work.said:
            return work
        retriever = self.retriever.for_readers(question.readers, question.sources).behind(before(question))
        found = results(retriever.invoke(question.text))
        near = attached(work.asked, question.attached, self.answerability.embedder)
        sure = max(self.answerability.probability(work.asked, hits) for hits in (near, found.hits))
        trail = replace(self.trail, sure=sure, threshold=self.answerability.threshold)
        return work.found(found, near, trail)

    def write(self) -> Runnable[Work, Work]:
        """The ladder: a writer that fails hands the question and its reason on to the next."""
        rungs = [RunnableLambda(partial(_rung, writer), name=writer.name) for writer in self.writers]
        ladder = rungs[0].with_fallbacks(
            rungs[1:], exceptions_to_handle=(WriterUnavailable,), exception_key="failure"
        )
        return RunnableLambda(Work.asking, name="asked") | ladder

    def check(self, works: Iterator[Work]) -> Iterator[Answer]:
        """Each sentence against what it cites: the unsupported is dropped; nothing left is `not_found`."""
        for work in works:
            still = work.still(self.retriever.still)
            checked = work.checked(still)
            kept, judged = [one for one in checked if not one.dropped], work.judged(checked, still)
            yield from (judged.sentence(one, first=one is kept[0]) for one in kept)
            if not kept:
                yield judged.unanswered(self.searched, still)


def _rung(writer: Writer, asked: dict[str, Any]) -> Work:
    work, began = cast(Work, asked["work"]), perf_counter()
    return work.drafted(writer.write(work.asked, work.passages), str(asked["failure"]), began)
