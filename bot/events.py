"""What Slack sends in; the question or the vote that is in it out. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from model.answer import Vote
from retrieval.passage import EVERYONE, Audience

VOTE = (
    "footnote_vote"  # the action id of the feedback buttons; their value is `up:<answer>` or `down:<answer>`
)
_SPOKEN = (None, "file_share", "thread_broadcast")  # message subtypes in which a person speaks
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL keeps no NUL, nothing keeps half a character
_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Row:
    """A question as it was stored: ids, and the words until it is answered."""

    event_id: str
    team: str
    channel: str
    message_ts: str
    thread_ts: str
    person: str
    direct: bool
    text: str
    state: str = "received"
    executor: str = ""
    attempts: int = 0

    @property
    def readers(self) -> Audience:
        """Who will be able to read the reply: in a direct message its person, in a channel all of it."""
        return Audience.of(EVERYONE, f"user:{self.person}" if self.direct else f"channel:{self.channel}")


def parse_question(body: Mapping[str, Any]) -> Row | None:
    """The question in an event: a mention, or a direct message, of a person. None for everything else."""
    event = body.get("event") or {}
    kind = event.get("type")
    direct = event.get("channel_type") == "im"
    if body.get("type") != "event_callback" or kind not in ("app_mention", "message"):
        return None
    if (kind == "message" and not direct) or event.get("subtype") not in _SPOKEN or not _person(body, event):
        return None
    ids = {name: event.get(name) for name in ("channel", "ts", "user")} | {"id": body.get("event_id")}
    if not all(isinstance(value, str) and value for value in ids.values()):
        return None
    return Row(
        event_id=str(ids["id"]),
        team=str(body.get("team_id") or ""),
        channel=str(ids["channel"]),
        message_ts=str(ids["ts"]),
        thread_ts=str(event.get("thread_ts") or ids["ts"]),
        person=str(ids["user"]),
        direct=direct,
        text=spoken(str(event.get("text") or ""), bot_user(body)),
    )


def _person(body: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    other = event.get("bot_id") or event.get("hidden") or event.get("user") == "USLACKBOT"
    return not other and event.get("user") != bot_user(body)


def bot_user(body: Mapping[str, Any]) -> str:
    """The user id of the bot to which the event was sent, or nothing."""
    for authorization in body.get("authorizations") or ():
        if authorization.get("is_bot"):
            return str(authorization.get("user_id") or "")
    return ""


def parse_vote(body: Mapping[str, Any]) -> Vote | None:
    """The vote in a click on the feedback buttons. None for everything else."""
    actions = body.get("actions") or ()
    if body.get("type") != "block_actions" or not actions or actions[0].get("action_id") != VOTE:
        return None
    value, _, answer = str(actions[0].get("value") or "").partition(":")
    voter = str((body.get("user") or {}).get("id") or "")
    if value not in ("up", "down") or not answer or not voter:
        return None
    return Vote(answer, voter, value, _moment(actions[0].get("action_ts")))


def _moment(ts: Any) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.now(UTC)


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
