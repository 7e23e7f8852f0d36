"""Records of answers: what they keep, for how long, and what they lose with a document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from model import grounds
from model.answer import Answer, Citation, Fault, Status, Struck
from model.record import answers, erase, metadata, named, record_answer, recorded
from model.trail import Trail, digest
from retrieval.passage import Audience, Hit, Passage

CITATION = Citation(1, "p1", "handbook/leave.md", "Leave", "", (), None, 3, 9, "a quote")
ANSWER = Answer("a1", "how long is leave?", Status.ANSWERED, "26 weeks [1]", (CITATION,), "extract")
LEAVE = Passage(
    *(
        "p1",
        "handbook/leave.md",
        "handbook",
        "Leave",
        "Leave lasts 26 weeks.",
        3,
        24,
        "https://h.example/leave",
    ),
    *(("Leave", "Length"), 2, datetime(2026, 3, 1, tzinfo=UTC), Audience.of("channel:C1"), "", "r1", "\n\n"),
)
PAY = replace(LEAVE, id="p2", document="handbook/pay.md", text="Pay is made on the 25th.")
TRAIL = Trail(
    readers=Audience.of("everyone", "channel:C1"),
    earlier=("what leave is there?",),
    hits=(Hit(LEAVE, 1.0, 7.25, 0.5), Hit(PAY, 0.25)),
    sure=0.75,
    threshold=0.5,
    table="main-1",
    setup={"alpha": 0.6},
    days=30,
)
MADE = replace(ANSWER, trail=TRAIL, struck=(Struck("Leave is 30 weeks. [1]", Fault.FIGURE, "30"),))


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_a_record_keeps_places_and_our_words_but_not_the_question(connection: sa.Connection) -> None:
    record_answer(connection, ANSWER, "Ev1")

    kept = connection.execute(sa.select(answers)).one()
    place = {"number": 1, "passage": "p1", "document": "handbook/leave.md", "start": 3, "end": 9}
    assert (kept.question, kept.text, kept.question_ref) == (None, "26 weeks [1]", "Ev1")
    assert json.loads(kept.citations) == [place]


def test_the_question_is_kept_where_an_operator_turned_it_on(connection: sa.Connection) -> None:
    record_answer(connection, ANSWER, "Ev1", keep_question=True)

    assert connection.execute(sa.select(answers.c.question)).scalar() == "how long is leave?"


def test_recording_twice_keeps_one_record(connection: sa.Connection) -> None:
    record_answer(connection, ANSWER, "Ev1")
    record_answer(connection, ANSWER, "Ev1")

    assert connection.execute(sa.select(sa.func.count()).select_from(answers)).scalar() == 1


def test_a_record_says_what_the_answer_came_from(connection: sa.Connection) -> None:
    record_answer(connection, MADE, "Ev1")

    kept = recorded(connection, "a1")
    assert kept is not None
    assert [(p.document, p.revision, p.digest, p.score) for p in kept.places] == [
        ("handbook/leave.md", "r1", digest(LEAVE.text), 1.0),
        ("handbook/pay.md", "r1", digest(PAY.text), 0.25),
    ]
    assert kept.struck == MADE.struck
    assert {name: kept.trail[name] for name in ("sure", "threshold", "table", "setup", "readers")} == {
        "sure": 0.75,
        "threshold": 0.5,
        "table": "main-1",
        "setup": {"alpha": 0.6},
        "readers": ["channel:C1", "everyone"],
    }
    assert grounds.words(connection, "a1", 30) == {1: LEAVE, 2: PAY}


def test_neither_the_question_nor_those_before_it_are_in_a_record(connection: sa.Connection) -> None:
    record_answer(connection, MADE, "Ev1")

    row = connection.execute(sa.select(answers)).one()
    assert "leave is there" not in json.dumps([str(value) for value in row])
    assert recorded(connection, "a1").question == ""


def test_a_question_that_is_kept_is_kept_with_those_it_leans_on(connection: sa.Connection) -> None:
    record_answer(connection, MADE, "terminal", keep_question=True)

    kept = recorded(connection, "a1")
    assert kept is not None
    assert (kept.question, kept.earlier) == ("how long is leave?", ("what leave is there?",))


def test_a_document_that_goes_takes_its_words_out_of_every_record(connection: sa.Connection) -> None:
    record_answer(connection, MADE, "Ev1")
    other = replace(CITATION, passage="p2", document="handbook/pay.md")
    record_answer(connection, replace(MADE, id="a2", citations=(other,)), "Ev2")

    erase(connection, ["handbook/leave.md", "handbook/other.md"])

    assert (recorded(connection, "a1").text, recorded(connection, "a2").text) == ("", "26 weeks [1]")
    assert recorded(connection, "a1").struck == recorded(connection, "a2").struck == ()
    assert grounds.words(connection, "a1", 30) == grounds.words(connection, "a2", 30) == {2: PAY}
    assert "26 weeks." not in str(connection.execute(sa.select(grounds.grounds)).all())


def test_what_asks_back_by_the_title_of_a_document_goes_with_it(connection: sa.Connection) -> None:
    asked = replace(MADE, status=Status.CLARIFY, text="Do you mean “Leave”?", citations=())
    record_answer(connection, asked, "Ev1")

    erase(connection, ["handbook/leave.md"])

    assert recorded(connection, "a1").text == ""


def test_the_words_of_passages_are_kept_for_as_many_days_as_is_set(connection: sa.Connection) -> None:
    record_answer(connection, MADE, "Ev1")
    late = datetime.now(UTC) - timedelta(days=31)
    connection.execute(grounds.grounds.update().values(kept_since=late))
    assert grounds.words(connection, "a1", 30) == {}

    record_answer(connection, replace(MADE, id="a2"), "Ev2")
    record_answer(connection, replace(MADE, id="a3", trail=replace(TRAIL, hits=())), "Ev3")

    assert grounds.words(connection, "a1", 30) == {}
    assert set(grounds.words(connection, "a2", 30)) == {1, 2}


def test_words_that_are_too_old_leave_without_another_answer(connection: sa.Connection) -> None:
    record_answer(connection, MADE, "Ev1")
    late = datetime.now(UTC) - timedelta(days=31)
    connection.execute(grounds.grounds.update().where(grounds.grounds.c.place == 1).values(kept_since=late))

    grounds.expire(connection, 30)

    assert grounds.words(connection, "a1", 60) == {2: PAY}


def test_no_words_are_kept_where_the_operator_wants_none(connection: sa.Connection) -> None:
    record_answer(connection, replace(MADE, trail=replace(TRAIL, days=0)), "Ev1")

    assert grounds.words(connection, "a1", 30) == {}
    assert recorded(connection, "a1").places[0].digest == digest(LEAVE.text)


def test_what_came_with_a_question_leaves_only_its_place(connection: sa.Connection) -> None:
    record_answer(connection, replace(MADE, trail=replace(TRAIL, attached=1)), "Ev1")

    assert grounds.words(connection, "a1", 30) == {2: PAY}


def test_an_answer_is_found_by_how_its_id_begins(connection: sa.Connection) -> None:
    for name in ("abc1", "abc2", "ABC3", "abc"):
        record_answer(connection, replace(ANSWER, id=name), "Ev1")

    assert named(connection, "abc") == ["abc"]
    assert named(connection, "abc2") == ["abc2"]
    assert (len(named(connection, "ab")), named(connection, "ABC")) == (2, ["ABC3"])
    assert named(connection, "%") == named(connection, "x") == []
