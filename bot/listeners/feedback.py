"""A click on the buttons under an answer: counted before it came here, confirmed to its person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.events import parse_vote
from bot.post import Place, Posts

THANKS = {
    "up": "Thank you. Noted that this answer helped.",
    "down": "Thank you. Noted that this answer did not help.",
}


def confirm(posts: Posts) -> Callable[..., None]:
    """A listener that acknowledges, then says to the voter alone what was noted."""

    def voted(ack: Callable[[], Any], body: Mapping[str, Any]) -> None:
        ack()
        vote = parse_vote(body)
        message = body.get("message") or {}
        channel = str((body.get("channel") or {}).get("id") or "")
        if vote and channel:
            place = Place(channel, str(message.get("thread_ts") or message.get("ts") or ""))
            posts.whisper(place, vote.voter, THANKS[vote.value])

    return voted
