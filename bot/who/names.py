"""What Slack calls people, channels and user groups: a principal in, words out; asked once each."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from slack_sdk import WebClient

from bot.posting.calling import Limited, Refused, Unclear, call
from bot.replies import printable
from bot.who.access import plain

AWAY_S = 60.0  # for which Slack is not asked again once it could not be reached


class Names:
    """Best effort: where Slack does not say, the id stands in, and where it could not be reached, until it
    can."""

    def __init__(self, slack: WebClient) -> None:
        self._slack = slack
        self._away_until = 0.0
        self._named = lru_cache(maxsize=1000)(self._asked)
        self._groups = lru_cache(maxsize=1)(self._handles)

    def of(self, principal: str) -> str:
        """ "channel:C1" as "members of #board"."""
        if time.monotonic() < self._away_until:
            return plain(principal)
        try:
            return self._named(principal)
        except (Unclear, Limited):
            self._away_until = time.monotonic() + AWAY_S
            return plain(principal)

    def _asked(self, principal: str) -> str:
        kind, _, id_ = principal.partition(":")
        try:
            name = {"user": self._user, "channel": self._channel, "group": self._group}[kind](id_)
        except (Refused, LookupError):
            name = ""
        return printable(name) or plain(principal)

    def _user(self, id_: str) -> str:
        user: dict[str, Any] = call(lambda: self._slack.users_info(user=id_))["user"]
        profile = user.get("profile") or {}
        return str(profile.get("real_name") or user.get("real_name") or user.get("name") or "")

    def _channel(self, id_: str) -> str:
        said = call(lambda: self._slack.conversations_info(channel=id_))
        return f"members of #{said['channel']['name']}"

    def _group(self, id_: str) -> str:
        return f"user group @{self._groups()[id_]}"

    def _handles(self) -> dict[str, str]:
        said = call(self._slack.usergroups_list)
        return {group["id"]: group["handle"] for group in said["usergroups"]}
