"""Response URLs: how an app answers a press or a command without a token, five times within 30 minutes."""

from __future__ import annotations

from bot.play.slack_args import Args, SlackError
from bot.play.slack_chat import content
from bot.play.slack_records import Message, ResponseUrl
from bot.play.slack_state import Workspace

_SECONDS, _USES, _LONGEST = 1800.0, 5, 40_000


def respond(workspace: Workspace, name: str, args: Args) -> str:
    """A post to a response URL: `ok`, or Slack's error. Ephemeral unless it asks for the channel."""
    with workspace.lock:
        url = workspace.response_urls.get(name)
        if url is None:
            return "invalid_url"
        if url.uses >= _USES or workspace.clock.now() - url.made > _SECONDS:
            return "used_url" if url.uses >= _USES else "expired_url"
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
    text, blocks = content(args, _LONGEST)
    if original is not None and args.flag("replace_original"):
        workspace.change(original, text=text, blocks=blocks, edited=original.edited + 1)
        return
    reader = "" if args.text("response_type") == "in_channel" else url.user
    root = args.text("thread_ts") or (original.thread_ts if original else "")
    ts, bot = workspace.next_ts(), workspace.bot_user
    url.message_ts = url.message_ts or ts  # of a command: what later answers may replace
    workspace.store(Message(url.channel, ts, bot, text, blocks, root, bot=True, ephemeral_to=reader))
