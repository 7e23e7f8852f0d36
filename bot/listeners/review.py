"""What a reviewer presses or sends in the form, from its row to the word written down and the next answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks import review as blocks
from bot.events import Row, parse_review
from bot.inbox import Inbox
from bot.jobs import Step
from bot.learning.desk import Desk, meant, unfit
from bot.phrases import say
from bot.posting.views import Views
from bot.who.people import People
from bot.who.readers import ReadersUnknown
from model.learning.case import Case
from model.learning.correction import Unfit, corrected
from model.learning.reviewing import NotReviewable
from model.learning.reviews import CONFIRMED, CORRECTED, REJECTED, Overtaken, Review

log = logging.getLogger("footnote.review")
Ack = Callable[..., Any]
_VERDICTS = {"confirm": CONFIRMED, CORRECTED: CORRECTED, REJECTED: REJECTED}


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The handler of rows of this kind, and what Slack is told at once of a form that is sent. `reviewers`
    are those who may beside the admins."""

    inbox: Inbox
    views: Views
    people: People
    desk: Desk
    reviewers: frozenset[str] = frozenset()

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.work, self.close)

    def may(self, person: str, admin: bool) -> bool:
        """Whether somebody who works here reviews."""
        return admin or person in self.reviewers

    def start(self, trigger: str, locale: str) -> str:
        """Opens the form; what its person is told, as the key of a phrase."""
        case = self.desk.next(shared=True)
        if case is None:
            return "review_none"
        return "review_opened" if self.views.open(trigger, blocks.look(case, locale)) else "review_late"

    def work(self, event_id: str) -> None:
        """Writes the word down, if this person may say one, and shows what comes next. Doing so again writes
        nothing twice."""
        row = self.inbox.get(event_id)
        if row.state != "received":
            return
        if not self._allowed(row.person):
            words = say("review_not_you", self.people.locale(row.person))
            self.views.update(str(row.payload["view"]), blocks.look(None, "", problem=words))
            return
        locale, problem = self.people.locale(row.person), ""
        if verdict := _VERDICTS.get(str(row.payload["action"])):
            problem = self._judged(_word(row, verdict), locale)
        if row.payload["action"] in (CORRECTED, REJECTED):
            return  # its form has been answered at once
        view = self._next(row, locale, problem)
        self.views.update(str(row.payload["view"]), view)

    def close(self, event_id: str) -> None:
        """The end."""
        self.inbox.close(event_id)

    def fail(self, event_id: str, reference: str) -> None:
        """That it did not work, in the form."""
        row = self.inbox.get(event_id)
        locale = self.people.locale(row.person)
        words = say("press_failed", locale, reference=reference)
        self.views.update(str(row.payload.get("view") or ""), blocks.look(None, locale, problem=words))
        self.inbox.close(event_id)

    def sent(self, ack: Ack, body: Mapping[str, Any]) -> None:
        """A form is in, on disk already: what is wrong with it is said beside the field; else the next answer
        is shown in its place."""
        row = parse_review(body)
        if row is None or not self._allowed(row.person):
            ack()
            return
        locale, answer = self.people.locale(row.person), str(row.payload["answer"])
        field, problem = self._wrong(row, locale)
        if problem:
            ack(response_action="errors", errors={field: problem})
            return
        seen = _seen(row)
        case = self.desk.next(but={*seen, answer}, shared=True)
        ack(response_action="update", view=blocks.look(case, locale, seen))

    def _wrong(self, row: Row, locale: str) -> tuple[str, str]:
        """The field, and what is the matter with what it says, or with the answer; empty: nothing."""
        corrects = row.payload["action"] == CORRECTED
        field, case = "text" if corrects else "cause", self._case(row)
        if case is None:
            return field, say("review_gone", locale)
        if case.review and case.turn != row.payload["turn"] and not _is(case.review, row):
            return field, _overtaken(case.review, locale)
        try:
            if corrects:
                corrected(meant(str(row.payload["text"])), case.passages, self.desk.terms().meaning)
        except Unfit as why:
            return field, unfit(why, locale)
        return field, ""

    def _judged(self, word: Review, locale: str) -> str:
        """Empty, or why it was not written down."""
        try:
            self.desk.judge(word)
            return ""
        except Overtaken as other:
            return _overtaken(other.by, locale)
        except NotReviewable:
            return say("review_gone", locale)
        except Unfit as why:
            return unfit(why, locale)

    def _next(self, row: Row, locale: str, problem: str) -> dict[str, Any]:
        seen, answer = _seen(row), str(row.payload["answer"])
        form = {"write": blocks.write, "reject": blocks.reject}.get(str(row.payload["action"]))
        case = self._case(row) if form else None
        if form and case:
            return form(case, locale, seen)
        passed = [*seen, answer] if row.payload["action"] == "skip" else seen
        return blocks.look(self.desk.next(but={*passed, answer}, shared=True), locale, passed, problem)

    def _case(self, row: Row) -> Case | None:
        return self.desk.case(str(row.payload["answer"]), shared=True)

    def _allowed(self, person: str) -> bool:
        try:
            who = self.people.about(person)
        except ReadersUnknown as error:
            log.warning("not known who reviews: %s", type(error).__name__)
            return False
        return who.kind == "member" and self.may(person, who.admin)


def _word(row: Row, verdict: str) -> Review:
    said = row.payload
    text, cause = meant(str(said["text"])), str(said["cause"])
    given = (text, "miswritten") if verdict == CORRECTED else ("", cause)
    return Review(str(said["answer"]), verdict, row.person, int(said["turn"]), given[1], given[0])


def _is(standing: Review, row: Row) -> bool:
    """Whether it is the word of this very form, which may be written down already."""
    own = (row.person, row.payload["action"], int(row.payload["turn"]) + 1)
    return (standing.reviewer, standing.verdict, standing.turn) == own


def _seen(row: Row) -> Sequence[str]:
    return [str(one) for one in row.payload.get("seen") or ()]


def _overtaken(by: Review, locale: str) -> str:
    return say("review_overtaken", locale, verdict=say(f"review_{by.verdict}", locale))
