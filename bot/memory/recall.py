"""The id of an answer in, the answer as it was shown out, with who may read now what it rests on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from bot.events import Row
from bot.state import inbox
from model import record as records
from model.answer import Answer, Citation, Status
from model.checking.figures import figures
from model.checking.support import MARKER
from model.record import Cited
from retrieval.ledger import Ledger
from retrieval.passage import Audience, FootnoteError, Passage
from retrieval.rows import Found
from retrieval.store import Table

_OF_LATE_S = 1800.0
_LOOKED_AT = 20  # answers of a thread, for one that is in no form
_LAID_OUT = ("| ", "```")  # how an answer begins that is a table or a block of code


class Changed(FootnoteError):
    """What an answer rests on is no longer what it was."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """An answer, without the question; `audiences` are those of the documents it cites."""

    answer: Answer
    audiences: tuple[Audience, ...]
    passages: tuple[Passage, ...]  # the one that each citation begins in
    translated: bool = False

    def fits(self, readers: Audience) -> bool:
        """Whether somebody who holds the principals of `readers` may read every document it cites."""
        return all(audience.admits(readers) for audience in self.audiences)


class Recall:
    """Answers from their records, which keep our words and places; quotes come from the index.
    `named`: an audience by the names that its readers have here."""

    def __init__(
        self,
        engine: sa.Engine,
        live: Callable[[], Table],
        ledger: Ledger,
        named: Callable[[Audience], Audience] = lambda audience: audience,
    ) -> None:
        self._engine, self._live, self._ledger, self._named = engine, live, ledger, named

    def of(self, answer: str) -> Recalled | None:
        """None where there is no record of it, or its words were erased. Raises Changed where a document was
        read anew since, or has gone; and what the index raises."""
        with self._engine.connect() as connection:
            record = records.recorded(connection, answer)
        if record is None or not record.text:
            return None
        table, citations, audiences = self._live(), list[Citation](), list[Audience]()
        passages = list[Passage]()
        for cited in record.citations:
            found = next(iter(self._ledger.find(table.name, cited.document)), None)
            if found is None or not found.revision or _aware(found) > record.at:
                raise Changed("A document that this answer rests on has changed. Please ask again.")
            around = table.around(found.uri, found.revision, cited.start, cited.end)
            citation, first = _citation(cited, around)
            citations.append(citation)
            passages.append(first)
            audiences.append(self._named(found.audience))
        shown = Answer(record.id, "", Status(record.status), record.text, tuple(citations), record.writer)
        translated = bool(record.trail.get("translated"))
        return Recalled(shown, tuple(audiences), tuple(passages), translated)

    def around(self, cited: Citation, room: int) -> list[Passage]:
        """What its document says there by now: the passages within so many characters of it, in order."""
        table = self._live()
        found = next(iter(self._ledger.find(table.name, cited.document)), None)
        if found is None or not found.revision:
            raise Changed("A document that this answer rests on has changed. Please ask again.")
        return table.around(found.uri, found.revision, max(0, cited.start - room), cited.end + room)

    def last(self, row: Row, *, anywhere: bool = False) -> Recalled | None:
        """The newest answer with citations that was given before `row` in its thread; `anywhere`: in its
        conversation, of late. One that is a table, JSON or a bare figure was another before; where none was,
        it is taken as the sentences that it has. Raises as `of` does."""
        there = (inbox.c.channel == row.channel) & (inbox.c.event_id != row.event_id)
        late = inbox.c.received_at >= row.received_at - _OF_LATE_S
        there &= late if anywhere else inbox.c.thread_ts == row.thread_ts
        query = (
            sa.select(records.answers.c.id, records.answers.c.text)
            .join(inbox, records.answers.c.question_ref == inbox.c.event_id)
            .where(there, records.answers.c.citations != "[]", records.answers.c.text.is_not(None))
            .order_by(inbox.c.received_at.desc())
        )
        with self._engine.connect() as connection:
            newest = connection.execute(query.limit(_LOOKED_AT)).all()
        chosen = next((id for id, text in newest if not _formed(text)), newest[0].id if newest else "")
        found = self.of(chosen) if chosen else None
        if found and _formed(found.answer.text):
            return replace(found, answer=replace(found.answer, text=_sentences(found.answer)))
        return found


def _formed(text: str) -> bool:
    """Whether an answer is a table, a block of code or a figure alone: no sentences that can be checked."""
    said = MARKER.sub("", text).strip()
    return text.startswith(_LAID_OUT) or any(one.spelling == said.casefold() for one in figures(said))


def _sentences(answer: Answer) -> str:
    """Of JSON with markers in a text or a list of them, that; else what the answer cites, to the letter."""
    try:
        made = json.loads(answer.text.removeprefix("```json\n").removesuffix("\n```"))
        values = made.values() if isinstance(made, dict) else ()
    except ValueError:
        values = ()
    texts = [" ".join(map(str, one)) if isinstance(one, list) else str(one) for one in values]
    quotes = "\n\n".join(f"{' '.join(c.quote.split())} [{c.number}]" for c in answer.citations)
    return next((text for text in texts if MARKER.search(text)), quotes)


def _aware(found: Found) -> float:
    return records.aware(found.indexed_at).timestamp()


def _citation(cited: Cited, passages: Sequence[Passage]) -> tuple[Citation, Passage]:
    """The citation, and the passage that it begins in."""
    quote, first = _between(passages, cited.start, cited.end)
    if first is None:
        raise Changed("A document that this answer rests on has changed. Please ask again.")
    url = first.address(cited.start)
    where = (first.title, url, first.heading, first.page, cited.start, cited.end, quote)
    return Citation(cited.number, cited.passage, cited.document, *where, first.updated_at), first


def _between(passages: Sequence[Passage], start: int, end: int) -> tuple[str, Passage | None]:
    """Characters `start` to `end` of their document and the passage they begin in; None where some are
    missing."""
    text, first, at = "", None, start
    for passage in passages:
        whole = passage.text + passage.gap
        if at < end and passage.start <= at < passage.start + len(whole):
            part = whole[at - passage.start : end - passage.start]
            text, at, first = text + part, at + len(part), first or passage
    return (text, first) if at >= end else ("", None)
