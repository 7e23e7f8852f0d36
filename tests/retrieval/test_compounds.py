"""A question's compounds, written as the pages write them."""

from __future__ import annotations

import pytest

from retrieval.compounds import written
from retrieval.passage import Passage

TEXT = (
    "Rolling back takes six minutes; the release is rolled back first. Sign-up closes on Friday. "
    "The timesheet of the crew is due. Another crew may not stay overnight."
)
PASSAGES = [Passage("p", "d", "s", "Stand up and on-boarding", TEXT, 0, len(TEXT), "")]


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("How long does a rollback take?", "How long does a roll back take?"),
        ("When does signup close?", "When does sign up close?"),
        ("What is onboarding?", "What is on boarding?"),
        ("When is the time sheet due?", "When is the timesheet due?"),
        ("When is the time-sheet due?", "When is the timesheet due?"),
        ("May another crew stay over night?", "May another crew stay overnight?"),
        ("Who rolled back the release?", "Who rolled back the release?"),
        ("How long does a backroll take?", "How long does a backroll take?"),
        ("Is the workshop open?", "Is the workshop open?"),
    ],
)
def test_a_compound_is_read_as_it_is_written_there(asked: str, there: str) -> None:
    assert written(asked, PASSAGES) == there
