"""An edit or a deletion of a message in, whose it is to look at again out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.events.row import Row, words

CHANGED = "changed"
_KINDS = ("message_changed", "message_deleted")


def parse_changed(body: Mapping[str, Any]) -> Row | None:
    """`payload` has the ts of the message. The inbox decides whether that message is anything to us."""
    event = body.get("event") or {}
    if body.get("type") != "event_callback" or event.get("subtype") not in _KINDS:
        return None
    message = event.get("message") or event.get("previous_message") or {}
    ts, channel = words(event.get("deleted_ts") or message.get("ts"), 32), words(event.get("channel"), 32)
    if event.get("type") != "message" or not (ts and channel and body.get("event_id")):
        return None
    if message.get("bot_id"):  # our own answers grow by edits
        return None
    return Row(
        event_id=words(body["event_id"], 64),
        team=str(body.get("team_id") or ""),
        channel=channel,
        message_ts="",
        thread_ts="",
        person="",
        direct=False,
        kind=CHANGED,
        payload={"ts": ts},
    )
