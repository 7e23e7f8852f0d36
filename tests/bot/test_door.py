"""Who is answered: members; others where a setting says so; nobody without end; and why, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.events import Row
from bot.inbox import Inbox
from bot.state import inbox
from bot.who.door import SILENT, Door, Rules
from bot.who.people import Person
from model.answer import Answer, Status
from model.record import record_answer

ADA = Person("U1", "member", locale="en-GB")
BOT = Person("U9", "bot")
NOON = 1_800_000_000.0


class Asked:
    """Questions that reach the inbox."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine, self._count = engine, 0

    def ask(self, at: float, person: str = "U1", end: str = "answered", **more: object) -> Row:
        """One at `at` seconds after noon; `end`: answered, failed, refused, or still open."""
        self._count += 1
        ts = f"{self._count}.0"
        row = Row(f"E{self._count:04d}", "T1", "C1", ts, ts, person, False, received_at=NOON + at)
        row = replace(row, **more)  # type: ignore[arg-type]
        values = {name: getattr(row, name) for name in ("event_id", "team", "channel", "thread_ts", "person")}
        state = "received" if end == "open" else "final"
        with self._engine.begin() as connection:
            connection.execute(
                inbox.insert().values(
                    **values, message_ts=row.message_ts, direct=row.direct, kind=row.kind, state=state,
                    attempts=0, received_at=row.received_at,
                )
            )  # fmt: skip
            if end in ("answered", "failed"):
                status = Status.ANSWERED if end == "answered" else Status.FAILED
                record_answer(connection, Answer(row.event_id, "?", status, "words"), row.event_id)
        return row


@pytest.fixture
def asked(engine: sa.Engine) -> Asked:
    return Asked(engine)


@pytest.mark.parametrize(
    ("kind", "setting"), [("guest", "guests"), ("stranger", "strangers"), ("bot", "bots")]
)
def test_only_members_are_answered_and_each_of_the_others_where_its_setting_says_so(
    engine: sa.Engine, asked: Asked, kind: str, setting: str
) -> None:
    row = asked.ask(0, end="open")
    other = Person("U1", kind)  # type: ignore[arg-type]
    rest = {name: name != setting for name in ("guests", "strangers", "bots")}

    assert Door(engine, Rules()).refusal(row, ADA) == ""
    assert Door(engine, Rules()).refusal(row, other) == f"refused_{kind}"
    assert Door(engine, Rules(**rest)).refusal(row, other) == f"refused_{kind}"  # type: ignore[arg-type]
    assert Door(engine, Rules(**{setting: True})).refusal(row, other) == ""  # type: ignore[arg-type]


def test_what_an_app_says_in_somebodys_name_is_what_a_bot_says(engine: sa.Engine, asked: Asked) -> None:
    row = asked.ask(0, end="open", payload={"bot": "B1"})

    assert Door(engine, Rules()).refusal(row, ADA) == "refused_bot"


def test_who_is_gone_is_not_answered(engine: sa.Engine, asked: Asked) -> None:
    row = asked.ask(0, end="open")

    assert Door(engine, Rules(True, True, True)).refusal(row, Person("U1", "gone")) == "refused_gone"


def test_people_are_told_why_and_bots_are_told_nothing(engine: sa.Engine, asked: Asked) -> None:
    row, door = asked.ask(0, end="open"), Door(engine, Rules())

    assert door.words(row, ADA) == ""
    assert "no guests" in str(door.words(row, Person("U1", "guest", locale="en-US")))
    assert "keinen Gästen" in str(door.words(row, Person("U1", "guest", locale="de-DE")))
    assert "company" in str(door.words(row, Person("U1", "stranger")))
    assert door.words(row, BOT) is None
    assert door.words(row, Person("U1", "gone")) is None


def test_a_bot_is_answered_once_in_a_thread(engine: sa.Engine, asked: Asked) -> None:
    door = Door(engine, Rules(bots=True))
    first = asked.ask(0, "U9", thread_ts="7.0")
    answering_us = asked.ask(5, "U9", "open", thread_ts="7.0")
    elsewhere = asked.ask(6, "U9", "open", thread_ts="8.0")
    by_hand = asked.ask(7, "U1", "open", thread_ts="7.0")

    assert [door.refusal(row, BOT) for row in (first, answering_us, elsewhere)] == ["", "refused_circle", ""]
    assert door.refusal(by_hand, ADA) == ""
    assert door.words(answering_us, BOT) is None


def test_two_bots_that_answer_each_other_come_to_an_end_in_every_way(engine: sa.Engine, asked: Asked) -> None:
    door = Door(engine, Rules(bots=True, per_person=0, per_channel=0))

    def talk(fresh_threads: bool) -> int:
        """How often we answer a bot that takes each answer of ours for a question."""
        for turn in range(100):
            own = {} if fresh_threads else {"thread_ts": "1.0"}
            row = asked.ask(turn, f"U9{fresh_threads}", "open", payload={"bot": "B1"}, **own)
            if door.refusal(row, Person(row.person, "bot")) in SILENT:
                return turn
        return 100

    assert (talk(fresh_threads=False), talk(fresh_threads=True)) == (1, 5)


def test_a_person_may_ask_so_many_questions_an_hour_and_is_told_when_again(
    engine: sa.Engine, asked: Asked
) -> None:
    door = Door(engine, Rules(per_person=3))
    rows = [asked.ask(at) for at in (0, 600, 1200)]
    fourth = asked.ask(1800, end="refused")
    after = asked.ask(3600, end="open")

    assert [door.refusal(row, ADA) for row in (*rows, fourth, after)] == ["", "", "", "refused_person", ""]
    assert "I take 3 questions an hour from one person" in str(door.words(fourth, ADA))
    assert "You can ask me again in 30 minutes." in str(door.words(fourth, ADA))
    assert "In 30 Minuten" in str(door.words(fourth, replace(ADA, locale="de-DE")))


def test_the_time_that_is_named_is_when_the_next_question_is_answered(
    engine: sa.Engine, asked: Asked
) -> None:
    door = Door(engine, Rules(per_person=2))
    for at in (0, 600, 2000):
        asked.ask(at)
    refused = asked.ask(2030, end="refused")
    minutes = int(str(door.values(refused, "refused_person")["count"]))

    early = asked.ask(2030 + 60 * minutes - 61, end="refused")
    again = asked.ask(2030 + 60 * minutes, end="open")
    assert [door.refusal(row, ADA) for row in (refused, early, again)] == [
        "refused_person",
        "refused_person",
        "",
    ]


def test_what_was_refused_or_failed_and_what_is_no_question_does_not_count(
    engine: sa.Engine, asked: Asked
) -> None:
    door = Door(engine, Rules(per_person=2, per_channel=2))
    asked.ask(0)
    asked.ask(1, end="refused")
    asked.ask(2, end="failed")
    asked.ask(3, kind="command")
    asked.ask(4, kind="home")

    assert door.refusal(asked.ask(5, end="open"), ADA) == ""
    assert door.refusal(asked.ask(6, end="open"), ADA) == "refused_person"  # what is being answered counts


def test_a_channel_may_ask_so_many_questions_and_its_people_still_by_themselves(
    engine: sa.Engine, asked: Asked
) -> None:
    door = Door(engine, Rules(per_channel=2))
    asked.ask(0, "U2")
    asked.ask(30, "U3")
    third = asked.ask(60, "U1", "refused")

    assert door.refusal(third, ADA) == "refused_channel"
    assert "again in 59 minutes; in a direct message I do so now" in str(door.words(third, ADA))
    assert door.refusal(asked.ask(61, "U1", "open", direct=True, channel="D1"), ADA) == ""
    assert door.refusal(asked.ask(62, "U1", "open", channel="C2"), ADA) == ""


def test_who_floods_a_channel_uses_up_no_more_of_its_quota_than_they_are_answered(
    engine: sa.Engine, asked: Asked
) -> None:
    door = Door(engine, Rules(per_person=3, per_channel=5))
    flood = [asked.ask(at, "U7", "open") for at in range(20)]
    loud = Person("U7", "member")

    assert [door.refusal(row, loud) for row in flood[2:5]] == ["", "refused_person", "refused_person"]
    assert door.refusal(asked.ask(30, "U2", "open"), Person("U2", "member")) == ""
    assert door.refusal(asked.ask(31, "U3", "open"), Person("U3", "member")) == ""
    assert door.refusal(asked.ask(32, "U4", "open"), Person("U4", "member")) == "refused_channel"


def test_a_verdict_is_the_same_when_it_is_asked_for_again(engine: sa.Engine, asked: Asked) -> None:
    door = Door(engine, Rules(per_person=1))
    first = asked.ask(0, end="open")
    twin = asked.ask(0, end="open")
    asked.ask(50, end="open")

    for _ in range(2):
        assert (door.refusal(first, ADA), door.refusal(twin, ADA)) == ("", "refused_person")


def test_nothing_is_counted_where_the_quota_is_none(engine: sa.Engine, asked: Asked) -> None:
    door = Door(engine, Rules(per_person=0, per_channel=0))
    rows = [asked.ask(at) for at in range(300)]

    assert {door.refusal(row, ADA) for row in rows} == {""}


def test_a_row_of_the_inbox_is_what_the_door_looks_at(engine: sa.Engine, asked: Asked) -> None:
    door, kept = Door(engine, Rules(per_person=1)), Inbox(engine)
    asked.ask(0)
    second = asked.ask(1, end="open")

    assert door.refusal(kept.get(second.event_id), ADA) == "refused_person"
