"""Ids of people, groups and channels in, their names out, each asked of Slack once a sync."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retrieval.sources.slack.calls import Calls, Refused
from retrieval.sources.slack.said import profile_name


class Directory:
    """Names by the Web API. Every method raises Away."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._users: dict[str, tuple[str, bool]] = {"USLACKBOT": ("Slackbot", True)}
        self._channels: dict[str, str] = {}
        self._groups: dict[str, str] | None = None

    def user(self, id: str) -> str:
        return self._user(id)[0]

    def bot(self, id: str) -> bool:
        return self._user(id)[1]

    def channel(self, id: str) -> str:
        """The name of a public channel."""
        if id not in self._channels:
            about = self._asked("conversations.info", "channel", channel=id)
            self._channels[id] = str(about.get("name") or "") if about.get("is_private") is False else ""
        return self._channels[id]

    def group(self, id: str) -> str:
        if self._groups is None:
            try:
                found = list(self._calls.pages("usergroups.list", "usergroups", include_disabled=True))
            except Refused:
                found = []
            self._groups = {str(one.get("id")): str(one.get("handle") or "") for one in found}
        return self._groups.get(id, "")

    def _user(self, id: str) -> tuple[str, bool]:
        if id not in self._users:
            about = self._asked("users.info", "user", user=id)
            self._users[id] = profile_name(about), bool(about.get("is_bot"))
        return self._users[id]

    def _asked(self, method: str, key: str, **arguments: str) -> Mapping[str, Any]:
        try:
            about = self._calls.get(method, **arguments).get(key)
        except Refused:
            return {}
        return about if isinstance(about, dict) else {}
