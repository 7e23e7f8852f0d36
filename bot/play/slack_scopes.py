"""Which scopes a method needs: a call without one of them is refused as Slack refuses it."""

from __future__ import annotations

from bot.play.slack_args import SlackError
from bot.play.slack_state import Workspace

_PREFIX = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
_READING = ("conversations.history", "conversations.replies")
_LOOKING = ("conversations.info", "conversations.members")
_LISTING = ("channels:read", "groups:read", "im:read", "mpim:read")
_NEEDED: dict[str, tuple[str, ...]] = {
    "bots.info": ("users:read",),
    "conversations.list": _LISTING,
    "conversations.open": ("im:write", "mpim:write"),
    "files.download": ("files:read",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "team.info": ("team:read",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.conversations": _LISTING,
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "assistant.threads.setTitle": ("assistant:write",),
    "assistant.threads.setStatus": ("assistant:write", "chat:write"),
    "agents.sessions.setStatus": ("chat:write",),
    "agents.sessions.rename": ("chat:write",),
}
_FREE = ("chat.getPermalink",)


def needed(workspace: Workspace, method: str, channel: str) -> tuple[str, ...]:
    """Scopes of which one is enough; none where no scope is asked for."""
    known = workspace.channels.get(channel)
    prefix = _PREFIX[known.kind] if known else "channels"
    if method in _READING:
        return (f"{prefix}:history",)
    if method in _LOOKING:
        return (f"{prefix}:read",)
    if method.startswith("chat.") and method not in _FREE:
        return ("chat:write",)
    return _NEEDED.get(method, ())


def check(workspace: Workspace, method: str, channel: str) -> None:
    """Raises SlackError where the app's scopes are known and none of them is enough."""
    wanted = needed(workspace, method, channel)
    if workspace.scopes and wanted and not workspace.scopes & set(wanted):
        about = {"needed": wanted[0], "provided": ",".join(sorted(workspace.scopes))}
        raise SlackError("missing_scope", about=about)
