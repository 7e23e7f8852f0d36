"""Where reviewers work: the next answer worth a look out, their word on it in, once and in the audit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from bot.learning.owed import corrector
from bot.memory import audit, deleted
from bot.phrases import say
from bot.state import inbox
from model import feedback, grounds
from model.answer import Fault
from model.learning import gist, optout, verified
from model.learning.case import Case, Terms, case, queue, waiting
from model.learning.correction import Unfit
from model.learning.fates import Fates, disliked, fates
from model.learning.lesson import lessons, unreviewed
from model.learning.reviewing import Judged, judge
from model.learning.reviews import Review
from model.learning.row import Row
from model.record import answers
from model.writing.prompt import NOT_FOUND

_LOOKS, _AT_ONCE = 40, 25  # into the queue, for what somebody may be shown


def meant(text: str) -> str:
    """What a reviewer says is right; in words, too, that there should have been no answer."""
    said = text.strip().rstrip(".!").casefold()
    none = {say("review_nothing", one).casefold() for one in ("en", "de")}
    return NOT_FOUND if said in none | {NOT_FOUND.casefold()} else text


def unfit(why: Unfit, locale: str) -> str:
    """Why a correction is none to learn from, as its reviewer is told."""
    struck = why.struck
    if struck is None:
        return say(f"review_{why.why}", locale, what=why.what)
    alone = struck.fault == Fault.UNSUPPORTED and struck.what
    reason = say("review_alone" if alone else f"struck_{struck.fault}", locale, what=struck.what)
    return say("review_unfit", locale, text=struck.text[:200], reason=reason)


@dataclass(frozen=True, slots=True)
class Desk:
    """The queue on `engine`. `terms` are asked for anew with each work: the index may have changed."""

    engine: sa.Engine
    terms: Callable[[], Terms]
    publish: Callable[[], None] = lambda: None  # brings the index up to the verified answers

    def waiting(self, most: int = 50) -> list[Case]:
        """What is worth a look, the most telling first."""
        with self.engine.connect() as connection:
            return list(islice(queue(connection, self.terms()), most))

    def next(self, *, but: Collection[str] = (), shared: bool = False) -> Case | None:
        """The first one that is not in `but`; `shared`: whose passages everyone may read, so that any
        reviewer may be shown it."""
        terms = self.terms()
        with self.engine.connect() as connection, closing(waiting(connection, terms)) as ordered:
            waits = (one for one in ordered if one not in but)
            for _ in range(_LOOKS):
                if not (some := list(islice(waits, _AT_ONCE))):
                    break
                for one in _open(connection, some, terms) if shared else some:
                    if found := case(connection, one, terms):
                        return found
        return None

    def case(self, answer: str, *, shared: bool = False) -> Case | None:
        """That answer, if its words are still kept."""
        terms = self.terms()
        with self.engine.connect() as connection:
            shown = not shared or _open(connection, [answer], terms)
            return case(connection, answer, terms) if shown else None

    def judge(self, word: Review) -> Judged:
        """Writes down what a reviewer says, in one commit with the row of the audit. Raises as model's judge
        does."""
        terms = self.terms()
        for last in (False, True):
            try:
                with self.engine.begin() as connection:
                    judged = judge(connection, word, terms)
                    if judged.new:
                        audit.note(connection, word.reviewer, f"review {word.verdict}", word.answer)
                        self._owe(connection, word)
                    return judged
            except sa.exc.IntegrityError:  # another one at the same moment: now theirs is read
                if last:
                    raise
        raise AssertionError

    def _owe(self, connection: sa.Connection, word: Review) -> None:
        """Whoever wrote what would have been right is to be told what came of it."""
        out = optout.out(connection)
        for vote in feedback.votes(connection, word.answer):
            if vote.correction and vote.voter != word.reviewer and not out.has(vote.voter):
                corrector(connection, vote)

    def lessons(self) -> list[Row]:
        """What reviewers confirmed or corrected, as it may be learnt from now."""
        with self.engine.connect() as connection:
            return lessons(connection, self.terms())

    def unreviewed(self) -> list[Row]:
        """What may enter without a review: nothing where FOOTNOTE_LEARN_UNREVIEWED is off."""
        with self.engine.connect() as connection:
            return unreviewed(connection, self.terms())

    def disliked(self) -> list[Row]:
        """Answers as they were given that reviewers found wrong."""
        with self.engine.connect() as connection:
            return disliked(connection, self.terms())

    def fates(self) -> Fates:
        """What becomes of every vote."""
        with self.engine.connect() as connection:
            return fates(connection, self.terms())

    def optout(self, person: str, out: bool) -> bool:
        """Nothing of theirs is used for learning from here on, and no words of what they asked are kept; or
        it may be used again. Whether that changes what they had said."""
        changes = False
        for last in (False, True):
            try:
                with self.engine.begin() as connection:
                    changes = optout.out(connection).has(person) != out
                    (optout.leave if out else optout.come_back)(connection, person)
                    deleted.note(connection, deleted.SILENT if out else deleted.SPEAKS, [person])
                    if out:
                        theirs = sa.select(inbox.c.event_id).where(inbox.c.person == person)
                        kept = answers.update().where(answers.c.id.in_(theirs))
                        connection.execute(kept.values(question=None))
                        gist.drop(connection, theirs)
                        verified.unasked(connection, person)
                break
            except sa.exc.IntegrityError:  # said twice in one moment
                if last:
                    raise
        if out:  # also where nothing is left to change: the index may not have heard of it
            self.publish()
        return changes


def _open(connection: sa.Connection, some: Sequence[str], terms: Terms) -> list[str]:
    """Those all of whose documents everyone may read."""
    made = grounds.documents(connection, some)
    allowed = set(terms.everyone(set[str]().union(*made.values())))
    return [one for one in some if made.get(one, set()) <= allowed]


def asked(connection: sa.Connection, answer: str) -> tuple[str, str]:
    """Who asked in Slack for the answer and in which channel; empty where it was not there."""
    query = sa.select(inbox.c.person, inbox.c.channel).where(inbox.c.event_id == answer)
    row = connection.execute(query).first()
    return (row.person, row.channel) if row else ("", "")


def may_be_learnt(connection: sa.Connection, answer: str) -> bool:
    """Whether who asked did not opt out."""
    person, _ = asked(connection, answer)
    return bool(person) and not optout.out(connection).has(person)
