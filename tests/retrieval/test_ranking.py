"""What makes one ranking of the hits of two legs: pure functions over made-up hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.passage import Hit, Passage
from retrieval.ranking import (
    Found,
    Ranking,
    aged,
    boosted,
    collapsed,
    follow,
    fuse,
    rank,
    spelt,
    spread,
    titled,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def passage(
    id_: str,
    text: str = "",
    *,
    title: str = "T",
    document: str = "",
    source: str = "handbook",
    updated_at: datetime | None = None,
) -> Passage:
    text = text or f"text of {id_}"
    uri = document or id_
    return Passage(id_, uri, source, title, text, 0, len(text), f"https://x/{id_}", updated_at=updated_at)


def words(id_: str, score: float) -> Hit:
    return Hit(passage(id_), score, keyword=score)


def near(id_: str, score: float) -> Hit:
    return Hit(passage(id_), score, vector=score)


def ids(hits: Sequence[Hit]) -> str:
    return "".join(hit.passage.id for hit in hits)


def test_words_count_by_their_share_of_the_best_and_meaning_by_its_cosine() -> None:
    fused = fuse([words("a", 30.0), words("b", 15.0), words("c", 3.0)], [near("b", 0.8), near("a", 0.2)], 0.5)

    assert [(hit.passage.id, round(hit.score, 3)) for hit in fused] == [("b", 0.65), ("a", 0.6), ("c", 0.15)]


def test_what_only_words_found_counts_as_near_as_the_last_that_vectors_found_unless_its_cosine_is_known() -> (
    None
):
    known = replace(words("d", 30.0), vector=0.1)

    fused = fuse([words("a", 30.0), known], [near("b", 0.9), near("c", 0.3)], 0.5)

    assert [(hit.passage.id, round(hit.score, 2)) for hit in fused if hit.keyword] == [
        ("a", 0.65),
        ("d", 0.55),
    ]


def test_what_vectors_alone_found_may_have_been_the_next_that_words_would_have_found() -> None:
    many = [words(f"{n:03}", 100.0 - n / 4) for n in range(100)]

    [cut] = [hit for hit in fuse(many, [near("x", 0.8)], 0.5) if hit.passage.id == "x"]
    [whole] = [hit for hit in fuse(many[:2], [near("x", 0.8)], 0.5) if hit.passage.id == "x"]

    assert round(cut.score, 3) == round(0.5 * 0.75 * 75.25 / 100 + 0.4, 3)
    assert 0.4 < whole.score < 0.42


def test_where_nothing_is_near_in_meaning_words_decide() -> None:
    asked = [words("a", 30.0), words("b", 10.0)]

    assert ids(fuse(asked, [near("b", 0.9), near("a", 0.4)], 0.65)) == "ba"
    assert ids(fuse(asked, [near("b", 0.09), near("a", 0.04)], 0.65)) == "ab"


def test_a_fused_hit_keeps_the_absolute_score_of_each_leg_that_found_it() -> None:
    fused = fuse([words("a", 30.0)], [near("a", 0.9), near("b", 0.1)], 0.5)

    assert [(hit.keyword, hit.vector) for hit in fused] == [(30.0, 0.9), (None, 0.1)]


@pytest.mark.parametrize(("alpha", "order"), [(0.0, "ab"), (1.0, "ba")])
def test_alpha_weighs_vectors_against_words(alpha: float, order: str) -> None:
    assert ids(fuse([words("a", 2.0), words("b", 1.0)], [near("b", 0.9), near("a", 0.1)], alpha)) == order


def test_ties_go_by_id_whatever_order_the_legs_came_in() -> None:
    legs = [words("c", 1.0), words("a", 1.0), words("b", 1.0)]

    assert ids(fuse(legs, [], 0.5)) == ids(fuse(legs[::-1], [], 0.5)) == "abc"


def test_nothing_ranked_with_nothing_is_nothing() -> None:
    assert rank(Found("?", [], []), Ranking()) == []


def test_a_question_whose_words_no_passage_has_is_ranked_by_meaning() -> None:
    assert ids(rank(Found("who?", [], [near("b", 0.2), near("a", 0.9)]), Ranking(alpha=0.1))) == "ab"


def test_a_page_that_is_about_what_is_asked_comes_before_one_that_mentions_it() -> None:
    hits = [
        Hit(passage("a", title="Expenses"), 0.50),
        Hit(passage("b", title="Parental leave"), 0.49),
        Hit(passage("c", title="Release notes"), 0.10),
    ]

    assert ids(titled(hits, "How long is parental leave?", 0.1)) == "bac"
    assert ids(titled(hits, "How long is parental leave?", 0.0)) == "abc"


def test_a_source_counts_as_its_boost_says() -> None:
    hits = [Hit(passage("a", source="chat"), 0.9), Hit(passage("b"), 0.8), Hit(passage("c"), 0.7)]

    assert ids(boosted(hits, {"chat": 0.5})) == "bca"
    assert ids(boosted(hits, {"handbook": 2.0, "absent": 9.0})) == "bca"


def test_a_document_counts_half_after_its_half_life_and_one_without_a_date_does_not_age() -> None:
    hits = [
        Hit(passage("a", updated_at=NOW - timedelta(days=100)), 0.9),
        Hit(passage("b", updated_at=(NOW - timedelta(days=10)).replace(tzinfo=None)), 0.6),
        Hit(passage("c"), 0.5),
        Hit(passage("d", updated_at=NOW + timedelta(days=3)), 0.4),
    ]

    found = aged(hits, 100.0, NOW)

    assert ids(found) == "bcad"
    assert [round(hit.score, 2) for hit in found] == [0.56, 0.5, 0.45, 0.4]


def test_of_passages_with_the_same_words_the_best_is_kept() -> None:
    hits = [
        Hit(passage("a", "Same  text: [one](one.md), two."), 0.9),
        Hit(passage("b", "- same\n- **text**\n  one\n  two"), 0.8),
        Hit(passage("c"), 0.7),
    ]

    assert ids(collapsed(hits)) == "ac"


def test_a_copy_is_known_whatever_its_links_and_its_letters_are() -> None:
    pairs = [
        ("See [the plan](https://a.example/eat-oat) now", "See the plan now"),
        ("STRASSE [x](e)", "straße x"),
        ("1. 请假 政策", "请假 政策"),
        ("[](ate)", "[](ate)"),
    ]

    for one, two in pairs:
        assert ids(collapsed([Hit(passage("a", one), 0.9), Hit(passage("b", two), 0.8)])) == "a", one


def test_of_copies_the_newest_stands_where_the_best_stood() -> None:
    older, newer = NOW - timedelta(days=9), NOW.replace(tzinfo=None)
    hits = [
        Hit(passage("a", "same", updated_at=older), 0.9),
        Hit(passage("x"), 0.8),
        Hit(passage("b", "Same.", updated_at=newer), 0.7),
        Hit(passage("c", "SAME"), 0.6),
    ]

    found = collapsed(hits)

    assert ids(found) == "bx"
    assert [hit.score for hit in found] == [0.9, 0.8]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("20 days are paid", "25 days are paid"),
        ("the limit is 3.5 percent", "the limit is 35 percent"),
        ("x = -1", "x = 1"),
        ("leave is paid", "leave is not paid"),
        ("you may ask", "you must ask"),
        ("the office in Berlin", "the office in Paris"),
    ],
)
def test_what_differs_in_a_word_is_no_copy(one: str, two: str) -> None:
    assert ids(collapsed([Hit(passage("a", one), 0.9), Hit(passage("b", two), 0.8)])) == "ab"


def test_other_documents_come_first_where_they_are_nearly_as_good_and_only_there() -> None:
    hits = [
        Hit(passage(id_, document="long"), score) for id_, score in zip("abc", (0.9, 0.88, 0.86), strict=True)
    ]
    hits += [Hit(passage("x"), 0.8), Hit(passage("y"), 0.3)]

    found = spread(hits, 0.9)

    assert ids(found) == "axbcy"
    assert [round(hit.score, 2) for hit in found] == [0.9, 0.8, 0.79, 0.7, 0.3]


def test_a_reranker_reads_what_is_left_of_the_hits_in_their_order() -> None:
    seen: list[str] = []

    def turned(question: str, hits: Sequence[Hit]) -> list[Hit]:
        seen.append(question + ids(hits))
        return [replace(hit, score=1.0 - n) for n, hit in enumerate(reversed(hits))]

    found = rank(Found("?", [words("a", 3.0), words("b", 1.0)], [near("a", 0.9)]), Ranking(reread=turned))

    assert seen == ["?ab"]
    assert ids(found) == "ba"


def test_a_follow_up_counts_by_itself_and_more_behind_the_question_before_it() -> None:
    alone = Found("how many days?", [words("a", 2.0), words("b", 1.0)], [near("a", 0.3)])
    whole = Found("parental leave how many days?", [words("c", 4.0), words("b", 2.0)], [near("c", 0.6)])

    found = follow(alone, whole, Ranking(alpha=0.5, title=0, again=1))

    assert ids(found) == "cab"
    assert next(hit for hit in found if hit.passage.id == "b").keyword == 2.0


def test_a_follow_up_that_changes_the_subject_is_let_be() -> None:
    alone = Found("where is the bike shed?", [words("a", 2.0)], [near("a", 0.7)])
    whole = Found("parental leave where is the bike shed?", [words("c", 4.0)], [near("c", 0.6)])

    assert ids(follow(alone, whole, Ranking())) == ids(rank(alone, Ranking())) == "a"


def test_what_an_acronym_stands_for_adds_and_takes_nothing_away() -> None:
    plain = Found("the HEL?", [words("a", 2.0), words("b", 1.0)], [])
    told = Found("the HEL? (ladder)", [words("c", 9.0), words("a", 2.0)], [])

    assert ids(spelt(plain, told, Ranking(alpha=0.0, title=0.0), familiar=True)) == "acb"
