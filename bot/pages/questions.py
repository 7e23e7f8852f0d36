"""A question on a page in; its answer out, made, counted and kept as one that was asked in Slack."""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from bot.events import Row
from bot.inbox import Gist, Learnt
from bot.learning import gaps
from bot.learning.owed import values
from bot.listeners.question import DEADLINE_S, Answering
from bot.log import frames, new_reference
from bot.memory.kept import Hidden, keep
from bot.meters import Meters
from bot.pages.visit import Visitor
from bot.phrases import say
from bot.replies import failure
from bot.state import ASKED, inbox
from bot.who.door import came
from model.answer import Answer, Question, Status
from retrieval.ledger import hidden
from retrieval.passage import Audience, FootnoteError

log = logging.getLogger("footnote.pages")

AT_ONCE = 2  # chains of pages in a process, beside those of Slack, whose acknowledgements come first
WAIT_S = 2.0
_OVER_S = 2 * DEADLINE_S  # after which a row that is still in it was left by a process that died


Chunks = queue.SimpleQueue[Answer | Exception | None]


class Full(FootnoteError):
    """As many questions as may be are being answered."""


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
    at_once: int = AT_ONCE
    wait_s: float = WAIT_S
    _room: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_room", threading.BoundedSemaphore(self.at_once))

    def ask(self, who: Visitor, text: str, earlier: Sequence[str]) -> Iterator[Answer]:
        """What is said to it, as it comes: chunks of an answer, or one sentence of ours with the status
        `failed`. It is answered to its end, and kept, also where nobody listens any more. Raises Full."""
        if not self._room.acquire(timeout=self.wait_s):
            raise Full
        chunks: Chunks = queue.SimpleQueue()
        given = (chunks, who, text, tuple(earlier))
        threading.Thread(target=copy_context().run, args=(self._produce, *given), daemon=True).start()
        return _heard(chunks)

    def _produce(self, chunks: Chunks, who: Visitor, text: str, earlier: tuple[str, ...]) -> None:
        end: Exception | None = None
        try:
            with _kept(self.engine, who) as row:
                for chunk in self._asked(row, who, text, earlier):
                    chunks.put(chunk)
        except Exception as error:
            end = error
            if not isinstance(error, FootnoteError):  # also where nobody listens any more
                log.error("no answer: %s", frames(error))
        finally:
            self._room.release()
            chunks.put(end)

    def _asked(self, row: Row, who: Visitor, text: str, earlier: tuple[str, ...]) -> Iterator[Answer]:
        if words := self.refused(row, who):
            yield _said(row, text, words)
            return
        began, answer = time.time(), None
        asked = Question(text, who.readers, row.event_id, who.locale, earlier=earlier, by=began + DEADLINE_S)
        try:
            for chunk in self.answer(asked):
                if not who.readers.principals <= self.still(who).principals:
                    yield _said(row, text, ("\n\n" if answer else "") + say("rights_changed", who.locale))
                    return
                answer = answer + chunk if answer else chunk
                yield chunk
        except FootnoteError as error:
            yield _said(row, text, ("\n\n" if answer else "") + _failed(row, error, who.locale))
            return
        assert answer is not None, "a chain says something"
        self._keep(row, answer)
        self.meters.answered(answer, 0.0)
        self.meters.ended(time.time() - began)

    def _keep(self, row: Row, answer: Answer) -> None:
        """Who asked, without the words, and the record, in one commit."""
        meant = self.gist(answer)
        mine = (inbox.c.event_id == row.event_id) & (inbox.c.state == ASKED)
        with self.engine.begin() as connection:
            if not connection.execute(inbox.update().where(mine).values(state="final")).rowcount:
                return  # everything was erased meanwhile
            alone = answer.trail is None or not answer.trail.earlier
            asked = alone and self.learnt(connection, row.event_id)
            keep(connection, answer, row.event_id, gone=self.gone, keep_question=asked)
            if meant:
                gaps.note(connection, row.event_id, *meant)

    def mine(self, who: Visitor, answer: str) -> bool:
        """Whether it is an answer to a question of theirs."""
        return self._is(inbox.c.event_id == answer, who)

    def begun(self, who: Visitor, answer: str) -> bool:
        """Whether it is one that is still being written, and has no record yet."""
        return self._is((inbox.c.event_id == answer) & (inbox.c.state == ASKED), who)

    def _is(self, where: sa.ColumnElement[bool], who: Visitor) -> bool:
        with self.engine.connect() as connection:
            return connection.execute(sa.select(inbox.c.person).where(where)).scalar() == who.id


@contextmanager
def _kept(engine: sa.Engine, who: Visitor) -> Iterator[Row]:
    """A row of the inbox, without words: there before anything is looked up, so that quotas count it. What
    has not become final inside leaves none."""
    row = _row(who)
    over = (inbox.c.state == ASKED) & (inbox.c.received_at < time.time() - _OVER_S)
    own = values(row) | {"state": ASKED, "text": None, "payload": None}
    with engine.begin() as connection:
        connection.execute(inbox.delete().where(over))
        kept = inbox.insert().values(own | came(connection, row)).returning(inbox.c.received_at)
        at = connection.execute(kept).scalar_one()
    try:
        yield replace(row, received_at=at)
    finally:
        mine = (inbox.c.event_id == row.event_id) & (inbox.c.state == ASKED)
        with engine.begin() as connection:
            connection.execute(inbox.delete().where(mine))


def _row(who: Visitor) -> Row:
    """As the inbox has a direct question, from no channel of Slack."""
    event, payload = f"page-{uuid.uuid4().hex}", {"surface": "page"}
    return Row(event, "", "", "", "", who.id, direct=True, payload=payload)


def _said(row: Row, text: str, words: str) -> Answer:
    return Answer(row.event_id, text, Status.FAILED, words)


def _failed(row: Row, error: FootnoteError, locale: str) -> str:
    """What is said of it, with the reference under which the log has it."""
    reference, kind = new_reference(), type(error).__name__
    log.error("no answer: event=%s reference=%s error=%s", row.event_id, reference, kind)
    return say("failed_because", locale, reason=failure(error, locale), reference=reference)


def _heard(chunks: Chunks) -> Iterator[Answer]:
    while (chunk := chunks.get()) is not None:
        if isinstance(chunk, Exception):
            raise chunk
        yield chunk
