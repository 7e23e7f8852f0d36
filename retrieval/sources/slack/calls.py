"""Slack's reading methods, kept to its published limits: paced, waited for, asked again, page by page."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

_MINUTE = 60.0
_LEFT_TO_OTHERS = 0.8  # of a limit is used: the rest is for the questions people ask the same app
_TRIES = 6
_LONGEST_WAIT = 300.0
_PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"}


class Refused(Exception):
    """Slack will not answer this; the text is its error code."""


class Away(Exception):
    """Slack does not answer now: the way to it fails, or it asks to be left alone for long."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Calls a minute by method (50 where none is named), and objects a page of messages."""

    calls: Mapping[str, int]
    page: int


_TIERS = {"usergroups.list": 20, "users.info": 100}
PACES = {
    "internal": Pace(_TIERS, 999),
    "unlisted": Pace(_TIERS | {"conversations.history": 1, "conversations.replies": 1}, 15),
}


class Clock(Protocol):
    """Seconds since 1970, and a way to let them pass."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class Wall:
    """The clock on the wall."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class Calls:
    """Answers of the Web API. Every method raises Refused or Away; once Slack is away, each call tries once
    until one succeeds."""

    client: WebClient
    pace: Pace = PACES["internal"]
    clock: Clock = field(default_factory=Wall)
    _away: bool = False
    _made: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def get(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """One answer."""
        for attempt in range(1 if self._away else _TRIES):
            self._wait(method)
            try:
                answer = self.client.api_call(method, params=arguments).data
                self._away = False
                return answer if isinstance(answer, dict) else {}
            except SlackApiError as error:
                pause = _pause(error, attempt)
            except (OSError, HTTPException, SlackClientError, ValueError):
                pause = 2.0**attempt
            if pause > _LONGEST_WAIT:
                break
            self.clock.sleep(pause)
        self._away = True
        raise Away(method)

    def pages(self, method: str, key: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        """The elements under `key` of every page."""
        cursor, seen = "", set[str]()
        while cursor not in seen:
            seen.add(cursor)
            answer = self.get(method, **arguments, **({"cursor": cursor} if cursor else {}))
            yield from (one for one in answer.get(key) or () if isinstance(one, dict))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _wait(self, method: str) -> None:
        """Lets the minute pass in which the method was called as often as its limit allows."""
        most = self.pace.calls.get(method, 50)
        most = max(1, int(most * _LEFT_TO_OTHERS))
        made = self._made[method]
        while len(made) >= most:
            passed = self.clock.now() - made[0]
            if passed < _MINUTE:
                self.clock.sleep(min(_MINUTE, _MINUTE - passed) + 0.05)
            if passed < 0:  # the clock was set back; whatever it said of them, a minute is over
                made.clear()
            else:
                made.popleft()
        made.append(self.clock.now())


def _pause(error: SlackApiError, attempt: int) -> float:
    """Seconds until it is asked again. Raises Refused where that would not help."""
    code, status = str(error.response.get("error", "")), error.response.status_code
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return _seconds(error.response.headers)
    if status < 500 and code.isidentifier() and code not in _PASSING:
        raise Refused(code) from None
    return 2.0**attempt


def _seconds(headers: Mapping[str, Any]) -> float:
    """What Retry-After says, a second at least; half a minute where it says nothing that can be read."""
    given = {str(key).lower(): value for key, value in headers.items()}.get("retry-after", "")
    given = given[0] if isinstance(given, list) and given else given
    text = str(given).strip()
    return max(1.0, float(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 30.0
