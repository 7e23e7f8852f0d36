"""What was said in, the question in it out; or at once what is said to what is none."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.answering.tongue import spoken
from bot.answering.work import Work
from bot.meaning import smalltalk
from bot.meaning.courtesy import without_courtesy
from bot.meaning.readings import picked
from bot.meaning.shapes import form
from bot.phrases import say
from bot.replies import printable, unreadable
from model.answer import Question, Status
from model.quoting.parts import lines_asked
from model.trail import Trail


def understand(
    given: Question | str, trail: Trail | None = None, example: Callable[[Question], str] = lambda _: ""
) -> Work:
    """The question with an id, without courtesies or what nobody sees, and those it leans on; settled where
    there is nothing to search. `example` has a question that its readers may ask."""
    question = given if isinstance(given, Question) else Question(given)
    if not question.language:
        question = replace(question, locale=spoken(question.text, question.locale))
    earlier = tuple(printable(without_courtesy(text)) for text in question.earlier if not _small(text))
    shown = replace(question, text=printable(lines_asked(without_courtesy(question.text))), earlier=earlier)
    work = Work(replace(picked(shown), id=question.id or uuid.uuid4().hex), trail=trail or Trail())
    if question.thread:
        nothing = say("thread_nothing", question.locale, count=len(question.attached))
        return work.resting(question.attached, nothing)
    if not question.attached and smalltalk.kind(question.text, opening=not earlier):
        offered = partial(_offered, question, example)
        return work.settled(Status.SMALL_TALK, smalltalk.reply(question.text, question.locale, offered))
    if not question.attached and (tongue := smalltalk.disagrees(question.text)):
        return work.settled(Status.SMALL_TALK, say("small_wrong" if earlier else "small_wrong_alone", tongue))
    if problem := unreadable(work.question.text, question.locale):
        return work.settled(Status.CLARIFY, problem)
    return work


def _small(text: str) -> bool:
    """Whether it says nothing of what is asked: a greeting, or the wish for another form of an answer."""
    return bool(smalltalk.kind(text) or smalltalk.disagrees(text) or form(text))


def _offered(question: Question, example: Callable[[Question], str], locale: str) -> str:
    return example(replace(question, locale=locale))
