"""Of a table of ranges the row is quoted in whose range the amount lies that is asked about."""

from __future__ import annotations

import pytest

from model.quoting.extract import Extract
from retrieval.passage import Embedder, Passage

RANGES = """| Repair | Signed by |
|---|---|
| up to €500 | skipper |
| €501 to €2,500 | one owner |
| €2,501 to €10,000 | two owners |
| above €10,000 | the board |"""
MOST = """| What | Limit |
|---|---|
| Rope | up to €40 |
| Sail | up to €900 |"""


def quoted(question: str, text: str, embedder: Embedder) -> list[str]:
    one = Passage("p", "repairs.md", "s", "Repairs", text, 0, len(text), "", ("Who signs a repair",))
    return Extract(embedder).write(question, [one]).text.split("\n\n")


@pytest.mark.parametrize(
    ("question", "signs"),
    [
        ("Who signs a repair of €3,000?", "two owners"),
        ("Is one owner enough for a repair of €3,000?", "two owners"),
        ("Are two owners enough for €20,000?", "the board"),
        ("Is one owner enough for a repair of €2,000?", "one owner"),
    ],
)
def test_the_row_of_the_range_that_holds_the_amount_is_quoted_alone(
    question: str, signs: str, minilm: Embedder
) -> None:
    told = quoted(question, RANGES, minilm)

    assert len(told) == 1
    assert f"Signed by: {signs} " in told[0]


def test_limits_of_different_things_are_no_ranges(minilm: Embedder) -> None:
    assert "Rope" in quoted("May a rope cost €60?", MOST, minilm)[0]
