"""The record of an answer in, the answer made again out, with what differs and what has changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.answering import tongue
from model.answer import Answer, Question, Status
from model.record import Cited, Record
from model.sentences import sentences
from retrieval.passage import Audience, FootnoteError, Hit, Passage
from retrieval.search import Beside, Mode, Results, Search
from retrieval.store import Table

NO_WORDS = (
    "The words of this answer are not kept: a document that it cites is gone, or it is made of messages. "
    "footnote explain says what is still known of it."
)
NO_QUESTION = (
    "The words of a question asked in Slack are not kept. Give them: footnote replay ID --question WORDS."
)
REFORMED = (
    "It gives the answer before it in the thread in another form. That one can be made again, this one not."
)
NO_PASSAGES = (
    "The words of the passages it was made from are not kept any more (FOOTNOTE_RECORD_DAYS). "
    "With --live it is asked of today's index."
)


class NotAgain(FootnoteError):
    """There is too little left of an answer to make it again."""


class Frozen(Search):
    """A search that finds what a record says was found, whatever is asked and whoever asks."""

    def __init__(self, today: Search, results: Results) -> None:
        self._today, self._results = today, results

    def live(self) -> Table:
        return self._today.live()

    def find(
        self,
        text: str,
        readers: Audience,
        limit: int,
        mode: Mode = Mode.HYBRID,
        sources: Collection[str] = (),
    ) -> Results:
        return self._results

    def follow(
        self, text: str, beside: Beside, readers: Audience, limit: int, sources: Collection[str] = ()
    ) -> Results:
        return self._results

    def whole(self, passages: Sequence[Passage], readers: Audience) -> dict[str, list[Passage]]:
        """A table that was reckoned with was recorded whole: its passages, not found by any search."""
        every: dict[str, list[Hit]] = {}
        for hit in self._results.hits:
            every.setdefault(hit.passage.document, []).append(hit)
        return {
            document: sorted((hit.passage for hit in of_it), key=lambda one: one.start)
            for document, of_it in every.items()
            if document in {one.document for one in passages}
            and all(hit.keyword is None and hit.vector is None for hit in of_it)
        }

    def still(self, passages: Sequence[Passage], readers: Audience) -> list[Passage]:
        return list(passages)


@dataclass(frozen=True, slots=True)
class Difference:
    """What only the record has and what only the new answer has, in their order."""

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.new)

    @classmethod
    def between(cls, was: Sequence[str], now: Sequence[str]) -> Difference:
        return cls(tuple(x for x in was if x not in now), tuple(x for x in now if x not in was))


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer beside the one it was made again as; `changes` are sentences on what is not as it was."""

    was: Record
    now: Answer
    changes: tuple[str, ...] = ()
    sentences: Difference = field(default_factory=Difference)
    citations: Difference = field(default_factory=Difference)

    @property
    def same(self) -> bool:
        """Whether status, sentences and places are the same; where nothing was found, the status alone."""
        return _status(self.was.status) == _status(self.now.status) and not (self.sentences or self.citations)


@dataclass(frozen=True, slots=True)
class Since:
    """How things are today: the table that answers, the revisions of a record's documents in it, and the
    places whose words the record still has."""

    table: str
    revisions: Mapping[str, str]
    kept: Collection[int]


def question(record: Record, words: str) -> Question:
    """What was asked, by whom it could be read. Raises NotAgain."""
    asked = words or record.question
    if not asked:
        raise NotAgain(NO_QUESTION)
    if not record.text:
        raise NotAgain(NO_WORDS)
    if record.places and record.trail.get("sure") is None:
        raise NotAgain(REFORMED)
    trail = record.trail
    readers, sources = Audience.of(*trail.get("readers", ())), tuple(trail.get("sources", ()))
    earlier = () if words else record.earlier
    tone, language, schema = (str(trail.get(name, "")) for name in ("tone", "language", "schema"))
    locale = tongue.spoken(record.text)  # what was not from the documents was said in it
    given = Question(asked, readers, record.id, locale, sources, earlier)
    return replace(given, tone=tone, language=language, schema=schema)


def found(record: Record, words: Mapping[int, Passage]) -> Results:
    """What was found, as far as its words are kept. Raises NotAgain where nothing of it is."""
    hits = tuple(
        Hit(words[n], place.score, place.keyword, place.vector)
        for n, place in enumerate(record.places, 1)
        if n in words
    )
    if record.places and not hits:
        raise NotAgain(NO_PASSAGES)
    return Results(hits, table=str(record.trail.get("table", "")))


def compared(was: Record, now: Answer, changes: Sequence[str]) -> Replay:
    """The two, side by side."""
    if Status.NOT_FOUND in (was.status, now.status) and _status(was.status) == _status(now.status):
        return Replay(was, now, tuple(changes))  # its words count documents, which come and go
    spoken = Difference.between(_sentences(was.text), _sentences(now.text))
    places = [Cited(c.number, c.passage, c.document, c.start, c.end) for c in now.citations]
    cited = Difference.between([_place(c) for c in was.citations], [_place(c) for c in places])
    return Replay(was, now, tuple(changes), spoken, cited)


def _sentences(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in sentences(text)]


def _place(cited: Cited) -> str:
    return f"[{cited.number}] {cited.document}, characters {cited.start} to {cited.end}"


def _status(given: str) -> str:
    """Who writes it again is asked alone: there is no rung to fall from."""
    return Status.ANSWERED if given == Status.DEGRADED else given


def changes(record: Record, now: Answer, since: Since) -> Iterator[str]:
    """What is not as it was, as sentences."""
    if (record.trail.get("table") or since.table) != since.table:
        yield "The index was built anew."
    yield from _documents(record, since.revisions)
    missing = len(record.places) - len(since.kept)
    if missing:
        yield f"{missing} of its {len(record.places)} passages are not kept any more."
    if record.trail.get("translated"):
        yield "It was translated by a language model, which may find other words each time."
    if record.writer and now.writer and record.writer != now.writer:
        yield f"It was written by {record.writer}, and now by {now.writer}."
    if now.trail:
        was = {"threshold": record.trail.get("threshold"), **record.trail.get("setup", {})}
        yield from _settings("The setting", was, {"threshold": now.trail.threshold, **now.trail.setup})
        yield from _settings("The writer's", record.trail.get("writer", {}), now.trail.writer)


def _documents(record: Record, revisions: Mapping[str, str]) -> Iterator[str]:
    read = record.places[int(record.trail.get("attached", 0)) :]
    for document, revision in dict.fromkeys((place.document, place.revision) for place in read):
        if document not in revisions:
            yield f"{document} is gone."
        elif revisions[document] != revision:
            yield f"{document} was read anew."


def _settings(what: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys((*was, *now) if was and now else ()):
        if was.get(name) != now.get(name):
            yield f"{what} {name} was {was.get(name)} and is {now.get(name)}."
