"""What people say in the workspace: messages, files, edits, reactions; Slack tells the app about them."""

from __future__ import annotations

from dataclasses import replace

from bot.play import slack_events as events
from bot.play import slack_files as files
from bot.play.slack_delivery import Courier
from bot.play.slack_forms import FormError
from bot.play.slack_members import Members
from bot.play.slack_records import Message
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json, mrkdwn_spans

_UNINVITED = (
    "{guest} is a guest, and #{channel} is none of the channels that they were invited to: in Slack a guest "
    "neither sees nor writes in others."
)


class Talk(Members):
    """What is said, named by channel and ts."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        super().__init__(workspace, courier)
        workspace.on_change, workspace.on_reaction = self._tell, self._reacted

    def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> str:
        """A person (or another bot) posts; Slack sends what the app subscribed to. The ts."""
        return self._said(user, channel, text, thread_ts).ts

    def share(self, user: str, channel: str, text: str, *shared: str, thread_ts: str = "") -> str:
        """A person posts with files, made by `add_file`: a message of the subtype file_share. The ts."""
        with self.workspace.lock:
            found = [self.workspace.files[id] for id in shared]
            abroad = self.workspace.channels[channel].is_ext_shared
            told = [files.hinted(f) if abroad else files.described(self.workspace, f) for f in found]
        return self._said(user, channel, text, thread_ts, tuple(told)).ts

    def add_file(self, user: str, name: str, content: bytes | str, mimetype: str = "") -> str:
        """A file of this person's, to be shared; its type is guessed from its name. The id."""
        data = content.encode() if isinstance(content, str) else content
        return files.keep(self.workspace, user, name, data, mimetype).id

    def mention(self, user: str, channel: str, text: str, thread_ts: str = "") -> str:
        """A person addresses the bot: in a channel it has joined, two events with two ids. The ts."""
        name = f"<@{self.workspace.bot_user}>"
        return self.say(user, channel, text if name in text else f"{name} {text}", thread_ts)

    def dm(self, user: str, text: str, thread_ts: str = "") -> str:
        """A person writes to the bot directly. The ts; the channel is `dm_channel(user)`."""
        return self.say(user, self.dm_channel(user), text, thread_ts)

    def edit(self, channel: str, ts: str, text: str) -> None:
        """A person edits their message."""
        written = events.typed(text)
        message = self._message(channel, ts)
        self.workspace.change(message, text=written, blocks=_rich(written), edited=message.edited + 1)

    def delete(self, channel: str, ts: str) -> None:
        self.workspace.change(self._message(channel, ts), deleted=True)

    def unfurl(self, channel: str, ts: str) -> None:
        """Slack adds previews to a message: to the app that looks like an edit."""
        message = self._message(channel, ts)
        self._tell("edited", message, message)

    def react(self, user: str, channel: str, ts: str, name: str, remove: bool = False) -> None:
        """A person adds a reaction, or takes it back; the app hears of it in channels that it is in."""
        message = self._message(channel, ts)
        if message.ephemeral_to:
            raise ValueError("nobody can react to a message that only one person sees")
        self.workspace.react(user, message, name, remove)

    def parcel(self, id: str) -> Json:
        """What was sent under this event_id or trigger_id, as the app received it."""
        with self.workspace.lock:
            return self._parcels[id].payload

    @property
    def events(self) -> list[Json]:
        """The inner events of all that was sent, in order."""
        with self.workspace.lock:
            return [p.payload["event"] for p in self._parcels.values() if p.kind == "events_api"]

    @property
    def interactions(self) -> list[Json]:
        """Presses, shortcuts, commands and modals that were sent, in order."""
        with self.workspace.lock:
            return [p.payload for p in self._parcels.values() if p.kind != "events_api"]

    def events_about(self, channel: str, ts: str) -> list[str]:
        """Ids of the events sent about the message, in order: a mention in a channel has two."""
        with self.workspace.lock:
            parcels = [p for p in self._parcels.values() if p.kind == "events_api"]
            sent = [(p.id, p.payload["event"]) for p in parcels]
            return [id for id, event in sent if event.get("channel") == channel and event.get("ts") == ts]

    def redeliver(self, event_id: str, copies: int = 1) -> None:
        """The same event_id again, `copies` times at once, over as many sockets as there are."""
        for _ in range(copies):
            self._courier.send(self._parcels[event_id])

    def _said(
        self, user: str, channel: str, text: str, thread_ts: str, shared: tuple[Json, ...] = ()
    ) -> Message:
        with self.workspace.lock:
            place = self.workspace.channels[channel]
            if user not in place.members and self._invited_only(user):
                raise FormError(_UNINVITED.format(guest=self.workspace.users[user].name, channel=place.name))
            place.members.add(user)
            written, kind = events.typed(text), "file_share" if shared else ""
            ts, blocks = self.workspace.next_ts(), _rich(written)
            message = Message(channel, ts, user, written, blocks, thread_ts, unfurl=False, subtype=kind)
            return self.workspace.store(replace(message, files=shared))

    def _message(self, channel: str, ts: str) -> Message:
        found = self.workspace.message(channel, ts)
        if found is None:
            raise ValueError(f"no message {ts} in {channel}")
        return found

    def _tell(self, kind: str, new: Message, old: Message | None) -> None:
        for parcel in events.of_message(self.workspace, kind, new, old):
            self._send(parcel)

    def _reacted(self, kind: str, user: str, message: Message, name: str) -> None:
        inside = self.workspace.bot_user in self.workspace.channels[message.channel].members
        if inside and kind in self.workspace.subscriptions:
            self._send(events.reaction(self.workspace, kind, user, message, name))


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
