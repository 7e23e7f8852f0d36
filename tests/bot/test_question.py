"""The steps of a question, run again by another process: what was written is looked at before it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from canned_serve import canned

from bot.audience import ReadersChanged
from bot.blocks import Look
from bot.inbox import Inbox
from bot.listeners.question import Questions
from bot.post import Message
from bot.reception import Reception
from bot.reply import Replies
from bot.state import connect, upgrade
from model.answer import Question
from retrieval.passage import Audience

EVENT = {"type": "app_mention", "channel": "C1", "ts": "1.0", "user": "U1", "text": "how long?"}
THEN = Audience.of("everyone", "channel:C1")


class Room:
    """A reception in a channel in which `now` read along."""

    def __init__(self, now: Audience) -> None:
        self.now = now

    def still(self, _: object, readers: Audience) -> None:
        if not readers.principals <= self.now.principals:
            raise ReadersChanged("Somebody else reads here now. Please ask again.")

    def look(self, *_: object) -> Look:
        return Look()

    def locale(self, _: object) -> str:
        return ""


class Shown(list[str]):
    """Replies that remember what they said."""

    def finish(self, _: object, messages: list[Message]) -> None:
        self.append(messages[0].text)


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    engine = connect(tmp_path)
    upgrade(engine)
    yield Inbox(engine)
    engine.dispose()


@pytest.mark.parametrize(("now", "told"), [(THEN, "26 weeks"), (Audience.of("channel:C1"), "ask again")])
def test_what_was_written_before_a_restart_is_shown_to_those_for_whom_it_was_written(
    inbox: Inbox, now: Audience, told: str
) -> None:
    body: dict[str, Any] = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": EVENT}
    inbox.store(body)
    inbox.answered("Ev1", canned(Question("how long?", THEN, "Ev1")), THEN)
    shown = Shown()

    Questions(inbox, cast(Reception, Room(now)), cast(Replies, shown), lambda _: []).show("Ev1")

    assert len(shown) == 1 and told in shown[0]
    assert ("26 weeks" in shown[0]) == (told == "26 weeks")
