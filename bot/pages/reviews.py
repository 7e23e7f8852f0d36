"""The page of reviews: an answer that is worth a look, and a reviewer's word on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.events.review import LONGEST
from bot.events.row import words
from bot.learning.desk import Desk, meant, unfit
from bot.pages.context import stretches
from bot.pages.markdown import is_markdown
from bot.pages.visit import Entry, Go, NotThere, Page, Reply, Visit, reviewers
from bot.phrases import say
from model.learning.case import Case
from model.learning.correction import Unfit, corrected
from model.learning.reviewing import NotReviewable
from model.learning.reviews import CAUSES, CONFIRMED, CORRECTED, REJECTED, Overtaken, Review
from retrieval.passage import Passage

HERE = "/review"
_PASSAGES, _SKIPPED = 8, 25


@dataclass(frozen=True, slots=True)
class Reviews:
    """Only what everyone may read is shown: a reviewer is not asked about what is not theirs."""

    desk: Desk

    def entries(self) -> list[Entry]:
        return [
            Entry(HERE, self.next, may=reviewers, menu="page_review"),
            Entry(f"{HERE}/later", self.later, "POST", may=reviewers),
            Entry(f"{HERE}/{{answer}}", self.judged, "POST", may=reviewers),
        ]

    def next(self, visit: Visit) -> Reply:
        return _page(self.desk.next(shared=True))

    def later(self, visit: Visit) -> Reply:
        """The next one but those that were passed over."""
        passed = [one[:64] for one in visit.form.get("passed", ())][-_SKIPPED:]
        return _page(self.desk.next(but=passed, shared=True), passed=passed)

    def judged(self, visit: Visit) -> Reply:
        """Writes the word down, or says what is wrong with it beside what was typed."""
        verdict, case = visit.said("verdict", 16), self.desk.case(visit.path["answer"], shared=True)
        if verdict not in (CONFIRMED, CORRECTED, REJECTED):
            raise NotThere
        if case is None:
            return _page(None, problem=say("review_gone", visit.who.locale))
        text = words(visit.said("text", LONGEST), LONGEST).strip() if verdict == CORRECTED else ""
        cause = (
            visit.said("cause", 32) if verdict == REJECTED else "miswritten" if verdict == CORRECTED else ""
        )
        if verdict == REJECTED and cause not in CAUSES:
            return _page(case, problem=say("page_review_cause", visit.who.locale))
        turn = visit.said("turn", 9)
        word = Review(
            case.record.id, verdict, visit.who.id, int(turn) if turn.isdigit() else 0, cause, meant(text)
        )
        problem = self._wrong(word, case, visit.who.locale)
        return _page(case, problem=problem, typed=text) if problem else Go(HERE)

    def _wrong(self, word: Review, case: Case, locale: str) -> str:
        """Empty once it is written down."""
        try:
            if word.verdict == CORRECTED:
                corrected(word.text, case.passages, self.desk.terms().meaning)
            self.desk.judge(word)
        except Overtaken as other:
            return say("review_overtaken", locale, verdict=say(f"review_{other.by.verdict}", locale))
        except NotReviewable:
            return say("review_gone", locale)
        except Unfit as why:
            return unfit(why, locale)
        return ""


def _page(case: Case | None, *, passed: Sequence[str] = (), problem: str = "", typed: str = "") -> Page:
    shown: dict[str, object] = {
        "here": HERE,
        "case": case,
        "passed": passed,
        "problem": problem,
        "typed": typed,
        "causes": CAUSES,
    }
    if case is not None:
        up = sum(vote.value == "up" for vote in case.votes)
        shown |= {
            "up": up,
            "down": len(case.votes) - up,
            "passages": [_read(one) for one in case.passages[:_PASSAGES]],
        }
    return Page("review.html", shown, 400 if problem else 200)


def _read(one: Passage) -> dict[str, object]:
    """A passage as the page shows it: its title and heading, what stands there, and whether in lines."""
    title = " › ".join((one.title, *one.heading[-1:]))
    return {"title": title, "blocks": stretches([one])[0].blocks, "lines": not is_markdown(one.document)}
