"""Credentials, state and an answering function in; the Slack side, running, out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.channels import GONE, Switches
from bot.house import House, parts
from bot.inbox import Inbox, Receipt
from bot.jobs import Jobs
from bot.listeners import register
from bot.log import frames
from bot.meters import Meters
from bot.posting.calling import Refused, Unclear, client, verify
from bot.tracing import NONE, Traces
from retrieval.passage import SettingError

log = logging.getLogger("footnote.app")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What Slack gave us, and where Slack is."""

    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Service:
    """The Slack side: `app` takes what comes in, `jobs` does the work."""

    app: App
    jobs: Jobs
    slack: WebClient
    switches: Switches

    def start(self, where: str | Path, *, alone: bool) -> None:
        """Checks the token as far as Slack can be asked, then works. `where` as in Jobs.launch.

        Raises SettingError for a token that Slack refuses; a Slack that cannot be asked stops nothing.
        """
        try:
            verify(self.slack)
            if self.switches.gone():  # installed again since
                self.switches.turn(GONE, "", on=False)
        except Refused as error:
            raise SettingError(
                f"SLACK_BOT_TOKEN: Slack refuses it ({error}). Copy the bot token again from your app's "
                "page, OAuth & Permissions, or run footnote setup."
            ) from None
        except Unclear:
            log.warning("Slack could not be asked whether the bot token is good; starting anyway")
        self.jobs.launch(where, alone=alone)


def build(credentials: Credentials, engine: sa.Engine, house: House) -> Service:
    """Everything wired, nothing started."""
    silence()
    told = house.meters
    slack = client(credentials.bot_token, credentials.api_url, seen=told.called, clock=told.offset)
    made = parts(house, engine, slack)
    jobs = Jobs(made.inbox, engine, made.handlers, house.traces)
    app = App(
        logger=logging.getLogger("slack_bolt"),
        name="slack_bolt.listeners",  # Bolt sets the level of the logger of this name
        client=client("", credentials.api_url),
        signing_secret=credentials.signing_secret,
        authorize=_authorize(credentials.bot_token),
        before_authorize=keep(made.inbox, jobs.wake, house.meters, house.traces),
        listener_executor=ThreadPoolExecutor(10, thread_name_prefix="footnote-listener"),
        attaching_conversation_kwargs_enabled=False,
    )
    register(app, made.feedback, made.reviewing)
    return Service(app, jobs, slack, made.switches)


def keep(
    inbox: Inbox, wake: Callable[[], None], meters: Meters, traces: Traces = NONE
) -> Callable[..., BoltResponse | None]:
    """What Bolt calls before it authorises: an event goes on only when it is on disk; then work begins."""

    def store(body: Mapping[str, Any], next: Callable[[], None]) -> BoltResponse | None:
        began = time.time()
        try:
            with meters.acknowledging():
                receipt = inbox.store(body)
        except Exception as error:
            log.error("not stored, not acknowledged: event=%s %s", body.get("event_id", ""), frames(error))
            meters.received("lost")
            return BoltResponse(status=500, body="")
        meters.received(str(receipt))
        if receipt is Receipt.DUPLICATE:
            return BoltResponse(status=200, body="")
        if receipt is Receipt.STORED:
            traces.part(str(body.get("event_id") or ""), "event", began)
            wake()  # here, as the way through Bolt to a listener takes longer than the rest of the ack
        next()
        return None

    return store


def _authorize(token: str) -> Callable[..., AuthorizeResult]:
    """One workspace, one token: nothing to ask Slack on the way to an acknowledgement."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    return authorize


def silence() -> None:
    """Foreign loggers that print bodies, words or tokens, most of them with their warnings."""
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)  # its children take the level from it
    logging.getLogger("slack_sdk").setLevel(logging.ERROR)
