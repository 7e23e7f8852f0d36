"""Somebody in Slack in, what they may read out: the principals that audiences are written in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.client import HTTPException
from typing import Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from retrieval.passage import EVERYONE, Audience, FootnoteError

_KEPT_S = 60.0
_MOST_KEPT = 2000
_KINDS = "public_channel,private_channel"
_NOBODY = ("user_not_found", "user_not_visible", "users_not_found")
T = TypeVar("T")
Json = Mapping[str, Any]


class ReadersUnknown(FootnoteError):
    """Slack did not say what somebody may read: they are shown nothing."""


class Readers:
    """What people may read, each asked of Slack at most once a minute."""

    def __init__(self, slack: WebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._slack, self._clock = slack, clock
        self._kept: dict[str, tuple[float, Any]] = {}

    def of(self, user: str) -> Audience:
        """Their principals: `user:`, `channel:` of each channel they are in as far as the app may know,
        `group:` of each user group, and `everyone` for members of the workspace. Guests and people of other
        companies are not everyone; accounts that were deactivated, and apps, read nothing.
        Raises ReadersUnknown."""
        return self._once(user, lambda: self._asked(user))

    def _asked(self, user: str) -> Audience:
        if not (user.isascii() and user.isalnum()):
            raise ReadersUnknown(_unknown(user))
        about = _call(partial(self._slack.users_info, user=user), user).get("user") or {}
        if about.get("id") != user:
            raise ReadersUnknown(_unknown(user))
        if about.get("deleted") or about.get("is_bot"):
            return Audience.of()
        own = {EVERYONE} if self._is_member(about) else set[str]()
        channels = {f"channel:{one['id']}" for one in self._channels(user)}
        groups = {f"group:{one['id']}" for one in self._groups() if user in (one.get("users") or ())}
        return Audience(frozenset({f"user:{user}"} | own | channels | groups))

    def _is_member(self, about: Json) -> bool:
        """Whether they belong to the app's own workspace or organisation and are no guest of it."""
        if any(about.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger")):
            return False
        home = self._once("", lambda: _call(self._slack.auth_test))
        team, company = home.get("team_id"), home.get("enterprise_id")
        works_for = (about.get("enterprise_user") or {}).get("enterprise_id")
        return bool((team and about.get("team_id") == team) or (company and works_for == company))

    def _channels(self, user: str) -> Iterator[Json]:
        cursor = ""
        while True:
            asked = partial(self._slack.users_conversations, user=user, types=_KINDS, limit=999)
            page = _call(partial(asked, cursor=cursor or None), user)
            yield from page.get("channels") or ()
            following = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if following in ("", cursor):
                return
            cursor = following

    def _groups(self) -> list[Json]:
        """User groups in use, with their people."""
        return self._once(" groups", lambda: list(self._groups_now()))

    def _groups_now(self) -> Iterator[Json]:
        answer = _call(partial(self._slack.usergroups_list, include_users=True))
        return (one for one in answer.get("usergroups") or () if not one.get("date_delete"))

    def _once(self, key: str, asked: Callable[[], T]) -> T:
        """What was answered within the last minute, else what is answered now. Errors are not kept."""
        now = self._clock()
        if key in self._kept and now - self._kept[key][0] < _KEPT_S:
            kept: T = self._kept[key][1]
            return kept
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {}
        answer = asked()
        self._kept[key] = (now, answer)
        return answer


def readers_of(slack: WebClient, user: str) -> Audience:
    """What somebody may read, asked now. Raises ReadersUnknown."""
    return Readers(slack).of(user)


def _call(ask: Callable[[], Any], user: str = "") -> Json:
    try:
        answer = ask().data
    except SlackApiError as error:
        raise ReadersUnknown(_sentence(error, user)) from None
    except (OSError, HTTPException, SlackClientError, ValueError):
        raise ReadersUnknown("Slack could not be asked what they may read; try again in a minute.") from None
    return answer if isinstance(answer, dict) else {}


def _sentence(error: SlackApiError, user: str) -> str:
    code = str(error.response.get("error", ""))
    if user and code in _NOBODY:
        return _unknown(user)
    if code == "missing_scope":
        return (
            "The app may not ask Slack what people may read: add the scopes of deploy/slack/manifest.json "
            "(users:read, channels:read, groups:read, usergroups:read) and install it again."
        )
    if error.response.status_code == 429 or code in ("ratelimited", "rate_limited"):
        return "Slack is asked too often what people may read; try again in a minute."
    return f"Slack refused to say what they may read ({code if code.isidentifier() else 'no reason given'})."


def _unknown(user: str) -> str:
    shown = user if user.isascii() and user.isalnum() and len(user) < 30 else "that"
    return f"Slack knows nobody with the id {shown}: it is in their profile, behind the three dots."
