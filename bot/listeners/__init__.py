"""What Slack is told at once of each event, and the handlers of what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App

from bot.blocks.sources import QUOTES
from bot.events import REVIEW, VOTE
from bot.events.votes import WHY
from bot.listeners.feedback import Feedback
from bot.listeners.review import Reviewing

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
_ANY = re.compile(".*", re.DOTALL)


def register(app: App, feedback: Feedback, reviewing: Reviewing | None = None) -> None:
    """What Slack is told at once of each event. What does work is a committed row by then, and woken."""
    app.action(VOTE)(feedback.voted)
    app.action(re.compile(QUOTES))(feedback.quotes)
    app.view(WHY)(feedback.told)
    if reviewing:
        app.view(re.compile(REVIEW))(reviewing.sent)
    app.event(_ANY)(_nothing)
    for other in (app.action, app.command, app.shortcut, app.view, app.view_closed, app.options):
        other(_ANY)(_acknowledge)


def _nothing() -> None:
    """An event is acknowledged, also one that is not ours: Slack would deliver it again, and count it as
    failed."""


def _acknowledge(ack: Callable[[], Any]) -> None:
    ack()
