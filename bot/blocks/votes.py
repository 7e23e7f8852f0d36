"""The buttons under an answer: votes, the owner, sharing."""

from __future__ import annotations

from typing import Any

from bot.events import PRESS, VOTE
from bot.phrases import say

Block = dict[str, Any]

OWNER = "owner"  # actions whose work is a row; value: <answer>:<owner>
SOLVED = "solved"  # value: <answer>:<owner>
SHARE = "share"  # value: <answer> <question>: Slack keeps the words there, we erase them
QUESTION = 1500  # characters of it


def votes(answer: str, locale: str = "") -> Block:
    """The two buttons; what they send names the answer."""
    sides = {
        f"{side}_button": {
            "text": {"type": "plain_text", "text": say(label, locale)},
            "accessibility_label": say(spoken, locale),
            "value": f"{value}:{answer}",
        }
        for side, label, spoken, value in (
            ("positive", "helpful", "helpful_spoken", "up"),
            ("negative", "not_helpful", "not_helpful_spoken", "down"),
        )
    }
    return {
        "type": "context_actions",
        "elements": [{"type": "feedback_buttons", "action_id": VOTE, **sides}],
    }


def button(action: str, label: str, value: str, *, primary: bool = False) -> Block:
    """A button in a row of them."""
    style = {"style": "primary"} if primary else {}
    text = {"type": "plain_text", "text": label, "emoji": False}
    return {"type": "button", "action_id": PRESS + action, "text": text, "value": value, **style}
