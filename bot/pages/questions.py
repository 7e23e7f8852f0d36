"""A question on a page in; its answer out, made, counted and kept as one that was asked in Slack."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add

import sqlalchemy as sa

from bot.events import Row
from bot.inbox import Gist, Learnt
from bot.learning import gaps
from bot.learning.owed import values
from bot.listeners.question import DEADLINE_S, Answering
from bot.memory.kept import Hidden, keep
from bot.meters import Meters
from bot.pages.visit import Visitor
from bot.phrases import say
from bot.replies import failure
from bot.state import inbox
from model.answer import Answer, Question, Status
from retrieval.ledger import hidden
from retrieval.passage import Audience, FootnoteError

log = logging.getLogger("footnote.pages")


@dataclass(frozen=True, slots=True)
class Questions:
    """`refused` says in words why somebody is not answered now, `still` what they may read by now; `gone`,
    `learnt` and `gist` are as the inbox has them."""

    engine: sa.Engine
    answer: Answering
    refused: Callable[[Row, Visitor], str] = lambda *_: ""
    still: Callable[[Visitor], Audience] = lambda who: who.readers
    learnt: Learnt = lambda *_: True
    gist: Gist = lambda _: None
    gone: Hidden = hidden
    meters: Meters = field(default_factory=Meters)

    def ask(self, who: Visitor, text: str, earlier: Sequence[str]) -> Answer:
        """What is said to it: an answer, or one sentence of ours with the status `failed`."""
        row = _row(who)
        if words := self.refused(row, who):
            return _said(row, text, words)
        began = time.time()
        asked = Question(text, who.readers, row.event_id, who.locale, earlier=tuple(earlier))
        try:
            answer = reduce(add, self.answer(replace(asked, by=began + DEADLINE_S)))
            if not who.readers.principals <= self.still(who).principals:
                return _said(row, text, say("rights_changed", who.locale))
        except FootnoteError as error:
            reference = uuid.uuid4().hex[:8].upper()
            log.error(
                "no answer: event=%s reference=%s error=%s", row.event_id, reference, type(error).__name__
            )
            reason = failure(error, who.locale)
            return _said(row, text, say("failed_because", who.locale, reason=reason, reference=reference))
        self._keep(row, answer)
        self.meters.answered(answer, 0.0)
        self.meters.ended(time.time() - began)
        return answer

    def _keep(self, row: Row, answer: Answer) -> None:
        """Who asked, without the words, and the record, in one commit."""
        meant = self.gist(answer)
        own = values(row) | {"state": "final", "text": None, "payload": None}
        with self.engine.begin() as connection:
            connection.execute(inbox.insert().values(own))
            alone = answer.trail is None or not answer.trail.earlier
            asked = alone and self.learnt(connection, row.event_id)
            keep(connection, answer, row.event_id, gone=self.gone, keep_question=asked)
            if meant:
                gaps.note(connection, row.event_id, *meant)

    def mine(self, who: Visitor, answer: str) -> bool:
        """Whether it is an answer to a question of theirs."""
        asked = sa.select(inbox.c.person).where(inbox.c.event_id == answer)
        with self.engine.connect() as connection:
            return connection.execute(asked).scalar() == who.id


def _row(who: Visitor) -> Row:
    """As the inbox has a direct question, from no channel of Slack."""
    event = f"page-{uuid.uuid4().hex}"
    return Row(
        event, "", "", "", "", who.id, direct=True, payload={"surface": "page"}, received_at=time.time()
    )


def _said(row: Row, text: str, words: str) -> Answer:
    return Answer(row.event_id, text, Status.FAILED, words)
