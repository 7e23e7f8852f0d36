"""What happened in, the payloads Slack sends about it out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping

from bot.play.slack_chat import as_json
from bot.play.slack_delivery import Parcel
from bot.play.slack_records import Channel, Message
from bot.play.slack_state import Workspace
from bot.play.slack_text import Button, Json

_SUBSCRIPTION = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
_TYPED = re.compile(r"<(?:[@#!][^<>\s]+|https?://[^<>\s]+)>|https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"]|[&<>]")
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def typed(text: str) -> str:
    """What a person typed, as Slack writes it: entities escaped, addresses in angle brackets."""

    def _written(match: re.Match[str]) -> str:
        found = match[0]
        return _ENTITY.get(found) or (f"<{found}>" if found.startswith("http") else found)

    return _TYPED.sub(_written, text)


def callback(workspace: Workspace, event: Json, event_id: str = "", shared: bool = False) -> Parcel:
    """The wrapper around an event, with the id that stays the same over every retry."""
    event_id = event_id or f"{workspace.next_id('Ev')}{secrets.token_hex(3).upper()}"  # new in each workspace
    authorization = {"team_id": workspace.team_id, "user_id": workspace.bot_user, "enterprise_id": None}
    payload = {
        "token": "play",
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "api_app_id": workspace.app_id,
        "type": "event_callback",
        "event": event,
        "event_id": event_id,
        "event_time": int(workspace.clock.now()),
        "authorizations": [{**authorization, "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": shared,
    }
    return Parcel("events_api", payload, event_id)


def of_message(workspace: Workspace, kind: str, new: Message, old: Message | None) -> Iterator[Parcel]:
    """The events about a message that was posted, edited or deleted, for what the app subscribed to."""
    channel = workspace.channels[new.channel]
    if new.ephemeral_to or workspace.bot_user not in channel.members:
        return
    addressed = kind == "posted" and channel.kind != "im" and not new.bot and _mentions(workspace, new)
    if addressed and "app_mention" in workspace.subscriptions:
        yield callback(workspace, _mention(workspace, new), shared=channel.is_ext_shared)
    if _SUBSCRIPTION[channel.kind] in workspace.subscriptions:
        yield callback(workspace, _message(workspace, channel, kind, new, old), shared=channel.is_ext_shared)


def _mentions(workspace: Workspace, message: Message) -> bool:
    return f"<@{workspace.bot_user}>" in message.text


def _mention(workspace: Workspace, message: Message) -> Json:
    found = as_json(message, workspace) | {"type": "app_mention", "channel": message.channel}
    found.pop("subtype", None)
    return found | {"event_ts": message.ts}


def _message(workspace: Workspace, channel: Channel, kind: str, new: Message, old: Message | None) -> Json:
    where: Json = {"channel": channel.id, "channel_type": channel.kind}
    if kind == "posted" or old is None:
        return as_json(new, workspace, metadata=True) | where | {"event_ts": new.ts}
    ts = workspace.next_ts()
    about: Json = {"type": "message", "hidden": True, "ts": ts, "event_ts": ts, **where}
    about["previous_message"] = as_json(old, workspace)
    if kind == "deleted":
        return about | {"subtype": "message_deleted", "deleted_ts": new.ts}
    return about | {"subtype": "message_changed", "message": as_json(new, workspace)}


def reaction(workspace: Workspace, kind: str, user: str, message: Message, name: str) -> Parcel:
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    about = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}
    return callback(workspace, about | {"event_ts": workspace.next_ts()})


def press(
    workspace: Workspace, user: str, message: Message, button: Button, handles: Mapping[str, str]
) -> Parcel:
    """block_actions; `handles` are its trigger_id and response_url."""
    channel = workspace.channels[message.channel]
    action = {"type": button.kind, "action_id": button.action_id, "block_id": button.block_id}
    action |= {"value": button.value, "action_ts": workspace.next_ts()}
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container |= {"is_ephemeral": bool(message.ephemeral_to)}
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload: Json = {
        "type": "block_actions",
        **_who(workspace, user),
        "container": container,
        "channel": {"id": channel.id, "name": _called(channel)},
        "state": {"values": {}},
        "actions": [action],
        **handles,
    }
    if not message.ephemeral_to:  # of a message that one person sees Slack sends no more than its place
        payload["message"] = as_json(message, workspace, metadata=True)
    return Parcel("interactive", payload, handles["trigger_id"])


def _called(channel: Channel) -> str:
    """The name by which presses and commands call a channel: a private one is not named."""
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def _who(workspace: Workspace, user: str) -> Json:
    known = workspace.users[user]
    person = {"id": user, "username": known.name, "name": known.name, "team_id": known.team_id}
    team = {"id": workspace.team_id, "domain": "play"}
    about: Json = {"user": person, "team": team, "api_app_id": workspace.app_id, "token": "play"}
    return about | {"enterprise": None, "is_enterprise_install": False}


def press_in_view(workspace: Workspace, user: str, view: Json, button: Button, trigger: str) -> Parcel:
    """block_actions of a button in a modal or on the app's home: no message, no response_url."""
    action = {"type": button.kind, "action_id": button.action_id, "block_id": button.block_id}
    action |= {"value": button.value, "action_ts": workspace.next_ts()}
    payload: Json = {"type": "block_actions", **_who(workspace, user), "trigger_id": trigger}
    payload |= {"container": {"type": "view", "view_id": view["id"]}, "view": view, "actions": [action]}
    return Parcel("interactive", payload, trigger)


def shortcut(workspace: Workspace, user: str, callback_id: str, trigger: str) -> Parcel:
    """A global shortcut."""
    payload: Json = {"type": "shortcut", "callback_id": callback_id, "trigger_id": trigger}
    payload |= _who(workspace, user) | {"action_ts": workspace.next_ts()}
    return Parcel("interactive", payload, trigger)


def message_shortcut(
    workspace: Workspace, user: str, callback_id: str, message: Message, handles: Mapping[str, str]
) -> Parcel:
    """A shortcut on a message, also where the app is no member; `handles` are trigger_id and response_url."""
    channel = workspace.channels[message.channel]
    payload: Json = {"type": "message_action", "callback_id": callback_id, **_who(workspace, user), **handles}
    payload |= {"channel": {"id": channel.id, "name": _called(channel)}, "message_ts": message.ts}
    payload |= {"message": as_json(message, workspace), "action_ts": workspace.next_ts()}
    return Parcel("interactive", payload, handles["trigger_id"])


def submission(workspace: Workspace, user: str, view: Json, trigger: str) -> Parcel:
    payload: Json = {"type": "view_submission", "view": view, "trigger_id": trigger, "response_urls": []}
    return Parcel("interactive", payload | _who(workspace, user), trigger)


def closing(workspace: Workspace, user: str, view: Json) -> Parcel:
    """view_closed, which has no trigger_id."""
    payload: Json = {"type": "view_closed", "view": view, "is_cleared": False}
    return Parcel("interactive", payload | _who(workspace, user), workspace.next_id("closed"))


def command(
    workspace: Workspace, user: str, channel: str, words: tuple[str, str], handles: Mapping[str, str]
) -> Parcel:
    """A slash command: `words` are the command and what follows it."""
    payload = {
        "token": "play",
        "team_id": workspace.team_id,
        "team_domain": "play",
        "channel_id": channel,
        "channel_name": _called(workspace.channels[channel]),
        "user_id": user,
        "user_name": workspace.users[user].name,
        "command": words[0],
        "text": words[1],
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        **handles,
    }
    return Parcel("slash_commands", payload, handles["trigger_id"])
