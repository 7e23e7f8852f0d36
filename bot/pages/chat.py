"""The chat page: a question, its answer with footnotes, the passage behind each, and votes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.events.row import words
from bot.events.votes import LONGEST, REASONS
from bot.memory.recall import Recall, Recalled
from bot.pages.context import stretches
from bot.pages.markdown import is_markdown
from bot.pages.prose import parts
from bot.pages.questions import Full, Questions
from bot.pages.visit import Entry, NotThere, Page, Reply, Visit
from bot.phrases import say
from bot.replies import LONGEST_QUESTION, unreadable
from bot.sources import age, headings, page
from model.answer import Answer, Citation, Status, Vote

EARLIER = 3  # questions of the same conversation that a new one may lean on
ROOM = 1500  # characters before and after a quote
_NO_VOTE = (Status.FAILED, Status.SMALL_TALK, Status.CLARIFY)


@dataclass(frozen=True, slots=True)
class Source:
    """A citation as it is listed, with the address of the page that shows it in its place."""

    of: Citation
    where: str
    age: str
    at: str


@dataclass(frozen=True, slots=True)
class Chat:
    """What the pages need: how questions are answered, answers recalled, and votes counted."""

    questions: Questions
    recall: Recall
    vote: Callable[[Vote], object]
    suggested: Sequence[str] = ()

    def entries(self) -> list[Entry]:
        return [
            Entry("/", self.start, menu="page_chat"),
            Entry("/", self.asked, "POST"),
            Entry("/answers/{answer}", self.again),
            Entry("/answers/{answer}/votes", self.voted, "POST"),
            Entry("/answers/{answer}/{number:int}", self.passage),
        ]

    def start(self, visit: Visit) -> Reply:
        return Page("chat.html", self._shown(visit, earlier=[]))

    def asked(self, visit: Visit) -> Reply:
        text = words(visit.said("question", LONGEST_QUESTION + 1), LONGEST_QUESTION + 1).strip()
        before = [words(one, LONGEST_QUESTION) for one in visit.form.get("earlier", ())]
        if problem := unreadable(text, visit.who.locale):
            return Page("chat.html", self._shown(visit, before, problem=problem, typed=text), 400)
        try:
            answer = self.questions.ask(visit.who, text, before[-EARLIER:])
        except Full:
            problem = say("page_full", visit.who.locale)
            return Page("chat.html", self._shown(visit, before, problem=problem, typed=text), 503)
        earlier = before if answer.status is Status.FAILED else [*before, text]
        return Page("chat.html", self._shown(visit, earlier, answer=answer, question=text))

    def again(self, visit: Visit) -> Reply:
        """An answer from its record; its question is not kept."""
        return Page("chat.html", self._shown(visit, earlier=[], answer=self._recalled(visit).answer))

    def voted(self, visit: Visit) -> Reply:
        """A vote; what did not help is asked why, on a page of its own."""
        who, answer = visit.who, visit.path["answer"]
        value = visit.said("value", 8)
        if value not in ("up", "down") or not self._may_vote(visit):
            raise NotThere
        reasons = tuple(one for one in visit.form.get("reasons", ()) if one in REASONS)
        correction = words(visit.said("correction", LONGEST), LONGEST).strip() if value == "down" else ""
        more = (reasons, correction) if value == "down" else ((), "")
        self.vote(Vote(answer, who.id, value, datetime.now(UTC), "button", *more))
        told = value == "up" or "told" in visit.form
        return Page(
            "voted.html", {"here": "/", "answer": answer, "told": told, "value": value, "reasons": REASONS}
        )

    def passage(self, visit: Visit) -> Reply:
        """What a footnote stands for: the quote in its document, with what is said around it."""
        number, found = int(visit.path["number"]), self._recalled(visit)
        cited = next((one for one in found.answer.citations if one.number == number), None)
        if cited is None:
            raise NotThere
        around = stretches(self.recall.around(cited, ROOM), range(cited.start, cited.end))
        source = self._source(visit, cited, found.answer)
        shown = {"here": "/", "source": source, "stretches": around, "answer": found.answer.id}
        shown |= {"lines": not is_markdown(cited.document)}
        return Page("passage.html", shown)

    def _recalled(self, visit: Visit) -> Recalled:
        """An answer that they may see: their own, or one whose sources they all may read."""
        found = self.recall.of(visit.path["answer"])
        if found is None or not found.fits(visit.who.readers):
            raise NotThere
        if not found.answer.citations and not self.questions.mine(visit.who, found.answer.id):
            raise NotThere
        return found

    def _may_vote(self, visit: Visit) -> bool:
        return self.questions.mine(visit.who, visit.path["answer"]) or bool(
            self._recalled(visit).answer.citations
        )

    def _shown(
        self, visit: Visit, earlier: Sequence[str], answer: Answer | None = None, **more: object
    ) -> dict[str, object]:
        shown = {"here": "/", "answer": None, "question": "", "problem": "", "typed": "", **more}
        shown |= {"earlier": earlier[-EARLIER:], "suggested": self.suggested, "longest": LONGEST_QUESTION}
        if answer is not None:
            sources = [self._source(visit, one, answer) for one in answer.citations]
            shown |= {"answer": answer, "parts": parts(answer.text), "sources": sources}
            shown |= {"numbers": {one.number for one in answer.citations}}
            shown |= {"votes": answer.status not in _NO_VOTE, "quoted": answer.writer == "extract"}
        return shown

    def _source(self, visit: Visit, cited: Citation, answer: Answer) -> Source:
        locale = visit.who.locale
        place = (cited.title, *headings(cited, locale), page(cited, locale))
        where = " › ".join(part for part in place if part)
        return Source(
            cited,
            where,
            age(cited.updated_at, datetime.now(UTC), locale),
            f"/answers/{answer.id}/{cited.number}",
        )
