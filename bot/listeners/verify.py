"""An expert's reply below a question without an answer: they are asked, and on a press it is the answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.blocks import verified as blocks
from bot.events import Row
from bot.inbox import Inbox
from bot.learning.gaps import Missed
from bot.learning.keeper import Keeper
from bot.phrases import say
from bot.posting.calling import Refused, Unclear
from bot.posting.post import Place, Posts
from bot.threads import Threads
from bot.who.audience import Audiences
from bot.who.people import People
from bot.who.readers import ReadersUnknown
from model.learning.verified import Verified
from model.plain import plain
from retrieval.passage import EVERYONE
from retrieval.sources.slack.text import words

log = logging.getLogger("footnote.verify")
LONGEST = 3000  # characters of a reply that is kept
_TOKEN = re.compile(r"<[^<>\n]+>")  # a link, a mention or a channel, as Slack writes them
_NAMED = re.compile(r"<[@!#][^<>\n]*>")


@dataclass(frozen=True, slots=True)
class Slack:
    """What is asked of Slack and written there. `called` has the words for a principal."""

    posts: Posts
    people: People
    audiences: Audiences
    threads: Threads
    called: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Verifying:
    """`expert`: whether somebody, by id, is one in a channel, beside admins; `barred`: why nothing is done
    for who a row is of, in words."""

    inbox: Inbox
    slack: Slack
    keeper: Keeper
    expert: Callable[[str, str], bool]
    barred: Callable[[Row], str]

    def offer(self, row: Row) -> None:
        """Asks who replied, if they are an expert, whether that is the answer; once for each reply."""
        if row.surface != "thread" or row.payload.get("bot") or not _says(row.text):
            return
        answer = self.keeper.gap(row.channel, row.thread_ts)
        if not answer or not self._may(row) or self.keeper.out(row.person) or self.barred(row):
            return
        message = blocks.offer(answer, row.message_ts, row.person, self._locale(row))
        try:
            self.slack.posts.once(f"{row.event_id}/keep", _place(row), message)
        except (Refused, Unclear) as error:
            log.info("nobody was asked: event=%s %s", row.event_id, type(error).__name__)

    def keep(self, row: Row) -> None:
        """What a press does: the reply as it is now is kept, searched from here on, and whoever asked is told
        in the thread. Doing it again does nothing twice."""
        answer, _, reply = str(row.payload.get("value") or "").partition(":")
        said = {str(one.get("ts")): one for one in self.slack.posts.thread(_place(row))}
        if reply not in said:
            return self._settle(row, "verify_gone")
        asked = self.inbox.find(answer)
        text = kept_text(said[reply])
        if problem := self._problem(row, said[reply], text):
            return self._tell(row, say(problem, self._locale(row)))
        if asked is None or asked.channel != row.channel:
            return self._settle(row, "verify_gone")
        given = self._verified(row, asked, reply, (_question(said.get(asked.message_ts)), text))
        standing = self.keeper.keep(given)
        if (standing.reply, standing.expert) != (reply, row.person):
            return self._tell(row, say("verify_taken", self._locale(row), name=standing.name))
        self.keeper.publish()
        self.keeper.learn(standing)
        if self.keeper.of(answer) is None:  # the reply was deleted meanwhile
            return self._settle(row, "verify_gone")
        told = blocks.kept(standing.expert, asked.person, standing.due, self._locale(row))
        self.slack.posts.once(f"{answer}/{reply}", _place(row), told)
        return self._settle(row, "verify_done")

    def holds(self, row: Row) -> None:
        """What its expert says when it was due: it is still right."""
        one = self.keeper.of(str(row.payload.get("value") or ""))
        if one is None or one.expert != row.person:
            return self._settle(row, "verify_gone")
        due = self.keeper.renew(one)
        return self._settle(row, "verify_renewed", due=due.isoformat())

    def over(self, row: Row) -> None:
        """The same: it is not."""
        one = self.keeper.of(str(row.payload.get("value") or ""))
        if one is None:  # taken out before, of which the index may not have heard
            self.keeper.publish()
        elif one.expert == row.person:
            self.keeper.withdraw(one)
        self._settle(row, "verify_ended")

    def _verified(self, row: Row, asked: Row, reply: str, said: tuple[str, str]) -> Verified:
        """As it is to be kept; source and day of review are its keeper's."""
        channel = row.channel
        everyone = EVERYONE in self.slack.audiences.there(channel).principals
        name, url = self.slack.called(f"user:{row.person}"), self.slack.threads.address(_place(row), reply)
        at = datetime.fromtimestamp(row.received_at, UTC)
        where = (asked.event_id, "", channel, row.thread_ts, reply)
        return Verified(*where, row.person, name, asked.person, *said, url, everyone, at, at.date())

    def _problem(self, row: Row, reply: Mapping[str, Any], text: str) -> str:
        """The key of what is wrong with it; empty: nothing."""
        if reply.get("user") != row.person:
            return "verify_not_yours"
        if not self._may(row):
            return "verify_not_you"
        if self.keeper.out(row.person):
            return "verify_out"
        return "" if text else "verify_plain"

    def _may(self, row: Row) -> bool:
        try:
            who = self.slack.people.about(row.person)
        except ReadersUnknown as error:
            log.warning("not known who verifies: %s", type(error).__name__)
            return False
        return who.kind == "member" and (who.admin or self.expert(row.person, row.channel))

    def _locale(self, row: Row) -> str:
        return self.slack.people.locale(row.person)

    def _tell(self, row: Row, text: str) -> None:
        self.slack.posts.whisper(_place(row), row.person, text)

    def _settle(self, row: Row, key: str, **told: str) -> None:
        """Nothing is left to be pressed."""
        message = blocks.words(say(key, self._locale(row), **told))
        try:
            self.slack.posts.update(_place(row), str(row.payload.get("message") or ""), message)
        except Refused as error:
            log.info("nothing to close: event=%s %s", row.event_id, error)


class _Nobody:
    """Names of nobody: what is kept mentions none."""

    def user(self, _: str) -> str:
        return ""

    channel = group = user

    def bot(self, _: str) -> bool:
        return False


def _says(text: str) -> bool:
    """Whether it may be an answer: not a word alone, nor a question."""
    return len(text.split()) > 1 and "?" not in text


def kept_text(message: Mapping[str, Any]) -> str:
    """What a reply says in plain words; empty where it has a link, a mention, markup that means something, or
    is too long: as a reviewer's correction."""
    source = str(message.get("text") or "")
    if _TOKEN.search(source):
        return ""
    text = words(source, _Nobody()).text
    fits = len(text) <= LONGEST and " ".join(plain(text).split()) == " ".join(text.split())
    return text if fits else ""


def asked_in(posts: Posts, one: Missed) -> str:
    """What was asked, as Slack shows it now; empty where it does not."""
    if not one.message_ts:
        return ""
    try:
        thread = posts.thread(Place(one.channel, one.thread_ts))
        return _question(next((m for m in thread if str(m.get("ts")) == one.message_ts), None))
    except (Refused, Unclear):
        return ""


def _question(message: Mapping[str, Any] | None) -> str:
    """What was asked, on one line, without names and links; empty where the message is gone."""
    source = _NAMED.sub(" ", str((message or {}).get("text") or ""))
    return " ".join(plain(words(source, _Nobody()).text).split())[:LONGEST]


def _place(row: Row) -> Place:
    return Place(row.channel, row.thread_ts)
