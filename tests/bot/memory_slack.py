"""People, channels and user groups of a workspace in plain Python: what Slack says, without a Slack."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.who.asking import SCOPES

TEAM, ELSEWHERE = "T0PLAY", "T0ELSEWHERE"
_KINDS = {"public_channel": "channel", "private_channel": "group"}


@dataclass(frozen=True)
class Asked:
    """A call that was made."""

    method: str
    args: dict[str, Any]


@dataclass
class Place:
    kind: str
    members: set[str]
    is_ext_shared: bool = False


@dataclass
class MemorySlack:
    """Speaks as the stand-in of bot/play does to whoever sets a workspace up; `client` is its WebClient."""

    bot_user: str = "U0FOOTNOTE"
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    groups: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    scopes: frozenset[str] = frozenset({*SCOPES, "chat:write"})
    calls: list[Asked] = field(default_factory=list)
    faults: dict[str, deque[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = _Client(self)
        self.users[self.bot_user] = {"id": self.bot_user, "team_id": TEAM, "is_bot": True}

    def add_user(self, name: str, *, locale: str = "en-US", team: str = TEAM, **flags: bool) -> str:
        id = self._id("U")
        self.users[id] = {"id": id, "name": name, "team_id": team, "locale": locale, **flags}
        return id

    def add_guest(self, name: str, *, single: bool = False) -> str:
        return self.add_user(name, is_restricted=True, **({"is_ultra_restricted": True} if single else {}))

    def add_stranger(self, name: str) -> str:
        return self.add_user(name, team=ELSEWHERE, is_stranger=True)

    def add_bot(self, name: str) -> str:
        return self.add_user(name, is_bot=True)

    def alter_user(self, user: str, **flags: bool) -> None:
        self.users[user] |= flags

    def add_channel(
        self, name: str, *members: str, kind: str = "channel", bot: bool = True, shared: bool = False
    ) -> str:
        id = self._id("C")
        place = self.places[id] = Place(kind, {*members, *([self.bot_user] if bot else [])}, shared)
        place.is_ext_shared = shared or any(self._foreign(member) for member in members)
        return id

    def alter_channel(self, channel: str, *, kind: str = "", **flags: bool) -> None:
        place = self.places[channel]
        place.kind = kind or place.kind
        place.is_ext_shared = flags.get("is_ext_shared", place.is_ext_shared)

    def add_group(self, handle: str, *users: str) -> str:
        known = [id for id, (name, _) in self.groups.items() if name == handle]
        id = known[0] if known else self._id("S")
        self.groups[id] = (handle, users)
        return id

    def join(self, user: str, channel: str) -> None:
        self.places[channel].members.add(user)
        self.places[channel].is_ext_shared |= self._foreign(user)

    def leave(self, user: str, channel: str) -> None:
        self.places[channel].members.discard(user)

    def fail(self, method: str, *, times: int = 1, **how: Any) -> None:
        """The next calls fail: `status`, `error`, `retry_after`."""
        self.faults.setdefault(method, deque()).extend([how] * times)

    def answer(self, method: str, args: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Status, body and headers of Slack's answer."""
        self.calls.append(Asked(method, args))
        how = self.faults[method].popleft() if self.faults.get(method) else {}
        if how.get("status") == 429:
            wait = str(how.get("retry_after", 1))
            return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": wait}
        if how:
            return 200, {"ok": False, "error": how.get("error", "internal_error")}, {}
        body = _METHODS[method](self, args)
        return 200, {"ok": "error" not in body} | body, {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}

    def _id(self, prefix: str) -> str:
        return f"{prefix}{len(self.users) + len(self.places) + len(self.groups):08d}"

    def _foreign(self, user: str) -> bool:
        return user in self.users and self.users[user]["team_id"] != TEAM


def _auth(_: MemorySlack, args: dict[str, Any]) -> dict[str, Any]:
    return {"team_id": TEAM, "user_id": "U0FOOTNOTE"}


def _user(slack: MemorySlack, args: dict[str, Any]) -> dict[str, Any]:
    user = slack.users.get(args["user"])
    if user is None:
        return {"error": "user_not_found"}
    return {"user": {k: v for k, v in user.items() if k != "locale" or args.get("include_locale")}}


def _users(slack: MemorySlack, args: dict[str, Any]) -> dict[str, Any]:
    return _page("members", list(slack.users.values()), args)


def _groups(slack: MemorySlack, args: dict[str, Any]) -> dict[str, Any]:
    found = ({"id": id, "users": list(users)} for id, (_, users) in slack.groups.items())
    return {"usergroups": [one | {"date_delete": int(one["id"] in slack.disabled)} for one in found]}


def _info(slack: MemorySlack, args: dict[str, Any]) -> dict[str, Any]:
    place = _place(slack, args)
    if place is None:
        return {"error": "channel_not_found"}
    about = {"is_private": place.kind != "channel", "is_mpim": place.kind == "mpim"}
    return {"channel": about | {"id": args["channel"], "is_ext_shared": place.is_ext_shared}}


def _members(slack: MemorySlack, args: dict[str, Any]) -> dict[str, Any]:
    place = _place(slack, args)
    return {"error": "channel_not_found"} if place is None else _page("members", sorted(place.members), args)


def _place(slack: MemorySlack, args: dict[str, Any]) -> Place | None:
    place = slack.places.get(args["channel"])
    hidden = place is not None and place.kind != "channel" and slack.bot_user not in place.members
    return None if hidden else place


def _of_user(slack: MemorySlack, args: dict[str, Any]) -> dict[str, Any]:
    kinds = [_KINDS[kind] for kind in args["types"].split(",")]
    found = [
        {"id": id}
        for id, place in slack.places.items()
        if place.kind in kinds and args["user"] in place.members
        if place.kind == "channel" or slack.bot_user in place.members
    ]
    return _page("channels", found, args)


def _page(key: str, items: list[Any], args: dict[str, Any]) -> dict[str, Any]:
    start = int(args.get("cursor") or 0)
    end = start + args["limit"]
    following = str(end) if end < len(items) else ""
    return {key: items[start:end], "response_metadata": {"next_cursor": following}}


_METHODS = {
    "auth.test": _auth,
    "users.info": _user,
    "users.list": _users,
    "usergroups.list": _groups,
    "users.conversations": _of_user,
    "conversations.info": _info,
    "conversations.members": _members,
}


class _Client(WebClient):
    """slack_sdk's own methods, answered here."""

    def __init__(self, slack: MemorySlack) -> None:
        super().__init__("xoxb-memory")
        self._memory = slack

    def api_call(self, api_method: str, *, params: Any = None, json: Any = None, **_: Any) -> SlackResponse:
        args = {k: v for k, v in (params or json or {}).items() if v is not None}
        status, body, headers = self._memory.answer(api_method, args)
        made = {"http_verb": "POST", "api_url": api_method, "req_args": {}}
        return SlackResponse(client=self, data=body, headers=headers, status_code=status, **made).validate()
