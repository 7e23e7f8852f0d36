"""A stand-in for Slack that real Bolt talks to over real sockets: people act, the app answers, tests read.

with SlackStandIn(mode="socket") as slack:
    ada = slack.add_user("ada")
    help_desk = slack.add_channel("help", ada)
    ts = slack.mention(ada, help_desk, "how long is parental leave?")
    answer = slack.wait_for_reply(help_desk, ts, timeout=10)
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine
from random import Random
from types import TracebackType
from typing import Any, Literal, Self, Unpack

from starlette.routing import BaseRoute

from bot.play import slack_files, slack_streams
from bot.play.slack_api import Api
from bot.play.slack_delivery import Courier, Timing, Transport
from bot.play.slack_faults import How
from bot.play.slack_library import Library, Reading
from bot.play.slack_openid import OpenId
from bot.play.slack_page import Page
from bot.play.slack_people import People
from bot.play.slack_push import Push
from bot.play.slack_records import Call, Clock, Delivery, Message
from bot.play.slack_server import Server, application, routes
from bot.play.slack_sockets import Sockets
from bot.play.slack_state import Workspace
from bot.play.slack_text import Json
from retrieval.passage import Audience, Passage

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-play", "xapp-play", "play-signing-secret"


class SlackStandIn(People):
    """One workspace, one app. It outlives the app: kill and restart that, the events keep coming."""

    def __init__(
        self,
        mode: Literal["socket", "http"] = "socket",
        *,
        port: int = 0,
        timing: Timing | None = None,
        clock: Clock | None = None,
        reading: Reading | None = None,
    ) -> None:
        """`reading` gives what readers may read of a document, for the pages that cited numbers open."""
        timing = timing or Timing()
        workspace = Workspace(clock=clock)
        self.mode = mode
        self.bot_token, self.app_token, self.signing_secret = BOT_TOKEN, APP_TOKEN, SIGNING_SECRET
        self.events_url, self.interactivity_url, self.commands_url = "", "", ""
        self._sockets = Sockets(workspace, timing)
        self._push = Push(workspace, SIGNING_SECRET, timing.ack_timeout, self._address)
        transport: Transport = self._sockets if mode == "socket" else self._push
        super().__init__(workspace, Courier(workspace, timing, transport))
        self.library = Library(workspace, reading or _nothing)
        self._api = Api(workspace, {BOT_TOKEN: "bot", APP_TOKEN: "app"}, self._sockets.ticket)
        self._server = Server(application(self._routes()), port)
        self.url = workspace.address = f"http://{self._server.address}"
        self.api_url = f"{self.url}/api/"
        self.response_address = f"{self.url}/respond/"
        self._sockets.address = f"ws://{self._server.address}/link"

    def _routes(self) -> list[BaseRoute]:
        files = slack_files.routes(self.workspace, BOT_TOKEN, self._api.faults)
        return [
            *OpenId(self.workspace).routes(),
            *routes(self._api, self.workspace, self._sockets),
            *files,
            *Page(self).routes(),
            *self.library.routes(),
        ]

    def install(self, manifest: Json) -> None:
        """The app as this manifest has it: its events, scopes, commands, shortcuts and suggestions."""
        self.workspace.install(manifest)

    def start(self) -> Self:
        self._server.start()
        self._courier.start(self._server.loop)
        return self

    def stop(self) -> None:
        """End everything under way, close every socket and thread."""
        self.workspace.closing = True
        self._courier.stop()
        self._server.stop()
        self._push.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which the app finds this stand-in."""
        found = {"SLACK_API_URL": self.api_url, "SLACK_BOT_TOKEN": self.bot_token}
        return found | (
            {"SLACK_APP_TOKEN": self.app_token}
            if self.mode == "socket"
            else {"SLACK_SIGNING_SECRET": self.signing_secret}
        )

    @property
    def bot_user(self) -> str:
        return self.workspace.bot_user

    @property
    def clock(self) -> Clock:
        return self.workspace.clock

    # What goes wrong

    def fail(self, method: str, **how: Unpack[How]) -> None:
        """The next `times` calls of `method` (`*`: any) fail: status, error, cut, delay, retry_after."""
        self._api.faults.add(method, how)

    def heal(self) -> None:
        """Forget the faults that were asked for and not used yet."""
        self._api.faults.clear()

    def limit_rates(self, on: bool = True, *, unlisted: bool = False) -> None:
        """Slack's rate limits, off unless asked for; `unlisted`: of an app sold outside its Marketplace."""
        self._api.rate_limits, self.workspace.unlisted = on, unlisted

    def disturb(self, rough: Callable[[Transport], Transport]) -> None:
        """From now on what is delivered goes through `rough`, where it may come late or its ack be lost."""
        self._courier.transport = rough(self._courier.transport)

    def lose_acks(self, count: int = 1) -> None:
        """The app's next `count` acks of events never reach Slack: it sends those events again."""
        self._courier.lost_acks = count

    def hold_events(self) -> None:
        """Events wait from now on, until `release_events`."""
        self._courier.hold()

    def release_events(self, shuffle: Random | None = None) -> None:
        """The events that waited come: the newest first, or in an order that `shuffle` draws."""
        self._courier.release(lambda held: shuffle.sample(held, len(held)) if shuffle else held[::-1])

    def uninstall(self) -> None:
        """Somebody removes the app: two events, and its token is good for nothing any more."""
        self._event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user]}})
        self._event({"type": "app_uninstalled"})
        self.workspace.shut_out = "account_inactive"

    def revoke_token(self) -> None:
        """The bot token alone is revoked."""
        self._event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user]}})
        self.workspace.shut_out = "token_revoked"

    def reinstall(self) -> None:
        self.workspace.shut_out = ""

    def disconnect(self, reason: str = "refresh_requested", grace: float = 0.2) -> None:
        """Slack's `disconnect` frame to every socket; all but a `warning` close after `grace` seconds."""
        self._on_loop(self._sockets.disconnect(reason, grace))

    def drop_connections(self) -> None:
        """Every socket breaks without a word."""

        async def drop() -> None:
            self._sockets.drop()

        self._on_loop(drop())

    def wait_for_connections(self, count: int = 1, timeout: float = 60.0) -> bool:
        """Whether so many sockets of the app are open, within `timeout` seconds."""
        with self.workspace.changed:
            return self.workspace.changed.wait_for(lambda: self._sockets.count >= count, timeout)

    @property
    def connections(self) -> int:
        return self._sockets.count

    def verify_url(self) -> bool:
        """Slack's url_verification: whether the app at `events_url` returns the challenge."""
        body = json.dumps(
            {"type": "url_verification", "token": "play", "challenge": "play-challenge"}
        ).encode()
        try:
            outcome = self._push.post(self._address("events_api"), body, {"Content-Type": "application/json"})
        except OSError:
            return False
        answer = outcome.response or {}
        return outcome.acked and "play-challenge" in (answer.get("challenge"), answer.get("text"))

    # What a person sees, and what the app did

    def thread(self, channel: str, ts: str) -> list[Message]:
        """The root and its replies as they are now, oldest first."""
        return self.workspace.thread(channel, ts)

    def messages(self, channel: str) -> list[Message]:
        """Everything in the channel as it is now, oldest first, threads and ephemeral messages included."""
        with self.workspace.lock:
            found = [m for m in self.workspace.messages.get(channel, {}).values() if not m.deleted]
        return sorted(found, key=lambda m: m.ts)

    def replies_to(self, channel: str, ts: str) -> list[Message]:
        """What the bot wrote after `ts` in its thread (in a DM also beside it), ephemeral ones included."""
        message = self.workspace.messages.get(channel, {}).get(ts)
        roots = {message.root if message else ts}
        alone = self.workspace.channels[channel].kind == "im"
        later = [m for m in self.messages(channel) if m.bot and m.ts > ts]
        return [m for m in later if m.root in roots or (alone and not m.thread_ts)]

    def wait_for_reply(
        self, channel: str, ts: str, timeout: float = 60.0, until: Callable[[Message], bool] | None = None
    ) -> Message:
        """The bot's first reply after `ts` for which `until` holds and that is no longer being streamed."""
        wanted = until or (lambda message: True)
        found: list[Message] = []

        def seen() -> bool:
            found[:] = [r for r in self.replies_to(channel, ts) if r.streaming != "live" and wanted(r)]
            return bool(found)

        with self.workspace.changed:
            if not self.workspace.changed.wait_for(seen, timeout):
                shown = [reply.shown for reply in self.replies_to(channel, ts)]
                raise TimeoutError(f"no such reply within {timeout} s; the bot wrote {shown}")
        return found[0]

    def wait_until(self, condition: Callable[[], bool], timeout: float = 60.0) -> bool:
        """Whether `condition` comes true within `timeout`; asked after every change."""
        with self.workspace.changed:
            return self.workspace.changed.wait_for(condition, timeout)

    def settled(self, timeout: float = 60.0) -> bool:
        """Whether every event has been acked, given up or dropped, within `timeout` seconds."""
        return self._courier.settled(timeout)

    def status(self, channel: str, ts: str) -> str:
        """Of the thread's session: processing, active, suspended, closed; empty where none began."""
        return str(self.workspace.sessions.get((channel, ts), {}).get("status", ""))

    def title(self, channel: str, ts: str) -> str:
        """Of the thread's session."""
        return str(self.workspace.sessions.get((channel, ts), {}).get("title", ""))

    def status_line(self, channel: str, ts: str) -> str:
        """The words under the thread while the bot works; Slack drops them after two minutes."""
        return slack_streams.line(self.workspace, channel, ts)

    @property
    def calls(self) -> list[Call]:
        with self.workspace.lock:
            return list(self.workspace.calls)

    @property
    def deliveries(self) -> list[Delivery]:
        with self.workspace.lock:
            return list(self.workspace.deliveries)

    @property
    def fetched(self) -> list[str]:
        """Addresses that Slack's servers would open to show a preview."""
        with self.workspace.lock:
            return list(self.workspace.fetched)

    def _address(self, kind: str) -> str:
        own = {"interactive": self.interactivity_url, "slash_commands": self.commands_url}.get(kind, "")
        return own or self.events_url

    def _on_loop(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._server.loop).result(10)


def _nothing(_: str, readers: Audience) -> tuple[Passage, ...]:
    return ()


def main() -> None:
    """Serve a workspace with one person and one channel until interrupted; print the app's settings."""
    with SlackStandIn(port=int(sys.argv[1]) if len(sys.argv) > 1 else 0) as slack:
        slack.add_channel("general", slack.add_user("ada"))
        sys.stdout.write("\n".join(f"{name}={value}" for name, value in slack.environment.items()) + "\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
