"""A press under an answer, already on disk, in; what its person sees then out: thanks, or a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.blocks.modals import quoted, why
from bot.events import parse_vote
from bot.phrases import say
from bot.posting.post import Place, Posts
from bot.posting.views import Views

Body = Mapping[str, Any]
Ack = Callable[[], Any]
_THANKS = {"up": "thanks_up", "down": "thanks_down"}


@dataclass(frozen=True, slots=True)
class Feedback:
    """Listeners of the buttons for votes and quotes. `locale` knows somebody's, at once or not at all: a
    modal has to open within three seconds of the press."""

    posts: Posts
    views: Views
    locale: Callable[[str], str] = lambda _: ""

    def voted(self, ack: Ack, body: Body) -> None:
        """A 👎 opens the form that asks why; a 👍 is thanked for, to its person alone."""
        ack()
        vote = parse_vote(body)
        if vote is None:
            return
        locale, place = self.locale(vote.voter), _place(body)
        if vote.value == "down" and self.views.open(_trigger(body), why(vote.answer, locale)):
            return
        if place is not None:
            self.posts.whisper(place, vote.voter, say(_THANKS[vote.value], locale))

    def quotes(self, ack: Ack, body: Body) -> None:
        """Shows what the sources of an answer say, which the button brings along."""
        ack()
        action: Body = next(iter(body.get("actions") or ()), {})
        self.views.open(_trigger(body), quoted(str(action.get("value") or "")))

    def told(self, ack: Ack, body: Body) -> None:
        """The form is in: it closes."""
        ack()


def _trigger(body: Body) -> str:
    return str(body.get("trigger_id") or "")


def _place(body: Body) -> Place | None:
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or "")
    return Place(channel, str(message.get("thread_ts") or message.get("ts") or "")) if channel else None
