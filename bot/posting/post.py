"""The one door to Slack's writing methods: a message is posted once, then updated, never guessed about."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from slack_sdk import WebClient

from bot.failpoint import failpoint
from bot.posting.calling import Limited, Refused, Unclear, Unknowable, call
from bot.state import posts

log = logging.getLogger("footnote.post")

EVENT_TYPE = "footnote_answer"
ARRIVED_S = 3.0  # after which a call that was under way when its process died has arrived, if it ever will
FEW = 8  # attempts, a minute and a half: what no answer hangs on keeps no question waiting for its turn
_PAGES = 50  # of 200 messages, through which a message of ours is looked for
QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False, "unfurl_app_links": False}
_UNSHOWABLE = {
    "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_blocks_too_many",
    "msg_too_long", "invalid_arguments", "invalid_arg_name", "block_mismatch",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A thread in a channel; without one, the channel itself."""

    channel: str
    thread: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a person sees (`blocks`), and the same in plain text for screen readers and as the fallback."""

    text: str
    blocks: tuple[dict[str, Any], ...] = field(default=())


class Posts:
    """Posts, remembered by key, so that one key is one visible message whatever crashes."""

    def __init__(
        self,
        engine: sa.Engine,
        slack: WebClient,
        *,
        attempts: int = 100,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._slack = slack
        self._attempts = attempts
        self._sleep = sleep

    def once(self, key: str, place: Place, message: Message) -> str:
        """The ts of the message with this key, posted if it is not there yet.

        Raises Refused where Slack will not have it, Unclear where it did not answer for all attempts or
        does not show the thread in which an earlier attempt may have left the message.
        """
        known, ts = self._known(key)
        if ts:
            return ts
        if not known:
            self.intend(key, place)
        last: Exception = Unclear()
        for attempt in range(self._attempts):
            try:
                ts = self.twice(lambda: self._find(key, place)) if known else ""
                known = True
                ts = ts or self._post(key, place, message)
                failpoint("posted")
                self._remember(key, ts)
                failpoint("recorded")
                return ts
            except Unknowable:
                raise
            except (Unclear, Limited) as error:
                last = error
                known = known and not isinstance(error, Limited)
                self._sleep(_pause(error, attempt))
        raise Unclear from last

    def update(self, place: Place, ts: str, message: Message) -> None:
        """Replaces what the message says; repeating it is harmless. Raises Refused or Unclear."""
        arguments = {"channel": place.channel, "ts": ts, "parse": "none", **QUIET}
        try:
            # Blocks that are not sent would stay.
            blocks = list(message.blocks)
            self.repeat(lambda: self._slack.chat_update(**arguments, text=message.text, blocks=blocks))
        except Refused as error:
            if str(error) not in _UNSHOWABLE or not message.blocks:
                raise
            log.warning("blocks refused with %s; showing plain text", error)
            self.repeat(lambda: self._slack.chat_update(**arguments, text=message.text, blocks=[]))

    def whisper(self, place: Place, person: str, text: str) -> bool:
        """A line only one person sees; whether it is there. Best effort: it confirms, it carries nothing."""
        try:
            call(
                lambda: self._slack.chat_postEphemeral(
                    channel=place.channel, user=person, thread_ts=place.thread, text=text
                )
            )
            return True
        except (Unclear, Limited, Refused) as error:
            log.info("line not shown: %s", type(error).__name__)
            return False

    def _post(self, key: str, place: Place, message: Message) -> str:
        failpoint("intent")
        answer = call(
            lambda: self._slack.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread or None,
                parse="none",
                metadata=metadata(key),
                **QUIET,
                **_body(message),
            )
        )
        return str(answer["ts"])

    def _find(self, key: str, place: Place) -> str:
        """The ts of our message in the thread, or nothing; by its metadata, never by its words."""
        thread = self.thread(place, FEW)  # `once` asks again itself
        return next((str(one["ts"]) for one in thread if key_of(one) == key), "")

    def thread(self, place: Place, most: int = 0) -> Iterator[dict[str, Any]]:
        """The messages of a thread, with all their metadata, in `most` attempts a page. Raises Unclear,
        Unknowable."""
        cursor = ""
        for _ in range(_PAGES):
            page = self._page(place, cursor, most)
            yield from page.get("messages", [])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _page(self, place: Place, cursor: str, most: int) -> dict[str, Any]:
        """Messages of the thread, oldest first; of a channel itself newest first."""
        some: dict[str, Any] = {"channel": place.channel, "limit": 200, "cursor": cursor or None}
        some["include_all_metadata"] = True
        read: Callable[..., Any] = self._slack.conversations_history
        if place.thread:
            read, some["ts"] = self._slack.conversations_replies, place.thread
        try:
            return self.repeat(lambda: read(**some), most)
        except Refused as error:
            if str(error) == "thread_not_found":
                return {}
            log.error("the thread cannot be read (%s): not posted again, it may be there already", error)
            raise Unknowable(str(error)) from None

    def twice(self, look: Callable[[], str]) -> str:
        """What `look` finds; where it finds nothing, once more when whatever was on its way has arrived."""
        found = look()
        if not found:
            self._sleep(ARRIVED_S)
            found = look()
        return found

    def repeat(self, ask: Callable[[], Any], most: int = 0) -> dict[str, Any]:
        """Slack's answer to what may be asked any number of times. Raises Refused or Unclear."""
        last: Exception = Unclear()
        for attempt in range(most or self._attempts):
            try:
                return call(ask)
            except (Unclear, Limited) as error:
                last = error
                self._sleep(_pause(error, attempt))
        raise Unclear from last

    def _known(self, key: str) -> tuple[bool, str]:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(posts.c.ts).where(posts.c.key == key)).first()
        return row is not None, (row.ts or "") if row else ""

    def intend(self, key: str, place: Place, kind: str = "message") -> None:
        """Keeps that a message of this new key is about to be made: from here on it is looked for first."""
        values = {"key": key, "channel": place.channel, "thread_ts": place.thread, "ts": None, "kind": kind}
        with self._engine.begin() as connection:
            connection.execute(posts.insert().values(values))

    def _remember(self, key: str, ts: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(posts.update().where(posts.c.key == key).values(ts=ts))


def metadata(key: str) -> dict[str, Any]:
    """What a message of ours carries, to be found by: its key, and no word."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def key_of(message: Mapping[str, Any]) -> str | None:
    """The key that a message carries; None where it carries nothing of ours."""
    found = message.get("metadata") or {}
    if found.get("event_type") != EVENT_TYPE:
        return None
    return str((found.get("event_payload") or {}).get("key") or "")


def _body(message: Message) -> dict[str, Any]:
    return (
        {"text": message.text, "blocks": list(message.blocks)} if message.blocks else {"text": message.text}
    )


def _pause(error: Exception, attempt: int) -> float:
    return error.seconds if isinstance(error, Limited) else min(1.0 * 2.0 ** min(attempt, 5), 30.0)
