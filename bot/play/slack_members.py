"""Who is there: people, guests, strangers and other bots, the channels they are in, their user groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from bot.play import slack_events as events
from bot.play.slack_delivery import Courier, Parcel
from bot.play.slack_records import Channel, Group, User
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json

Kind = Literal["channel", "group", "im", "mpim"]
ELSEWHERE = "T0ELSEWHERE"  # the team of strangers


class Members:
    """The people of a workspace and where they are. Everybody and every place is named by id."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self.workspace, self._courier = workspace, courier
        self._parcels: dict[str, Parcel] = {}

    def add_user(self, name: str, *, locale: str = "en-US", team: str = "", **flags: bool) -> str:
        """A person; `flags` as in users.info (is_admin, is_restricted, is_stranger, deleted, ...). The id."""
        with self.workspace.lock:
            id = self.workspace.next_id("U")
            home = team or self.workspace.team_id
            self.workspace.users[id] = User(id, name, f"{name}@example.com", flags, home, locale)
            return id

    def add_guest(self, name: str, *, single: bool = False, locale: str = "en-US") -> str:
        """A guest of several channels or, `single`, of one only. The id."""
        return self.add_user(name, locale=locale, is_restricted=True, is_ultra_restricted=single)

    def add_stranger(self, name: str, *, locale: str = "en-US") -> str:
        """A person of another company, as Slack Connect brings them into shared channels. The id."""
        return self.add_user(name, locale=locale, team=ELSEWHERE, is_stranger=True)

    def add_bot(self, name: str) -> str:
        """The user of another app; what it says carries its bot_id. The id."""
        return self.add_user(name, is_bot=True)

    def alter_user(self, user: str, **flags: bool) -> None:
        """A person's flags change: made a guest, an admin, deactivated (`deleted=True`)."""
        with self.workspace.changed:
            known = self.workspace.users[user]
            self.workspace.users[user] = replace(known, flags={**known.flags, **flags})
            self.workspace.note()

    def add_channel(
        self, name: str, *members: str, kind: Kind = "channel", bot: bool = True, shared: bool = False
    ) -> str:
        """A channel with these people and, unless told, the bot. The id.

        `kind="group"`: private; `mpim`: a direct message among several. `shared` with another company: by
        Slack Connect, as it also is when somebody of another company is a member.
        """
        with self.workspace.changed:
            inside = set(members) | ({self.workspace.bot_user} if bot else set())
            id = self.workspace.next_id("C")
            channel = Channel(id, name, kind, inside, opened=self.workspace.clock.now())
            channel.is_ext_shared = shared or any(self._foreign(member) for member in members)
            self.workspace.channels[channel.id] = channel
            self.workspace.note()
            return channel.id

    def add_group(self, handle: str, *users: str) -> str:
        """A user group with these people, or with others than before. The id."""
        with self.workspace.lock:
            known = [group.id for group in self.workspace.groups.values() if group.handle == handle]
            id = known[0] if known else self.workspace.next_id("S")
            self.workspace.groups[id] = Group(id, handle, users)
            return id

    def join(self, user: str, channel: str) -> None:
        """Somebody (also the bot) comes in; somebody of another company makes the channel a shared one."""
        with self.workspace.changed:
            place = self.workspace.channels[channel]
            place.members.add(user)
            place.is_ext_shared = place.is_ext_shared or self._foreign(user)
            self.workspace.note()
        self._moved("member_joined_channel", user, channel)

    def leave(self, user: str, channel: str) -> None:
        """Somebody (also the bot) goes."""
        with self.workspace.changed:
            self.workspace.channels[channel].members.discard(user)
            self.workspace.note()
        self._moved("member_left_channel", user, channel)

    def alter_channel(self, channel: str, *, kind: Kind | None = None, **flags: bool) -> None:
        """A channel becomes private or public (`kind`), `is_archived` or `is_ext_shared`."""
        with self.workspace.changed:
            place = self.workspace.channels[channel]
            place.kind = kind or place.kind
            place.is_archived = flags.get("is_archived", place.is_archived)
            place.is_ext_shared = flags.get("is_ext_shared", place.is_ext_shared)
            self.workspace.note()

    def dm_channel(self, user: str) -> str:
        return self.workspace.dm(user).id

    def raw_event(self, event: Json, event_id: str = "") -> str:
        """Any event, wrapped and sent as it is. The event_id."""
        parcel = events.callback(self.workspace, event, event_id)
        self._send(parcel)
        return parcel.id

    def _event(self, event: Json) -> str:
        """An event, if the app subscribed to its kind. The event_id, or nothing."""
        if event["type"] not in self.workspace.subscriptions:
            return ""
        return self.raw_event({"event_ts": self.workspace.next_ts(), **event})

    def _send(self, parcel: Parcel) -> None:
        with self.workspace.lock:
            self._parcels[parcel.id] = parcel
        self._courier.send(parcel)

    def _moved(self, kind: str, user: str, channel: str) -> None:
        place = self.workspace.channels[channel]
        if self.workspace.bot_user in place.members | {user}:
            where = {"channel": channel, "channel_type": "C" if place.kind == "channel" else "G"}
            self._event({"type": kind, "user": user, "team": self.workspace.users[user].team_id, **where})

    def _invited_only(self, user: str) -> bool:
        """Whether somebody is a guest: they are where they were invited, and nowhere else."""
        known = self.workspace.users.get(user)
        return known is not None and any(known.flags.get(f) for f in ("is_restricted", "is_ultra_restricted"))

    def _foreign(self, user: str) -> bool:
        known = self.workspace.users.get(user)
        return known is not None and known.team_id != self.workspace.team_id
