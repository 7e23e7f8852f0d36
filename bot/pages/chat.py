"""The chat page: a question, its answer with footnotes, the passage behind each, and votes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.answering.tongue import spoken
from bot.events.row import words
from bot.events.votes import LONGEST, REASONS
from bot.memory.recall import Recall, Recalled
from bot.pages.context import stretches
from bot.pages.markdown import is_markdown
from bot.pages.questions import Full, Questions
from bot.pages.saying import EARLIER, Saying, Source
from bot.pages.visit import Entry, NotThere, Page, Reply, Visit
from bot.phrases import say
from bot.replies import LONGEST_QUESTION, unreadable
from model.answer import Vote

ROOM = 1500  # characters before and after a quote


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
        return self._page()

    def asked(self, visit: Visit) -> Reply:
        text = words(visit.said("question", LONGEST_QUESTION + 1), LONGEST_QUESTION + 1).strip()
        before = [words(one, LONGEST_QUESTION) for one in visit.form.get("earlier", ())][-EARLIER:]
        who = replace(visit.who, locale=spoken(text, visit.who.locale))  # all that is said to it is in one
        if problem := unreadable(text, who.locale):
            return self._page(400, earlier=before, problem=problem, typed=text)
        try:
            chunks = self.questions.ask(who, text, before)
        except Full:
            return self._page(503, earlier=before, problem=say("page_full", who.locale), typed=text)
        return self._page(grows=True, saying=Saying(chunks, who.locale, text, before))

    def again(self, visit: Visit) -> Reply:
        """An answer from its record; its question is not kept."""
        return self._page(saying=Saying((self._recalled(visit).answer,), visit.who.locale))

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
        source = Source.of_answer(cited, found.answer, visit.who.locale)
        shown = {"here": "/", "source": source, "stretches": around, "answer": found.answer.id}
        shown |= {"lines": not is_markdown(cited.document)}
        return Page("passage.html", shown)

    def _recalled(self, visit: Visit) -> Recalled:
        """An answer that they may see: their own, or one whose sources they all may read."""
        found = self.recall.of(visit.path["answer"])
        if found is None and self.questions.begun(visit.who, visit.path["answer"]):
            raise NotThere("page_answer_begun")
        if found is None or not found.fits(visit.who.readers):
            raise NotThere("page_no_answer")
        if not found.answer.citations and not self.questions.mine(visit.who, found.answer.id):
            raise NotThere("page_no_answer")
        return found

    def _may_vote(self, visit: Visit) -> bool:
        return self.questions.mine(visit.who, visit.path["answer"]) or bool(
            self._recalled(visit).answer.citations
        )

    def _page(self, status: int = 200, *, grows: bool = False, **shown: object) -> Page:
        known = {"here": "/", "saying": None, "earlier": (), "problem": "", "typed": "", **shown}
        return Page("chat.html", known | {"suggested": self.suggested}, status, grows)
