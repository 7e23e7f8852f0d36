"""A question about people in, Slack's answer out: asked once, kept for a minute, never guessed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Generic, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from retrieval.passage import EVERYONE, Audience, FootnoteError

KEPT_S = 60.0  # within it a change of somebody's rights is honoured
LOOKUP_S = 25.0  # as long as one lookup may take in all; a question has 90 s
WAITS_S = 5.0  # as long as one lookup may wait in all because Slack says so
_MOST_KEPT = 2000
_PASSING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
SCOPES = {  # what Slack does not say without each
    "users:read": "who is a member, a guest or from elsewhere",
    "channels:read": "who is in a public channel",
    "groups:read": "who is in a private channel",
    "mpim:read": "who is in a conversation of several people",
    "usergroups:read": "who is in a user group",
}
_NOBODY = ("user_not_found", "user_not_visible", "users_not_found")
T = TypeVar("T")
Json = Mapping[str, Any]


class ReadersUnknown(FootnoteError):
    """Slack did not say what somebody may read: they are shown nothing."""


class NotNow(ReadersUnknown):
    """Slack did not answer, or wants to be asked less: a little later it may say."""


class NobodyKnown(ReadersUnknown):
    """Slack says that it knows nobody with this id, or none that the app may see."""


def everyone_reads(channel: str, there: Callable[[str], Audience]) -> bool:
    """Whether everyone may read what is said in a channel; not where that is not known."""
    try:
        return EVERYONE in there(channel).principals
    except ReadersUnknown:
        return False


@dataclass(slots=True)
class _Kept(Generic[T]):
    asked_at: float = 0.0
    answer: T | None = None
    failures: int = 0
    failed: tuple[type[ReadersUnknown], str] = (ReadersUnknown, "")
    turn: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class _Lookup:
    until: float
    waits: float = WAITS_S


class Asking:
    """Slack's reading methods, as far as they are about people, channels and user groups."""

    def __init__(
        self,
        slack: WebClient,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.slack, self._clock, self._sleep = slack, clock, sleep
        self._kept: dict[str, _Kept[Any]] = {}
        self._mine = threading.local()

    def once(self, key: str, ask: Callable[[], T], keep_s: float = KEPT_S) -> T:
        """What was answered within `keep_s`, else what is answered now; who asks meanwhile waits for it.

        Errors are not kept, only shared by those who waited. `ask` must not come back here: what is made of
        several answers is not kept, so that nothing is older than the oldest of them.
        """
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {}
        kept: _Kept[T] = self._kept.setdefault(key, _Kept())
        failures = kept.failures
        with kept.turn:
            if kept.failures != failures:
                kind, sentence = kept.failed
                raise kind(sentence)
            return self._now(kept, ask, keep_s)

    def _now(self, kept: _Kept[T], ask: Callable[[], T], keep_s: float) -> T:
        now = self._clock()
        if kept.answer is None or now - kept.asked_at >= keep_s:
            try:
                kept.answer = ask()
            except ReadersUnknown as error:
                kept.failures, kept.failed = kept.failures + 1, (type(error), str(error))
                raise
            kept.asked_at = now
        return kept.answer

    @contextmanager
    def lookup(self) -> Iterator[None]:
        """Whatever is asked inside is one lookup: all of it together has LOOKUP_S and WAITS_S."""
        outer = getattr(self._mine, "lookup", None)
        self._mine.lookup = outer or _Lookup(self._clock() + LOOKUP_S)
        try:
            yield
        finally:
            self._mine.lookup = outer

    def call(self, ask: Callable[[], Any], user: str = "") -> Json:
        """One call; where Slack says to wait a little, it is waited for. Raises ReadersUnknown."""
        with self.lookup():
            lookup: _Lookup = self._mine.lookup
            while True:
                if self._clock() >= lookup.until:
                    raise NotNow("Slack takes too long to say who may read what; try again in a minute.")
                try:
                    answer = ask().data
                except SlackApiError as error:
                    self._pause(error, lookup, user)
                except (OSError, HTTPException, SlackClientError, ValueError):
                    raise NotNow(
                        "Slack could not be asked who may read what; try again in a minute."
                    ) from None
                else:
                    return answer if isinstance(answer, dict) else {}

    def pages(self, ask: Callable[..., Any], user: str = "", most: int = 1000) -> Iterator[Json]:
        """The pages of a call that takes a cursor, at most so many."""
        cursor = ""
        for _ in range(most):
            following = cursor
            page = self.call(lambda at=following: ask(cursor=at or None), user)  # type: ignore[misc]
            yield page
            cursor = next_cursor(page)
            if cursor in ("", following):
                return

    def _pause(self, error: SlackApiError, lookup: _Lookup, user: str) -> None:
        """Waits as Slack asks, or raises where it asks for more than there is, or refuses."""
        seconds = _retry_after(error)
        if seconds is None or seconds > lookup.waits:
            raise _meaning(error, user) from None
        lookup.waits -= seconds
        self._sleep(seconds)


def next_cursor(page: Json) -> str:
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")


def _retry_after(error: SlackApiError) -> float | None:
    """Seconds to wait, as far as Slack names them; None where this is not about waiting."""
    if not _limited(error):
        return None
    given = {str(k).lower(): v for k, v in dict(error.response.headers or {}).items()}.get("retry-after", "")
    given = given[0] if isinstance(given, list) and given else given
    try:
        seconds = float(str(given))
    except ValueError:
        return 1.0
    return max(seconds, 0.5) if seconds == seconds else 1.0


def _limited(error: SlackApiError) -> bool:
    code = str(error.response.get("error", ""))
    return error.response.status_code == 429 or code in ("ratelimited", "rate_limited")


def _meaning(error: SlackApiError, user: str) -> ReadersUnknown:
    code = str(error.response.get("error", ""))
    if user and code in _NOBODY:
        return nobody(user)
    if code == "missing_scope":
        return ReadersUnknown(
            "The app may not ask Slack who may read what: add the scopes of deploy/slack/manifest.json "
            f"({', '.join(SCOPES)}) and install it again."
        )
    if code in ("channel_not_found", "not_in_channel"):
        return ReadersUnknown(
            "I am not in this channel, so Slack does not say who reads it. Invite me first."
        )
    if _limited(error):
        return NotNow("Slack is asked too often who may read what; try again in a minute.")
    kind = NotNow if error.response.status_code >= 500 or code in _PASSING else ReadersUnknown
    return kind(
        f"Slack refused to say who may read what ({code if code.isidentifier() else 'no reason given'})."
    )


def lacking(slack: WebClient) -> list[str]:
    """Those of SCOPES that the app's token does not have, as far as Slack says. Raises ReadersUnknown."""
    headers: dict[str, str] = {}

    def ask() -> Any:
        answer = slack.auth_test()
        headers.update({str(name).lower(): str(value) for name, value in answer.headers.items()})
        return answer

    Asking(slack).call(ask)
    given = headers.get("x-oauth-scopes")
    has = {scope.strip() for scope in given.split(",")} if given else set(SCOPES)
    return [scope for scope in SCOPES if scope not in has]


def nobody(user: str) -> NobodyKnown:
    shown = user if user.isascii() and user.isalnum() and len(user) < 30 else "that"
    return NobodyKnown(
        f"Slack knows nobody with the id {shown}: it is in their profile, behind the three dots."
    )
