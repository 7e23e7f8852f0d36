"""The Slack surface: one line an event."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App

from bot.events import VOTE
from bot.listeners.feedback import confirm
from bot.post import Posts

EVENTS = ("app_mention", "message.im")  # what the manifest subscribes to; a test holds the two equal
_ANY = re.compile(".*", re.DOTALL)


def register(app: App, posts: Posts, wake: Callable[[], None]) -> None:
    """What each event does. What does work is a committed row before its listener runs."""
    app.event("app_mention")(_then(wake))
    app.event("message")(_then(wake))
    app.action(VOTE)(confirm(posts))
    app.event(_ANY)(_nothing)
    for other in (app.action, app.command, app.shortcut, app.view, app.view_closed, app.options):
        other(_ANY)(_acknowledge)


def _then(wake: Callable[[], None]) -> Callable[..., None]:
    def arrived() -> None:
        wake()

    return arrived


def _nothing() -> None:
    """Not ours: acknowledged, or Slack would deliver it again and count it as failed."""


def _acknowledge(ack: Callable[[], Any]) -> None:
    ack()
