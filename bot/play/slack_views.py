"""Slack's modals, home tabs and response URLs: what an app may open, and for how long."""

from __future__ import annotations

from typing import Any

from bot.play.slack_args import Args, SlackError
from bot.play.slack_blocks import VIEW_BLOCKS, complaints
from bot.play.slack_chat import Method, content
from bot.play.slack_state import Message, ResponseUrl, Workspace
from bot.play.slack_text import Json

_TRIGGER_SECONDS, _URL_SECONDS, _URL_USES = 3.0, 1800.0, 5


def new_trigger(workspace: Workspace) -> str:
    """A trigger_id: good once, for three seconds."""
    with workspace.lock:
        trigger = workspace.next_id("trigger.")
        workspace.triggers[trigger] = (workspace.clock.now() + _TRIGGER_SECONDS, False)
        return trigger


def new_response_url(workspace: Workspace, channel: str, user: str, message_ts: str = "") -> str:
    """The id of a response URL; the server puts its own address before it."""
    with workspace.lock:
        name = workspace.next_id("r")
        workspace.response_urls[name] = ResponseUrl(channel, user, message_ts, workspace.clock.now())
        return name


def _spend(workspace: Workspace, trigger: str) -> None:
    known = workspace.triggers.get(trigger)
    if known is None:
        raise SlackError("invalid_trigger_id")
    expires, used = known
    if used or workspace.clock.now() > expires:
        raise SlackError("exchanged_trigger_id" if used else "expired_trigger_id")
    workspace.triggers[trigger] = (expires, True)


def _checked(view: Any) -> Json:
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    found = complaints(view.get("blocks"), VIEW_BLOCKS)
    if view["type"] == "modal" and not (view.get("title") or {}).get("text"):
        found.append("missing required field: title [json-pointer:/view]")
    if len((view.get("title") or {}).get("text", "")) > 24:
        found.append("must be less than 25 characters [json-pointer:/view/title/text]")
    if found:
        raise SlackError("invalid_arguments", [f"[ERROR] {complaint}" for complaint in found])
    return dict(view)


def _kept(workspace: Workspace, view: Json, view_id: str) -> Json:
    about = {
        "id": view_id,
        "team_id": workspace.team_id,
        "app_id": workspace.app_id,
        "bot_id": workspace.bot_id,
    }
    defaults: Json = {
        "callback_id": "",
        "private_metadata": "",
        "state": {"values": {}},
        "root_view_id": view_id,
    }
    workspace.views[view_id] = {**defaults, **view, **about, "hash": workspace.next_id("h")}
    return workspace.views[view_id]


def open_view(workspace: Workspace, args: Args) -> Json:
    trigger, view = args.need("trigger_id"), _checked(args.structure("view"))
    _spend(workspace, trigger)
    return {"view": _kept(workspace, view, workspace.next_id("V"))}


def update_view(workspace: Workspace, args: Args) -> Json:
    view_id = args.text("view_id")
    if view_id not in workspace.views:
        raise SlackError("not_found")
    if args.text("hash") and args.text("hash") != workspace.views[view_id]["hash"]:
        raise SlackError("hash_conflict")
    return {"view": _kept(workspace, _checked(args.structure("view")), view_id)}


def publish(workspace: Workspace, args: Args) -> Json:
    user, view = args.need("user_id"), _checked(args.structure("view"))
    if user not in workspace.users:
        raise SlackError("invalid_arguments")
    known = workspace.homes.get(user)
    workspace.homes[user] = _kept(workspace, view, known["id"] if known else workspace.next_id("V"))
    return {"view": workspace.homes[user]}


def respond(workspace: Workspace, name: str, args: Args) -> str:
    """A post to a response URL: `ok`, or Slack's error. Ephemeral unless it asks for the channel."""
    with workspace.lock:
        url = workspace.response_urls.get(name)
        if url is None:
            return "invalid_url"
        if url.uses >= _URL_USES or workspace.clock.now() - url.made > _URL_SECONDS:
            return "used_url" if url.uses >= _URL_USES else "expired_url"
        url.uses += 1
        try:
            _respond(workspace, url, args)
        except SlackError as refused:
            return refused.code
        return "ok"


def _respond(workspace: Workspace, url: ResponseUrl, args: Args) -> None:
    original = workspace.message(url.channel, url.message_ts) if url.message_ts else None
    if original is not None and args.flag("delete_original"):
        workspace.change(original, deleted=True)
        return
    text, blocks = content(args, 40_000)
    if original is not None and args.flag("replace_original"):
        workspace.change(original, text=text, blocks=blocks, edited=original.edited + 1)
        return
    public = args.text("response_type") == "in_channel"
    root = args.text("thread_ts") or (original.thread_ts if original else "")
    message = Message(url.channel, workspace.next_ts(), workspace.bot_user, text, blocks, root, bot=True)
    if public:
        workspace.store(message)
    else:
        private = Message(url.channel, message.ts, message.user, text, blocks, root, True, None, url.user)
        workspace.store(private)


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": open_view,
    "views.update": update_view,
    "views.publish": publish,
}
