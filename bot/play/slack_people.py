"""What people press, type and open: buttons, commands, shortcuts, modals, the app's home, Stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.play import slack_events as events
from bot.play import slack_forms as forms
from bot.play import slack_views as views
from bot.play.slack_delivery import Courier, Outcome, Parcel
from bot.play.slack_records import Message
from bot.play.slack_state import Workspace
from bot.play.slack_streams import set_session, stop_by_user
from bot.play.slack_talk import Talk
from bot.play.slack_text import Button, Json, buttons


class People(Talk):
    """Drives a workspace. Users and channels are named by id; messages by channel and ts."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        super().__init__(workspace, courier)
        self.response_address = ""
        courier.on_end = self._answered

    def click(self, user: str, channel: str, ts: str, action_id: str, value: str = "") -> str:
        """A person presses a button; of feedback buttons the side with `value`. The trigger_id."""
        message = self._message(channel, ts)
        button = _button(message.buttons, action_id, value)
        handles = self._handles(channel, user, ts)
        self._send(events.press(self.workspace, user, message, button, handles))
        return handles["trigger_id"]

    def press(self, user: str, view_id: str, action_id: str, value: str = "") -> str:
        """A person presses a button in a modal, or on the app's home. The trigger_id."""
        with self.workspace.lock:
            view = self.workspace.views[view_id]
            button = _button(buttons(view["blocks"]), action_id, value)
            inside = view_id if view["type"] == "modal" else ""
            trigger = views.new_trigger(self.workspace, user, inside)
        self._send(events.press_in_view(self.workspace, user, view, button, trigger))
        return trigger

    def click_home(self, user: str, action_id: str, value: str = "") -> str:
        """A person presses a button on the app's home, as it was published for them. The trigger_id."""
        return self.press(user, self.workspace.homes[user]["id"], action_id, value)

    def slash(self, user: str, command: str, text: str = "", channel: str = "") -> str:
        """A person types a slash command, by default in their DM with the bot. The trigger_id."""
        channel = channel or self.dm_channel(user)
        handles = self._handles(channel, user)
        self._send(events.command(self.workspace, user, channel, (command, text), handles))
        return handles["trigger_id"]

    def shortcut(self, user: str, callback_id: str, channel: str = "", ts: str = "") -> str:
        """A global shortcut, or one on the message at `channel` and `ts`. The trigger_id."""
        if not ts:
            trigger = views.new_trigger(self.workspace, user)
            self._send(events.shortcut(self.workspace, user, callback_id, trigger))
            return trigger
        message, handles = self._message(channel, ts), self._handles(channel, user, ts)
        if message.ephemeral_to:
            raise ValueError("a message that only one person sees has no shortcuts")
        self._send(events.message_shortcut(self.workspace, user, callback_id, message, handles))
        return handles["trigger_id"]

    def modal(self, user: str) -> Json | None:
        """The modal that this person has before them."""
        with self.workspace.lock:
            open_ones = self.workspace.modals.get(user, [])
            return self.workspace.views[open_ones[-1]] if open_ones else None

    def submit(self, user: str, callback_id: str, answers: Mapping[str, str | list[str]]) -> Json:
        """A person fills in the modal and submits it; `answers` by action id: words, a value or values."""
        view = views.opened(self.workspace, user, callback_id)
        return self.view_submission(user, callback_id, forms.values(view["blocks"], answers))

    def view_submission(self, user: str, callback_id: str, values: Json) -> Json:
        """A person submits their newest modal with `callback_id`; `values` by block and action id. The view.

        The modal stays until the app answers: then it is gone, or shows what the answer says.
        """
        with self.workspace.lock:
            view = views.opened(self.workspace, user, callback_id)
            view = {**view, "state": {"values": values}}
            trigger = views.new_trigger(self.workspace, user, view["id"])
        self._send(events.submission(self.workspace, user, view, trigger))
        return view

    def close_modal(self, user: str) -> None:
        """A person closes the modal before them; the app hears of it if the view says notify_on_close."""
        view = self.modal(user)
        if view is None:
            raise ValueError("no modal is open")
        views.shut(self.workspace, user, view["id"])
        if view.get("notify_on_close"):
            self._send(events.closing(self.workspace, user, view))

    def open_home(self, user: str, tab: str = "home") -> str:
        """A person opens the app's home or messages tab. The event_id, if that is subscribed."""
        event: Json = {"type": "app_home_opened", "user": user, "tab": tab, "channel": self.dm_channel(user)}
        if user in self.workspace.homes and tab == "home":
            event["view"] = self.workspace.homes[user]
        return self._event(event)

    def stop_session(self, user: str, channel: str, ts: str) -> list[str]:
        """A person presses Stop on the loader of a thread; the streams Slack stopped. The status stays."""
        with self.workspace.lock:
            stopped = stop_by_user(self.workspace, channel, ts)
        about = {"type": "agent_session_stopped", "channel": channel, "thread_ts": ts, "user": user}
        self._event(about | {"streaming_message_ts": stopped})
        return stopped

    def rename_session(self, user: str, channel: str, ts: str, title: str) -> None:
        """A person gives the session of a thread another title."""
        set_session(self.workspace, channel, ts, title=title)
        about = {"type": "agent_session_title_changed", "channel": channel, "thread_ts": ts, "user": user}
        self._event(about | {"title": title})

    def _handles(self, channel: str, user: str, ts: str = "") -> dict[str, str]:
        url = self.response_address + views.new_response_url(self.workspace, channel, user, ts)
        return {"trigger_id": views.new_trigger(self.workspace, user), "response_url": url}

    def _answered(self, parcel: Parcel, outcome: Outcome) -> None:
        """The answer to a command or a modal is shown to its person; no answer in time as Slack's error."""
        if parcel.kind == "slash_commands":
            self._command_answered(parcel, outcome)
        elif parcel.payload.get("type") == "view_submission":
            views.submitted(
                self.workspace, parcel.payload, (outcome.response or {}) if outcome.acked else None
            )
        elif parcel.kind == "interactive" and not outcome.acked:
            self.workspace.trouble(parcel.payload["user"]["id"], "Slack was not answered in time.")

    def _command_answered(self, parcel: Parcel, outcome: Outcome) -> None:
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


def _button(shown: list[Button], action_id: str, value: str) -> Button:
    known = [button for button in shown if button.action_id == action_id]
    found = next((button for button in known if value in ("", button.value)), None)
    if found is None:
        raise ValueError(f"no button {action_id} with value {value!r} there: {known}")
    return found


def _failed(parcel: Parcel) -> str:
    return f'{parcel.payload["command"]} failed with the error "operation_timeout"'
