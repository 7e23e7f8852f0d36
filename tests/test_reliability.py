"""The page on what goes wrong names tests that there are, and says of each fault whether it is run."""

from __future__ import annotations

import re

import pytest

from docs import faults

ROWS = faults.faults()


def test_the_page_is_made_from_the_table_and_the_tests() -> None:
    assert faults.PAGE.read_text(encoding="utf-8") == faults.page()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: re.sub(r"\W+", "-", f"{row.of} {row.fault}")[:60])
def test_a_fault_says_what_is_seen_and_is_run_or_says_why_not(row: faults.Fault) -> None:
    assert row.seen and (row.tests or row.left)
    assert [name for name in row.tests if name not in faults.tests()] == []


def test_no_fault_stands_twice() -> None:
    told = [(row.of, row.fault) for row in ROWS]

    assert len(set(told)) == len(told)
