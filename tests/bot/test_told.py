"""Who is owed a word gets it once, where they asked, and nothing that somebody there may not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest
import sqlalchemy as sa
from test_verify import ONE

from bot.inbox import Inbox
from bot.learning.gaps import Gap, Missed
from bot.learning.owed import Owed, corrector, others, reminder
from bot.listeners.told import Told
from bot.posting.post import Message, Place, Posts
from bot.state import inbox
from bot.who.people import People, Person
from bot.who.readers import ReadersUnknown
from model.answer import Vote
from model.learning import optout, reviews, verified
from model.learning.reviews import Review
from model.learning.verified import Verified
from retrieval.passage import EVERYONE, VERIFIED, Audience
from tests.model.lessons import lesson

VOTE = Vote("Ev1", "U0BOB", "down", datetime(2026, 11, 3, tzinfo=UTC), correction="It is 9.")


class Heard(dict[str, tuple[Place, Message]]):
    """Posts by key, as Slack would have them."""

    def once(self, key: str, place: Place, message: Message) -> str:
        self.setdefault(key, (place, message))
        return "1.0"


class Staff:
    kind = "member"

    def about(self, user: str) -> Person:
        if user == "U0GONE":
            raise ReadersUnknown("Slack does not say.")
        return Person(user, cast(Any, self.kind), locale="en-GB")


class Desk:
    def __init__(self, engine: sa.Engine, *readers: str) -> None:
        self.engine, self.heard, self.staff = engine, Heard(), Staff()
        around = (cast(Posts, self.heard), cast(People, self.staff))
        self.told = Told(
            Owed(engine), Inbox(engine), *around, lambda _: Audience.of(*readers), lambda who: f"D{who}"
        )

    def works(self) -> list[tuple[Place, str]]:
        """Every row that is owed, twice."""
        with self.engine.connect() as connection:
            owed = (
                connection.execute(sa.select(inbox.c.event_id).where(inbox.c.kind == "told")).scalars().all()
            )
        for id in [*owed, *owed]:
            for step in self.told.steps:
                step(id)
        return [(place, message.text) for place, message in self.heard.values()]

    def due(self, day: date) -> None:
        with self.engine.begin() as connection:
            verified.put(connection, replace(ONE, source=VERIFIED, due=day))
            reminder(connection, ONE)

    def asked_too(self, one: Verified, channel: str = "C2") -> None:
        first = Missed("Ev1", "U0ADA", "C1", "1.0", "1.0", False, 1.0, "", "")
        with self.engine.begin() as connection:
            verified.put(connection, replace(one, source=VERIFIED))
            others(
                connection, one, [Gap((replace(first, answer="Ev2", person="U0BOB", channel=channel), first))]
            )

    def corrected(self, *words: Review) -> None:
        for word in words:
            with self.engine.begin() as connection:
                reviews.put(connection, word, lesson(1) if word.verdict == "corrected" else None)
                corrector(connection, VOTE)


def test_who_asked_the_same_is_told_in_their_thread_once(engine: sa.Engine) -> None:
    desk = Desk(engine, EVERYONE)
    desk.asked_too(ONE)

    [(place, text)] = desk.works()

    assert place == Place("C2", "1.0") and text.startswith("<@U0BOB>, there is an answer now that may be")
    [(_, message)] = desk.heard.values()
    assert ONE.url in str(message.blocks) and ONE.text not in str(message.blocks)


@pytest.mark.parametrize("hindrance", ["readers", "withdrawn", "optout"])
def test_nobody_is_told_of_what_is_not_for_all_there_or_gone(engine: sa.Engine, hindrance: str) -> None:
    desk = Desk(engine, EVERYONE)
    desk.asked_too(replace(ONE, open=hindrance != "readers"))
    with engine.begin() as connection:
        if hindrance == "withdrawn":
            verified.withdrawn(connection, ONE.expert)
        if hindrance == "optout":
            optout.leave(connection, "U0BOB")

    assert desk.works() == []


def test_a_corrector_hears_once_what_came_of_it(engine: sa.Engine) -> None:
    desk = Desk(engine)
    desk.corrected(Review("Ev1", "corrected", "U0REV"), Review("Ev1", "confirmed", "U0REV", turn=1))

    assert desk.works() == [
        (
            Place("DU0BOB", ""),
            "Your correction of 2026-11-03 was looked at: the answer was found right as it stands.",
        )
    ]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("member", "What is right and learnt from is: “"), ("guest", "the answer is corrected.")],
)
def test_what_is_right_is_said_to_members(engine: sa.Engine, kind: str, said: str) -> None:
    desk = Desk(engine)
    desk.staff.kind = kind
    desk.corrected(Review("Ev1", "corrected", "U0REV"))

    [(_, text)] = desk.works()

    assert said in text and ("[1]" not in text)


def test_why_an_answer_was_bad_is_said(engine: sa.Engine) -> None:
    desk = Desk(engine)
    desk.corrected(Review("Ev1", "rejected", "U0REV", cause="outdated"))

    [(_, text)] = desk.works()

    assert text.endswith("the answer is bad. The document is out of date.")


@pytest.mark.parametrize(("day", "asked"), [(date(2020, 1, 1), 1), (date(2999, 1, 1), 0)])
def test_an_expert_is_asked_what_was_not_looked_at_meanwhile(
    engine: sa.Engine, day: date, asked: int
) -> None:
    desk = Desk(engine)
    desk.due(day)

    told = desk.works()

    assert len(told) == asked and all(place == Place("DU0EVE", "") for place, _ in told)
    assert all(ONE.question in text and "Does it still hold?" in text for _, text in told)
