"""Pages whose titles differ in a year or a version alone: what one says otherwise than the other."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from model.answer import Citation
from model.checking.conflict import conflicts
from model.checking.editions import akin, differing, edition, newest, outdated
from model.sentences import sentences
from retrieval.passage import Passage

DATA = Path(__file__).parent / "data"


def page(n: int, title: str, text: str) -> Passage:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return Passage(f"p{n}", f"d{n}", "handbook", title, text, 0, len(text), "", (), None, at)


def said(*pages: tuple[str, str]) -> str:
    """What is said of the first sentence of the first page."""
    every = [page(n, *one) for n, one in enumerate(pages)]
    cited = [Citation.of(every[0], 1, sentences(every[0].text)[0])]
    plain = conflicts(cited, every)
    if plain or differing(cited, every, plain):
        return "differ"
    return "silent" if outdated(cited, every) else ""


def test_of_pairs_editions_that_differ_are_found_and_nothing_else() -> None:
    told = Counter[tuple[str, str]]()
    for line in (DATA / "editions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        told[row["label"], said(*((one["title"], one["text"]) for one in row["passages"]))] += 1

    assert told == {
        ("differ", "differ"): 11,
        ("differ", "silent"): 1,  # which is said: there is a newer one
        ("alike", ""): 6,
        ("silent", "silent"): 3,
        ("none", ""): 6,
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Expense rules 2023", "Expense rules 2026"),
        ("expense_rules_2023", "Expense rules (2026)"),
        ("Travel policy", "Travel policy v2"),
        ("Travel policy, version 1.2", "Travel policy version 2"),
    ],
)
def test_titles_that_differ_in_a_year_or_a_version_alone_are_of_one_page(one: str, other: str) -> None:
    assert edition(one).like(edition(other))
    assert len(akin([page(0, one, "A."), page(1, other, "B."), page(2, "Travel", "C.")])) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Building 3", "Building 4"),
        ("Room 2023", "Room 2024"),
        ("Minutes of 3 March 2025", "Minutes of 10 March 2025"),
        ("Minutes 2025-03-03", "Minutes 2024-03-03"),
        ("Travel by rail", "Travel by air"),
        ("2023", "2024"),
        ("Expense rules 2023", "Expense rules 2023"),
    ],
)
def test_other_titles_are_of_pages_of_their_own(one: str, other: str) -> None:
    assert not edition(one).like(edition(other))


def test_the_newest_edition_that_has_begun_is_the_one_in_force() -> None:
    sent = "Receipts are sent by {} within {} days."
    pages = [
        page(0, "Rules 2023", sent.format("e-mail", 60)),
        page(1, "Rules 2026", f"Hello. {sent.format('post', 30)}"),
        page(2, "Rules 2024", sent.format("fax", 45)),
        page(3, "Rules 2999", sent.format("pigeon", 1)),
    ]

    assert newest(pages[0], (0, len(pages[0].text)), pages) == (1, (7, len(pages[1].text)))
    assert newest(pages[1], (7, len(pages[1].text)), pages) is None


def test_what_an_edition_has_as_well_stands_against_nothing() -> None:
    lunch, dinner = "Lunch is paid up to 20 euros.", "Dinner is paid up to 40 euros."

    assert said(("Meals 2023", dinner), ("Meals 2026", f"{lunch} {dinner}")) == ""
    assert said(("Meals 2023", dinner), ("Meals 2026", lunch)) == "silent"  # of another meal
