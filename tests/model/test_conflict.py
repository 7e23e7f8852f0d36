"""Where two sources disagree, and where they only seem to: by pairs that were written for it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from model.answer import Citation
from model.checking.conflict import Conflict, conflicts
from model.checking.succession import in_force, superseded
from model.sentences import sentences
from retrieval.passage import Passage

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def passages(row: dict[str, Any]) -> list[Passage]:
    return [passage(n, one["title"], one["text"], one["updated"]) for n, one in enumerate(row["passages"])]


def passage(n: int, title: str, text: str, updated: str = "2025-01-01") -> Passage:
    at = datetime.fromisoformat(updated).replace(tzinfo=UTC)
    where = (f"https://h.example/{n}", ("Section",), None, at)
    return Passage(f"p{n}", f"doc{n}", "handbook", title, text, 100, 100 + len(text), *where)


def found(some: list[Passage]) -> list[Conflict]:
    """Where the first sentence of the first one meets the others."""
    return conflicts([Citation.of(some[0], 1, sentences(some[0].text)[0])], some)


def test_of_pairs_that_nobody_looked_at_conflicts_are_found_and_nothing_else() -> None:
    counted = Counter((row["label"], bool(found(passages(row)))) for row in rows("conflicts_held.jsonl"))

    assert counted[("conflict", True)] + counted[("conflict", False)] >= 40
    assert counted[("none", True)] + counted[("none", False)] >= 40
    assert counted[("conflict", False)] <= 1
    assert counted[("none", True)] == 0


def test_a_document_loses_to_another_where_one_of_the_two_says_so() -> None:
    told = [(row["label"], in_force(row["question"], passages(row))) for row in rows("succession_held.jsonl")]

    assert [lost for label, lost in told if label == "superseded"] == [{"doc0": "doc1"}] * 20
    assert [lost for label, lost in told if label == "current"] == [{}] * 13
    assert [lost for label, lost in told if label == "then"] == [{"doc1": "doc0"}]


def test_a_page_is_over_where_it_says_so_of_itself_and_not_of_what_it_is_about() -> None:
    for row in rows("succession_written.jsonl"):
        if row["kind"] == "page":
            pages = passages(row)
            over = [one.document for one in superseded(pages)]

            assert over == [one.document for one in pages if row["label"] == "over"]


def test_a_conflict_names_what_each_says_and_where_the_other_says_it() -> None:
    ours = passage(0, "Leave", "Everyone has 28 vacation days a year.")
    theirs = passage(1, "FAQ", "Welcome. Everyone has 25 vacation days a year. Book early.")

    (conflict,) = found([ours, theirs])

    assert conflict.said == ("28", "25")
    assert theirs.text[conflict.start : conflict.end] == "Everyone has 25 vacation days a year."


def test_one_document_does_not_disagree_with_itself() -> None:
    ours = passage(0, "Leave", "Everyone has 28 vacation days a year.")
    theirs = passage(0, "Leave", "Everyone has 25 vacation days a year.")

    assert found([ours, theirs]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "28",
        "Everyone has 28 vacation days a year.",
        "| days | 28 |\n| --- | --- |",
        "Ευρώ 28 日 28",
        "28 " * 500,
        "Everyone " * 500,
        "This policy " * 300,
        "it is replaced, this is superseded " * 300,
    ],
)
def test_nothing_is_made_of_a_text_that_says_nothing(text: str) -> None:
    ours = passage(0, "Leave", "Everyone has 28 vacation days a year.")

    assert found([ours, passage(1, "Other", text)]) == []
    assert superseded([ours, passage(1, "Other", text)]) == []


def test_what_says_of_itself_that_it_is_over_needs_no_successor() -> None:
    over = [passage(0, "Leave", "This policy is no longer in force."), passage(1, "Pay (obsolete)", "Pay.")]

    assert [one.document for one in superseded(over)] == ["doc0", "doc1"]
    assert in_force("How long is leave?", over) == {}


def test_that_something_is_not_paid_for_does_not_deny_that_it_may_be() -> None:
    site = passage(0, "Harbour rules", "Alcohol and drugs are forbidden in the harbour.")
    paid = passage(1, "Expenses", "Alcohol is not reimbursed, except with guests.")
    free = passage(2, "Parties", "Alcohol is allowed.")

    assert not found([site, paid]) and not found([paid, site])
    assert found([passage(3, "Rules", "Alcohol is forbidden."), free])
