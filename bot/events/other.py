"""A button, a visit, a stop, an end in; what is to be done about it out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.events.row import Row, made, words

PRESS = "footnote_do_"  # the action ids of buttons whose work is a row begin with it
_ENDS = ("app_uninstalled", "tokens_revoked")


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody pressed Stop in a thread."""

    channel: str
    thread_ts: str
    person: str


def parse_press(body: Mapping[str, Any]) -> Row | None:
    """A press of one of our buttons: `payload` has its action without the prefix, its value, its message."""
    action: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
    place: Mapping[str, Any] = body.get("container") or {}
    if body.get("type") != "block_actions" or not str(action.get("action_id") or "").startswith(PRESS):
        return None
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or place.get("channel_id") or "")
    ts, person = str(message.get("ts") or place.get("message_ts") or ""), str(body["user"]["id"])
    return Row(
        event_id=made("act", person, action["action_id"], action.get("action_ts"), ts),
        team=str((body.get("team") or {}).get("id") or ""),
        channel=channel,
        message_ts="",
        thread_ts=str(message.get("thread_ts") or place.get("thread_ts") or ts),
        person=person,
        direct=channel.startswith("D"),
        kind="press",
        payload={
            "action": str(action["action_id"])[len(PRESS) :],
            "value": words(action.get("value"), 2000),
            "message": ts,
            "ephemeral": bool(place.get("is_ephemeral")),
            "response_url": words(body.get("response_url"), 1000),
        },
    )


def parse_event(body: Mapping[str, Any]) -> Row | None:
    """A visit of the Home tab or of the messages, or the end of the installation."""
    event = body.get("event") or {}
    kind = str(event.get("type") or "")
    tab = {"home": "home", "messages": "greeting"}.get(str(event.get("tab") or ""), "")
    visit = tab if kind == "app_home_opened" else ""
    end = kind in _ENDS and (kind != "tokens_revoked" or bool((event.get("tokens") or {}).get("bot")))
    if body.get("type") != "event_callback" or not (visit or end) or not body.get("event_id"):
        return None
    return Row(
        event_id=str(body["event_id"]),
        team=str(body.get("team_id") or ""),
        channel=str(event.get("channel") or ""),
        message_ts="",
        thread_ts="",
        person=str(event.get("user") or ""),
        direct=True,
        kind=visit or "end",
        payload={"what": kind},
    )


def parse_stop(body: Mapping[str, Any]) -> Stop | None:
    """The Stop button under a question that is being worked on."""
    event = body.get("event") or {}
    if body.get("type") != "event_callback" or event.get("type") != "agent_session_stopped":
        return None
    channel = str(event.get("channel") or event.get("channel_id") or "")
    person = event.get("user") or event.get("user_id") or ""
    return Stop(channel, str(event.get("thread_ts") or ""), str(person))
