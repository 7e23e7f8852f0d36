"""A first set from the documents alone: it cites, it says what stands there and is for everyone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from model.checking.citations import check, markers
from model.learning.dataset import Rules, build
from model.learning.negatives import carries
from model.learning.row import Row
from model.learning.seed import seeded
from retrieval.passage import Audience, Passage
from tests.model.lessons import passage

PASSAGES = [passage(i) for i in range(60)]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return seeded(PASSAGES)


def test_each_row_shows_its_sentence_among_passages_that_do_not_carry_it(rows: list[Row]) -> None:
    assert len(rows) > 60
    for row in rows:
        (number,) = row.gold
        assert markers(row.answer) == [number]
        assert check(row.answer, row.passages).ok
        assert not any(carries(one, row.answer) for n, one in enumerate(row.passages, 1) if n != number)
        assert (row.origin, row.rights, row.people) == ("documents", "documents", ())
    assert {row.gold for row in rows} == {(1,), (2,), (3,), (4,), (5,)}


def test_distractors_come_near_the_question(rows: list[Row]) -> None:
    row = next(row for row in rows if "locker key" in row.question)

    near = [one for one in row.passages if "locker key" in one.text or "Lund" in one.text]
    assert len(near) >= 3


def test_the_figures_of_an_answer_are_its_facts(rows: list[Row]) -> None:
    row = next(row for row in rows if "handed out" in row.answer and "bicycle" in row.answer)

    assert any("months" in fact for fact in row.facts)


def test_what_is_not_for_everyone_is_in_no_row() -> None:
    secret = replace(
        passage(3, Audience.of("user:U1")), text="The canary code of the vault is 7719 for all staff."
    )

    rows = seeded([*PASSAGES, secret])

    assert not [row for row in rows if any("canary" in one.text for one in row.passages)]


def test_a_long_document_does_not_outweigh_the_rest() -> None:
    long = [
        replace(
            PASSAGES[0],
            id=f"l{i}",
            document="kb:long.md",
            start=i * 500,
            text=f"Each hall {i} gets {i + 2} new chairs.",
        )
        for i in range(200)
    ]

    rows = seeded([*PASSAGES, *long], most=10_000)

    assert sum(row.passages[row.gold[0] - 1].document == "kb:long.md" for row in rows) == 40


def test_the_same_passages_make_the_same_rows_and_so_many_as_wanted(rows: list[Row]) -> None:
    assert seeded(PASSAGES) == rows
    assert len(seeded(PASSAGES, most=10)) == 10
    assert seeded(PASSAGES, seed=1) != rows
    assert seeded([]) == []


def test_a_seed_set_alone_makes_a_dataset_in_which_a_fifth_to_a_quarter_refuse(
    rows: list[Row], tmp_path: Path
) -> None:
    made = build(rows, Rules("seed", pool=tuple[Passage, ...](PASSAGES)), tmp_path)

    learnt = [row for part in made.rows.values() for row in part]
    assert len(learnt) > 120
    assert 0.2 <= sum(row.refuses for row in learnt) / len(learnt) <= 0.25
    assert made.counts.get("person", 0) == 0
