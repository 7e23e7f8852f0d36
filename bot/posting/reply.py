"""A question's row in, its one visible reply out: in the thread, or where only its person sees it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks import plain
from bot.events import Row
from bot.failpoint import failpoint
from bot.phrases import say
from bot.posting.calling import Refused, Unclear
from bot.posting.post import Message, Place, Posts
from bot.posting.respond import Responses
from bot.posting.stream import Reader, Streams

log = logging.getLogger("footnote.reply")

_ELSEWHERE = {"not_in_channel", "channel_not_found", "is_archived", "restricted_action"}


@dataclass(frozen=True, slots=True)
class Replies:
    """Opens, fills and finishes replies. Every method can be called again after a crash."""

    posts: Posts
    streams: Streams
    responses: Responses

    def open(self, row: Row, locale: str) -> None:
        """Something is there to be seen. Raises Refused where Slack takes no message there."""
        if row.surface == "command":
            return self.responses.progress(row, plain(say("searching", locale)))
        try:
            self.streams.open(row.event_id, _place(row), _reader(row), plain(say("searching", locale)))
        except Refused as error:
            if row.surface != "shortcut" or str(error) not in _ELSEWHERE:
                raise
            self.responses.say(row, plain(say("invite_me", locale)))
            raise

    def add(self, row: Row, text: str) -> None:
        """More of the answer, as it comes: Markdown that is safe to show."""
        self.streams.add(row.event_id, text)

    def finish(self, row: Row, messages: Sequence[Message]) -> None:
        """The reply says this and nothing else; what does not fit goes on below it."""
        first, *more = messages
        if row.surface == "command":
            self.responses.say(row, first)
            for number, message in enumerate(more, 2):
                self.responses.say(row, message, f"reply/{number}", replace=False)
            return
        try:
            self._put(row, first)
            for number, message in enumerate(more, 2):
                self.posts.once(f"{row.event_id}/{number}", _place(row), message)
        finally:
            if row.direct:  # nowhere else is a loader shown beside a message
                self.streams.rest(row.event_id, _place(row))
        if row.direct and row.message_ts == row.thread_ts:
            self.streams.name(_place(row), row.text)

    def decline(self, row: Row, message: Message) -> None:
        """Why there is no answer: to its person alone where others read along, if Slack lets us."""
        if row.surface in ("command", "shortcut"):
            return self.responses.say(row, message)
        if row.direct or not self.posts.whisper(_place(row), row.person, message.text):
            self.posts.once(f"{row.event_id}/no", _place(row), message)

    def _put(self, row: Row, message: Message) -> None:
        key, place = row.event_id, _place(row)
        ts = self.streams.end(key, place) or self.posts.once(key, place, message)
        try:
            self.posts.update(place, ts, message)
        except Refused as error:
            if str(error) != "message_not_found":
                raise
            log.info("placeholder was deleted: event=%s", key)  # by a person: they want no answer
        failpoint("updated")

    def give_up(self, row: Row, message: Message) -> None:
        """The visible end of a question that could not be answered, where Slack takes one."""
        try:
            self.finish(row, [message])
        except (Refused, Unclear) as error:
            # What stands in the thread is not known, so nothing more is written there: its person is told.
            told = not row.thread_ts or self.posts.whisper(_place(row), row.person, message.text)
            log.error("not said there: event=%s %s told=%s", row.event_id, type(error).__name__, told)


def _place(row: Row) -> Place:
    return Place(row.channel, row.thread_ts)


def _reader(row: Row) -> Reader:
    team = str(row.payload.get("home") or row.team)
    return Reader(row.person, team, str(row.payload.get("us") or ""), row.message_ts, row.direct)
