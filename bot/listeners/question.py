"""A question's row in; one visible, cited answer out, or one honest sentence, within ninety seconds."""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bot.blocks import plain, render, streamed
from bot.events import Row
from bot.failpoint import failpoint
from bot.inbox import Inbox
from bot.jobs import Step
from bot.log import new_reference
from bot.meters import Meters
from bot.phrases import say
from bot.posting.calling import Refused
from bot.posting.reply import Replies
from bot.reception import Brief, Reception
from bot.replies import failure
from bot.tracing import span, told
from model.answer import Answer, Question, Status
from retrieval.passage import Audience, FootnoteError

log = logging.getLogger("footnote.question")

DEADLINE_S = 75.0  # from arrival to the answer being written: what is shown after it takes seconds
LOOK_S = 0.25  # how soon a Stop is noticed, and a sentence shown that the next does not follow at once
Answering = Callable[[Question], Iterable[Answer]]
Chunks = queue.SimpleQueue[Brief | Answer | Exception | None]


class Overdue(Exception):
    """The answer took longer than it may."""


class Stopped(Exception):
    """Somebody pressed Stop."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The steps of a question. Each can be run again and does what is still to be done."""

    inbox: Inbox
    reception: Reception
    replies: Replies
    answer: Answering
    meters: Meters
    overheard: Callable[[Row], None] = lambda _: None  # what people say to each other in a thread of ours

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.place, self.write, self.show, self.close)

    def place(self, event_id: str) -> None:
        """Opens the one reply that everything after fills, if the question is for us and is served."""
        row = self.inbox.get(event_id)
        if row.state == "final":
            return
        try:
            words = self.reception.received(row)
        except FootnoteError as error:
            words = self._failed(row, error).text
        if words is None:
            self.overheard(row)
            return self.inbox.close(event_id)
        if words:
            self.replies.decline(row, plain(words))
            return self.inbox.close(event_id)
        if row.surface == "channel":
            return None  # nobody asked the bot: nothing is there until there is an answer
        try:
            self.replies.open(row, self.reception.locale(row))
            self.meters.signed(time.time() - row.received_at)
        except Refused as error:
            # Slack takes no message there (archived, no longer a member): nobody can be told.
            log.warning("no reply possible: event=%s error=%s", event_id, error)
            self.inbox.close(event_id)

    def write(self, event_id: str) -> None:
        """Asks for the answer, shows its checked sentences as they come, and keeps it until it is shown."""
        row = self.inbox.get(event_id)
        if row.state not in ("received", "stopped"):
            return
        began = time.time()
        answer, readers = self._written(row)
        if _unasked(row, answer):
            return self.inbox.close(event_id)
        self.inbox.answered(event_id, answer, readers)
        self.meters.answered(answer, began - row.received_at)
        _told_of(answer, began - row.received_at)
        failpoint("answered")
        return None

    def show(self, event_id: str) -> None:
        """The reply says the whole answer, with its sources; a long one goes on below it."""
        row, kept = self.inbox.get(event_id), self.inbox.outcome(event_id)
        if kept is None:
            return
        answer, readers = kept
        try:
            self.reception.still(row, readers)
        except FootnoteError as error:  # who reads there has changed since it was written, before a restart
            answer = self._failed(row, error)
        if not _unasked(row, answer):
            self.replies.finish(row, render(answer, self.reception.look(row, answer)))
            took_s = time.time() - row.received_at
            self.meters.ended(took_s)
            log.info("shown: event=%s took_ms=%.0f", event_id, took_s * 1000)

    def close(self, event_id: str) -> None:
        """The end: the row stays for deduplication, its words go."""
        self.inbox.close(event_id)
        failpoint("finalised")

    def fail(self, event_id: str, reference: str) -> None:
        """The visible end of a question that could not be answered."""
        row = self.inbox.get(event_id)
        self.meters.failed()
        if row.surface == "channel":
            return self.inbox.close(event_id)
        if row.state != "final":
            words = say("failed", self.reception.locale(row), reference=reference)
            self.replies.give_up(row, plain(words))
            self.inbox.close(event_id)
        return None

    def _written(self, row: Row) -> tuple[Answer, Audience]:
        """The answer, and for whom it was made: nobody, where it uses no document."""
        nobody, locale = Audience.of(), self.reception.locale(row)
        try:
            return self._grown(row)
        except Stopped:
            return _said(row, say("stopped", locale)), nobody
        except Overdue:
            return _said(row, say("overdue", locale, reference=_noted(row, "overdue"))), nobody
        except FootnoteError as error:
            return self._failed(row, error), nobody

    def _failed(self, row: Row, error: FootnoteError) -> Answer:
        locale = self.reception.locale(row)
        reference, reason = _noted(row, type(error).__name__), failure(error, locale)
        return _said(row, say("failed_because", locale, reason=reason, reference=reference))

    def _grown(self, row: Row) -> tuple[Answer, Audience]:
        answer, brief = Answer(row.event_id, row.text, Status.FAILED, ""), Brief(Question("", Audience.of()))
        unseen = ""
        for chunk in self._in_time(row):
            if isinstance(chunk, Brief):
                brief = chunk
            elif chunk is not None:
                answer, unseen = answer + chunk if answer.text else chunk, unseen + chunk.text
            elif unseen:  # what the end does not follow at once is shown
                self.replies.add(row, streamed(unseen, answer.citations))
                unseen = ""
        notice = " ".join(part for part in (answer.notice, *brief.unread) if part)
        return replace(answer, notice=notice), brief.question.readers

    def _in_time(self, row: Row) -> Iterator[Brief | Answer | None]:
        """What is asked, then chunks of the answer, and nothing wherever the next one takes a moment. What is
        late or stopped goes on in its thread, and nobody listens."""
        chunks: Chunks = queue.SimpleQueue()
        self._in_vain(row)  # one that waited too long for its turn is not begun
        within = contextvars.copy_context()  # the span that this thread is in
        threading.Thread(target=within.run, args=(self._produce, row, chunks), daemon=True).start()
        while True:
            try:
                chunk = chunks.get(timeout=LOOK_S)
            except queue.Empty:
                self._in_vain(row)
                yield None
                continue
            if isinstance(chunk, Exception):
                raise chunk
            if chunk is None:
                return
            yield chunk

    def _in_vain(self, row: Row) -> None:
        """Raises Overdue where it is late, Stopped where nobody wants it any more."""
        if self.inbox.get(row.event_id).state == "stopped":
            raise Stopped
        if time.time() >= row.received_at + DEADLINE_S:
            raise Overdue

    def _produce(self, row: Row, chunks: Chunks) -> None:
        try:
            with span("brief"):
                brief = self.reception.brief(row)
            chunks.put(brief)
            asked = replace(brief.question, by=row.received_at + DEADLINE_S)
            for chunk in [_told(row, brief.words)] if brief.words else self.answer(asked):
                self.reception.still(row, brief.question.readers)
                chunks.put(chunk)
            chunks.put(None)
        except Exception as error:
            chunks.put(error)


def _unasked(row: Row, answer: Answer) -> bool:
    """Whether it is said to nobody: where nobody asked the bot, it speaks up only with an answer."""
    return row.surface == "channel" and not answer.citations


def _told_of(answer: Answer, waited_s: float) -> None:
    """What trace and log say of an answer."""
    status, writer, spent = str(answer.status), answer.writer or "none", answer.timings
    counts = len(answer.citations), len(answer.struck)
    told({"footnote.status": status, "footnote.writer": writer})
    told({"footnote.citations": counts[0], "footnote.struck": counts[1]})
    times = (waited_s * 1000, spent.embed, spent.search, spent.write, spent.total)
    log.info(
        "answered: event=%s status=%s writer=%s citations=%d struck=%d queue_ms=%.0f embed_ms=%.0f "
        "search_ms=%.0f write_ms=%.0f total_ms=%.0f",
        answer.id, status, writer, *counts, *times,
    )  # fmt: skip


def _noted(row: Row, why: str) -> str:
    """The reference under which the log has it."""
    reference = new_reference()
    log.error("no answer: event=%s reference=%s error=%s", row.event_id, reference, why)
    return reference


def _told(row: Row, words: str) -> Answer:
    return Answer(row.event_id, row.text, Status.CLARIFY, words)


def _said(row: Row, words: str) -> Answer:
    return Answer(row.event_id, row.text, Status.FAILED, words)
