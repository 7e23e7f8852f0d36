"""Hybrid search: what fusion does to two legs, and questions of every kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from memory_store import MemoryStore
from numpy.typing import NDArray

from retrieval.passage import Audience, Hit, Passage, Vectors
from retrieval.ranking import Ranking, collapsed, fuse
from retrieval.retriever import FootnoteRetriever
from retrieval.search import LONGEST, Mode, Search, printable

EVERYBODY = Audience()


class Letters:
    """An embedder of how often each letter occurs, so that a person can tell what is near."""

    name, dimension = "letters", 26

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [[0.01 + text.casefold().count(chr(97 + n)) for n in range(26)] for text in texts]
        counts = np.asarray(rows, np.float32)
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        self.asked.append(text)
        return np.asarray(self.embed([text])[0], np.float32)


def passage(id_: str, text: str = "", audience: Audience = EVERYBODY) -> Passage:
    text = text or f"text of {id_}"
    return Passage(
        id_, id_, "handbook", "T", text, 0, len(text), f"https://example.com/{id_}", audience=audience
    )


def words(id_: str, score: float) -> Hit:
    return Hit(passage(id_), score, keyword=score)


def near(id_: str, score: float) -> Hit:
    return Hit(passage(id_), score, vector=score)


def searching(*passages: Passage, alpha: float = 0.5) -> tuple[Search, Letters]:
    store, embedder = MemoryStore(), Letters()
    store.open(embedder.name, embedder.dimension, create=True)
    store.replace(
        [p.document for p in passages], passages, embedder.embed([p.indexed_text for p in passages])
    )
    return Search(store, embedder, Ranking(alpha=alpha)), embedder


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_each_leg_is_scaled_to_itself_before_the_two_are_added() -> None:
    fused = fuse(
        [words("a", 30.0), words("b", 20.0), words("c", 10.0)], [near("b", 0.9), near("a", 0.1)], 0.5
    )

    assert [(hit.passage.id, hit.score) for hit in fused] == [("b", 0.75), ("a", 0.5), ("c", 0.0)]


def test_a_fused_hit_keeps_the_absolute_score_of_each_leg_that_found_it() -> None:
    fused = fuse([words("a", 30.0)], [near("a", 0.9), near("b", 0.1)], 0.5)

    assert [(hit.keyword, hit.vector) for hit in fused] == [(30.0, 0.9), (None, 0.1)]


@pytest.mark.parametrize(("alpha", "order"), [(0.0, ["a", "b"]), (1.0, ["b", "a"])])
def test_alpha_weighs_vectors_against_words(alpha: float, order: list[str]) -> None:
    fused = fuse([words("a", 2.0), words("b", 1.0)], [near("b", 0.9), near("a", 0.1)], alpha)

    assert ids(fused) == order


def test_ties_go_by_id_whatever_order_the_legs_came_in() -> None:
    legs = [words("c", 1.0), words("a", 1.0), words("b", 1.0)]

    assert ids(fuse(legs, [], 0.5)) == ids(fuse(legs[::-1], [], 0.5)) == ["a", "b", "c"]


def test_nothing_fused_with_nothing_is_nothing() -> None:
    assert fuse([], [], 0.5) == []


def test_of_passages_with_the_same_text_the_best_is_kept() -> None:
    hits = [
        Hit(passage("a", "Same  text"), 0.9),
        Hit(passage("b", "same\ntext"), 0.8),
        Hit(passage("c"), 0.7),
    ]

    assert ids(collapsed(hits)) == ["a", "c"]


def test_a_passage_found_by_words_and_by_meaning_comes_first() -> None:
    search, _ = searching(
        passage("zoo", "zzz zebra"), passage("leave", "parental leave"), passage("x", "leave xxxx")
    )

    results = search.find("parental leave", EVERYBODY, 3)

    assert ids(results.hits)[0] == "leave"
    assert results.hits[0].score == 1.0
    assert results.embed_ms >= 0 and results.search_ms > 0


def test_a_question_of_stop_words_alone_is_answered_by_vectors() -> None:
    search, _ = searching(passage("a", "oooo wwww hhhh"), passage("b", "zzzz"))

    results = search.find("who?", EVERYBODY, 1)

    assert ids(results.hits) == ["a"]
    assert results.hits[0].keyword is None


def test_each_mode_asks_only_its_leg() -> None:
    search, embedder = searching(passage("a", "parental leave"))

    by_words = search.find("leave", EVERYBODY, 5, Mode.KEYWORD)
    by_vector = search.find("leave", EVERYBODY, 5, Mode.VECTOR)

    assert [hit.vector for hit in by_words.hits] == [None]
    assert [hit.keyword for hit in by_vector.hits] == [None]
    assert embedder.asked == ["leave"]


@pytest.mark.parametrize("question", ["", "   ", "\0\n\t\x1b"])
def test_an_empty_question_finds_nothing_and_asks_nobody(question: str) -> None:
    search, embedder = searching(passage("a"))

    assert search.find(question, EVERYBODY, 5).hits == ()
    assert embedder.asked == []


def test_a_question_of_forty_thousand_characters_is_cut_and_answered() -> None:
    search, embedder = searching(passage("a", "parental leave"))

    results = search.find("parental leave " * 2667, EVERYBODY, 5)

    assert ids(results.hits) == ["a"]
    assert len(embedder.asked[0]) <= LONGEST


def test_control_characters_part_words_and_go_no_further() -> None:
    assert printable("parental\0leave\n\x1b[31m of\u202ewhom\ud800") == "parental leave [31m of whom"


def test_readers_find_what_they_may_read_and_nobody_finds_nothing() -> None:
    search, _ = searching(
        passage("a", "salary bands"), passage("b", "salary list", Audience.of("group:finance"))
    )

    found = [search.find("salary", readers, 5).hits for readers in (EVERYBODY, Audience(frozenset()))]

    assert [ids(hits) for hits in found] == [["a"], []]


def test_the_retriever_gives_langchain_the_passage_and_where_it_is() -> None:
    search, _ = searching(passage("a", "parental leave"))

    [document] = FootnoteRetriever(search=search, readers=EVERYBODY).invoke("leave")

    assert document.page_content == "parental leave"
    assert document.metadata["url"] == "https://example.com/a"
    assert document.metadata["hit"].passage.id == "a"


def test_the_retriever_shows_nothing_until_it_is_told_to_whom() -> None:
    search, _ = searching(passage("a", "parental leave"))
    retriever = FootnoteRetriever(search=search)

    assert retriever.invoke("leave") == []
    assert len(retriever.for_readers(EVERYBODY).invoke("leave")) == 1
