"""A reply that grows while it is made: a stream where Slack takes one, else a message that is updated.

Either way it is one message under one key, in the table of posts. An answer's words are appended best effort;
what counts is the update after `end`, which can be repeated.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from slack_sdk import WebClient

from bot.failpoint import failpoint
from bot.posting.calling import Limited, Refused, Unclear, Unknowable, call
from bot.posting.post import FEW, Message, Place, Posts, key_of, metadata
from bot.state import posts

log = logging.getLogger("footnote.stream")

STARTS = 12  # streams a minute, of all processes: chat.startStream and stopStream take 20
STATUSES = 20  # the same of agents.sessions.setStatus, which takes 50
CHUNK = 11_000  # characters of one append; Slack takes 12,000
_TASK = "search"
_TITLE = 80  # characters, of the 200 that Slack takes
_OVER = {"message_not_in_streaming_state", "stopped_by_user", "message_not_found", "message_not_owned_by_app"}
_MESSAGE, _STREAM, _STATUS = "message", "stream", "status"  # status: a message whose thread shows a loader


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a stream is: Slack wants to know, in channels and in direct messages. `us`: the bot's user;
    `since`: the ts of the question, before which no reply can be."""

    user: str
    team: str
    us: str
    since: str = ""
    direct: bool = False


class Streams:
    """Opens, fills and ends the visible reply of a question."""

    def __init__(
        self,
        engine: sa.Engine,
        slack: WebClient,
        posts: Posts,
        *,
        sharing: Callable[[], int] = lambda: 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._slack, self._posts = engine, slack, posts
        self._starts = _Budget(STARTS, clock, sharing)
        self._statuses = _Budget(STATUSES, clock, sharing)
        self._growing: dict[str, tuple[Place, str]] = {}

    def open(self, key: str, place: Place, reader: Reader, words: Message) -> None:
        """The reply is there from here on, with `words` in it. Raises Refused or Unclear."""
        known, ts, kind = self._known(key)
        if ts:
            return
        if kind == _STREAM or (not known and reader.us and reader.team and self._starts.take()):
            try:
                return self._start(key, place, reader, words.text, known=known)
            except Unknowable:
                raise
            except (Refused, Limited, Unclear) as error:
                log.info("no stream: key=%s %s %s", key, type(error).__name__, error)
                self._become_message(key, nothing=not isinstance(error, Unclear))
        self._posts.once(key, place, words)
        if reader.direct and self._statuses.take():
            self._turn(key, _STATUS)  # before it is asked for: its answer may be lost
            self._working(place)

    def add(self, key: str, text: str) -> None:
        """Shows more of the answer, where the reply is a stream that this process opened."""
        place, ts = self._growing.get(key, (Place("", ""), ""))
        if not ts or not text:
            return
        try:
            for at in range(0, len(text), CHUNK):
                append = partial(self._slack.chat_appendStream, channel=place.channel, ts=ts)
                call(partial(append, markdown_text=text[at : at + CHUNK]))
        except (Refused, Limited, Unclear) as error:  # said again whole, by the update after the end
            log.info("stream goes on no more: key=%s %s", key, type(error).__name__)
            self._growing.pop(key, None)

    def end(self, key: str, place: Place) -> str:
        """The ts of the reply, to which nothing is appended any more, so that it can be updated; empty where
        there is none yet. Raises Refused or Unclear."""
        _, ts, kind = self._known(key)
        self._growing.pop(key, None)
        if kind != _STREAM or not ts:
            return ts
        try:
            self._posts.repeat(
                lambda: self._slack.chat_stopStream(
                    channel=place.channel, ts=ts, metadata=metadata(key), session_status="active"
                )
            )
        except Refused as error:
            if str(error) not in _OVER:
                raise
            self._cleared(key, place)
        return ts

    def rest(self, key: str, place: Place) -> None:
        """The loader under the thread is gone, where there is one. Best effort."""
        if self._known(key)[2] == _STATUS and self._cleared(key, place):
            self._turn(key, _MESSAGE)

    def _cleared(self, key: str, place: Place) -> bool:
        """Whether nothing is under way in the thread any more, as Slack shows it. Best effort."""
        try:
            self._posts.repeat(lambda: self._status(place, "active"), FEW)
            return True
        except (Refused, Unclear) as error:
            log.warning("the status was not cleared: key=%s %s", key, type(error).__name__)
            return False

    def name(self, place: Place, words: str) -> None:
        """Calls the conversation by what began it, in Slack's list of them. Best effort."""
        title = " ".join(words.split())[:_TITLE]
        if not title or not self._statuses.take():
            return
        try:
            call(
                lambda: self._slack.agents_sessions_rename(
                    channel_id=place.channel, thread_ts=place.thread, title=title
                )
            )
        except (Refused, Limited, Unclear) as error:
            log.info("no title: %s", type(error).__name__)

    def _start(self, key: str, place: Place, reader: Reader, words: str, *, known: bool) -> None:
        ts = self._adopted(key, place, reader) if known else ""
        if not known:
            self._posts.intend(key, place, _STREAM)
            failpoint("intent")
        if not ts:
            try:
                ts = self._started(key, place, reader, words)
            except Unclear:
                ts = self._adopted(key, place, reader)
                if not ts:
                    raise
        failpoint("recorded")
        self._growing[key] = (place, ts)

    def _started(self, key: str, place: Place, reader: Reader, words: str) -> str:
        task = {"type": "task_update", "id": _TASK, "title": words[:256], "status": "in_progress"}
        answer = call(
            lambda: self._slack.chat_startStream(
                channel=place.channel,
                thread_ts=place.thread,
                recipient_user_id=reader.user,
                recipient_team_id=reader.team,
                chunks=[task],
            )
        )
        failpoint("posted")
        ts = str(answer["ts"])
        return ts if self._claim(key, ts) else self._adopted(key, place, reader)

    def _adopted(self, key: str, place: Place, reader: Reader) -> str:
        """The ts of a stream in the thread that no key has: one whose start was not answered. They hold
        nothing yet, so that any of them is as good as another. Raises Unclear, Refused."""
        return self._posts.twice(
            lambda: next((ts for ts in self._orphans(place, reader) if self._claim(key, ts)), "")
        )

    def _orphans(self, place: Place, reader: Reader) -> Iterator[str]:
        for message in self._posts.thread(place):
            ours = message.get("user") == reader.us and str(message.get("ts") or "") > reader.since
            if ours and key_of(message) is None:
                yield str(message["ts"])

    def _claim(self, key: str, ts: str) -> bool:
        """Whether the message is this key's from here on; of several that ask, one gets it."""
        try:
            with self._engine.begin() as connection:
                change = posts.update().where(posts.c.key == key, posts.c.ts.is_(None))
                return connection.execute(change.values(ts=ts)).rowcount == 1
        except sa.exc.IntegrityError:
            return False

    def _working(self, place: Place) -> None:
        try:
            call(lambda: self._status(place, "processing"))
        except (Refused, Limited, Unclear) as error:
            log.info("no status: %s", type(error).__name__)

    def _status(self, place: Place, status: str) -> Any:
        return self._slack.agents_sessions_setStatus(
            channel_id=place.channel, thread_ts=place.thread, status=status
        )

    def _known(self, key: str) -> tuple[bool, str, str]:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(posts).where(posts.c.key == key)).first()
        return (True, row.ts or "", row.kind) if row else (False, "", "")

    def _become_message(self, key: str, *, nothing: bool) -> None:
        """The reply is no stream; where `nothing` has been begun, nothing is to be looked for either."""
        if not nothing:
            return self._turn(key, _MESSAGE)
        with self._engine.begin() as connection:
            connection.execute(posts.delete().where(posts.c.key == key, posts.c.ts.is_(None)))
        return None

    def _turn(self, key: str, kind: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(posts.update().where(posts.c.key == key).values(kind=kind))


class _Budget:
    """So many a minute, shared by all processes that live."""

    def __init__(self, most: int, clock: Callable[[], float], sharing: Callable[[], int]) -> None:
        self._most, self._clock, self._sharing = most, clock, sharing
        self._taken: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Whether there is one left, which is then taken."""
        share = max(1, self._most // self._sharing())
        with self._lock:
            now = self._clock()
            while self._taken and now - self._taken[0] >= 60:
                self._taken.popleft()
            if len(self._taken) >= share:
                return False
            self._taken.append(now)
            return True
