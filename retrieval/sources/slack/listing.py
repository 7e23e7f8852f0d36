"""One channel as Slack has it now in, its threads and days with their digests out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from retrieval.sources.slack.calls import Calls
from retrieval.sources.slack.days import day_of, ranges
from retrieval.sources.slack.said import Said, read
from retrieval.sources.slack.spool import Spool
from retrieval.sources.slack.text import Names
from retrieval.sources.slack.thread import Channel, Talk, digest, is_thread

_VERSION = 1  # rises when threads would be read differently


@dataclass
class Listing:
    """The digest of a thread has two parts: of its root as the channel lists it (that has the number of
    replies and the newest), and of all its messages where they were read. So most threads need no call."""

    calls: Calls
    names: Names
    spool: Spool
    channel: Channel
    _roots: dict[str, str] = field(default_factory=dict)

    def parts(
        self, days: set[int], whole: set[int], before: Mapping[str, str], fresh: float
    ) -> dict[str, str]:
        """Threads and days of `days`. The replies are read of threads of the days `whole`, and of those with
        a reply since `fresh`; other threads keep the digest they had `before` while their root is the same.
        Raises Refused, Away."""
        found: dict[str, str] = {}
        for span in ranges(days):
            for root in history(self.calls, self.channel.id, span):
                ts, kind = _place(root)
                if kind == "alone":
                    self._put(root)
                elif kind == "thread":
                    self._roots[ts] = sign = self._sign(root)
                    had = before.get(ts, "")
                    found[ts] = had if had.startswith(sign) else sign
                    if day_of(ts) in whole or _seconds(root.get("latest_reply")) >= fresh:
                        for reply in replies(self.calls, self.channel.id, ts):
                            self._put(reply)
        for part, said in self.spool.parts(self.channel.id):
            found[part] = self._roots.get(part, "") + digest(self.channel, said)
        return found

    def _put(self, message: Mapping[str, Any]) -> None:
        if one := read(message, self.names):
            self.spool.put(self.channel.id, one)

    def _sign(self, root: Mapping[str, Any]) -> str:
        """Changes with the root and with the number and age of its replies."""
        keys = ("ts", "subtype", "text", "edited", "reply_count", "latest_reply")
        files = [one.get("id") for one in root.get("files") or () if isinstance(one, Mapping)]
        said = json.dumps([_VERSION, self.channel.label, [root.get(key) for key in keys], files])
        return hashlib.sha256(said.encode()).hexdigest()[:16] + ":"


def fetched(calls: Calls, names: Names, talk: Talk) -> list[Said]:
    """The messages of a thread or day, in order. Raises Refused, Away."""
    if is_thread(talk.part):
        listed = replies(calls, talk.channel.id, talk.part)
    else:
        day = day_of(talk.part)
        span = next(ranges({day}))
        listed = (one for one in history(calls, talk.channel.id, span) if _place(one)[1] == "alone")
    said = (read(one, names) for one in listed)
    return sorted((one for one in said if isinstance(one, Said)), key=lambda one: one.ts)


def history(calls: Calls, channel: str, span: tuple[str, str]) -> Iterator[Mapping[str, Any]]:
    """What the channel lists of a time: messages beside threads, and roots of threads."""
    return calls.pages(
        "conversations.history",
        "messages",
        channel=channel,
        oldest=span[0],
        latest=span[1],
        inclusive=1,
        limit=calls.pace.page,
    )


def replies(calls: Calls, channel: str, ts: str) -> Iterator[Mapping[str, Any]]:
    """A thread's root and its replies."""
    return calls.pages("conversations.replies", "messages", channel=channel, ts=ts, limit=calls.pace.page)


def _place(message: Mapping[str, Any]) -> tuple[str, str]:
    """The ts, and whether it stands alone, begins a thread, or is a reply shown in the channel too."""
    ts, thread = str(message.get("ts", "")), message.get("thread_ts")
    if thread and thread != ts:
        return ts, "reply"
    return ts, "thread" if thread or message.get("reply_count") else "alone"


def _seconds(ts: object) -> float:
    return float(ts) if isinstance(ts, str) and ts.replace(".", "", 1).isdigit() else 0.0
