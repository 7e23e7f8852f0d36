"""Slack's methods that write messages: post, update, delete, ephemeral, permalink, reactions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.play.slack_args import Args, SlackError
from bot.play.slack_blocks import CUMULATIVE, complaints, text_length
from bot.play.slack_records import Channel, Message
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

Method = Callable[[Workspace, Args], Json]
_UNFURL = ("unfurl_links", "unfurl_media", "unfurl_app_links")
_MARKDOWN, _POSTED, _UPDATED = 12_000, 40_000, 4_000


def channel_of(workspace: Workspace, name: str, member: bool = True) -> Channel:
    """The channel by id, `#name`, or a user's id for the DM. With `member`, one the bot may write to."""
    if not name:
        raise SlackError("channel_not_found")
    if name in workspace.users and name != workspace.bot_user:
        return workspace.dm(name)
    channel = workspace.channels.get(name) or next(
        (c for c in workspace.channels.values() if c.kind == "channel" and c.name == name.lstrip("#")), None
    )
    inside = channel is not None and workspace.bot_user in channel.members
    if channel is None or (not inside and channel.kind != "channel"):
        raise SlackError("channel_not_found")
    if member and not inside:
        raise SlackError("not_in_channel")
    if member and channel.is_archived:
        raise SlackError("is_archived")
    return channel


def content(args: Args, longest: int) -> tuple[str, tuple[Json, ...]]:
    """Checked text and blocks of a message; `markdown_text` becomes the markdown block Slack shows."""
    text, markdown, blocks = args.text("text"), args.text("markdown_text"), args.structure("blocks")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > _MARKDOWN or len(text) > longest:
        raise SlackError("msg_too_long")
    if markdown:
        return markdown, ({"type": "markdown", "text": markdown},)
    if blocks:
        check_blocks(blocks)
    if not text.strip() and not blocks and not args.structure("attachments"):
        raise SlackError("no_text")
    return text, tuple(blocks or ())


def check_blocks(blocks: Any, code: str = "invalid_blocks") -> None:
    if found := complaints(blocks):
        raise SlackError(code, [f"[ERROR] {complaint}" for complaint in found])
    if text_length(blocks) > CUMULATIVE:
        raise SlackError("msg_blocks_too_long")


def metadata_of(args: Args) -> Json | None:
    metadata = args.structure("metadata")
    if metadata is None:
        return None
    known = isinstance(metadata, dict) and isinstance(metadata.get("event_payload", {}), dict)
    if not known or not (metadata.get("event_type") or metadata.get("entities")):
        raise SlackError("invalid_metadata_format")
    return dict(metadata)


def root_of(workspace: Workspace, channel: str, thread_ts: str) -> str:
    """The root of the thread that `thread_ts` lies in; a reply's ts leads to its parent."""
    if not thread_ts:
        return ""
    found = workspace.messages.get(channel, {}).get(thread_ts)
    if (
        found is None
        or found.ephemeral_to
        or (found.deleted and len(workspace.thread(channel, thread_ts)) == 0)
    ):
        raise SlackError("thread_not_found")
    return found.root


def _seen(workspace: Workspace, channel: str, ts: str) -> Message:
    """A message that the app can name: one that only one person sees is not among them."""
    message = workspace.message(channel, ts)
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    return message


def own_message(workspace: Workspace, args: Args, refusal: str) -> Message:
    channel = channel_of(workspace, args.need("channel"))
    message = _seen(workspace, channel.id, args.need("ts"))
    if not message.bot or message.user != workspace.bot_user:
        raise SlackError(refusal)
    return message


def as_json(message: Message, workspace: Workspace, metadata: bool = False) -> Json:
    """A message as Slack's API and events write it."""
    found: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    found |= _author(message, workspace)
    if message.files:
        found |= {"files": list(message.files), "upload": False}
    if message.subtype:
        found["subtype"] = message.subtype
    if message.thread_ts:
        found["thread_ts"] = message.thread_ts
    if message.blocks:
        found["blocks"] = list(message.blocks)
    if message.edited:
        found["edited"] = {"user": message.user, "ts": f"{message.history[-1].at:.6f}"}
    if message.metadata and metadata:
        found["metadata"] = message.metadata
    if message.reactions:
        found["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    return found


def _author(message: Message, workspace: Workspace) -> Json:
    """The team of who wrote it, and which app if it was one."""
    author = workspace.users.get(message.user)
    team = author.team_id if author else workspace.team_id
    found: Json = {"team": team}
    if team != workspace.team_id:
        found |= {"user_team": team, "source_team": team}
    if message.bot:
        found |= {"bot_id": workspace.bot_id, "app_id": workspace.app_id}
    elif author and author.bot_id:
        found |= {"bot_id": author.bot_id, "app_id": f"A{author.id[1:]}"}
    return found


def post(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.text("channel"))
    text, blocks = content(args, 10**9)
    flags: Mapping[str, bool] = {name: args.flag(name) for name in _UNFURL if name in args.values}
    message = workspace.store(
        Message(
            channel.id,
            workspace.next_ts(),
            workspace.bot_user,
            text[:_POSTED],
            blocks,
            root_of(workspace, channel.id, args.text("thread_ts")),
            bot=True,
            metadata=metadata_of(args),
            unfurl=flags.get("unfurl_links", True) or flags.get("unfurl_media", True),
            unfurl_flags=flags,
        )
    )
    settle(workspace, message)
    return {"channel": channel.id, "ts": message.ts, "message": as_json(message, workspace, metadata=True)}


def settle(workspace: Workspace, message: Message) -> None:
    """A posted reply clears the legacy status line (but not a session's loader)."""
    session = workspace.sessions.get((message.channel, message.root))
    if session:
        session["line"] = ""


def update(workspace: Workspace, args: Args) -> Json:
    message = own_message(workspace, args, "cant_update_message")
    if message.streaming == "live":
        raise SlackError("streaming_state_conflict")
    text, blocks = content(args, _UPDATED)
    if "blocks" not in args.values and not args.text("markdown_text"):
        blocks = () if text != message.text else message.blocks
    changes: Json = {"text": text, "blocks": blocks, "streaming": "", "edited": message.edited + 1}
    if "metadata" in args.values:
        changes["metadata"] = metadata_of(args)
    message = workspace.change(message, **changes)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": text,
        "message": as_json(message, workspace, True),
    }


def delete(workspace: Workspace, args: Args) -> Json:
    message = own_message(workspace, args, "cant_delete_message")
    workspace.change(message, deleted=True)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.text("channel"))
    user = args.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = content(args, _POSTED)
    thread = root_of(workspace, channel.id, args.text("thread_ts"))
    draft = Message(channel.id, workspace.next_ts(), workspace.bot_user, text, blocks, thread)
    message = workspace.store(replace(draft, bot=True, ephemeral_to=user))
    return {"message_ts": message.ts}


def permalink(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.need("channel"), member=False)
    message = _seen(workspace, channel.id, args.need("message_ts"))
    tail = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    link = f"https://play.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}{tail}"
    return {"channel": channel.id, "permalink": link}


def react(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.need("channel"))
    message, name = _seen(workspace, channel.id, args.need("timestamp")), args.need("name")
    if workspace.bot_user in message.reactions.get(name, ()):
        raise SlackError("already_reacted")
    workspace.react(workspace.bot_user, message, name)
    return {}


def unreact(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.need("channel"))
    message, name = _seen(workspace, channel.id, args.need("timestamp")), args.need("name")
    if workspace.bot_user not in message.reactions.get(name, ()):
        raise SlackError("no_reaction")
    workspace.react(workspace.bot_user, message, name, remove=True)
    return {}


METHODS: dict[str, Method] = {
    "chat.postMessage": post,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": permalink,
    "reactions.add": react,
    "reactions.remove": unreact,
}
