"""What people do in the workspace in: messages, presses, commands; what Slack tells the app about it out."""

from __future__ import annotations

from dataclasses import replace

from bot.play import slack_events as events
from bot.play.slack_delivery import Courier, Outcome, Parcel
from bot.play.slack_state import Channel, Group, Message, User, Workspace
from bot.play.slack_streams import set_session, stop_by_user
from bot.play.slack_text import Json, mrkdwn_spans
from bot.play.slack_views import new_response_url, new_trigger


class People:
    """Drives a workspace. Users and channels are named by id; messages by channel and ts."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self.workspace, self._courier = workspace, courier
        self._parcels: dict[str, Parcel] = {}
        self.response_address = ""
        workspace.on_change = self._tell
        courier.on_end = self._answered

    def add_user(self, name: str, **flags: bool) -> str:
        """A person; `flags` as in users.info (is_admin, is_restricted, is_stranger, deleted, ...). The id."""
        with self.workspace.lock:
            id = self.workspace.next_id("U")
            user = User(id, name, f"{name}@example.com", flags, self.workspace.team_id)
            self.workspace.users[id] = user
            return id

    def add_channel(self, name: str, *members: str, kind: str = "channel", bot: bool = True) -> str:
        """A channel (`kind="group"`: private) with these people and, unless told, the bot. The id."""
        with self.workspace.lock:
            inside = set(members) | ({self.workspace.bot_user} if bot else set())
            channel = Channel(
                self.workspace.next_id("C"), name, kind, inside, opened=self.workspace.clock.now()
            )
            self.workspace.channels[channel.id] = channel
            return channel.id

    def add_group(self, handle: str, *users: str) -> str:
        """A user group with these people, or with others than before. The id."""
        with self.workspace.lock:
            known = [group.id for group in self.workspace.groups.values() if group.handle == handle]
            id = known[0] if known else self.workspace.next_id("S")
            self.workspace.groups[id] = Group(id, handle, users)
            return id

    def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> str:
        """A person posts; Slack sends what the app subscribed to. The ts."""
        with self.workspace.lock:
            place = self.workspace.channels[channel]
            place.members.add(user)
            ts = self.workspace.next_ts()
            written = events.typed(text)
            self.workspace.store(Message(channel, ts, user, written, _rich(written), thread_ts, unfurl=False))
            return ts

    def mention(self, user: str, channel: str, text: str, thread_ts: str = "") -> str:
        """A person addresses the bot: in a channel it has joined, two events with two ids. The ts."""
        name = f"<@{self.workspace.bot_user}>"
        return self.say(user, channel, text if name in text else f"{name} {text}", thread_ts)

    def dm(self, user: str, text: str, thread_ts: str = "") -> str:
        """A person writes to the bot directly. The ts; the channel is `dm_channel(user)`."""
        return self.say(user, self.dm_channel(user), text, thread_ts)

    def dm_channel(self, user: str) -> str:
        return self.workspace.dm(user).id

    def edit(self, channel: str, ts: str, text: str) -> None:
        """A person edits their message."""
        written = events.typed(text)
        message = self._message(channel, ts)
        self.workspace.change(message, text=written, blocks=_rich(written), edited=message.edited + 1)

    def delete(self, channel: str, ts: str) -> None:
        self.workspace.change(self._message(channel, ts), deleted=True)

    def react(self, user: str, channel: str, ts: str, name: str, remove: bool = False) -> None:
        """A person adds a reaction, or takes it back."""
        message = self._message(channel, ts)
        others = tuple(known for known in message.reactions.get(name, ()) if known != user)
        kept = {**message.reactions, name: others if remove else (*others, user)}
        reactions = {key: users for key, users in kept.items() if users}
        self.workspace.change(message, reactions=reactions, quiet=True)
        kind = "reaction_removed" if remove else "reaction_added"
        if kind in self.workspace.subscriptions:
            self._send(events.reaction(self.workspace, kind, user, message, name))

    def click(self, user: str, channel: str, ts: str, action_id: str, value: str = "") -> str:
        """A person presses a button; of feedback buttons the side with `value`. The trigger_id."""
        message = self._message(channel, ts)
        shown = [button for button in message.buttons if button.action_id == action_id]
        button = next((b for b in shown if value in ("", b.value)), None)
        if button is None:
            raise ValueError(f"no button {action_id} with value {value!r} in that message: {shown}")
        handles = self._handles(channel, user, ts)
        self._send(events.press(self.workspace, user, message, button, handles))
        return handles["trigger_id"]

    def slash(self, user: str, command: str, text: str = "", channel: str = "") -> str:
        """A person types a slash command, by default in their DM with the bot. The trigger_id."""
        channel = channel or self.dm_channel(user)
        handles = self._handles(channel, user)
        self._send(events.command(self.workspace, user, channel, (command, text), handles))
        return handles["trigger_id"]

    def shortcut(self, user: str, callback_id: str, channel: str = "", ts: str = "") -> str:
        """A global shortcut, or one on the message at `channel` and `ts`. The trigger_id."""
        trigger = new_trigger(self.workspace)
        message = self._message(channel, ts) if ts else None
        self._send(events.shortcut(self.workspace, user, callback_id, trigger, message))
        return trigger

    def view_submission(self, user: str, callback_id: str, values: Json) -> Json:
        """A person submits the newest modal with `callback_id`; `values` by block and action id. The view."""
        with self.workspace.lock:
            opened = [view for view in self.workspace.views.values() if view["callback_id"] == callback_id]
            if not opened:
                raise ValueError(f"no open view has the callback_id {callback_id}")
            view = {**opened[-1], "state": {"values": values}}
            del self.workspace.views[view["id"]]
        self._send(events.submission(self.workspace, user, view, new_trigger(self.workspace)))
        return view

    def open_home(self, user: str, tab: str = "home") -> str:
        """A person opens the app's home or messages tab. The event_id."""
        event: Json = {"type": "app_home_opened", "user": user, "tab": tab, "channel": self.dm_channel(user)}
        if user in self.workspace.homes and tab == "home":
            event["view"] = self.workspace.homes[user]
        return self.raw_event(event | {"event_ts": self.workspace.next_ts()})

    def stop_session(self, user: str, channel: str, ts: str) -> list[str]:
        """A person presses Stop on the loader of a thread; the streams Slack stopped."""
        with self.workspace.lock:
            stopped = stop_by_user(self.workspace, channel, ts)
            set_session(self.workspace, channel, ts, status="active")
        about = {"type": "agent_session_stopped", "channel": channel, "thread_ts": ts, "user": user}
        if "agent_session_stopped" in self.workspace.subscriptions:
            self.raw_event(about | {"streaming_message_ts": stopped, "event_ts": self.workspace.next_ts()})
        return stopped

    def raw_event(self, event: Json, event_id: str = "") -> str:
        """Any event, wrapped and sent as it is. The event_id."""
        parcel = events.callback(self.workspace, event, event_id)
        self._send(parcel)
        return parcel.id

    def redeliver(self, event_id: str, copies: int = 1) -> None:
        """The same event_id again, `copies` times at once, over as many sockets as there are."""
        for _ in range(copies):
            self._courier.send(self._parcels[event_id])

    def events_about(self, channel: str, ts: str) -> list[str]:
        """Ids of the events sent about the message, in order: a mention in a channel has two."""
        with self.workspace.lock:
            parcels = [p for p in self._parcels.values() if p.kind == "events_api"]
            sent = [(p.id, p.payload["event"]) for p in parcels]
            return [id for id, event in sent if event.get("channel") == channel and event.get("ts") == ts]

    def _message(self, channel: str, ts: str) -> Message:
        found = self.workspace.message(channel, ts)
        if found is None:
            raise ValueError(f"no message {ts} in {channel}")
        return found

    def _handles(self, channel: str, user: str, ts: str = "") -> dict[str, str]:
        url = self.response_address + new_response_url(self.workspace, channel, user, ts)
        return {"trigger_id": new_trigger(self.workspace), "response_url": url}

    def _tell(self, kind: str, new: Message, old: Message | None) -> None:
        for parcel in events.of_message(self.workspace, kind, new, old):
            self._send(parcel)

    def _send(self, parcel: Parcel) -> None:
        with self.workspace.lock:
            self._parcels[parcel.id] = parcel
        self._courier.send(parcel)

    def _answered(self, parcel: Parcel, outcome: Outcome) -> None:
        """The answer to a command is shown to who typed it; no answer in time is shown as Slack's error."""
        if parcel.kind != "slash_commands":
            return
        answer = (outcome.response or {}) if outcome.acked else {"text": _failed(parcel)}
        blocks = tuple(answer.get("blocks") or ())
        if not answer.get("text") and not blocks:
            return
        channel, user = parcel.payload["channel_id"], parcel.payload["user_id"]
        author = self.workspace.bot_user if outcome.acked else "USLACKBOT"
        message = Message(
            channel, self.workspace.next_ts(), author, str(answer.get("text", "")), blocks, bot=True
        )
        public = answer.get("response_type") == "in_channel"
        self.workspace.store(replace(message, ephemeral_to="" if public else user))


def _failed(parcel: Parcel) -> str:
    return f'{parcel.payload["command"]} failed with the error "operation_timeout"'


def _rich(written: str) -> tuple[Json, ...]:
    """The rich_text block that Slack adds to what a person typed."""
    elements: list[Json] = []
    for span in mrkdwn_spans(written):
        if span.url:
            elements.append(
                {"type": "link", "url": span.url} | ({"text": span.text} if span.text != span.url else {})
            )
        elif span.mention.startswith("!"):
            elements.append({"type": "broadcast", "range": span.mention[1:]})
        elif span.mention:
            kind = "user" if span.text.startswith("@") else "channel"
            elements.append({"type": kind, f"{kind}_id": span.mention})
        else:
            elements.append({"type": "text", "text": span.text})
    section = {"type": "rich_text_section", "elements": elements}
    return ({"type": "rich_text", "elements": [section]},) if elements else ()
