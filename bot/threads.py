"""A thread in Slack in, what was said in it out; and whether we are engaged in it, from the inbox alone."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

import sqlalchemy as sa
from slack_sdk import WebClient

from bot.events import Row, spoken
from bot.meaning.addressed import Turn, addressed, asks, questions
from bot.meaning.minutes import wanted
from bot.meaning.shapes import form
from bot.posting.post import Place, key_of
from bot.state import inbox
from bot.who.asking import WAITS_S, Asking, Json, NotNow, ReadersUnknown, next_cursor

__all__ = ["Threads", "Turn", "addressed", "earlier", "engaged"]
log = logging.getLogger("footnote.threads")

LAST = 30  # messages of a thread that are looked at
_KEPT_S = 10.0
_MOST_KEPT = 200  # threads
_PAGE, _PAGES = 200, 5  # a thread's pages come oldest first, so that the last ones cost all before them
_A_MINUTE = 40  # of the 50 calls that Slack allows: the rest is for finding our own posts


def engaged(connection: sa.Connection, channel: str, thread_ts: str) -> bool:
    """Whether a question of this thread is or was ours. One look at the index `inbox_thread`."""
    if not thread_ts:
        return False
    there = (inbox.c.channel == channel) & (inbox.c.thread_ts == thread_ts) & (inbox.c.kind == "question")
    return connection.execute(sa.select(sa.literal(1)).where(there).limit(1)).first() is not None


def earlier(turns: Sequence[Turn], *, direct: bool = False) -> tuple[str, ...]:
    """What was asked of us in these turns, newest last: what a follow-up leans on, whoever asked it. In a
    `direct` message everything that a person said was said to us. What only wanted another form, or to
    know of the thread, says nothing of what it is about."""
    asked = [turn for turn in turns if turn.kind == "person"] if direct else questions(turns)
    return tuple(turn.text for turn in asked if turn.text and not (form(turn.text) or wanted(turn.text)))


@dataclass
class Threads:
    """Reads threads, kept to Slack's limit, each for a few seconds at most."""

    slack: WebClient
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    sharing: Callable[[], int] = lambda: 1  # how many processes ask Slack
    _kept: dict[Place, tuple[float, tuple[Turn, ...]]] = field(default_factory=dict)
    _cut: dict[Place, int] = field(default_factory=dict)
    _made: deque[float] = field(default_factory=deque)
    _turn: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._asking = Asking(self.slack, self.now, self.sleep)

    def meant(self, row: Row) -> bool:
        """Whether what was said without a mention, in a thread or in a channel, was said to us."""
        said = Turn(row.person, row.text, "app" if row.payload.get("bot") else "person", ts=row.message_ts)
        if row.surface == "channel":
            return said.kind == "person" and asks(said.text)
        turns = self.turns(Place(row.channel, row.thread_ts), row.message_ts)
        return bool(turns) and addressed(said, turns, self._me())

    def earlier(self, row: Row) -> tuple[str, ...]:
        """What was asked in its thread before the row, newest last; nothing where it begins one, and one that
        is empty where Slack does not show it."""
        if not row.message_ts or row.thread_ts in ("", row.message_ts):
            return ()
        turns = self.turns(Place(row.channel, row.thread_ts), row.message_ts)
        return earlier(turns, direct=row.direct) if turns else ("",)

    def turns(self, place: Place, before: str) -> tuple[Turn, ...]:
        """The last turns of the thread that came before the message with the ts `before`, oldest first; the
        thread's first message is always among them. Empty where Slack does not show it. Raises NotNow."""
        at, found = self._kept.get(place, (0.0, ()))
        reaches = any(turn.ts >= before for turn in found)
        if not reaches or self.now() - at > _KEPT_S:
            found = self._read(place)
            self._keep(place, found)
        past = [turn for turn in found if _number(turn.ts) < _number(before)]
        return tuple(past if len(past) <= LAST else [past[0], *past[1 - LAST :]])

    def whole(self, place: Place, before: str) -> tuple[Turn, ...]:
        """All turns that came before the message with the ts `before`, as far as _PAGES go. Empty where Slack
        does not show the thread. Raises NotNow."""
        self.turns(place, before)
        return tuple(turn for turn in self._kept[place][1] if _number(turn.ts) < _number(before))

    def cut(self, place: Place) -> int:
        """How many messages of a thread were read, its first ones, where there are more; else 0."""
        return self._cut.get(place, 0)

    def address(self, place: Place, ts: str) -> str:
        """The link to a message of the thread, as chat.getPermalink has it. Raises ReadersUnknown."""
        base = str(self._about_us().get("url") or "").rstrip("/")
        tail = f"?thread_ts={place.thread}&cid={place.channel}" if ts != place.thread else ""
        return f"{base}/archives/{place.channel}/p{ts.replace('.', '')}{tail}" if base else ""

    def _read(self, place: Place) -> tuple[Turn, ...]:
        messages: list[Mapping[str, Any]] = []
        more = ""
        try:
            me = self._me()
            for page in self._asking.pages(partial(self._page, place), most=_PAGES):
                messages += page.get("messages") or ()
                more = next_cursor(page)
        except NotNow:
            raise
        except ReadersUnknown:
            log.warning("a thread could not be read")
            return ()
        with self._turn:
            self._cut[place] = len({one.get("ts") for one in messages}) if more else 0
        ordered = sorted(messages, key=lambda message: _number(message.get("ts")))
        return tuple(turn for message in ordered if (turn := self._of(message, me)))

    def _page(self, place: Place, cursor: str | None) -> Any:
        self._pace()
        return self.slack.conversations_replies(
            channel=place.channel, ts=place.thread, limit=_PAGE, cursor=cursor, include_all_metadata=True
        )

    def _of(self, message: Mapping[str, Any], me: str) -> Turn | None:
        if message.get("subtype") not in (None, "file_share", "thread_broadcast", "bot_message"):
            return None
        person, text = str(message.get("user") or ""), str(message.get("text") or "")
        kind = "app" if message.get("bot_id") else "person"
        if person == me:
            kind = "answer" if _answers(message) else "notice"
        asked = kind == "person" and f"<@{me}" in text
        return Turn(person, spoken(text, me), kind, asked, str(message.get("ts") or ""))

    def _me(self) -> str:
        """Our own id. Raises ReadersUnknown."""
        return str(self._about_us().get("user_id") or "")

    def _about_us(self) -> Json:
        return self._asking.once(" me", lambda: self._asking.call(self.slack.auth_test), keep_s=3600)

    def _pace(self) -> None:
        """Waits for its turn of the minute's calls. Raises NotNow where that would take too long."""
        with self._turn:
            now = self.now()
            while self._made and now - self._made[0] >= 60:
                self._made.popleft()
            most = max(1, _A_MINUTE // self.sharing())
            due = max(now, self._made[-most] + 60) if len(self._made) >= most else now
            if due - now > WAITS_S:
                raise NotNow("Too many threads are read at once; try again in a minute.")
            self._made.append(due)
        if due > now:
            self.sleep(due - now)

    def _keep(self, place: Place, found: tuple[Turn, ...]) -> None:
        with self._turn:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
                self._cut.clear()
            self._kept[place] = (self.now(), found)


def _answers(message: Mapping[str, Any]) -> bool:
    """Whether a message of ours is a reply to a question: by its key, or as a stream that still grows, which
    has none yet."""
    _, _, rest = (key_of(message) or "").partition("/")
    return not rest or rest.isdecimal()


def _number(ts: Any) -> float:
    try:
        return float(ts)
    except (TypeError, ValueError):
        return 0.0
