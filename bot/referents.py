"""A question's row in, what in its thread it is about out: our last answer, or what people said there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answering.digest import passages, telling
from bot.events import Row
from bot.meaning.addressed import Turn, questions
from bot.meaning.minutes import Wanted, wanted
from bot.meaning.shapes import form
from bot.memory.recall import Changed, Recall
from bot.phrases import say
from bot.posting.post import Place
from bot.threads import Threads
from model.answer import Previous, Question

_TALK = 2  # messages of people to each other from which "what was decided?" is taken to be about them


@dataclass(frozen=True, slots=True)
class Referents:
    """`recall` is None where there is no index to look into; `called` has the words for a principal."""

    threads: Threads
    recall: Recall | None = None
    called: Callable[[str], str] = str

    def of(self, row: Row, question: Question) -> tuple[Question, str]:
        """The question with what it is about; or why that cannot be, in words. Raises ReadersUnknown."""
        shape, topic = form(row.text) if self.recall else None, wanted(row.text)
        if shape is None and topic is None:
            return question, ""
        begins = row.thread_ts in ("", row.message_ts)
        turns = () if begins else self._turns(row)
        if shape and not topic and (digest := _digest(turns)):
            return (
                self._again(row, question, turns, digest)
                if shape.shorter
                else (question, say("reshape_thread", question.locale))
            )
        ours = bool(turns) and turns[-1].kind == "answer"  # "tl;dr": of what was said last
        told = self._previous(row, question) if shape and (ours or begins or not topic) else None
        if told and (told[0].previous or not topic):
            return told
        return self._thread(row, question, turns, topic) if topic else (question, "")

    def _turns(self, row: Row) -> tuple[Turn, ...]:
        return self.threads.whole(Place(row.channel, row.thread_ts), row.message_ts)

    def _again(
        self, row: Row, question: Question, turns: Sequence[Turn], digest: Turn
    ) -> tuple[Question, str]:
        """What was made of the thread, shorter: from its messages, since no word of it was kept."""
        topic = wanted(digest.text) or Wanted("summary", True)
        told, words = self._thread(row, question, turns, replace(topic, pointed=True))
        return replace(told, text=digest.text, tone="short"), words

    def _thread(
        self, row: Row, question: Question, turns: Sequence[Turn], topic: Wanted
    ) -> tuple[Question, str]:
        """What people said in the thread to one another is what it is about, if it is."""
        asked = questions(turns)
        talk = [turn for turn in turns if turn.kind == "person" and turn.text and turn not in asked]
        if not topic.pointed and (row.direct or len(talk) < _TALK):
            return question, ""
        if not talk:
            begins = row.thread_ts in ("", row.message_ts)
            key = "thread_where" if begins else "thread_empty" if turns else "thread_unread"
            return question, say(key, question.locale)
        place = Place(row.channel, row.thread_ts)
        said = passages(
            [turn for turn in turns if turn not in asked],
            self.called,
            lambda ts: self.threads.address(place, ts),
        )
        told = telling(said, topic.topic)
        return replace(question, earlier=(), attached=told, thread=topic.topic), ""

    def _previous(self, row: Row, question: Question) -> tuple[Question, str]:
        begins = row.thread_ts in ("", row.message_ts)
        if begins and not row.direct:
            return question, say("reshape_where", question.locale)
        try:
            recalled = self.recall.last(row, anywhere=begins) if self.recall else None
        except Changed:
            return question, say("answer_changed", question.locale)
        if recalled is None:
            return question, say("reshape_nothing", question.locale)
        if not recalled.fits(question.readers):
            return question, say("reshape_barred", question.locale)
        previous = Previous(recalled.answer, recalled.passages, recalled.translated)
        return replace(question, previous=previous), ""


def _digest(turns: Sequence[Turn]) -> Turn | None:
    """What we were asked of the thread last, if nothing else was asked since but another form of it."""
    last = next((turn for turn in reversed(questions(turns)) if not form(turn.text)), None)
    return last if last and wanted(last.text) else None
