"""What Slack remembers, one record each: people, channels, messages with every version, calls, files."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.play.slack_text import Button, Json, Link, buttons, links, shown


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
    locale: str = "en-US"

    @property
    def bot_id(self) -> str:
        """Of a bot, what its messages carry; of a person nothing."""
        return f"B{self.id[1:]}" if self.flags.get("is_bot") else ""


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
    files: tuple[Json, ...] = ()
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


@dataclass(frozen=True)
class File:
    """A file as it was shared; whoever downloads it shows a token."""

    id: str
    name: str
    mimetype: str
    content: bytes
    user: str
    shared: float


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


@dataclass
class Trigger:
    """Lets an app open one modal for `user` until `expires`; from inside a modal also one upon `view`."""

    user: str
    expires: float
    view: str = ""
    used: bool = False
