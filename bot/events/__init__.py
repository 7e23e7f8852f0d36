"""What Slack sends in; what is asked of the bot out, as a row, a vote or a stop. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.events.changed import CHANGED, parse_changed
from bot.events.other import PRESS, Stop, parse_event, parse_press, parse_stop
from bot.events.question import COMMAND, SHORTCUT, parse_command, parse_question, parse_shortcut
from bot.events.review import REVIEW, parse_review
from bot.events.row import Row, bot_user, spoken
from bot.events.votes import VOTE, Reaction, parse_ballot, parse_vote

__all__ = [
    "CHANGED",
    "COMMAND",
    "PRESS",
    "REVIEW",
    "SHORTCUT",
    "VOTE",
    "Reaction",
    "Row",
    "Stop",
    "bot_user",
    "parse",
    "parse_ballot",
    "parse_question",
    "parse_review",
    "parse_stop",
    "parse_vote",
    "spoken",
]
_KINDS = (
    parse_question,
    parse_command,
    parse_shortcut,
    parse_press,
    parse_review,
    parse_event,
    parse_changed,
)


def parse(body: Mapping[str, Any]) -> Row | None:
    """What is to be done about it. None: nothing that has to be kept."""
    return next((row for kind in _KINDS if (row := kind(body))), None)
