"""Somebody in Slack in, what they may read out: the principals that audiences are written in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from slack_sdk import WebClient

from bot.who.asking import ReadersUnknown as ReadersUnknown
from bot.who.people import People
from retrieval.passage import EVERYONE, Audience

_KINDS = "public_channel,private_channel"


class Readers:
    """What people may read, each part of it asked of Slack at most once a minute."""

    def __init__(self, slack: WebClient, people: People | None = None) -> None:
        self._people = people or People(slack)
        self._asking = self._people.asking

    def of(self, user: str) -> Audience:
        """Their principals: `user:`, `channel:` of each channel they are in as far as the app may know,
        `group:` of each user group, and `everyone` for members of the workspace. Guests and people of other
        companies are not everyone; accounts that were deactivated, and apps, read nothing.
        Raises ReadersUnknown."""
        with self._asking.lookup():
            kind = self._people.about(user).kind
            if kind in ("gone", "bot"):
                return Audience.of()
            own = {f"user:{user}"} | ({EVERYONE} if kind == "member" else set())
            channels = {f"channel:{id}" for id in self._channels(user)}
            groups = {f"group:{id}" for id, people in self.groups().items() if user in people}
            return Audience(frozenset(own | channels | groups))

    def groups(self) -> Mapping[str, frozenset[str]]:
        """User groups in use, with their people. Raises ReadersUnknown."""
        return self._asking.once(" groups", self._groups)

    def _channels(self, user: str) -> list[str]:
        ask = partial(self._asking.slack.users_conversations, user=user, types=_KINDS, limit=999)
        return self._asking.once(
            f" channels {user}",
            lambda: [
                str(one["id"]) for page in self._asking.pages(ask, user) for one in page.get("channels") or ()
            ],
        )

    def _groups(self) -> dict[str, frozenset[str]]:
        answer = self._asking.call(partial(self._asking.slack.usergroups_list, include_users=True))
        used = (one for one in answer.get("usergroups") or () if not one.get("date_delete"))
        return {str(one["id"]): frozenset(one.get("users") or ()) for one in used}


def readers_of(slack: WebClient, user: str) -> Audience:
    """What somebody may read, asked now. Raises ReadersUnknown."""
    return Readers(slack).of(user)
