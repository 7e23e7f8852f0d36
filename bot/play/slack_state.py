"""What Slack remembers: people, channels, messages with every version, and each call and delivery."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.play.slack_text import Button, Json, Link, buttons, links, shown

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


class Clock:
    """Slack's clock: the real one, which a test can set ahead."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass(frozen=True)
class User:
    """A person or a bot; `flags` are the booleans `users.info` answers (is_admin, is_restricted, ...)."""

    id: str
    name: str
    email: str = ""
    flags: Mapping[str, bool] = field(default_factory=dict)
    team_id: str = ""


@dataclass(frozen=True)
class Group:
    """A user group: people who are addressed, and may read, together."""

    id: str
    handle: str
    users: tuple[str, ...] = ()
    disabled: bool = False


@dataclass
class Channel:
    """`kind` is channel (public), group (private), im or mpim."""

    id: str
    name: str
    kind: str = "channel"
    members: set[str] = field(default_factory=set)
    is_ext_shared: bool = False
    is_archived: bool = False
    opened: float = 0.0


@dataclass(frozen=True)
class Version:
    """A message as it was shown from `at` on."""

    at: float
    text: str
    blocks: tuple[Json, ...]

    @property
    def shown(self) -> str:
        return shown(self.text, self.blocks)


@dataclass(frozen=True)
class Message:
    """A message as it is now. `history` holds every version a person could have seen, this one last."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread_ts: str = ""
    bot: bool = False
    metadata: Json | None = None
    ephemeral_to: str = ""
    streaming: str = ""
    deleted: bool = False
    unfurl: bool = True
    unfurl_flags: Mapping[str, bool] = field(default_factory=dict)
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    subtype: str = ""
    edited: int = 0
    history: tuple[Version, ...] = ()

    @property
    def root(self) -> str:
        return self.thread_ts or self.ts

    @property
    def shown(self) -> str:
        return shown(self.text, self.blocks)

    @property
    def links(self) -> list[Link]:
        return links(self.text, self.blocks)

    @property
    def buttons(self) -> list[Button]:
        return buttons(self.blocks)


@dataclass(frozen=True)
class Call:
    """One call of the Web API. `outcome`: open, ok, error, http, cut. Tokens are kept by kind only."""

    method: str
    args: Json
    token: str
    started: float
    outcome: str = "open"
    ended: float = 0.0
    status: int = 200
    error: str = ""


@dataclass(frozen=True)
class Delivery:
    """One attempt to hand something to the app. `acked_ms` is None where no ack came in time."""

    id: str
    kind: str
    event_type: str
    attempt: int
    started: float
    via: str
    acked_ms: float | None = None
    reason: str = ""
    status: int = 0
    response: Json | None = None


@dataclass
class Stream:
    """A message being streamed; `ended` says how it stopped taking text."""

    started: float
    parts: list[Json] = field(default_factory=list)
    ended: str = ""


@dataclass
class ResponseUrl:
    """Where an app may answer a press or a command: five times within 30 minutes."""

    channel: str
    user: str
    message_ts: str
    made: float
    uses: int = 0


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
        self.triggers: dict[str, tuple[float, bool]] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.on_change: Callable[[str, Message, Message | None], None] = lambda kind, new, old: None
        self._last_ts, self._serial, self.version = 0, 0, 0
        self.users[self.bot_user] = User(
            self.bot_user, self.bot_name, flags={"is_bot": True}, team_id=team_id
        )

    def note(self) -> None:
        """Something changed: wake whoever waits. Call it with the lock held."""
        self.version += 1
        self.changed.notify_all()

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

    def message(self, channel: str, ts: str) -> Message | None:
        with self.lock:
            found = self.messages.get(channel, {}).get(ts)
            return None if found is None or found.deleted else found

    def store(self, message: Message) -> Message:
        """Keep a new message; block ids are given where the sender gave none."""
        with self.changed:
            blocks = self._named(message.blocks)
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
                changes["blocks"] = self._named(changes["blocks"])
            new = replace(old, **changes)
            if (new.text, new.blocks) != (old.text, old.blocks):
                new = replace(new, history=(*old.history, Version(self.clock.now(), new.text, new.blocks)))
                self._fetch(new)
            self.messages[message.channel][message.ts] = new
            self.note()
        if not quiet:
            self.on_change("deleted" if new.deleted else "edited", new, old)
        return new

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

    def _named(self, blocks: tuple[Json, ...]) -> tuple[Json, ...]:
        return tuple(b if b.get("block_id") else {**b, "block_id": self.next_id("b")} for b in blocks)

    def _fetch(self, message: Message) -> None:
        """Slack's servers open each link of a message whose unfurling is on: remember which."""
        if message.bot and message.unfurl and not message.ephemeral_to and not message.streaming:
            self.fetched += [link.url for link in message.links if link.url not in self.fetched]
