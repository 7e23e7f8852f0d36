"""An expert's reply in, confirmed: kept once, in the index at once, golden and a lesson as far as it may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from bot.learning.gaps import Gap, close, gaps, open_in
from bot.learning.owed import again, later, look, others, reminder
from bot.memory import audit, deleted
from bot.who.asking import NotNow, ReadersUnknown
from model.learning import optout, reviews, verified
from model.learning.case import Terms
from model.learning.row import Row
from model.learning.taught import learn, measured, taught
from model.learning.verified import Verified
from retrieval.passage import EVERYONE, Audience, Document
from retrieval.split import split

ASKED_WITHIN = 30  # days: who asked before that is not told of an answer


@dataclass(frozen=True, slots=True)
class Keeper:
    """Verified answers of one `source`. `days`: after which one is to be looked at again; `index` brings the
    live index up to what the given function says when it is asked; `golden` adds an item to those that wait.
    """

    engine: sa.Engine
    source: str
    days: int
    index: Callable[[Callable[[], Sequence[Document]]], None]
    terms: Callable[[], Terms]
    golden: Callable[[Row], object]
    ungolden: Callable[[str], object] = lambda _: None  # takes the item of an answer out again

    def keep(self, given: Verified) -> Verified:
        """The answer to its question that stands: this one, or another expert's that came before. What is
        left to be done is `publish` and `learn`, which can be done again."""
        one = replace(given, source=self.source, due=self._due(given.at))
        every = self.gaps(ASKED_WITHIN)
        for last in (False, True):
            try:
                with self.engine.begin() as connection:
                    if optout.out(connection).has(one.asker):
                        one = replace(one, asker="", question="")
                    new = verified.of(connection, one.answer) is None
                    standing = verified.put(connection, one)
                    if new:
                        audit.note(connection, one.expert, "verify", one.answer)
                        others(connection, one, every)
                        look(connection, one)
                    return standing
            except sa.exc.IntegrityError:  # two experts in one moment: now the other's is read
                if last:
                    raise
        raise AssertionError

    def at(self, channel: str, reply: str) -> Verified | None:
        """The verified answer that a message is."""
        with self.engine.connect() as connection:
            return verified.at(connection, channel, reply)

    def amend(self, one: Verified, text: str) -> None:
        """It says this from here on, also in what is measured and learnt, and was looked at now."""
        with self.engine.begin() as connection:
            if verified.change(connection, one.answer, text=text, due=self._due(datetime.now(UTC))):
                audit.note(connection, one.expert, "amend", one.answer)
            _unlearn(connection, [one])
        self.ungolden(one.answer)
        self.publish()
        self.learn(one)

    def renew(self, one: Verified) -> date:
        """It was looked at and is still right; until when it is now."""
        due = self._due(datetime.now(UTC))
        with self.engine.begin() as connection:
            if verified.change(connection, one.answer, due=due):
                audit.note(connection, one.expert, "renew", one.answer)
        self.publish()
        return due

    def remind(self) -> None:
        """The experts of what is overdue are to be asked, once each time it is."""
        for one in self.overdue():
            with self.engine.begin() as connection:
                reminder(connection, one)

    def withdraw(self, one: Verified) -> None:
        """It is no answer any more: its question is a gap again, and nothing is measured or learnt of it."""
        with self.engine.begin() as connection:
            if verified.drop(connection, one.answer):
                audit.note(connection, one.expert, "withdraw", one.answer)
            _unlearn(connection, [one])
        self.ungolden(one.answer)
        self.publish()

    def later(self, event_id: str) -> None:
        """What a row asks for is tried again by the next recheck."""
        with self.engine.begin() as connection:
            later(connection, event_id)

    def recheck(self, there: Callable[[str], Audience]) -> None:
        """Those of a channel that has become private, or public, are for whom it is now, with what is learnt
        of them. Where Slack refuses to say they are for the channel until it says, and what is learnt of them
        waits; where it may say in a moment, they are as they are. What the index missed when something
        changed is made up for."""
        with self.engine.begin() as connection:
            again(connection)
            every = verified.every(connection, self.source)
        rooms = dict[str, bool | None]()
        for channel in {one.channel for one in every}:
            with suppress(NotNow):
                rooms[channel] = _public(channel, there)
        known = [one for one in every if one.channel in rooms]
        shut = [one for one in known if one.open and not rooms[one.channel]]
        opened = [one for one in known if not one.open and rooms[one.channel]]
        for one in shut:  # first: if the rest is cut off it is done again, as this one is still open
            self.ungolden(one.answer)
        self._moved(shut, opened, [one for one in known if rooms[one.channel] is False])
        self.publish()
        for one in opened:
            self.learn(one, again=True)

    def _moved(
        self, shut: Sequence[Verified], opened: Sequence[Verified], private: Sequence[Verified]
    ) -> None:
        """They have other readers; nothing is learnt of what is in a private channel. What happened to those
        that Slack did not show is looked at now."""
        with self.engine.begin() as connection:
            for one in (*shut, *opened):
                verified.change(connection, one.answer, open=not one.open)
            for one in opened:
                look(connection, one, datetime.now(UTC).isoformat())
            if private:
                _unlearn(connection, private)

    def made_up(self, one: Verified) -> None:
        """What a change left undone that was cut off, is done: the index says it, and it is learnt."""
        self.publish()
        self.learn(one, again=True)

    def documents(self) -> list[Document]:
        """All that is verified."""
        with self.engine.connect() as connection:
            return [one.document() for one in verified.every(connection, self.source)]

    def publish(self) -> None:
        """Answers are given from it from here on. Raises what the index raises."""
        self.index(self.documents)

    def learn(self, one: Verified, *, again: bool = False) -> None:
        """A golden question of it as it stands now, and a lesson where what people write in Slack may be
        learnt from; nothing where it was taken out meanwhile, or erased from what is learnt. `again`: it was
        learnt before, and what a reviewer said since stands."""
        terms = self.terms()
        with self.engine.begin() as connection:
            now = verified.of(connection, one.answer)
            wanted = now is not None and now.reply == one.reply and now.open
            wanted = wanted and not deleted.unlearnt(connection, [one.uri])
            made = taught(connection, now, split(now.document()), terms) if now and wanted else None
            if made is not None and terms.slack_text:
                learn(connection, made, terms, again=again)
        item = measured(made, self.source, terms) if made else None
        if item is not None:
            self.golden(item)
        if now is not None and made is not None and (then := self.of(now.answer)) != now:
            with self.engine.begin() as connection:  # it was changed or taken out while it was learnt
                _unlearn(connection, [now])
            self.ungolden(now.answer)
            if then is not None:
                self.learn(then, again=again)

    def gaps(self, days: int) -> list[Gap]:
        """Of so many days, those that are open."""
        with self.engine.connect() as connection:
            return gaps(connection, datetime.now(UTC) - timedelta(days=days))

    def close(self, who: str, code: str) -> str:
        """The gap that `code` begins needs no answer: the id of the answer in it, empty for none."""
        with self.engine.begin() as connection:
            if answer := close(connection, code, datetime.now(UTC).timestamp()):
                audit.note(connection, who, "close gap", answer)
            return answer

    def overdue(self) -> list[Verified]:
        """What was to be looked at again by now."""
        with self.engine.connect() as connection:
            every, today = verified.every(connection, self.source), datetime.now(UTC).date()
        return sorted((one for one in every if one.due < today), key=lambda one: one.due)

    def gap(self, channel: str, thread: str) -> str:
        """The answer of a thread that found nothing, if one is to be had."""
        with self.engine.connect() as connection:
            return open_in(connection, channel, thread)

    def of(self, answer: str) -> Verified | None:
        """The verified answer to the question of an answer."""
        with self.engine.connect() as connection:
            return verified.of(connection, answer)

    def _due(self, at: datetime) -> date:
        return (at + timedelta(days=self.days)).date()

    def out(self, person: str) -> bool:
        """Whether they want nothing of theirs used."""
        with self.engine.connect() as connection:
            return optout.out(connection).has(person)


def _unlearn(connection: sa.Connection, some: Sequence[Verified]) -> None:
    """No lesson has what they say, whosever it is; what a reviewer made of other documents stays."""
    reviews.drop(connection, reviews.holding(connection, [one.uri for one in some]))
    for one in some:
        reviews.hush(connection, one.answer, one.expert)


def _public(channel: str, there: Callable[[str], Audience]) -> bool | None:
    """Whether everyone may read what is said there; None where Slack refuses to say, as where the app was
    taken out of it or lacks a scope. Raises NotNow."""
    try:
        return EVERYONE in there(channel).principals
    except NotNow:
        raise
    except ReadersUnknown:
        return None
