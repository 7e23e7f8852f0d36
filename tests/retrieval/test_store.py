"""What every store promises. One file: the stores differ in where they keep passages and in nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from passages import DIMENSION, EVERYBODY, passage, put

from retrieval.passage import Audience, IndexMismatch, IndexMissing, Passage, Store

NOBODY = Audience(frozenset())
FINANCE = Audience.of("group:finance")
HOSTILE = [
    'handbook/it\'s "quoted".md',
    "handbook/x') OR 1=1; DROP TABLE passages; --",
    "handbook/two\nlines\t.md",
    "handbook/null\0byte.md",
    "handbook/back\\slash%_*?.md",
    " handbook/spaces around .md ",
    "handbook/日本語-é-🙂.md",
    "handbook/lone\udce9surrogate.md",
]
Opener = Callable[[], Store]


def texts(hits: list) -> list[str]:
    return [hit.passage.text for hit in hits]


def test_a_passage_comes_back_as_it_was_put(store: Store) -> None:
    kept = passage("leave.md", "Parental leave is 18 weeks.")

    made = put(store, kept)

    assert [hit.passage for hit in store.keyword("parental", EVERYBODY, 5)] == [kept]
    assert [hit.passage for hit in store.vector(made[0], EVERYBODY, 5)] == [kept]
    assert store.count() == 1


def test_a_passage_without_page_date_heading_or_lead_comes_back_as_it_was_put(store: Store) -> None:
    text = "Parental leave is 18 weeks."
    bare = Passage("a#0", "a", "s", "Leave", text, 0, len(text), "https://example.com/a")

    put(store, bare)

    assert [hit.passage for hit in store.keyword("parental", EVERYBODY, 5)] == [bare]


def test_words_match_whatever_their_ending_case_and_accents(store: Store) -> None:
    put(
        store, passage("a", "The café reimburses travelling employees."), passage("b", "Nothing of the kind.")
    )

    found = store.keyword("CAFE reimbursed traveller's travel", EVERYBODY, 5)

    assert texts(found) == ["The café reimburses travelling employees."]


def test_title_heading_and_table_header_are_searched(store: Store) -> None:
    put(store, passage("a", "18"))

    found = [store.keyword(word, EVERYBODY, 5) for word in ("handbook", "leave", "country")]

    assert [len(hits) for hits in found] == [1, 1, 1]


def test_keyword_hits_come_best_first_with_their_bm25(store: Store) -> None:
    put(
        store,
        passage("a", "expenses expenses expenses"),
        passage("b", "expenses and many other words beside it"),
    )

    found = store.keyword("expenses", EVERYBODY, 5)

    assert [hit.passage.document for hit in found] == ["a", "b"]
    assert found[0].score > found[1].score > 0
    assert all(hit.keyword == hit.score and hit.vector is None for hit in found)


def test_vector_hits_come_best_first_with_their_cosine(store: Store) -> None:
    made = put(store, *(passage(f"d{n}", f"text {n}") for n in range(20)))
    cosines = made @ made[3]

    found = store.vector(made[3], EVERYBODY, 5)

    assert [hit.passage.document for hit in found] == [f"d{n}" for n in np.argsort(-cosines)[:5]]
    assert [hit.score for hit in found] == pytest.approx(sorted(cosines, reverse=True)[:5], abs=0.02)
    assert all(hit.vector == hit.score and hit.keyword is None for hit in found)


def test_limit_holds(store: Store) -> None:
    made = put(store, *(passage(f"d{n}", "the same words") for n in range(10)))

    counts = [len(store.keyword("words", EVERYBODY, 4)), len(store.vector(made[0], EVERYBODY, 4))]

    assert counts == [4, 4]


def test_stop_words_alone_and_no_words_match_nothing(store: Store) -> None:
    put(store, passage("a", "The plan is to be the best."))

    found = [store.keyword(text, EVERYBODY, 5) for text in ("the is to be", "", " ?! ", "\0")]

    assert found == [[], [], [], []]


def test_both_legs_show_only_what_the_readers_may_read(store: Store) -> None:
    open_, closed = passage("a", "salary bands"), passage("b", "salary of each person", FINANCE)
    made = put(store, open_, closed)

    assert texts(store.keyword("salary", EVERYBODY, 5)) == ["salary bands"]
    assert texts(store.vector(made[1], EVERYBODY, 5)) == ["salary bands"]
    assert texts(store.keyword("salary", FINANCE, 5)) == ["salary of each person"]
    assert texts(store.vector(made[0], FINANCE, 5)) == ["salary of each person"]
    assert len(store.keyword("salary", Audience.of("everyone", "group:finance"), 5)) == 2


def test_readers_without_a_principal_see_nothing(store: Store) -> None:
    made = put(store, passage("a", "salary bands"), passage("b", "salary", NOBODY))

    assert store.keyword("salary", NOBODY, 5) == []
    assert store.vector(made[0], NOBODY, 5) == []


def test_a_passage_for_nobody_is_found_by_nobody(store: Store) -> None:
    made = put(store, passage("a", "salary", NOBODY))

    assert store.keyword("salary", EVERYBODY, 5) == []
    assert store.vector(made[0], EVERYBODY, 5) == []


@pytest.mark.parametrize(
    "principal", ["o'neil", "x') OR true --", "a\nb", "Everyone", " everyone ", "every*"]
)
def test_a_hostile_principal_reads_what_is_its_own_and_nothing_else(store: Store, principal: str) -> None:
    hostile = Audience.of(principal)
    put(store, passage("a", "salary bands"), passage("b", "salary list", hostile))

    assert texts(store.keyword("salary", EVERYBODY, 5)) == ["salary bands"]
    assert texts(store.keyword("salary", hostile, 5)) == ["salary list"]


def test_the_filter_is_inside_the_query_so_that_a_few_readable_passages_are_found_among_many(
    store: Store,
) -> None:
    secret = [passage(f"s{n}", "salary salary salary", FINANCE) for n in range(300)]
    made = put(store, *secret, passage("open", "salary"))

    assert texts(store.keyword("salary", EVERYBODY, 1)) == ["salary"]
    assert texts(store.vector(made[0], EVERYBODY, 1)) == ["salary"]


def test_replacing_a_document_leaves_nothing_of_its_old_text(store: Store) -> None:
    put(
        store, passage("a", "old first", number=0), passage("a", "old second", number=1), passage("b", "kept")
    )

    made = put(store, passage("a", "fresh", number=0))

    assert store.count() == 2
    assert store.keyword("old", EVERYBODY, 5) == []
    assert texts(store.keyword("fresh", EVERYBODY, 5)) == ["fresh"]
    assert sorted(texts(store.vector(made[0], EVERYBODY, 5))) == ["fresh", "kept"]


def test_replacing_by_nothing_removes(store: Store) -> None:
    put(store, passage("a", "first"), passage("b", "second"))

    store.replace(["a", "never-there"], [], np.zeros((0, DIMENSION), np.float32))

    assert store.count() == 1
    assert store.keyword("first", EVERYBODY, 5) == []


def test_replacing_no_document_changes_nothing(store: Store) -> None:
    put(store, passage("a", "first"))

    store.replace([], [], np.zeros((0, DIMENSION), np.float32))

    assert store.count() == 1


def test_uris_with_quotes_statements_and_control_characters_are_only_names(store: Store) -> None:
    put(store, *(passage(uri, f"text quag{chr(97 + n)}") for n, uri in enumerate(HOSTILE)))

    for n, uri in enumerate(HOSTILE):
        store.replace([uri], [], np.zeros((0, DIMENSION), np.float32))

        assert store.count() == len(HOSTILE) - n - 1
        assert store.keyword(f"quag{chr(97 + n)}", EVERYBODY, 5) == []


def test_hostile_text_comes_back_to_the_letter(store: Store) -> None:
    text = '\' OR 1=1; --\n\0\t\x1b[31m "quoted" \\ %s ${x} {{y}} 🙂 <script> marker'

    put(store, passage("a", text))

    assert texts(store.keyword("marker", EVERYBODY, 5)) == [text]


@pytest.mark.parametrize(
    "question", ["'", '"', "a AND (b OR", "x:y^2~ *", "\\", "marker' OR '1'='1", "word " * 8000]
)
def test_no_question_is_a_query_language(store: Store, question: str) -> None:
    put(store, passage("a", "marker"), passage("b", "nothing here"))

    found = store.keyword(question, EVERYBODY, 5)

    assert texts(found) == (["marker"] if "marker" in question else [])


def test_settling_changes_no_answer(store: Store) -> None:
    made = put(store, *(passage(f"d{n}", f"text number{n}") for n in range(30)))
    put(store, passage("d3", "text fresh"))
    before = [store.keyword("text", EVERYBODY, 40), store.vector(made[5], EVERYBODY, 40)]

    store.settle()

    after = [store.keyword("text", EVERYBODY, 40), store.vector(made[5], EVERYBODY, 40)]
    assert [{hit.passage for hit in hits} for hits in after] == [
        {hit.passage for hit in hits} for hits in before
    ]
    assert store.count() == 30


def test_what_comes_after_settling_is_found_at_once(store: Store) -> None:
    put(store, passage("a", "first"))
    store.settle()

    put(store, passage("b", "second"))

    assert texts(store.keyword("second", EVERYBODY, 5)) == ["second"]


def test_another_handle_sees_each_change_at_its_next_query(store: Store, handle: Opener) -> None:
    put(store, passage("a", "first"))
    reader = handle()
    reader.open("tiny", DIMENSION)

    put(store, passage("b", "second"))
    store.settle()
    put(store, passage("c", "third"))

    assert texts(reader.keyword("third", EVERYBODY, 5)) == ["third"]
    assert reader.count() == 3


def test_no_index_is_said_with_what_to_do(handle: Opener) -> None:
    with pytest.raises(IndexMissing, match="footnote index"):
        handle().open("tiny", DIMENSION)


def test_another_embedder_is_refused_with_what_to_do(store: Store, handle: Opener) -> None:
    put(store, passage("a", "first"))

    with pytest.raises(IndexMismatch, match=r"tiny, not other.*footnote index.*FOOTNOTE_EMBEDDER"):
        handle().open("other", DIMENSION)


def test_dropping_leaves_no_index(store: Store, handle: Opener) -> None:
    put(store, passage("a", "first"))

    store.drop()

    with pytest.raises(IndexMissing):
        handle().open("tiny", DIMENSION)


def test_another_embedder_builds_beside_the_index_and_takes_its_place_when_it_settles(
    store: Store, handle: Opener
) -> None:
    put(store, passage("a", "first"))
    reader = handle()
    reader.open("tiny", DIMENSION)
    store.close()
    builder = handle()
    builder.open("other", DIMENSION, create=True)
    put(builder, passage("a", "first again"))

    assert texts(reader.keyword("first", EVERYBODY, 5)) == ["first"]
    builder.settle()
    assert texts(builder.keyword("first", EVERYBODY, 5)) == ["first again"]
    with pytest.raises(IndexMismatch):
        reader.keyword("first", EVERYBODY, 5)
