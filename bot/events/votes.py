"""A press, a reaction, a form in; the vote in it out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.events.row import bot_user, words
from model.answer import Vote

VOTE = "footnote_vote"  # action id of the feedback buttons; their value is `up:<answer>` or `down:<answer>`
WHY = "footnote_why"  # callback id of the form that asks why; its private metadata is the answer's id
REASONS = ("wrong", "other_question", "source", "outdated", "incomplete", "other")
LONGEST = 2000  # characters of a correction
_HANDS = {"+1": "up", "thumbsup": "up", "-1": "down", "thumbsdown": "down"}


@dataclass(frozen=True, slots=True)
class Reaction:
    """A thumb under a message of ours; its `vote` has no answer yet, only the message is known."""

    channel: str
    ts: str
    vote: Vote


def parse_ballot(body: Mapping[str, Any]) -> Vote | Reaction | None:
    """The vote in whatever Slack sent. None for everything else."""
    return parse_vote(body) or parse_opinion(body) or parse_reaction(body)


def parse_vote(body: Mapping[str, Any]) -> Vote | None:
    """The vote in a click on the feedback buttons. None for everything else."""
    actions = body.get("actions") or ()
    if body.get("type") != "block_actions" or not actions or actions[0].get("action_id") != VOTE:
        return None
    value, _, answer = words(actions[0].get("value"), 100).partition(":")
    voter = _voter(body)
    if value not in ("up", "down") or not 0 < len(answer) <= 64 or not voter:
        return None
    return Vote(answer, voter, value, moment(actions[0].get("action_ts")))


def parse_opinion(body: Mapping[str, Any]) -> Vote | None:
    """Why an answer did not help, as the form has it. None for everything else, and for an empty form."""
    view = body.get("view") or {}
    answer, voter = words(view.get("private_metadata"), 64), _voter(body)
    if body.get("type") != "view_submission" or view.get("callback_id") != WHY or not (answer and voter):
        return None
    said = (view.get("state") or {}).get("values") or {}
    chosen = ((said.get("reasons") or {}).get("reasons") or {}).get("selected_options") or ()
    reasons = tuple(str(one.get("value")) for one in chosen if one.get("value") in REASONS)
    correction = words(((said.get("correction") or {}).get("correction") or {}).get("value"), LONGEST).strip()
    if not reasons and not correction:
        return None
    return Vote(answer, voter, "down", datetime.now(UTC), reasons=reasons, correction=correction)


def parse_reaction(body: Mapping[str, Any]) -> Reaction | None:
    """A thumb given to a message of the bot, or taken back. None for everything else."""
    event = body.get("event") or {}
    sign = {"reaction_added": "", "reaction_removed": "-"}.get(str(event.get("type")))
    hand = _HANDS.get(str(event.get("reaction")).split("::")[0])
    if body.get("type") != "event_callback" or sign is None or hand is None:
        return None
    item, bot, voter = event.get("item") or {}, bot_user(body), words(event.get("user"), 64)
    channel, ts = words(item.get("channel"), 32), words(item.get("ts"), 32)
    if item.get("type") != "message" or not (bot and channel and ts and voter) or voter == bot:
        return None
    if event.get("item_user") != bot:
        return None
    return Reaction(channel, ts, Vote("", voter, sign + hand, moment(event.get("event_ts")), "reaction"))


def _voter(body: Mapping[str, Any]) -> str:
    return words((body.get("user") or {}).get("id"), 64)


def moment(ts: Any) -> datetime:
    """The time that Slack's `ts` says; now where it says none."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.now(UTC)
