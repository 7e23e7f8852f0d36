"""The Web API: who calls, which method, what goes wrong today; and the methods that read the workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.play import slack_chat, slack_streams, slack_views
from bot.play.slack_args import Args, SlackError
from bot.play.slack_chat import Method, as_json, channel_of
from bot.play.slack_faults import Fault, Faults, Tiers
from bot.play.slack_state import Call, Channel, Message, User, Workspace
from bot.play.slack_text import Json

_ANYONE = ("api.test", "apps.manifest.validate")


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP; `cut` closes the socket instead."""

    status: int
    body: Json
    headers: Mapping[str, str]
    cut: bool = False


class Api:
    """Answers calls and writes each into the workspace's record."""

    def __init__(self, workspace: Workspace, tokens: Mapping[str, str], socket_url: Method) -> None:
        self._workspace, self._tokens = workspace, tokens
        self.faults, self.tiers, self.rate_limits = Faults(), Tiers(workspace.clock), False
        self._methods: dict[str, Method] = {
            **METHODS,
            **slack_chat.METHODS,
            **slack_streams.METHODS,
            **slack_views.METHODS,
            "apps.connections.open": socket_url,
        }

    async def answer(self, method: str, args: Args, token: str) -> Reply:
        kind = self._tokens.get(token, "unknown") if token else "none"
        call = Call(method, args.shown(), kind, self._workspace.clock.now())
        number = self._workspace.begin(call)
        fault = self.faults.take(method)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        reply, outcome = self._reply(method, args, kind, fault)
        error = str(reply.body.get("error", ""))
        self._workspace.finish(number, outcome, reply.status, error)
        return reply

    def _reply(self, method: str, args: Args, kind: str, fault: Fault) -> tuple[Reply, str]:
        if fault.status == 429:
            return _limited(fault.retry_after), "http"
        if fault.status != 200:
            return Reply(fault.status, {"ok": False, "error": "internal_error"}, {}), "http"
        if fault.cut == "before":
            return Reply(200, {}, {}, cut=True), "cut"
        wait = self.tiers.wait(method, args.text("channel")) if self.rate_limits else 0
        if wait:
            return _limited(wait), "http"
        body = {"ok": False, "error": fault.error} if fault.error else self._body(method, args, kind)
        if fault.cut:
            return Reply(200, body, {}, cut=True), "cut"
        return Reply(200, body, {}), "ok" if body["ok"] else "error"

    def _body(self, method: str, args: Args, kind: str) -> Json:
        try:
            self._admit(method, kind)
            with self._workspace.lock:
                return {"ok": True, **self._methods[method](self._workspace, args)}
        except SlackError as refused:
            more = {"response_metadata": {"messages": refused.messages}} if refused.messages else {}
            return {"ok": False, "error": refused.code, **more}

    def _admit(self, method: str, kind: str) -> None:
        if method not in self._methods:
            raise SlackError("unknown_method")
        if method in _ANYONE:
            return
        if kind in ("none", "unknown"):
            raise SlackError("not_authed" if kind == "none" else "invalid_auth")
        if (kind == "app") != (method == "apps.connections.open"):
            raise SlackError("not_allowed_token_type")


def _limited(seconds: int) -> Reply:
    return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(seconds)})


def _test(_: Workspace, args: Args) -> Json:
    if args.text("error"):
        raise SlackError(args.text("error"))
    return {"args": args.shown()}


def _auth(workspace: Workspace, _: Args) -> Json:
    return {
        "url": "https://play.slack.com/",
        "team": workspace.team_name,
        "user": workspace.bot_name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "app_id": workspace.app_id,
        "is_enterprise_install": False,
    }


def _team(workspace: Workspace, _: Args) -> Json:
    return {"team": {"id": workspace.team_id, "name": workspace.team_name, "domain": "play"}}


def _bot(workspace: Workspace, args: Args) -> Json:
    if args.text("bot", workspace.bot_id) != workspace.bot_id:
        raise SlackError("bot_not_found")
    about = {"id": workspace.bot_id, "name": workspace.bot_name, "user_id": workspace.bot_user}
    return {"bot": {**about, "app_id": workspace.app_id, "deleted": False}}


def _profile(user: User) -> Json:
    flags = {
        name: False for name in ("is_admin", "is_owner", "is_bot", "is_restricted", "is_ultra_restricted")
    }
    profile = {"display_name": user.name, "real_name": user.name, "email": user.email}
    about: Json = {"id": user.id, "team_id": user.team_id, "name": user.name, "real_name": user.name}
    return {**about, "deleted": False, "tz": "Europe/Berlin", "profile": profile, **flags, **user.flags}


def _user(workspace: Workspace, args: Args) -> Json:
    user = workspace.users.get(args.need("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": _profile(user)}


def _users(workspace: Workspace, _: Args) -> Json:
    return {
        "members": [_profile(user) for user in workspace.users.values()],
        "response_metadata": {"next_cursor": ""},
    }


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


def _list(workspace: Workspace, args: Args) -> Json:
    kinds = {"public_channel": "channel", "private_channel": "group"}
    wanted = {
        kinds.get(kind.strip(), kind.strip()) for kind in args.text("types", "public_channel").split(",")
    }
    visible = [
        c
        for c in workspace.channels.values()
        if c.kind in wanted and (c.kind == "channel" or workspace.bot_user in c.members)
    ]
    return _page([_conversation(channel, workspace) for channel in visible], args, "channels", 100)


def _open(workspace: Workspace, args: Args) -> Json:
    users = args.text("users")
    if args.text("channel"):
        channel = channel_of(workspace, args.text("channel"))
    elif users not in workspace.users:
        raise SlackError("user_not_found" if users else "users_list_not_supplied")
    else:
        channel = workspace.dm(users)
    return {"channel": {"id": channel.id}}


def _page(items: Sequence[object], args: Args, key: str, limit: int) -> Json:
    """One page; the cursor is the offset of the next one, opaque to the caller as Slack's is."""
    start, size = args.number("cursor", 0), min(args.number("limit", limit), 1000) or limit
    end = start + size
    following = str(end) if end < len(items) else ""
    page: Json = {key: list(items[start:end]), "response_metadata": {"next_cursor": following}}
    return page | ({"has_more": bool(following)} if key == "messages" else {})


def _replies(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.need("channel"))
    thread = workspace.thread(channel.id, args.need("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    return _messages(thread, args, workspace, 1000)


def _history(workspace: Workspace, args: Args) -> Json:
    channel = channel_of(workspace, args.need("channel"))
    roots = [m for m in workspace.messages.get(channel.id, {}).values() if not m.deleted and m.root == m.ts]
    return _messages(sorted(roots, key=lambda m: m.ts, reverse=True), args, workspace, 100)


def _messages(found: list[Message], args: Args, workspace: Workspace, limit: int) -> Json:
    oldest, latest = args.text("oldest", "0"), args.text("latest", "9" * 20)
    edge = args.flag("inclusive")
    visible = [
        _counted(m, workspace, args.flag("include_all_metadata"))
        for m in found
        if not m.ephemeral_to
        and (float(oldest) < float(m.ts) < float(latest) or (edge and m.ts in (oldest, latest)))
    ]
    return _page(visible, args, "messages", limit)


def _counted(message: Message, workspace: Workspace, metadata: bool) -> Json:
    found = as_json(message, workspace, metadata)
    replies = [
        m for m in workspace.thread(message.channel, message.ts) if m.ts != message.ts and not m.ephemeral_to
    ]
    if replies and not message.thread_ts:
        found |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    return found


def _manifest(_: Workspace, args: Args) -> Json:
    if not isinstance(args.structure("manifest"), dict):
        raise SlackError("invalid_manifest")
    return {}


METHODS: dict[str, Method] = {
    "api.test": _test,
    "auth.test": _auth,
    "team.info": _team,
    "bots.info": _bot,
    "users.info": _user,
    "users.list": _users,
    "conversations.info": _info,
    "conversations.members": _members,
    "conversations.list": _list,
    "conversations.open": _open,
    "conversations.replies": _replies,
    "conversations.history": _history,
    "apps.manifest.validate": _manifest,
}
