"""What Slack calls people, channels and user groups: a principal in, words out; asked once each."""

from __future__ import annotations

from functools import lru_cache
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.replies import printable
from bot.who.access import plain


class Names:
    """Best effort: where Slack does not say, the id stands in."""

    def __init__(self, slack: WebClient) -> None:
        self._slack = slack
        self.of = lru_cache(maxsize=1000)(self._of)
        self._groups = lru_cache(maxsize=1)(self._handles)

    def _of(self, principal: str) -> str:
        """ "channel:C1" as "members of #board"."""
        kind, _, id_ = principal.partition(":")
        try:
            name = {"user": self._user, "channel": self._channel, "group": self._group}[kind](id_)
        except (SlackClientError, HTTPException, OSError, LookupError, ValueError):
            name = ""
        return printable(name) or plain(principal)

    def _user(self, id_: str) -> str:
        user: dict[str, Any] = self._slack.users_info(user=id_)["user"]
        profile = user.get("profile") or {}
        return str(profile.get("real_name") or user.get("real_name") or user.get("name") or "")

    def _channel(self, id_: str) -> str:
        return f"members of #{self._slack.conversations_info(channel=id_)['channel']['name']}"

    def _group(self, id_: str) -> str:
        return f"user group @{self._groups()[id_]}"

    def _handles(self) -> dict[str, str]:
        return {group["id"]: group["handle"] for group in self._slack.usergroups_list()["usergroups"]}
