"""The methods that read the workspace: people, user groups, conversations and what was said in them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.play.slack_args import Args, SlackError
from bot.play.slack_chat import Method, as_json, channel_of
from bot.play.slack_records import Channel, Group, Message, User
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

_KINDS = {"public_channel": "channel", "private_channel": "group"}
_UNLISTED = 15  # messages a page that an app sold outside of Slack's Marketplace is given


_FLAGS = ("is_admin", "is_owner", "is_primary_owner", "is_bot", "is_restricted", "is_ultra_restricted")


def _profile(user: User, locale: bool) -> Json:
    flags = {name: False for name in _FLAGS}
    profile = {"display_name": user.name, "real_name": user.name, "email": user.email}
    about: Json = {"id": user.id, "team_id": user.team_id, "name": user.name, "real_name": user.name}
    if user.bot_id:
        profile["bot_id"] = user.bot_id
    if locale:
        about["locale"] = user.locale
    return {**about, "deleted": False, "tz": "Europe/Berlin", "profile": profile, **flags, **user.flags}


def _user(workspace: Workspace, args: Args) -> Json:
    user = workspace.users.get(args.need("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": _profile(user, args.flag("include_locale"))}


def _users(workspace: Workspace, args: Args) -> Json:
    locale = args.flag("include_locale")
    return _page([_profile(user, locale) for user in workspace.users.values()], args, "members", 200)


def _group(group: Group, workspace: Workspace, users: bool) -> Json:
    about: Json = {"id": group.id, "team_id": workspace.team_id, "name": group.handle, "handle": group.handle}
    about |= {"date_delete": int(group.disabled), "user_count": len(group.users)}
    return about | ({"users": list(group.users)} if users else {})


def _groups(workspace: Workspace, args: Args) -> Json:
    shown = [g for g in workspace.groups.values() if args.flag("include_disabled") or not g.disabled]
    return {"usergroups": [_group(group, workspace, args.flag("include_users")) for group in shown]}


def _group_users(workspace: Workspace, args: Args) -> Json:
    group = workspace.groups.get(args.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _conversation(channel: Channel, workspace: Workspace) -> Json:
    about: Json = {"id": channel.id, "name": channel.name, "is_archived": channel.is_archived}
    about |= {f"is_{kind}": channel.kind == kind for kind in ("channel", "group", "im", "mpim")}
    about |= {"is_private": channel.kind != "channel", "is_member": workspace.bot_user in channel.members}
    about |= {"is_ext_shared": channel.is_ext_shared, "is_shared": channel.is_ext_shared}
    if channel.kind == "im":
        about["user"] = next(user for user in channel.members if user != workspace.bot_user)
        del about["name"]
    return about


def _info(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.need("channel"), member=False)
    about = _conversation(channel, workspace)
    return {
        "channel": about | ({"num_members": len(channel.members)} if args.flag("include_num_members") else {})
    }


def _members(workspace: Workspace, args: Args) -> Json:
    members = sorted(channel_of(workspace, args.need("channel"), member=False).members)
    return _page(members, args, "members", 100)


def _asked(workspace: Workspace, args: Args) -> list[Channel]:
    """Channels of the kinds asked for that the app may know of."""
    named = args.text("types", "public_channel").split(",")
    wanted = {_KINDS.get(kind.strip(), kind.strip()) for kind in named}
    return [
        channel
        for channel in workspace.channels.values()
        if channel.kind in wanted
        and (channel.kind == "channel" or workspace.bot_user in channel.members)
        and not (channel.is_archived and args.flag("exclude_archived"))
    ]


def _list(workspace: Workspace, args: Args) -> Json:
    found = [_conversation(channel, workspace) for channel in _asked(workspace, args)]
    return _page(found, args, "channels", 100)


def _of_user(workspace: Workspace, args: Args) -> Json:
    user = args.text("user", workspace.bot_user)
    if user not in workspace.users:
        raise SlackError("user_not_found")
    inside = [channel for channel in _asked(workspace, args) if user in channel.members]
    found = [_conversation(channel, workspace) for channel in inside]
    return _page([{k: v for k, v in one.items() if k != "is_member"} for one in found], args, "channels", 100)


def _open(workspace: Workspace, args: Args) -> Json:
    users = args.text("users")
    if args.text("channel"):
        channel = channel_of(workspace, args.text("channel"))
    else:
        channel = _among(workspace, [user for user in users.split(",") if user])
    return {"channel": {"id": channel.id}}


def _among(workspace: Workspace, users: list[str]) -> Channel:
    """The direct message with one person, or with several."""
    if not users:
        raise SlackError("users_list_not_supplied")
    if any(user not in workspace.users or user == workspace.bot_user for user in users):
        raise SlackError("user_not_found")
    return workspace.dm(users[0]) if len(users) == 1 else workspace.mpim({*users, workspace.bot_user})


def _page(items: Sequence[object], args: Args, key: str, limit: int, most: int = 1000) -> Json:
    """One page; the cursor is the offset of the next one, opaque to the caller as Slack's is."""
    start, size = args.number("cursor", 0), min(args.number("limit", limit) or limit, most)
    end = start + size
    following = str(end) if end < len(items) else ""
    page: Json = {key: list(items[start:end]), "response_metadata": {"next_cursor": following}}
    return page | ({"has_more": bool(following)} if key == "messages" else {})


def _joined(workspace: Workspace, name: str) -> Channel:
    """A channel whose messages the app may read; an archived one can still be read."""
    channel = channel_of(workspace, name, member=False)
    if workspace.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _replies(workspace: Workspace, args: Args) -> Json:
    channel = _joined(workspace, args.need("channel"))
    ts = args.need("ts")
    thread = [*_tombstones(workspace, channel.id, ts), *workspace.thread(channel.id, ts)]
    if not thread:
        raise SlackError("thread_not_found")
    return _messages(thread, args, workspace, 1000)


def _history(workspace: Workspace, args: Args) -> Json:
    channel = _joined(workspace, args.need("channel"))
    stored = list(workspace.messages.get(channel.id, {}).values())
    shown = [m for m in stored if not m.deleted and (m.root == m.ts or m.subtype == "thread_broadcast")] + [
        stone for m in stored for stone in _tombstones(workspace, channel.id, m.ts)
    ]
    return _messages(sorted(shown, key=lambda m: m.ts, reverse=True), args, workspace, 100)


def _tombstones(workspace: Workspace, channel: str, ts: str) -> list[Message]:
    """What stands for a deleted root that has replies."""
    root = workspace.messages.get(channel, {}).get(ts)
    if root is None or not root.deleted or root.root != ts or not workspace.thread(channel, ts):
        return []
    return [Message(channel, ts, "USLACKBOT", "This message was deleted.", subtype="tombstone")]


def _messages(found: list[Message], args: Args, workspace: Workspace, limit: int) -> Json:
    oldest, latest = args.text("oldest", "0"), args.text("latest", "9" * 20)
    edge = args.flag("inclusive")
    visible = [
        _counted(m, workspace, args.flag("include_all_metadata"))
        for m in found
        if not m.ephemeral_to
        and (float(oldest) < float(m.ts) < float(latest) or (edge and m.ts in (oldest, latest)))
    ]
    return _page(visible, args, "messages", limit, _UNLISTED if workspace.unlisted else 1000)


def _counted(message: Message, workspace: Workspace, metadata: bool) -> Json:
    found = as_json(message, workspace, metadata)
    replies = [
        m for m in workspace.thread(message.channel, message.ts) if m.ts != message.ts and not m.ephemeral_to
    ]
    if replies and not message.thread_ts:
        found |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    return found


METHODS: dict[str, Method] = {
    "users.info": _user,
    "users.list": _users,
    "users.conversations": _of_user,
    "usergroups.list": _groups,
    "usergroups.users.list": _group_users,
    "conversations.info": _info,
    "conversations.members": _members,
    "conversations.list": _list,
    "conversations.open": _open,
    "conversations.replies": _replies,
    "conversations.history": _history,
}
