"""An expert's reply in, confirmed: kept once, in the index at once, golden and a lesson as far as it may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.learning.gaps import Gap, gaps, open_in
from bot.learning.owed import others
from bot.memory import audit
from model.learning import optout, verified
from model.learning.case import Terms
from model.learning.row import Row
from model.learning.taught import learn, measured, taught
from model.learning.verified import Verified
from retrieval.passage import Document
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

    def keep(self, given: Verified) -> Verified:
        """The answer to its question that stands: this one, or another expert's that came before. What is
        left to be done is `publish` and `learn`, which can be done again."""
        one = replace(given, source=self.source, due=(given.at + timedelta(days=self.days)).date())
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
                    return standing
            except sa.exc.IntegrityError:  # two experts in one moment: now the other's is read
                if last:
                    raise
        raise AssertionError

    def documents(self) -> list[Document]:
        """All that is verified."""
        with self.engine.connect() as connection:
            return [one.document() for one in verified.every(connection, self.source)]

    def publish(self) -> None:
        """Answers are given from it from here on. Raises what the index raises."""
        self.index(self.documents)

    def learn(self, one: Verified) -> None:
        """A golden question of it, and a lesson where what people write in Slack may be learnt from."""
        terms, passages = self.terms(), split(one.document())
        with self.engine.begin() as connection:
            made = taught(connection, one, passages, terms) if one.open else None
            if made is not None and terms.slack_text:
                learn(connection, made)
        item = measured(made, self.source) if made else None
        if item is not None:
            self.golden(item)

    def gaps(self, days: int) -> list[Gap]:
        """Of so many days, those that are open."""
        with self.engine.connect() as connection:
            return gaps(connection, datetime.now(UTC) - timedelta(days=days))

    def overdue(self) -> list[Verified]:
        """What was to be looked at again by now."""
        with self.engine.connect() as connection:
            every, today = verified.every(connection, self.source), datetime.now(UTC).date()
        return sorted((one for one in every if one.due < today), key=lambda one: one.due)

    def gap(self, channel: str, thread: str) -> str:
        """The answer of a thread that found nothing, if one is to be had."""
        with self.engine.connect() as connection:
            return open_in(connection, channel, thread)

    def out(self, person: str) -> bool:
        """Whether they want nothing of theirs used."""
        with self.engine.connect() as connection:
            return optout.out(connection).has(person)
