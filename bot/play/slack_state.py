"""All that Slack remembers, behind one lock; each change of it wakes whoever waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.play.slack_records import (
    Call,
    Channel,
    Clock,
    Delivery,
    File,
    Group,
    Message,
    ResponseUrl,
    Stream,
    Trigger,
    User,
    Version,
)
from bot.play.slack_text import Json

DEFAULT_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "message.im",
        "message.channels",
        "message.groups",
        "reaction_added",
        "reaction_removed",
        "agent_session_stopped",
        "agent_session_title_changed",
        "app_context_changed",
        "app_uninstalled",
        "tokens_revoked",
    }
)


class Workspace:
    """All state behind one lock. `changed` wakes with each change, `on_change` is told of messages."""

    def __init__(self, team_id: str = "T0PLAY", clock: Clock | None = None) -> None:
        self.team_id, self.team_name, self.app_id = team_id, "Play", "A0PLAY"
        self.bot_user, self.bot_id, self.bot_name = "U0FOOTNOTE", "B0FOOTNOTE", "footnote"
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self.fetched: list[str] = []
        self.sessions: dict[tuple[str, str], Json] = {}
        self.streams: dict[str, Stream] = {}
        self.stream_lifetime, self.unlisted = 300.0, False
        self.subscriptions = DEFAULT_EVENTS
        self.scopes: frozenset[str] = frozenset()  # of the bot token, told with each answer; empty: not told
        self.redirects: tuple[str, ...] = ()  # where people come back to who sign in; empty: anywhere
        self.shut_out = ""  # what every call answers once the app is uninstalled or its token revoked
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.views: dict[str, Json] = {}
        self.modals: dict[str, list[str]] = {}  # of each person, the ids of open modals, the upper one last
        self.homes: dict[str, Json] = {}
        self.prompts: dict[tuple[str, str], Json] = {}
        self.commands: list[Json] = []  # of the app's manifest, as are the two below
        self.shortcuts: list[Json] = []
        self.suggested: list[Json] = []
        self.files: dict[str, File] = {}
        self.troubles: list[tuple[str, str]] = []  # person, and what Slack told them
        self.closing = False  # whoever waits for news waits no longer
        self.address = ""  # of the server, for what Slack links to itself
        self.on_change: Callable[[str, Message, Message | None], None] = lambda kind, new, old: None
        self.on_reaction: Callable[[str, str, Message, str], None] = lambda kind, user, message, name: None
        self._last_ts, self._serial, self.version = 0, 0, 0
        self.users[self.bot_user] = User(
            self.bot_user, self.bot_name, flags={"is_bot": True}, team_id=team_id
        )

    def note(self) -> None:
        """Something changed: wake whoever waits. Call it with the lock held."""
        self.version += 1
        self.changed.notify_all()

    def install(self, manifest: Json) -> None:
        """The app as its manifest has it: what it is sent, what it may do, what people find in menus."""
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        self.subscriptions = frozenset(settings.get("event_subscriptions", {}).get("bot_events", ()))
        self.scopes = frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
        self.redirects = tuple(manifest.get("oauth_config", {}).get("redirect_urls", ()))
        self.commands = list(features.get("slash_commands", ()))
        self.shortcuts = list(features.get("shortcuts", ()))
        self.suggested = list(features.get("agent_view", {}).get("suggested_prompts", ()))

    def trouble(self, user: str, what: str) -> None:
        """Slack tells a person that something they did failed."""
        with self.changed:
            self.troubles.append((user, what))
            self.note()

    def next_id(self, prefix: str) -> str:
        with self.lock:
            self._serial += 1
            return f"{prefix}{self._serial:08d}"

    def next_ts(self) -> str:
        """Seconds and microseconds, unique and growing, as Slack names messages."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def dm(self, user: str) -> Channel:
        """The direct channel between the bot and `user`, made where there is none."""
        with self.lock:
            for channel in self.channels.values():
                if channel.kind == "im" and user in channel.members:
                    return channel
            name = self.users[user].name
            channel = Channel(self.next_id("D"), name, "im", {user, self.bot_user}, opened=self.clock.now())
            self.channels[channel.id] = channel
            return channel

    def mpim(self, members: set[str]) -> Channel:
        """The direct message among these and nobody else, made where there is none."""
        with self.lock:
            for channel in self.channels.values():
                if channel.kind == "mpim" and channel.members == members:
                    return channel
            names = sorted(self.users[user].name for user in members)
            id, name = self.next_id("G"), f"mpdm-{'--'.join(names)}-1"
            self.channels[id] = Channel(id, name, "mpim", set(members), opened=self.clock.now())
            return self.channels[id]

    def message(self, channel: str, ts: str) -> Message | None:
        with self.lock:
            found = self.messages.get(channel, {}).get(ts)
            return None if found is None or found.deleted else found

    def store(self, message: Message) -> Message:
        """Keep a new message; block ids are given where the sender gave none."""
        with self.changed:
            blocks = self.named(message.blocks)
            first = Version(self.clock.now(), message.text, blocks)
            message = replace(message, blocks=blocks, history=(first,))
            self.messages.setdefault(message.channel, {})[message.ts] = message
            self._fetch(message)
            self.note()
        self.on_change("posted", message, None)
        return message

    def change(self, message: Message, **changes: Any) -> Message:
        """Replace fields; a change of text or blocks is a new version. `quiet` tells nobody."""
        quiet = changes.pop("quiet", False)
        with self.changed:
            old = self.messages[message.channel][message.ts]
            if "blocks" in changes:
                changes["blocks"] = self.named(changes["blocks"])
            new = replace(old, **changes)
            if (new.text, new.blocks) != (old.text, old.blocks):
                new = replace(new, history=(*old.history, Version(self.clock.now(), new.text, new.blocks)))
                self._fetch(new)
            self.messages[message.channel][message.ts] = new
            self.note()
        if not quiet:
            self.on_change("deleted" if new.deleted else "edited", new, old)
        return new

    def react(self, user: str, message: Message, name: str, remove: bool = False) -> None:
        """The message with the reaction of this user, or without it."""
        with self.changed:
            known = self.messages[message.channel][message.ts].reactions
            others = tuple(other for other in known.get(name, ()) if other != user)
            kept = {**known, name: others if remove else (*others, user)}
            self.change(message, reactions={key: users for key, users in kept.items() if users}, quiet=True)
        self.on_reaction("reaction_removed" if remove else "reaction_added", user, message, name)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The root and its replies, oldest first; what was deleted is gone."""
        with self.lock:
            found = [m for m in self.messages.get(channel, {}).values() if not m.deleted]
            return sorted((m for m in found if m.root == ts), key=lambda m: m.ts)

    def begin(self, call: Call) -> int:
        with self.lock:
            self.calls.append(call)
            return len(self.calls) - 1

    def finish(self, number: int, outcome: str, status: int = 200, error: str = "") -> None:
        with self.changed:
            ended = replace(self.calls[number], outcome=outcome, status=status, error=error)
            self.calls[number] = replace(ended, ended=self.clock.now())
            self.note()

    def record(self, delivery: Delivery) -> None:
        with self.changed:
            self.deliveries.append(delivery)
            self.note()

    def named(self, blocks: tuple[Json, ...]) -> tuple[Json, ...]:
        """Blocks with an id each: their sender's, or one of Slack's."""
        return tuple(b if b.get("block_id") else {**b, "block_id": self.next_id("b")} for b in blocks)

    def _fetch(self, message: Message) -> None:
        """Slack's servers open each link of a message whose unfurling is on: remember which."""
        if message.bot and message.unfurl and not message.ephemeral_to and not message.streaming:
            self.fetched += [link.url for link in message.links if link.url not in self.fetched]
