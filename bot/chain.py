"""question -> passages -> carried? -> draft -> checked Answer: the whole product, a LangChain runnable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from langchain_core.runnables import Runnable, RunnableBranch, RunnableGenerator, RunnableLambda

from bot.answering.clarifying import asked_back
from bot.answering.customs import again
from bot.answering.dispute import standing
from bot.answering.expansion import Expansion
from bot.answering.ladder import BUDGET_S, Ladder
from bot.answering.reshape import Reshape
from bot.answering.understanding import understand
from bot.answering.verdict import Verdict
from bot.answering.work import Work
from bot.meaning.followup import before, searched
from model.answer import Answer, Question, Writer
from model.checking.citations import WORDS
from model.checking.meaning import Meaning
from model.quoting.answerability import Answerability
from model.quoting.parts import parts
from model.trail import Trail
from retrieval.attached import attached
from retrieval.retriever import FootnoteRetriever, results


@dataclass(frozen=True, slots=True)
class Chain:
    """What the chain is made of, and its steps. `writers` is the ladder, best first, with seconds for all."""

    retriever: FootnoteRetriever
    answerability: Answerability
    writers: Sequence[Writer]
    searched: Callable[[Question], str]
    trail: Trail = Trail()  # what all answers have in common
    budget_s: float = BUDGET_S
    meaning: Meaning = WORDS  # how the check weighs words
    example: Callable[[Question], str] = lambda _: ""  # a question that its readers may ask
    expand: tuple[str, ...] = ()  # what a chat model writes for the search, of model.writing.queries.KINDS

    def runnable(self) -> Runnable[Question | str, Answer]:
        """`stream` yields checked sentences, as Answers that add up to what `invoke` returns."""
        ladder, still = Ladder(self.writers, self.budget_s).runnable(), self.retriever.still
        verdict = Verdict(self.writers, self.meaning, still, self.searched)
        found = (
            RunnableLambda(self.retrieve, name="retrieve")
            | RunnableLambda(asked_back, name="clarify")
            | RunnableLambda(lambda work: work.reckoned(self.retriever.whole), name="reckon")
            | RunnableBranch((lambda work: work.carried, ladder), lambda work: work)
            | RunnableGenerator(verdict.answers, name="check")
        )
        form = RunnableGenerator(Reshape(self.writers, self.meaning, still).answers, name="reshape")
        reshaped = (lambda work: work.question.previous is not None, form | RunnableLambda(again, name="fit"))
        begun = RunnableLambda(partial(understand, trail=self.trail, example=self.example), name="understand")
        return begun | RunnableBranch(reshaped, found)

    def retrieve(self, work: Work) -> Work:
        """The passages that the readers may see, and whether they or the attached can carry an answer."""
        question = work.question
        if work.said:
            return work
        each = (one.replace("\n", " ") for one in parts(question.text))
        more = (*each, *Expansion(self.writers, self.expand).texts(question))
        retriever = self.retriever.for_readers(question.readers, question.sources)
        retriever = retriever.behind(before(question), more)
        found = results(retriever.invoke(searched(question)))
        stands = standing(question.text, found, lambda some: self.retriever.whole(some, question.readers))
        near = attached(work.asked, question.attached, self.answerability.embedder)
        sure, worded = work.sure(self.answerability, stands.found, near)
        trail = replace(self.trail, sure=sure, threshold=self.answerability.threshold, superseded=stands.lost)
        return replace(work.found(stands.found, near, trail), once=stands.held, worded=worded)
