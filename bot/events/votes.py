"""A click on the buttons under an answer in, the vote out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from model.answer import Vote

VOTE = (
    "footnote_vote"  # the action id of the feedback buttons; their value is `up:<answer>` or `down:<answer>`
)


def parse_vote(body: Mapping[str, Any]) -> Vote | None:
    """The vote in a click on the feedback buttons. None for everything else."""
    actions = body.get("actions") or ()
    if body.get("type") != "block_actions" or not actions or actions[0].get("action_id") != VOTE:
        return None
    value, _, answer = str(actions[0].get("value") or "").partition(":")
    voter = str((body.get("user") or {}).get("id") or "")
    if value not in ("up", "down") or not answer or not voter:
        return None
    return Vote(answer, voter, value, moment(actions[0].get("action_ts")))


def moment(ts: Any) -> datetime:
    """The time that Slack's `ts` says; now where it says none."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.now(UTC)
