"""Records of answers and votes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from model.answer import Answer, Citation, Status, Vote
from model.feedback import answers, metadata, record_answer, vote, votes

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
CITATION = Citation(1, "p1", "handbook/leave.md", "Leave", "", (), None, 3, 9, "a quote")
ANSWER = Answer("a1", "how long is leave?", Status.ANSWERED, "26 weeks [1]", (CITATION,), "extract")


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


def test_a_person_has_one_vote_and_the_last_word_wins(connection: sa.Connection) -> None:
    vote(connection, Vote("a1", "U1", "up", NOON))
    vote(connection, Vote("a1", "U2", "up", NOON))
    changed = Vote("a1", "U1", "down", NOON + timedelta(seconds=1))

    vote(connection, changed)

    assert votes(connection, "a1") == [Vote("a1", "U2", "up", NOON), changed]


def test_an_older_click_that_is_delivered_late_changes_nothing(connection: sa.Connection) -> None:
    latest = Vote("a1", "U1", "down", NOON)
    vote(connection, latest)

    counted = vote(connection, Vote("a1", "U1", "up", NOON - timedelta(seconds=1)))

    assert not counted and votes(connection, "a1") == [latest]


def test_a_vote_that_comes_before_the_record_is_kept(connection: sa.Connection) -> None:
    vote(connection, Vote("a1", "U1", "up", NOON))

    record_answer(connection, ANSWER, "Ev1")

    assert [v.value for v in votes(connection, "a1")] == ["up"]
