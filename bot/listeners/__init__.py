"""The Slack surface: one line an event."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App

from bot.blocks.sources import QUOTES
from bot.events import COMMAND, PRESS, SHORTCUT, VOTE
from bot.events.votes import WHY
from bot.listeners.feedback import Feedback

EVENTS = (  # what the manifest subscribes to; a test holds the two equal
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)
_WORK = re.compile("app_mention|message|app_home_opened|agent_session_stopped|app_uninstalled|tokens_revoked")
_ANY = re.compile(".*", re.DOTALL)


def register(app: App, feedback: Feedback, wake: Callable[[], None]) -> None:
    """What each event does. What does work is a committed row before its listener runs."""
    app.event(_WORK)(_then(wake))
    app.action(VOTE)(feedback.voted)
    app.action(re.compile(QUOTES))(feedback.quotes)
    app.view(WHY)(feedback.told)
    app.action(re.compile(PRESS))(_acknowledged(wake))
    app.command(COMMAND)(_acknowledged(wake))
    app.shortcut(SHORTCUT)(_acknowledged(wake))
    app.event(_ANY)(_nothing)
    for other in (app.action, app.command, app.shortcut, app.view, app.view_closed, app.options):
        other(_ANY)(_acknowledge)


def _then(wake: Callable[[], None]) -> Callable[..., None]:
    def arrived() -> None:
        wake()

    return arrived


def _acknowledged(wake: Callable[[], None]) -> Callable[..., None]:
    def arrived(ack: Callable[[], Any]) -> None:
        ack()
        wake()

    return arrived


def _nothing() -> None:
    """Not ours: acknowledged, or Slack would deliver it again and count it as failed."""


def _acknowledge(ack: Callable[[], Any]) -> None:
    ack()
