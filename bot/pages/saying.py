"""Chunks of an answer in, what a page shows of it out, part after part, each as soon as it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.pages.prose import Part, parts
from bot.phrases import say
from bot.sources import age, headings, page
from model.answer import Answer, Citation, Status

EARLIER = 3  # questions of the same conversation that a new one may lean on
_NO_VOTE = (Status.FAILED, Status.SMALL_TALK, Status.CLARIFY)


@dataclass(frozen=True, slots=True)
class Source:
    """A citation as it is listed, with the address of the page that shows it in its place."""

    of: Citation
    where: str
    age: str
    at: str

    @classmethod
    def of_answer(cls, cited: Citation, answer: Answer, locale: str) -> Source:
        place = (cited.title, *headings(cited, locale), page(cited, locale))
        where = " › ".join(part for part in place if part)
        old = age(cited.updated_at, datetime.now(UTC), locale)
        return cls(cited, where, old, f"/answers/{answer.id}/{cited.number}")


@dataclass(slots=True)
class Saying:
    """`parts` waits for what is said; behind it all else is known. `before` is what was asked before."""

    chunks: Iterable[Answer]
    locale: str
    question: str = ""
    before: Sequence[str] = ()
    _answer: Answer | None = field(init=False, default=None)

    @property
    def answer(self) -> Answer:
        """All that has been said by now."""
        assert self._answer is not None, "its parts come first"
        return self._answer

    def parts(self) -> Iterator[Part]:
        """The last one is whole with the end alone, and so is JSON."""
        shown = 0
        for chunk in self.chunks:
            self._answer = self._answer + chunk if self._answer else chunk
            known = parts(self.answer.text)[:-1] if "```" not in self.answer.text else []
            yield from known[shown:]
            shown = max(shown, len(known))
        yield from parts(self.answer.text)[shown:]

    @property
    def kept(self) -> bool:
        """Whether there is a record of it once it is whole: its numbers lead there."""
        return self.answer.status is not Status.FAILED

    @property
    def numbers(self) -> set[int]:
        """Those that lead somewhere."""
        return {one.number for one in self.answer.citations} if self.kept else set()

    @property
    def sources(self) -> list[Source]:
        """What it rests on, if it is an answer."""
        cited = self.answer.citations if self.kept else ()
        return [Source.of_answer(one, self.answer, self.locale) for one in cited]

    @property
    def near(self) -> str:
        """What stands above the pages that come near, in the language of what is said."""
        return say("nearest", self.locale)

    @property
    def votes(self) -> bool:
        """Whether it can be voted on."""
        return self.answer.status not in _NO_VOTE

    @property
    def earlier(self) -> Sequence[str]:
        """What the next question may lean on."""
        asked = self.question and self.kept
        return (*self.before, self.question)[-EARLIER:] if asked else self.before
