"""The nouns of an answer: Question in, Draft between, Answer with Citations out, votes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from model.trail import Trail
from retrieval.passage import Audience, FootnoteError, Passage


class WriterUnavailable(FootnoteError):
    """A writer could not be reached, was too slow or wrote what cannot be used: the next one is asked."""


class Status(StrEnum):
    """What kind of answer it is. `degraded`: a configured rung failed and a lower one answered."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"
    SMALL_TALK = "small_talk"
    CLARIFY = "clarify"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and the audience of the reply (everyone who will be able to read it).

    `earlier`: what was asked before in the same thread, newest last; an empty one is not known. `attached`:
    passages of the files that came with it, or with `thread` the messages of its thread: for this question
    only. `outsiders`: a guest, or somebody of another company, reads the reply. `whole`: the documents of
    those that are there from beginning to end. `previous`: the answer that it wants in another form. `tone`,
    `language` and `schema` (JSON): what its channel wants of answers.
    """

    text: str
    readers: Audience = field(default_factory=Audience)
    id: str = ""
    locale: str = ""  # of who asked, such as "de-DE": what is not from the documents is said in it
    sources: tuple[str, ...] = ()  # those that are searched; none for all
    earlier: tuple[str, ...] = ()
    attached: tuple[Passage, ...] = ()
    whole: frozenset[str] = frozenset()
    previous: Previous | None = None
    tone: str = ""
    language: str = ""
    schema: str = ""
    thread: str = ""  # what it wants to know of its thread, such as "decisions"
    outsiders: bool = False
    by: float | None = None  # the time (Unix) at which its answer has to be there


@dataclass(frozen=True, slots=True)
class Citation:
    """A number in an answer that points at a passage. `quote == document.text[start:end]`, to the letter."""

    number: int
    passage: str
    document: str
    title: str
    url: str
    heading: tuple[str, ...]
    page: int | None
    start: int
    end: int
    quote: str
    updated_at: datetime | None = None

    @classmethod
    def of(cls, passage: Passage, number: int, span: tuple[int, int]) -> Citation:
        """Of a passage: characters `span` of its text."""
        start, end = span
        url = passage.address(passage.start + start)
        where = (passage.id, passage.document, passage.title, url, passage.heading, passage.page)
        quote = passage.text[start:end]
        return cls(number, *where, passage.start + start, passage.start + end, quote, passage.updated_at)


@dataclass(frozen=True, slots=True)
class Near:
    """A page that comes near a question without an answer to it, and the source that it is of."""

    title: str
    url: str
    source: str
    document: str = ""  # its uri; an address may be that of several


class Fault(StrEnum):
    """Why the check strikes a sentence out: the closed set that records keep and that phrases say
    (`struck_figure`, ...). Each needs its sentence in every language."""

    UNCITED = "uncited"  # it has no marker, and no passage says it nearly word for word
    FORGED = "forged"  # its markers point at no passage of the set
    FIGURE = "figure"  # a number, date, time or unit is not there
    NAME = "name"  # a name or identifier is not there
    OPPOSITE = "opposite"  # what it cites denies it, or says the other direction
    UNSUPPORTED = "unsupported"  # too little of the rest is there
    UNRELATED = "unrelated"  # nothing of it is there
    REPEATED = "repeated"  # it was said before


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence of a draft that no person is shown, as it was written, and why; `what` is the figure, the
    name or the marker that is at fault, where one is."""

    text: str
    fault: Fault
    what: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer wrote: text with markers [1]..[k] that count the passages it was given, and its name.

    `degraded` says why a lower rung wrote it, as a sentence for the person, where one did.
    """

    text: str
    writer: str
    degraded: str = ""
    made: Mapping[str, Any] = field(default_factory=dict)  # for its record: base, prompt, parameters
    tokens: Mapping[str, int] = field(default_factory=dict)  # that a model read and wrote for it, if it says


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent."""

    embed: float = 0.0
    search: float = 0.0
    write: float = 0.0
    total: float = 0.0

    def __add__(self, other: Timings) -> Timings:
        """Of two chunks of one answer: the later one's clock, which has run longest."""
        return Timings(
            *(max(getattr(self, n), getattr(other, n)) for n in ("embed", "search", "write", "total"))
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """Text with markers [1].., and the citations they point at. Chunks of a stream add up to the whole."""

    id: str
    question: str
    status: Status
    text: str
    citations: tuple[Citation, ...] = ()
    writer: str = ""
    notice: str = ""  # one sentence about how it was made, e.g. why a lower rung answered
    timings: Timings = Timings()
    nearest: tuple[Near, ...] = ()  # where nothing was found: the pages that may help, best first
    struck: tuple[Struck, ...] = ()  # what the check took out of the draft; each chunk has all of it
    trail: Trail | None = field(default=None, compare=False, repr=False)  # for its record, never shown

    def __add__(self, other: Answer) -> Answer:
        """Two chunks of one answer, in order; each chunk's text brings the space or line before it."""
        return replace(
            other,
            text=self.text + other.text,
            citations=self.citations + other.citations,
            notice=self.notice or other.notice,
            timings=self.timings + other.timings,
        )

    def to_json(self) -> dict[str, Any]:
        """The shape that `footnote ask --json` prints and that others script against."""
        return {
            "id": self.id,
            "question": self.question,
            "status": str(self.status),
            "text": self.text,
            "citations": [_citation_json(c) for c in self.citations],
            "writer": self.writer,
            "timings_ms": {
                name: round(getattr(self.timings, name), 1) for name in ("embed", "search", "write", "total")
            },
            **({"notice": self.notice} if self.notice else {}),
            **({"nearest": [{"title": n.title, "url": n.url} for n in self.nearest]} if self.nearest else {}),
            **({"struck": [_struck_json(s) for s in self.struck]} if self.struck else {}),
        }


def _struck_json(s: Struck) -> dict[str, str]:
    return {"text": s.text, "fault": str(s.fault), "what": s.what}


def _citation_json(c: Citation) -> dict[str, Any]:
    return {
        "number": c.number,
        "title": c.title,
        "url": c.url,
        "heading": list(c.heading),
        "page": c.page,
        "start": c.start,
        "end": c.end,
        "quote": c.quote,
        "updated_at": c.updated_at.isoformat() if c.updated_at else None,
    }


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's latest word on one answer: `up` or `down`; `-up` or `-down` takes a reaction back.

    `via` is `button` or `reaction`; `reasons` and `correction` are of a `down`, where somebody gave them.
    """

    answer: str
    voter: str
    value: str
    at: datetime
    via: str = "button"
    reasons: tuple[str, ...] = ()
    correction: str = ""


@dataclass(frozen=True, slots=True)
class Previous:
    """An answer that was given in the same thread, the passages that its citations are of, by number from 1,
    and whether it is in another language than what was checked against them."""

    answer: Answer
    passages: tuple[Passage, ...]
    translated: bool = False


class Writer(Protocol):
    """Writes a draft from passages. Two bodies: the extract and a chat model."""

    @property
    def name(self) -> str: ...

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        """A whole draft. Raises WriterUnavailable where there is none to be had."""
        ...
