"""A question's row in; whether it is for us and is served, and then what is asked for whom, out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import sqlalchemy as sa

from bot.answering.tongue import spoken
from bot.attachments import Attachments
from bot.blocks import Look
from bot.channels import Channels, ChannelSetting, Switches
from bot.events import CHANGED, Row
from bot.learning.gaps import open_in
from bot.phrases import say
from bot.posting.post import Place
from bot.referents import Referents
from bot.threads import Threads, engaged
from bot.who.asking import NotNow, ReadersUnknown
from bot.who.audience import Audiences, ReadersChanged
from bot.who.door import SILENT, Door
from bot.who.owners import Owners
from bot.who.people import People, Person
from model.answer import Answer, Question, Struck
from model.learning.verified import at as kept
from retrieval.passage import EVERYONE, Audience

_OVERHEARD = ("thread", "channel")  # surfaces on which nobody named the bot
_PAUSES_S = (0.5, 1.0, 2.0, 4.0)  # what Slack does not say now it may say then
T = TypeVar("T")


def heard(channels: Channels, connection: sa.Connection, row: Row, *, bots: bool) -> bool:
    """Whether a row may have anything to do with the bot: asked for everything that is said where it is, and
    before the acknowledgement. A thread is its own where it was asked something in it, or, where it only
    answers mentions, found nothing: somebody may answer that."""
    if row.payload.get("bot") and not bots:
        return False
    if row.kind == CHANGED:
        return kept(connection, row.channel, str(row.payload["ts"])) is not None
    if row.surface not in _OVERHEARD or row.kind != "question":
        return True
    mode = channels.of(row.channel).mode
    if row.surface == "channel":
        return mode == "auto"
    if mode == "mentions":
        return bool(open_in(connection, row.channel, row.thread_ts))
    return mode != "off" and engaged(connection, row.channel, row.thread_ts)


@dataclass(frozen=True, slots=True)
class Brief:
    """What is asked; `unread` says, a sentence each, which files that came with it are no part of it; `words`
    are all that is to be said, where it is about something that is not there."""

    question: Question
    unread: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reception:
    """Looks at who asks, where, and what is set there. Everything is asked of Slack at most once a minute."""

    people: People
    audiences: Audiences
    door: Door
    channels: Channels
    switches: Switches
    threads: Threads
    attachments: Attachments
    owners: Owners
    referents: Referents
    struck: Callable[[str], tuple[Struck, ...]] = lambda _: ()
    sleep: Callable[[float], None] = time.sleep

    def received(self, row: Row) -> str | None:
        """Empty where the question is answered; why not, in words for its person; None where nothing is to be
        said: it was not meant for the bot. Raises ReadersUnknown where Slack does not say who asks it."""
        if self.switches.gone():
            return None
        overheard = row.surface in _OVERHEARD
        if overheard and not self._meant(row):
            return None
        try:
            words = self._words(row)
        except ReadersUnknown:
            if not overheard and not row.payload.get("bot"):
                raise
            return None
        return None if words and overheard else words

    def barred(self, row: Row) -> str:
        """Why a press of somebody does nothing now, in words; empty: it does."""
        try:
            person = self._patiently(lambda: self.people.about(row.person))
        except ReadersUnknown:
            return say("no_rights")
        return self.unserved(person) or self._closed(row, person)

    def unserved(self, person: Person) -> str:
        """Why somebody is not served at all, in words; empty: they are."""
        key = self.door.stranger(person)
        return say("no_rights" if key in SILENT else key, person.locale) if key else ""

    def brief(self, row: Row) -> Brief:
        """What is asked, of what and for whom. Raises ReadersUnknown."""
        here = ChannelSetting() if row.direct else self.channels.of(row.channel)
        locale = self.locale(row)
        asked = Question(row.text, self.readers(row), row.event_id, locale, here.sources)
        asked = replace(asked, tone=here.tone, language=here.language, schema=here.schema)
        asked = replace(asked, outsiders=self._outsiders(row, asked.readers))
        read = self.attachments.read(row.payload.get("files") or (), locale)
        asked = replace(asked, earlier=self._earlier(row), attached=read.passages, whole=read.whole)
        asked, words = self._patiently(lambda: self.referents.of(row, asked))
        return Brief(asked, (*read.unread, *self._cut(row, asked)), words)

    def _outsiders(self, row: Row, readers: Audience) -> bool:
        """Whether a reply in the channel may use less as a guest, or somebody from elsewhere, reads there."""
        alone = row.direct or row.surface == "command" or EVERYONE in readers.principals
        return not alone and self.audiences.outsiders(row.channel)

    def _cut(self, row: Row, asked: Question) -> tuple[str, ...]:
        """That a thread was not read to its end, where it is asked about."""
        count = self.threads.cut(Place(row.channel, row.thread_ts)) if asked.thread else 0
        return (say("thread_cut", asked.locale, count=count),) if count else ()

    def _earlier(self, row: Row) -> tuple[str, ...]:
        """What was asked before it in its thread; where Slack does not show that, one that is empty: it is
        answered alone, and nothing is asked back, which may have been done already."""
        try:
            return self._patiently(lambda: self.threads.earlier(row))
        except ReadersUnknown:
            return ("",)

    def still(self, row: Row, readers: Audience) -> None:
        """Returns where what was made for `readers` may still be read by all who read there. Raises
        ReadersChanged, ReadersUnknown."""
        if readers.principals and not readers.principals <= self.readers(row).principals:
            raise ReadersChanged(say("rights_changed"))

    def look(self, row: Row, answer: Answer) -> Look:
        """For whom and where the answer is shown."""
        alone = row.direct or row.surface == "command"
        share = row.surface == "command" and not row.direct
        owner = self.owners.of(row, answer)
        return Look(self.locale(row), None, owner, alone, share, self.struck(row.event_id))

    def locale(self, row: Row) -> str:
        """That of the channel; where it has none German to who asks in it, else the asker's, or nothing where
        Slack does not say."""
        if not row.direct and (set_here := self.channels.of(row.channel).language):
            return set_here
        try:
            locale = self.people.about(row.person).locale
        except ReadersUnknown:
            locale = ""
        return spoken(row.text, locale)

    def _meant(self, row: Row) -> bool:
        mode = self.channels.of(row.channel).mode
        heard = ("auto",) if row.surface == "channel" else ("auto", "engaged")
        if mode not in heard or self.switches.paused():
            return False
        try:
            return self._patiently(lambda: self.threads.meant(row))
        except ReadersUnknown:  # to barge in is worse than to be silent where nobody named us
            return False

    def readers(self, row: Row) -> Audience:
        """Who will read what is written where the row says. Raises ReadersUnknown."""
        own = row.direct or row.surface == "command"
        return self._patiently(lambda: self.audiences.of(row.channel, row.person, direct=own))

    def _words(self, row: Row) -> str | None:
        person = self._patiently(lambda: self.people.about(row.person))
        words = self._why_not(row, person)
        # To an app nothing is said, whatever the reason: it may be its next question.
        return None if words and (person.kind == "bot" or row.payload.get("bot")) else words

    def _why_not(self, row: Row, person: Person) -> str | None:
        return self._closed(row, person) or self.door.words(row, person)

    def _closed(self, row: Row, person: Person) -> str:
        """Whether an admin has stopped it, here or everywhere, in words."""
        if self.switches.paused():
            return say("paused", person.locale)
        off = not row.direct and self.channels.of(row.channel).mode == "off"
        return say("off_here", person.locale) if off else ""

    def _patiently(self, ask: Callable[[], T]) -> T:
        for pause in _PAUSES_S:
            try:
                return ask()
            except NotNow:
                self.sleep(pause)
        return ask()
