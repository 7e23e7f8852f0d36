"""What goes wrong at Slack: faults asked for by a test, and the rate limits Slack documents."""

from __future__ import annotations

import math
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TypedDict

from bot.play.slack_records import Clock


class How(TypedDict, total=False):
    """How a call fails. `cut` is `before` (nothing happened) or `after` (accepted, the answer never came).

    `retry_after` goes into the header of a 429 as it is, empty leaves it out; `body` is answered in place of
    JSON, as a proxy's page or half an answer would be; `delay` is seconds before anything happens.
    """

    status: int
    error: str
    cut: str
    delay: float
    retry_after: int | str
    body: str
    times: int


@dataclass(frozen=True)
class Fault:
    status: int = 200
    error: str = ""
    cut: str = ""
    delay: float = 0.0
    retry_after: int | str = 1
    body: str = ""


class Faults:
    """Queues of faults by method; each is used up by the calls it was asked for. `*` is any method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, deque[Fault]] = defaultdict(deque)

    def add(self, method: str, how: How) -> None:
        fault = Fault(
            how.get("status", 200),
            how.get("error", ""),
            how.get("cut", ""),
            how.get("delay", 0.0),
            how.get("retry_after", 1),
            how.get("body", ""),
        )
        with self._lock:
            self._queues[method].extend([fault] * how.get("times", 1))

    def take(self, method: str) -> Fault:
        with self._lock:
            for queue in (self._queues[method], self._queues["*"]):
                if queue:
                    return queue.popleft()
            return Fault()

    def clear(self) -> None:
        with self._lock:
            self._queues.clear()


_TIER_2 = """
    chat.startStream chat.stopStream conversations.list reactions.remove usergroups.list usergroups.users.list
    users.list
"""
_TIER_4 = """
    assistant.threads.setSuggestedPrompts assistant.threads.setTitle chat.appendStream chat.postEphemeral
    conversations.members files.info users.info views.open views.publish views.push views.update
"""
_PER_MINUTE = {
    **dict.fromkeys(_TIER_2.split(), 20),
    **dict.fromkeys(_TIER_4.split(), 100),
    "assistant.threads.setStatus": 600,
    "auth.test": 600,
    "chat.getPermalink": 600,
    "chat.postMessage": 300,
}
_TIER_3 = 50  # all others that the product calls
_UNLISTED = ("conversations.history", "conversations.replies")  # once a minute for apps sold elsewhere


class Tiers:
    """Slack's rate limits: per method and minute; one post a second and channel, with a burst."""

    burst = 4

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self._tokens: dict[str, tuple[float, float]] = {}

    def wait(self, method: str, channel: str, unlisted: bool = False) -> int:
        """Seconds for Retry-After; 0 admits the call and counts it."""
        most = 1 if unlisted and method in _UNLISTED else _PER_MINUTE.get(method, _TIER_3)
        with self._lock:
            now = self._clock.now()
            seen = self._seen[method]
            while seen and now - seen[0] >= 60:
                seen.popleft()
            if len(seen) >= most:
                return math.ceil(60 - (now - seen[0])) or 1
            if method == "chat.postMessage" and not self._spend(channel, now):
                return 1
            seen.append(now)
            return 0

    def _spend(self, channel: str, now: float) -> bool:
        left, since = self._tokens.get(channel, (float(self.burst), now))
        left = min(float(self.burst), left + now - since)
        self._tokens[channel] = (left - 1 if left >= 1 else left, now)
        return left >= 1
