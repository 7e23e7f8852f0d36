"""What docs/words.py counts, by hand."""

from __future__ import annotations

from math import log

import pytest

from docs.words import Words, best, feedback, once, pairs, plain, siblings
from retrieval.passage import Passage


def passage(id_: str, text: str, document: str = "") -> Passage:
    return Passage(id_, f"c#{document or id_}", "s", "", text, 0, len(text), "")


WORDS = Words(
    [
        passage("a", "mice eat cheese"),
        passage("b", "mice sleep where dogs bark"),
        passage("c", "dogs bark", "b"),
        passage("d", "rain falls"),
    ]
)


def test_bm25_is_what_its_formula_says() -> None:
    rare = log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    length = 3 / ((3 + 4 + 2 + 2) / 4)

    scores = plain(WORDS, "cheese")

    assert scores == pytest.approx([rare * 2.2 / (1 + 1.2 * (0.25 + 0.75 * length)), 0, 0, 0])


def test_the_best_are_in_order_without_those_that_have_no_term() -> None:
    assert best(plain(WORDS, "mice cheese"), 4).tolist() == [0, 1]


def test_a_term_said_twice_counts_once_where_that_is_tried() -> None:
    assert once(WORDS, "dogs dogs mice") == pytest.approx(plain(WORDS, "dogs mice"))
    assert plain(WORDS, "dogs dogs mice")[2] == pytest.approx(2 * plain(WORDS, "dogs mice")[2])


def test_a_passage_has_a_share_of_its_document_and_of_no_other() -> None:
    before, after = plain(WORDS, "mice dogs"), siblings(WORDS, "mice dogs", 0.5)

    assert after[1] == pytest.approx(before[1] + before[2] / 2)
    assert after[0] == pytest.approx(before[0])


def test_feedback_finds_what_shares_no_term_with_the_question_but_with_what_it_found() -> None:
    assert plain(WORDS, "sleep")[2] == 0
    assert feedback(WORDS, "sleep", first=1, terms=10, share=0.4)[2] > 0
    assert feedback(WORDS, "sleep", first=1, terms=10, share=0.0) == pytest.approx(plain(WORDS, "sleep"))


def test_neighbours_of_the_question_add_only_where_they_stand_near_each_other() -> None:
    before = plain(WORDS, "the mice bark")

    near, far = (pairs(WORDS, "the mice bark", 0.5, apart) for apart in (1, 4))

    assert near == pytest.approx(before)
    assert far[1] > before[1]
    assert far[2] == pytest.approx(before[2])
