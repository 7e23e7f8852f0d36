"""A row of the inbox: what somebody asked of the bot, as ids, with the words until it is done."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL keeps no NUL, nothing keeps half a character
_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Row:
    """Something to do, as it was stored.

    `kind` says who does it: a question, a command, labour (a command that may take long), a press of a
    button, a visit, the end of the installation, weekly (a report of ours). `payload` is what that kind needs
    beside; `surface` in it says where a question was asked: mention, direct, thread, channel, shortcut or
    command.
    """

    event_id: str
    team: str
    channel: str
    message_ts: str  # of the message it was said in; empty where there is none
    thread_ts: str  # of the thread a reply belongs to; empty where there is none
    person: str
    direct: bool
    text: str = ""
    kind: str = "question"
    payload: Mapping[str, Any] = field(default_factory=dict)
    state: str = "received"
    executor: str = ""
    attempts: int = 0
    received_at: float = 0.0

    @property
    def surface(self) -> str:
        return str(self.payload.get("surface") or ("direct" if self.direct else "mention"))


def bot_user(body: Mapping[str, Any]) -> str:
    """The user id of the bot to which the event was sent, or nothing."""
    for authorization in body.get("authorizations") or ():
        if authorization.get("is_bot"):
            return str(authorization.get("user_id") or "")
    return ""


def spoken(text: str, bot: str) -> str:
    """A message as it was typed: without the mention of the bot, with links and names as words."""

    def word(match: re.Match[str]) -> str:
        kind, target, label = match.groups()
        if kind == "@" and target == bot:
            return ""
        return (kind.replace("!", "@") if label and kind else kind) + (label or target)

    plain = _TOKEN.sub(word, text)
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(escaped, sign)
    return _UNSTORABLE.sub("", plain).strip()


def made(prefix: str, *parts: object) -> str:
    """An id for what Slack gives none: the same for the same parts, so that a second delivery is known."""
    return f"{prefix}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"


def words(value: Any, limit: int) -> str:
    """A string of what Slack sent, storable and no longer than `limit`."""
    return _UNSTORABLE.sub("", str(value or ""))[:limit]
