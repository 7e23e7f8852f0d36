"""Gaps in, those that the index answers today out: whoever asked is owed a word, and the gap is closed."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.learning.gaps import Gap, Missed, settle
from bot.learning.keeper import ASKED_WITHIN, Keeper
from bot.learning.owed import filled
from bot.meaning.followup import hangs
from bot.memory import audit
from model.answer import Answer, Question, Status
from model.trail import digest
from retrieval.passage import FootnoteError, Hit

MOST = 40  # gaps that are looked at, the most asked first
BUDGET_S = 20.0  # that a look takes, about: syncs wait for it
BY = "footnote"  # who closes them, in the audit
_TOLD = (Status.ANSWERED, Status.PARTIAL)


@dataclass(frozen=True, slots=True)
class Today:
    """What there is today. `words`: what was asked, where that was kept or is shown in Slack, else nothing;
    `question`: the same for all who read where it was asked; `find` and `answer`: what is found for it and
    answered; `since`: when each of some documents came into the index as it is there, in seconds."""

    words: Callable[[Missed], str]
    question: Callable[[Missed, str], Question]
    find: Callable[[Question], Sequence[Hit]]
    answer: Callable[[Question], Answer]
    since: Callable[[Collection[str]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Filled:
    """Gaps as `keeper` has them. One is filled by what was not there when it was asked: what its writer was
    given and found no answer in is not asked about again."""

    keeper: Keeper
    today: Today

    def look(self, done: set[str], budget_s: float = BUDGET_S) -> bool:
        """Asks each gap's questions again, of everybody the newest, for who reads there; whether that was all
        of them. `done` are answers that have been looked at on this index, and grows."""
        end = time.monotonic() + budget_s
        for gap in self.keeper.gaps(ASKED_WITHIN)[:MOST]:
            newest = list({one.person: one for one in reversed(gap.asked)}.values())
            if done.issuperset(one.answer for one in newest):
                continue
            if time.monotonic() >= end:
                return False
            found = {one.answer: page for one in newest if (page := self._page(one))}
            done.update(one.answer for one in newest)
            if found:
                self._told(gap, newest, found)
        return True

    def _page(self, one: Missed) -> str:
        """The document that answers it now; empty where none does."""
        words = self.today.words(one)
        if not words or hangs(words):
            return ""
        try:
            asked = self.today.question(one, words)
            fresh = self._fresh(one, self.today.find(asked))
            said = self.today.answer(asked) if fresh else None
        except FootnoteError:  # it is looked at again when the index has changed again
            return ""
        cited = said.citations if said and said.status in _TOLD else ()
        return next((place.document for place in cited if place.document in fresh), "")

    def _fresh(self, one: Missed, hits: Sequence[Hit]) -> frozenset[str]:
        """Documents with words that its writer was not given, which came into the index since."""
        new = {hit.passage.document for hit in hits if digest(hit.passage.text) not in one.given}
        since = self.today.since(new) if new else {}
        return frozenset(page for page in new if since.get(page, 0.0) > one.at)

    def _told(self, gap: Gap, newest: Sequence[Missed], found: Mapping[str, str]) -> None:
        """Those for whom it is answered are to be told, once; where that is all, it is no gap any more."""
        with self.keeper.engine.begin() as connection:
            for one in newest:
                if page := found.get(one.answer):
                    filled(connection, one, page)
            if len(found) == len(newest):
                settle(connection, gap.asked[0].answer, time.time())
                audit.note(connection, BY, "close gap", gap.asked[0].answer)
