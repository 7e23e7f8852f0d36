"""Slack's methods for text that grows: streams with their five minutes, agent sessions, the status line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.play.slack_args import Args, SlackError
from bot.play.slack_blocks import MESSAGE_BLOCKS
from bot.play.slack_chat import Method, as_json, channel_of, check_blocks, metadata_of, root_of
from bot.play.slack_records import Message, Stream
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

_TEXT, _FIELD, _STATUS_SECONDS = 12_000, 256, 120
_TASK_STATES = ("pending", "in_progress", "complete", "error")
_PROMPTS, _TITLE = 4, 200
_SESSION_STATES = ("processing", "active", "suspended", "closed")


def start(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.need("channel"))
    for name in ("recipient_user_id", "recipient_team_id"):
        if not args.text(name):
            raise SlackError(f"missing_{name}")
    if not args.text("thread_ts"):
        raise SlackError("invalid_thread_ts")
    parts = list(_parts(args))
    root = root_of(workspace, channel.id, args.text("thread_ts"))
    stream = Stream(workspace.clock.now())
    _append(stream, parts)
    text, blocks = _rendered(stream)
    ts, bot = workspace.next_ts(), workspace.bot_user
    workspace.streams[ts] = stream
    workspace.store(
        Message(channel.id, ts, bot, text, blocks, root, bot=True, streaming="live", unfurl=False)
    )
    set_session(workspace, channel.id, root, status="processing", line="")
    return {"channel": channel.id, "ts": ts}


def append(workspace: Workspace, args: Args) -> Json:
    message, stream = _live(workspace, args)
    _append(stream, list(_parts(args)))
    text, blocks = _rendered(stream)
    workspace.change(message, text=text, blocks=blocks, quiet=True)
    return {"channel": message.channel, "ts": message.ts}


def stop(workspace: Workspace, args: Args) -> Json:
    message, stream = _live(workspace, args)
    closing = args.structure("blocks") or []
    if len(closing) > MESSAGE_BLOCKS:
        raise SlackError("msg_blocks_too_many")
    if closing:
        check_blocks(closing)
    metadata = metadata_of(args) or message.metadata
    _append(stream, list(_parts(args)))
    text, blocks = _rendered(stream)
    stream.ended = "stopped"
    blocks = (*blocks, *closing)
    message = workspace.change(message, text=text, blocks=blocks, metadata=metadata, streaming="")
    state = args.text("session_status", "active")
    set_session(workspace, message.channel, message.root, status=state)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "message": as_json(message, workspace, metadata=True),
    }


def _live(workspace: Workspace, args: Args) -> tuple[Message, Stream]:
    """The stream, if it still takes text: five minutes after its start neither append nor stop do."""
    channel = channel_of(workspace, args.need("channel"))
    message = workspace.message(channel.id, args.need("ts"))
    if message is None:
        raise SlackError("message_not_found")
    stream = workspace.streams.get(message.ts)
    if stream is None:
        raise SlackError("message_not_in_streaming_state" if message.bot else "message_not_owned_by_app")
    if not stream.ended and workspace.clock.now() - stream.started > workspace.stream_lifetime:
        stream.ended = "expired"
        workspace.change(message, streaming="broken", quiet=True)
    if stream.ended:
        raise SlackError("stopped_by_user" if stream.ended == "user" else "message_not_in_streaming_state")
    return message, stream


def stop_by_user(workspace: Workspace, channel: str, root: str) -> list[str]:
    """Slack stops the live streams of a thread when a person presses Stop; their ts."""
    stopped = []
    for message in workspace.thread(channel, root):
        stream = workspace.streams.get(message.ts)
        if stream is not None and not stream.ended:
            stream.ended = "user"
            workspace.change(message, streaming="", quiet=True)
            stopped.append(message.ts)
    return stopped


def _parts(args: Args) -> Iterator[Json]:
    text, chunks = args.text("markdown_text"), args.structure("chunks")
    if text and chunks:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    for chunk in chunks or ([{"type": "markdown_text", "text": text}] if text else []):
        yield _checked(chunk)


def _checked(chunk: Any) -> Json:
    kind = chunk.get("type") if isinstance(chunk, dict) else None
    if kind == "markdown_text":
        if len(chunk.get("text", "")) > _TEXT:
            raise SlackError("msg_too_long")
    elif kind == "task_update":
        short = all(len(str(chunk.get(key) or "")) <= _FIELD for key in ("title", "details", "output"))
        if not short or not chunk.get("id") or chunk.get("status", "pending") not in _TASK_STATES:
            raise SlackError("invalid_chunks")
    elif kind == "plan_update":
        if len(chunk.get("title", "")) > _FIELD:
            raise SlackError("invalid_chunks")
    elif kind == "blocks":
        check_blocks(chunk.get("blocks"))
    else:
        raise SlackError("invalid_chunks")
    return dict(chunk)


def _append(stream: Stream, parts: list[Json]) -> None:
    """Text joins the text before it; a task's title and status replace, its details grow."""
    for part in parts:
        last = stream.parts[-1] if stream.parts else {}
        if part["type"] == "markdown_text" and last.get("type") == "markdown_text":
            last["text"] += part.get("text", "")
        elif known := _same_task(stream, part):
            details = str(known.get("details") or "") + str(part.get("details") or "")
            known.update(part)
            known["details"] = details
        else:
            stream.parts.append(part)


def _same_task(stream: Stream, part: Json) -> Json | None:
    if part["type"] != "task_update":
        return None
    return next((p for p in stream.parts if p["type"] == "task_update" and p["id"] == part["id"]), None)


def _rendered(stream: Stream) -> tuple[str, tuple[Json, ...]]:
    text, blocks = "", []
    for part in stream.parts:
        if part["type"] == "markdown_text":
            text += part["text"]
            blocks.append({"type": "markdown", "text": part["text"]})
        elif part["type"] == "task_update":
            blocks.append({**part, "type": "task_card", "task_id": part["id"]})
        elif part["type"] == "plan_update":
            blocks.append({"type": "plan", "title": part.get("title", "")})
        else:
            blocks += part["blocks"]
    return text, tuple(blocks)


def set_session(workspace: Workspace, channel: str, root: str, **changes: str) -> None:
    with workspace.changed:
        known = workspace.sessions.setdefault((channel, root), {"status": "active", "title": "", "line": ""})
        known.update(changes, at=workspace.clock.now())
        workspace.note()


def line(workspace: Workspace, channel: str, root: str) -> str:
    """The status line under the thread; gone two minutes after it was set."""
    known = workspace.sessions.get((channel, root))
    return str(known["line"]) if known and workspace.clock.now() - known["at"] < _STATUS_SECONDS else ""


def status(workspace: Workspace, args: Args) -> Json:
    """assistant.threads.setStatus: the older call, the only one with words of one's own."""
    channel = channel_of(workspace, args.need("channel_id"))
    root, text = args.need("thread_ts"), args.text("status")
    if len(args.structure("loading_messages") or []) > 10:
        raise SlackError("invalid_arguments")
    set_session(workspace, channel.id, root, status="processing" if text else "active", line=text)
    return {}


def title(workspace: Workspace, args: Args) -> Json:
    """The title of a thread's session, as people find it again."""
    channel, given = channel_of(workspace, args.need("channel_id")), args.need("title")
    if len(given) > _TITLE:
        raise SlackError("invalid_arguments")
    set_session(workspace, channel.id, args.need("thread_ts"), title=given)
    return {}


def prompts(workspace: Workspace, args: Args) -> Json:
    """At most four suggestions, at the top of the Messages tab or of a thread."""
    channel = channel_of(workspace, args.need("channel_id"))
    given = args.structure("prompts")
    known = isinstance(given, list) and all(p.get("title") and p.get("message") for p in given)
    if not given or not known or len(given) > _PROMPTS:
        raise SlackError("invalid_arguments")
    shown = {"title": args.text("title"), "prompts": given}
    with workspace.changed:
        workspace.prompts[channel.id, args.text("thread_ts")] = shown
        workspace.note()
    return {}


def session(workspace: Workspace, args: Args) -> Json:
    """agents.sessions.setStatus: Slack's own loader, which a post does not clear."""
    channel, state = channel_of(workspace, args.need("channel_id")), args.need("status")
    root, given = args.need("thread_ts"), args.text("title")
    if state not in _SESSION_STATES or len(given) > _TITLE:
        raise SlackError("invalid_arguments")
    begins = (channel.id, root) not in workspace.sessions  # only then a title is taken
    set_session(workspace, channel.id, root, status=state, **({"title": given} if begins and given else {}))
    if state == "processing" and "agent_session_stopped" not in workspace.subscriptions:
        return {"warning": "missing_agent_session_stopped_event_subscription"}
    return {}


METHODS: dict[str, Method] = {
    "chat.startStream": start,
    "chat.appendStream": append,
    "chat.stopStream": stop,
    "assistant.threads.setStatus": status,
    "assistant.threads.setTitle": title,
    "assistant.threads.setSuggestedPrompts": prompts,
    "agents.sessions.setStatus": session,
    "agents.sessions.rename": title,
}
