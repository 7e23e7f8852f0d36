"""A checked answer in, the same as its channel wants it out: in its language, as JSON of its schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from bot.answering import schema as schemas
from bot.answering.reshape import Refused, Reshape, Told
from bot.meaning.shapes import form
from bot.phrases import say
from model.answer import Answer, Question, Writer
from model.writing.rewriting import sentences_of
from retrieval.languages import language
from retrieval.terms import words

_LANGUAGES = {"en": "english", "de": "german"}


@dataclass(frozen=True, slots=True)
class Customs:
    """Of the ladder, those are asked for a translation that can rewrite."""

    writers: Sequence[Writer]

    def kept(self, question: Question, chunks: Iterable[Answer]) -> Iterator[Answer]:
        """The chunks as they come where nothing is set; else the whole answer in one."""
        if not (question.language or question.schema):
            yield from chunks
            return
        answer = reduce(add, chunks)
        if answer.citations and question.language:
            answer = self._translated(answer, question)
        if answer.citations and question.schema:
            answer = _shaped(answer, question)
        yield answer

    def _translated(self, answer: Answer, question: Question) -> Answer:
        if language([word.casefold() for word in words(answer.text)]) == _LANGUAGES[question.language]:
            return answer
        told = Told(tuple(sentences_of(answer.text)), answer.citations, answer.writer)
        try:
            new = Reshape(self.writers).translated(told, question.language, question)
        except Refused:
            return _noted(answer, say("custom_language", question.locale))
        apart = "\n\n" if "\n\n" in answer.text else " "
        trail = answer.trail and replace(answer.trail, translated=True)
        said = replace(answer, text=apart.join(new.sentences), writer=new.writer, trail=trail)
        return _noted(said, say("custom_translated", question.locale))


def again(answer: Answer) -> Answer:
    """An answer in another form, in the schema of its channel unless another layout is wanted."""
    schema = answer.trail.schema if answer.trail else ""
    wish = form(answer.question)
    if not (schema and answer.citations) or (wish and wish.layout):
        return answer
    made = schemas.filled(schemas.read(schema), answer)
    return replace(answer, text=made) if made else answer


def _shaped(answer: Answer, question: Question) -> Answer:
    """As JSON; as it was, with a word on it, where it does not fit."""
    made = schemas.filled(schemas.read(question.schema), answer)
    return replace(answer, text=made) if made else _noted(answer, say("custom_schema", question.locale))


def _noted(answer: Answer, notice: str) -> Answer:
    return replace(answer, notice=" ".join(part for part in (answer.notice, notice) if part))
