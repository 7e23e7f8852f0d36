"""Records of answers and votes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from model.answer import Answer, Citation, Status, Vote
from model.feedback import after, metadata, vote, votes
from model.record import record_answer

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


def said(value: str, minute: int, via: str = "button") -> Vote:
    return Vote("a1", "U1", value, NOON + timedelta(minutes=minute), via)


def counted(words: Sequence[Vote]) -> str:
    """What counts in the end."""
    standing: Vote | None = None
    for word in words:
        standing = after(standing, word) or standing
    return standing.value if standing and not standing.value.startswith("-") else ""


def test_a_reaction_that_is_taken_back_counts_no_more(connection: sa.Connection) -> None:
    vote(connection, said("up", 0, "reaction"))
    vote(connection, said("-up", 1, "reaction"))

    assert votes(connection, "a1") == []


def test_a_reaction_that_is_taken_back_takes_no_press_with_it(connection: sa.Connection) -> None:
    vote(connection, said("up", 0, "reaction"))
    pressed = said("down", 1)
    vote(connection, pressed)

    assert not vote(connection, said("-up", 2, "reaction")) and votes(connection, "a1") == [pressed]


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ([said("-up", 1, "reaction"), said("up", 0, "reaction")], ""),
        ([said("-up", 2, "reaction"), said("down", 1, "reaction"), said("up", 0, "reaction")], "down"),
        ([said("-up", 1, "reaction"), said("up", 2, "reaction")], "up"),
        ([said("-up", 2, "reaction"), said("up", 1), said("up", 0, "reaction")], "up"),
        ([said("up", 1), said("down", 0, "reaction"), said("-down", 2, "reaction")], "up"),
    ],
)
def test_the_order_of_delivery_changes_nothing(words: list[Vote], counts: str) -> None:
    assert counted(words) == counts == counted(sorted(words, key=lambda word: word.at))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.data())
def test_thumbs_put_and_taken_end_as_they_are_in_whatever_order_they_come(data: st.DataObject) -> None:
    hand = data.draw(st.sampled_from(["up", "down"]))
    often = data.draw(st.integers(1, 6))
    words = [said(hand if n % 2 == 0 else f"-{hand}", n, "reaction") for n in range(often)]

    delivered = data.draw(st.permutations(words + data.draw(st.lists(st.sampled_from(words)))))

    assert counted(delivered) == (hand if often % 2 else "")


def test_why_is_kept_with_the_vote_and_goes_with_it(connection: sa.Connection) -> None:
    vote(connection, said("down", 0))
    opinion = replace(said("down", 1), reasons=("outdated",), correction="It is 30 now.")
    vote(connection, opinion)
    vote(connection, said("down", 2, "reaction"))

    assert votes(connection, "a1") == [replace(opinion, at=NOON + timedelta(minutes=2))]
    vote(connection, said("up", 3))
    assert votes(connection, "a1") == [said("up", 3)]


def test_the_same_word_delivered_again_changes_nothing(connection: sa.Connection) -> None:
    assert vote(connection, said("up", 0)) and not vote(connection, said("up", 0))
