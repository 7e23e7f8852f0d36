"""Slack's modals and home tabs: what an app may open, when, upon what, and what becomes of it."""

from __future__ import annotations

import json
import secrets
from typing import Any

from bot.play.slack_args import Args, SlackError
from bot.play.slack_blocks import view_complaints
from bot.play.slack_chat import Method
from bot.play.slack_records import ResponseUrl, Trigger
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

TRIGGER_S, _STACK, _LARGEST = 3.0, 3, 250_000


def new_trigger(workspace: Workspace, user: str, view: str = "") -> str:
    """A trigger_id: good once, for three seconds; `view` is the modal in which it came about."""
    with workspace.lock:
        trigger = f"{workspace.next_id('trigger.')}.{secrets.token_hex(4)}"  # new in each workspace
        workspace.triggers[trigger] = Trigger(user, workspace.clock.now() + TRIGGER_S, view)
        return trigger


def new_response_url(workspace: Workspace, channel: str, user: str, message_ts: str = "") -> str:
    """The id of a response URL; the server puts its own address before it."""
    with workspace.lock:
        name = workspace.next_id("r")
        workspace.response_urls[name] = ResponseUrl(channel, user, message_ts, workspace.clock.now())
        return name


def opened(workspace: Workspace, user: str, callback_id: str) -> Json:
    """The newest modal with this callback_id that the person has open. Raises ValueError."""
    with workspace.lock:
        mine = [workspace.views[id] for id in workspace.modals.get(user, [])]
        found = [view for view in mine if view["callback_id"] == callback_id]
    if not found:
        raise ValueError(f"no open modal has the callback_id {callback_id}")
    return found[-1]


def shut(workspace: Workspace, user: str, view_id: str) -> None:
    """The modal is gone; the one below it is seen again."""
    with workspace.changed:
        left = [id for id in workspace.modals.get(user, []) if id != view_id]
        workspace.modals[user] = left
        workspace.views.pop(view_id, None)
        workspace.note()


def submitted(workspace: Workspace, payload: Json, response: Json | None) -> None:
    """What the app's answer does to a submitted modal; None: no answer came in time."""
    user, view_id = payload["user"]["id"], payload["view"]["id"]
    with workspace.changed:
        if response is None:
            workspace.trouble(user, "We had some trouble connecting. Try again?")
        elif view_id in workspace.views:
            _settle(workspace, user, view_id, response)
        workspace.note()


def _settle(workspace: Workspace, user: str, view_id: str, response: Json) -> None:
    action = response.get("response_action")
    if action == "errors":
        workspace.views[view_id]["errors"] = response.get("errors") or {}
    elif action == "clear":
        for id in workspace.modals.get(user, [])[:]:
            shut(workspace, user, id)
    elif action in ("update", "push"):
        try:
            view = _checked(response.get("view"))
        except SlackError as refused:
            workspace.trouble(user, f"{refused.code}: {'; '.join(refused.messages)}")
            return
        if action == "update":
            _kept(workspace, view, view_id)
        else:
            _stacked(workspace, user, view)
    else:
        shut(workspace, user, view_id)


def _spend(workspace: Workspace, name: str) -> Trigger:
    trigger = workspace.triggers.get(name)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used or workspace.clock.now() > trigger.expires:
        raise SlackError("exchanged_trigger_id" if trigger.used else "expired_trigger_id")
    trigger.used = True
    return trigger


def _checked(view: Any) -> Json:
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view"])
    if len(json.dumps(view)) > _LARGEST:
        raise SlackError("view_too_large")
    if found := view_complaints(view):
        raise SlackError("invalid_arguments", [f"[ERROR] {complaint}" for complaint in found])
    return dict(view)


def _kept(workspace: Workspace, view: Json, view_id: str, root: str = "") -> Json:
    about = {
        "id": view_id,
        "team_id": workspace.team_id,
        "app_id": workspace.app_id,
        "bot_id": workspace.bot_id,
        "blocks": list(workspace.named(tuple(view["blocks"]))),
        "hash": workspace.next_id("h"),
    }
    before = workspace.views.get(view_id, {})
    defaults: Json = {"callback_id": "", "private_metadata": "", "state": {"values": {}}}
    defaults["root_view_id"] = before.get("root_view_id") or root or view_id
    workspace.views[view_id] = {**defaults, **view, **about}
    workspace.note()
    return workspace.views[view_id]


def _stacked(workspace: Workspace, user: str, view: Json) -> Json:
    """The view above those that the person has open."""
    stack = workspace.modals.setdefault(user, [])
    if len(stack) >= _STACK:
        raise SlackError("push_limit_reached")
    stack.append(workspace.next_id("V"))
    return _kept(workspace, view, stack[-1], stack[0])


def open_view(workspace: Workspace, args: Args) -> Json:
    view = _checked(args.structure("view"))
    trigger = _spend(workspace, args.need("trigger_id"))
    for id in workspace.modals.get(trigger.user, [])[:]:
        shut(workspace, trigger.user, id)
    return {"view": _stacked(workspace, trigger.user, view)}


def push_view(workspace: Workspace, args: Args) -> Json:
    """Upon the modal in which the person pressed something: at most three lie on each other."""
    view = _checked(args.structure("view"))
    trigger = _spend(workspace, args.need("trigger_id"))
    if trigger.view not in workspace.modals.get(trigger.user, []):
        raise SlackError("not_found")
    return {"view": _stacked(workspace, trigger.user, view)}


def update_view(workspace: Workspace, args: Args) -> Json:
    view_id, external = args.text("view_id"), args.text("external_id")
    if external:
        named = (id for id, view in workspace.views.items() if view.get("external_id") == external)
        view_id = next(named, "")
    if view_id not in workspace.views:
        raise SlackError("not_found")
    if args.text("hash") and args.text("hash") != workspace.views[view_id]["hash"]:
        raise SlackError("hash_conflict")
    return {"view": _kept(workspace, _checked(args.structure("view")), view_id)}


def publish(workspace: Workspace, args: Args) -> Json:
    user, view = args.need("user_id"), _checked(args.structure("view"))
    if user not in workspace.users or view["type"] != "home":
        raise SlackError("invalid_arguments")
    known = workspace.homes.get(user)
    if known and args.text("hash") and args.text("hash") != known["hash"]:
        raise SlackError("hash_conflict")
    workspace.homes[user] = _kept(workspace, view, known["id"] if known else workspace.next_id("V"))
    return {"view": workspace.homes[user]}


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish,
}
