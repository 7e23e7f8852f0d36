"""What of the bot is wanted in; the manifest of an app that can do that, and nothing else, out. Pure."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from retrieval.passage import SettingError

Manifest = dict[str, Any]
PATH = "/slack/events"  # below which footnote serve takes all that Slack sends over HTTP


@dataclass(frozen=True, slots=True)
class Part:
    """Something the bot does, and the events and scopes that it needs for that; `keys` are those below
    `features` in the manifest."""

    says: str
    events: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


ALWAYS = Part(
    "to write, to know who may read what, and to notice that it was removed",
    ("app_uninstalled", "tokens_revoked"),
    ("chat:write", "channels:read", "groups:read", "usergroups:read", "users:read"),
    ("bot_user",),
)
IN_CHANNELS = ("channels:history", "groups:history", "mpim:history", "mpim:read")
DIRECTLY = ("im:history", "im:write")
PARTS: Mapping[str, Part] = {
    "mentions": Part("mentions in channels", ("app_mention",), ("app_mentions:read", *IN_CHANNELS)),
    "threads": Part(
        "threads it is in, without another mention; the mode auto",
        ("message.channels", "message.groups", "message.mpim"),
        IN_CHANNELS,
    ),
    "dm": Part("direct messages", ("message.im",), DIRECTLY, ("app_home",)),
    "agent": Part(
        "direct messages in Slack's agent view: suggested questions, a title, a Stop button",
        ("agent_session_stopped", "app_home_opened", "message.im"),
        ("assistant:write", *DIRECTLY),
        ("agent_view", "app_home"),
    ),
    "home": Part("the Home tab", ("app_home_opened",), (), ("app_home",)),
    "commands": Part("/footnote", (), ("commands", *DIRECTLY), ("slash_commands",)),
    "shortcut": Part("the shortcut on a message", (), ("commands", *IN_CHANNELS, *DIRECTLY), ("shortcuts",)),
    "reactions": Part("thumbs as votes", ("reaction_added", "reaction_removed"), ("reactions:read",)),
    "files": Part("files in a question", (), ("files:read",)),
    "slack-source": Part("channels as a source", (), ("channels:history", "groups:history")),
}


def only(whole: Manifest, wanted: Collection[str]) -> Manifest:
    """`whole` without the events, scopes and features that none of the `wanted` parts needs. Raises
    SettingError for a part that there is not."""
    if strange := sorted(set(wanted) - PARTS.keys()):
        raise SettingError(f"There is no part {strange[0]!r}: choose among {', '.join(PARTS)}.")
    parts = [ALWAYS, *(PARTS[name] for name in wanted)]
    events = {event for part in parts for event in part.events}
    scopes = {scope for part in parts for scope in part.scopes}
    keys = {key for part in parts for key in part.keys}
    lean = copy.deepcopy(whole)
    asked, heard = lean["oauth_config"]["scopes"], lean["settings"]["event_subscriptions"]
    asked["bot"] = [scope for scope in asked["bot"] if scope in scopes]
    heard["bot_events"] = [event for event in heard["bot_events"] if event in events]
    lean["features"] = {key: value for key, value in lean["features"].items() if key in keys}
    if home := lean["features"].get("app_home"):
        home["home_tab_enabled"] &= "home" in wanted
        home["messages_tab_enabled"] &= bool({"dm", "agent"} & set(wanted))
    return lean


def over_http(manifest: Manifest, site: str) -> Manifest:
    """The same app with events, presses and commands sent to `site`, such as https://bot.kestrel.example,
    instead of over a socket. Raises SettingError for what is no such address."""
    parts = urlsplit(site)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingError("--url takes the address of footnote serve: https://, a host and nothing behind.")
    url, sent = f"https://{parts.netloc}{PATH}", copy.deepcopy(manifest)
    sent["settings"]["socket_mode_enabled"] = False
    for part in ("event_subscriptions", "interactivity"):
        sent["settings"][part] = {**sent["settings"][part], "request_url": url}
    for command in sent["features"].get("slash_commands", ()):
        command["url"] = url
    return sent
