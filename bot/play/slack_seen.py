"""What a person sees of the workspace, as the page draws it: all words of people and apps as safe HTML."""

from __future__ import annotations

from collections.abc import Mapping

from bot.play.slack_dialog import dialog
from bot.play.slack_html import blocks_html, message_html
from bot.play.slack_records import Channel, Message
from bot.play.slack_state import Workspace
from bot.play.slack_streams import line
from bot.play.slack_text import Json

Names = Mapping[str, str]


def seen(workspace: Workspace, me: str) -> Json:
    """Everything `me` sees: people to be, channels and the DM with the bot, their modal and their home."""
    humans = [user for user in workspace.users.values() if not user.flags.get("is_bot")]
    me = me if any(user.id == me for user in humans) else next((user.id for user in humans), "")
    if me:
        workspace.dm(me)
    places = [c for c in workspace.channels.values() if me in c.members or c.kind == "channel"]
    names = {user.id: user.name for user in workspace.users.values()}
    names |= {channel.id: channel.name for channel in workspace.channels.values()}
    modals, home = workspace.modals.get(me, []), workspace.homes.get(me)
    troubles = [(number, what) for number, (who, what) in enumerate(workspace.troubles) if who == me]
    return {
        "version": workspace.version,
        "me": me,
        "bot": workspace.bot_name,
        "people": [{"id": user.id, "name": user.name} for user in humans],
        "channels": [_place(workspace, place, me, names) for place in places],
        "modal": dialog(workspace.views[modals[-1]], names) if modals else None,
        "home": {"id": home["id"], "html": blocks_html(home["blocks"], names)} if home else None,
        "trouble": troubles[-1] if troubles else None,
        "commands": workspace.commands,
        "shortcuts": workspace.shortcuts,
    }


def _place(workspace: Workspace, channel: Channel, me: str, names: Names) -> Json:
    alone = channel.kind == "im"
    shown = [m for m in workspace.messages.get(channel.id, {}).values() if not m.deleted]
    visible = sorted((m for m in shown if m.ephemeral_to in ("", me)), key=lambda m: m.ts)
    prompts = workspace.prompts.get((channel.id, ""), {}) if alone else {}
    return {
        "id": channel.id,
        "name": workspace.bot_name if alone else channel.name,
        "kind": channel.kind,
        "messages": [_message(m, me, names) for m in visible],
        "working": _working(workspace, channel.id),
        "titles": {ts: s["title"] for (place, ts), s in workspace.sessions.items() if place == channel.id},
        "prompts": prompts.get("prompts") or (workspace.suggested if alone else []),
    }


def _working(workspace: Workspace, channel: str) -> dict[str, str]:
    """Of the threads in which the bot works, what it says it does."""
    threads = [ts for (place, ts), known in workspace.sessions.items() if place == channel]
    busy = [ts for ts in threads if workspace.sessions[channel, ts]["status"] == "processing"]
    return {ts: line(workspace, channel, ts) or "is working" for ts in busy}


def _message(message: Message, me: str, names: Names) -> Json:
    return {
        "ts": message.ts,
        "thread": message.thread_ts,
        "from": names.get(message.user, "Slackbot"),
        "bot": message.bot,
        "html": message_html(message, names),
        "files": [str(file.get("name", "a file")) for file in message.files],
        "edited": message.edited > 0 and not message.bot,
        "private": bool(message.ephemeral_to),
        "live": message.streaming == "live",
        "broken": message.streaming == "broken",
        "reactions": {name: [len(users), me in users] for name, users in message.reactions.items()},
    }
