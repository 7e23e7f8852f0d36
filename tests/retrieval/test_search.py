"""Hybrid search: both legs asked, and questions of every kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from memory_store import MemoryStore
from numpy.typing import NDArray

from retrieval.passage import Audience, Hit, Passage, Vectors
from retrieval.ranking import Ranking
from retrieval.record import LAYOUT
from retrieval.retriever import FootnoteRetriever
from retrieval.rows import Reading
from retrieval.search import LONGEST, Beside, Mode, Search, searchable
from retrieval.store import Made

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


class AllShown:
    """A ledger by whose word everything that was put is answered from, by whom its audience says."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._held = {p.document: Reading(p.revision, p.audience) for p in passages}

    def shown(self, held_in: str, uris: Collection[str]) -> Mapping[str, Reading]:
        return {uri: self._held[uri] for uri in uris}


def searching(*passages: Passage, alpha: float = 0.5, join: int = 1) -> tuple[Search, Letters]:
    store, embedder = MemoryStore(), Letters()
    table = store.build(Made(embedder.name, embedder.dimension, LAYOUT), "main")
    table.put(passages, embedder.embed([p.indexed_text for p in passages]))
    store.swap()
    return Search(store, AllShown(passages), embedder, how=Ranking(alpha=alpha, join=join)), embedder


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_a_passage_found_by_words_and_by_meaning_comes_first() -> None:
    search, _ = searching(
        passage("zoo", "zzz zebra"), passage("leave", "parental leave"), passage("x", "leave xxxx")
    )

    results = search.find("parental leave", EVERYBODY, 3)

    assert ids(results.hits)[0] == "leave"
    assert results.hits[0].keyword and results.hits[0].vector
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


def test_a_follow_up_is_searched_by_itself_and_behind_the_question_before_it() -> None:
    search, embedder = searching(passage("leave", "parental leave zzz"), passage("bike", "job bike"))

    results = search.follow("how many days?", Beside("parental leave"), EVERYBODY, 2)

    assert ids(results.hits)[0] == "leave"
    assert sorted(embedder.asked) == ["how many days?", "parental leave how many days?"]


def test_a_follow_up_shows_nobody_what_they_may_not_read() -> None:
    secret = Audience.of("channel:C1")
    search, _ = searching(passage("leave", "parental leave", secret), passage("bike", "job bike"))

    assert ids(search.follow("and bike?", Beside("parental leave"), EVERYBODY, 5).hits) == ["bike"]
    assert search.follow("and bike?", Beside("parental leave"), Audience(frozenset()), 5).hits == ()


def test_however_long_the_question_before_it_is_a_follow_up_is_searched_whole() -> None:
    search, embedder = searching(passage("bike", "job bike"))

    search.follow("and bike?", Beside("leave " * LONGEST), EVERYBODY, 1)

    assert all(text.endswith("and bike?") and len(text) <= LONGEST for text in embedder.asked)


def test_only_the_sources_that_are_asked_are_searched_by_both_legs() -> None:
    wiki = replace(passage("w", "parental leave"), source="wiki")
    search, _ = searching(passage("h", "parental leave, all of it"), wiki)

    found = [ids(search.find("parental leave", EVERYBODY, 5, mode, ("wiki",)).hits) for mode in Mode]
    retriever = FootnoteRetriever(search=search).for_readers(EVERYBODY, ("wiki",))

    assert found == [["w"]] * len(Mode)
    assert [document.id for document in retriever.invoke("parental leave")] == ["w"]
    assert len(search.find("parental leave", EVERYBODY, 5).hits) == 2


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
    assert searchable("parental\0leave\n\x1b[31m of\u202ewhom\ud800") == "parental leave [31m of whom"


def test_readers_find_what_they_may_read_and_nobody_finds_nothing() -> None:
    search, _ = searching(
        passage("a", "salary bands"), passage("b", "salary list", Audience.of("group:finance"))
    )

    found = [search.find("salary", readers, 5).hits for readers in (EVERYBODY, Audience(frozenset()))]

    assert [ids(hits) for hits in found] == [["a"], []]


def test_what_only_words_found_has_its_cosine_too() -> None:
    near = [passage(f"{n:03}", "oooo " * 9) for n in range(100)]
    search, _ = searching(*near, passage("a", "zzz leave"))

    hits = search.find("oooo leave", EVERYBODY, 200).hits

    [found] = [hit for hit in hits if hit.passage.id == "a"]
    assert found.keyword
    assert found.vector is not None
    assert all(hit.vector is None or found.vector <= hit.vector for hit in hits)


def test_what_the_best_of_it_says_is_nearer_than_what_only_shares_letters() -> None:
    best = [passage(f"best{n}", f"leave {n * 'oooo'}x") for n in (1, 2, 3)]
    more, other = passage("more", "leavq oooooooo"), passage("other", "leavq zzzzzzzz")
    plain, _ = searching(*best, more, other, alpha=1.0)
    moved, _ = searching(*best, more, other, alpha=1.0)
    plain._how = replace(plain._how, feedback=0.0, title=0.0)
    moved._how = replace(plain._how, feedback=0.5)

    before, after = ({h.passage.id: h for h in s.find("leave", EVERYBODY, 9).hits} for s in (plain, moved))

    assert after["more"].score - after["other"].score > before["more"].score - before["other"].score
    assert {id_: h.vector for id_, h in after.items()} == {id_: h.vector for id_, h in before.items()}


def test_what_nobody_here_may_read_moves_nothing() -> None:
    secret = [passage(f"s{n}", "leave zzzzzz") for n in range(3)]
    some = [passage("a", "leave oooo"), passage("b", "leave zzzz")]

    def found(*held: Passage) -> list[tuple[str, float]]:
        search, _ = searching(*held, alpha=1.0)
        for one in secret:  # that they are the board's by now is known to the ledger alone
            search._ledger._held[one.document] = Reading(one.revision, Audience.of("group:board"))  # type: ignore[attr-defined]
        hits = search.find("leave", EVERYBODY, 9).hits
        return [(hit.passage.id, round(hit.score, 6)) for hit in hits]

    assert found(*some, *secret) == found(*some)


def test_neighbours_that_were_both_found_are_one_hit_and_make_room() -> None:
    first = replace(passage("a", "parental leave"), document="long", gap="\n", url="u")
    second = replace(passage("b", "leave is paid"), document="long", start=15, end=28, url="u")
    search, _ = searching(first, second, passage("c", "leave"), join=2)

    hits = search.find("parental leave", EVERYBODY, 2).hits

    assert [hit.passage.text for hit in hits] == ["parental leave\nleave is paid", "leave"]


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


def test_an_acronym_finds_what_spells_it_out_and_the_other_way_round() -> None:
    noise = [passage(f"n{n}", f"The {n}th board is approved by Mona in week {n}.") for n in range(30)]
    search, _ = searching(
        passage("words", "We speak of the Harbour Escalation Ladder (HEL)."),
        passage("long", "A harbour escalation ladder has four steps."),
        passage("short", "Kaia looks after the HEL."),
        *noise,
    )

    def first(question: str) -> list[str]:
        return [hit.passage.id for hit in search.find(question, EVERYBODY, 3).hits]

    assert "long" in first("Who approved the HEL?")
    assert "short" in first("Who approved the harbour escalation ladder?")


def test_a_slip_that_stands_nowhere_is_searched_as_the_word_that_was_meant_too() -> None:
    noise = [passage(f"n{n}", f"A robot on page {n} boats in Toronto.") for n in range(9)]
    search, embedder = searching(passage("told", "Probation lasts six months."), *noise)
    vars(embedder)["spells"] = {"probation", "lasts", "toast"}.__contains__

    assert ids(search.find("probaton lasts", EVERYBODY, 1).hits) == ["told"]
    assert embedder.asked == ["probaton lasts", "probation lasts"]
    search.follow("probaton lasts", Beside("robots"), EVERYBODY, 1)
    assert embedder.asked[-1] == "robots probaton lasts robots probation lasts"  # beside what was typed
    del embedder.asked[2:]
    search.find("Tarst lasts", EVERYBODY, 1)  # a name, or two words that it nearly is: once, as it stands
    assert len(embedder.asked) == 3


def test_an_acronym_that_only_others_may_read_about_is_not_spelt_out() -> None:
    hidden = passage("words", "We speak of the Harbour Escalation Ladder (HEL).", Audience.of("group:board"))
    search, embedder = searching(hidden, passage("open", "Kaia looks after the HEL."))

    search.find("Who approved the HEL?", EVERYBODY, 3)

    assert embedder.asked == ["Who approved the HEL?"]
    search.find("Who approved the HEL?", Audience.of("everyone", "group:board"), 3)
    assert embedder.asked[-1] == "Who approved the HEL? (harbour escalation ladder)"


def test_more_texts_for_a_question_are_searched_with_it_and_share_its_ranking() -> None:
    search, embedder = searching(
        passage("zoo", "zzz zebra"), passage("leave", "parental leave"), passage("x", "leave xxxx")
    )

    results = search.follow("zzz zebra", Beside(more=("parental leave", "leave xxxx")), EVERYBODY, 3)

    assert ids(results.hits)[0] == "zoo" and set(ids(results.hits)) == {"zoo", "leave", "x"}
    assert sorted(embedder.asked) == ["leave xxxx", "parental leave", "zzz zebra"]
