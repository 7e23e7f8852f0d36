"""What every store promises. One file: the stores differ in where they keep passages and in nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from passages import EVERYBODY, MADE, WORKSPACE, passage, put, vectors

from retrieval.passage import Audience, IndexMismatch, IndexMissing, Passage
from retrieval.record import fingerprint
from retrieval.store import Made, Store, Table

NOBODY = Audience(frozenset())
FINANCE = Audience.of("group:finance")
OTHER = Made("other", MADE.dimension, MADE.layout)
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


def test_a_passage_comes_back_as_it_was_put(table: Table) -> None:
    kept = passage("leave.md", "Parental leave is 18 weeks.")

    made = put(table, kept)

    assert [hit.passage for hit in table.keyword("parental", EVERYBODY, 5)] == [kept]
    assert [hit.passage for hit in table.vector(made[0], EVERYBODY, 5)] == [kept]
    assert table.count() == 1


def test_all_passages_come_back_page_by_page_with_their_vectors(table: Table) -> None:
    kept = [passage(f"{number}.md", f"Page {number} of many.") for number in range(7)]
    made = put(table, *kept)

    pages = list(table.pages(3))

    found = {
        one.id: (one, vector) for some, vectors in pages for one, vector in zip(some, vectors, strict=True)
    }
    assert sum(len(some) for some, _ in pages) == 7
    assert max(len(some) for some, _ in pages) <= 3
    assert [found[one.id][0] for one in kept] == kept
    assert all(np.allclose(found[one.id][1], vector) for one, vector in zip(kept, made, strict=True))


def test_an_empty_table_has_no_pages(table: Table) -> None:
    assert list(table.pages(3)) == []


def test_a_passage_without_page_date_heading_or_lead_comes_back_as_it_was_put(table: Table) -> None:
    text = "Parental leave is 18 weeks."
    bare = Passage("a#0", "a", "s", "Leave", text, 0, len(text), "https://example.com/a")

    put(table, bare)

    assert [hit.passage for hit in table.keyword("parental", EVERYBODY, 5)] == [bare]


def test_words_match_whatever_their_ending_case_and_accents(table: Table) -> None:
    put(
        table, passage("a", "The café reimburses travelling employees."), passage("b", "Nothing of the kind.")
    )

    found = table.keyword("CAFE reimbursed traveller's travel", EVERYBODY, 5)

    assert texts(found) == ["The café reimburses travelling employees."]


def test_title_heading_and_table_header_are_searched(table: Table) -> None:
    put(table, passage("a", "18"))

    found = [table.keyword(word, EVERYBODY, 5) for word in ("handbook", "leave", "country")]

    assert [len(hits) for hits in found] == [1, 1, 1]


def test_keyword_hits_come_best_first_with_their_bm25(table: Table) -> None:
    put(
        table,
        passage("a", "expenses expenses expenses"),
        passage("b", "expenses and many other words beside it"),
    )

    found = table.keyword("expenses", EVERYBODY, 5)

    assert [hit.passage.document for hit in found] == ["a", "b"]
    assert found[0].score > found[1].score > 0
    assert all(hit.keyword == hit.score and hit.vector is None for hit in found)


def test_vector_hits_come_best_first_with_their_cosine(table: Table) -> None:
    made = put(table, *(passage(f"d{n}", f"text {n}") for n in range(20)))
    cosines = made @ made[3]

    found = table.vector(made[3], EVERYBODY, 5)

    assert [hit.passage.document for hit in found] == [f"d{n}" for n in np.argsort(-cosines)[:5]]
    assert [hit.score for hit in found] == pytest.approx(sorted(cosines, reverse=True)[:5], abs=0.02)
    assert all(hit.vector == hit.score and hit.keyword is None for hit in found)


def test_limit_holds(table: Table) -> None:
    made = put(table, *(passage(f"d{n}", "the same words") for n in range(10)))

    counts = [len(table.keyword("words", EVERYBODY, 4)), len(table.vector(made[0], EVERYBODY, 4))]

    assert counts == [4, 4]


def test_stop_words_alone_and_no_words_match_nothing(table: Table) -> None:
    put(table, passage("a", "The plan is to be the best."))

    found = [table.keyword(text, EVERYBODY, 5) for text in ("the is to be", "", " ?! ", "\0")]

    assert found == [[], [], [], []]


def test_both_legs_show_only_what_the_readers_may_read(table: Table) -> None:
    open_, closed = passage("a", "salary bands"), passage("b", "salary of each person", FINANCE)
    made = put(table, open_, closed)

    assert texts(table.keyword("salary", EVERYBODY, 5)) == ["salary bands"]
    assert texts(table.vector(made[1], EVERYBODY, 5)) == ["salary bands"]
    assert texts(table.keyword("salary", FINANCE, 5)) == ["salary of each person"]
    assert texts(table.vector(made[0], FINANCE, 5)) == ["salary of each person"]
    assert len(table.keyword("salary", Audience.of("everyone", "group:finance"), 5)) == 2


def test_readers_without_a_principal_see_nothing(table: Table) -> None:
    made = put(table, passage("a", "salary bands"), passage("b", "salary", NOBODY))

    assert table.keyword("salary", NOBODY, 5) == []
    assert table.vector(made[0], NOBODY, 5) == []


def test_a_passage_for_nobody_is_found_by_nobody(table: Table) -> None:
    made = put(table, passage("a", "salary", NOBODY))

    assert table.keyword("salary", EVERYBODY, 5) == []
    assert table.vector(made[0], EVERYBODY, 5) == []


@pytest.mark.parametrize(
    "principal", ["o'neil", "x') OR true --", "a\nb", "Everyone", " everyone ", "every*"]
)
def test_a_hostile_principal_reads_what_is_its_own_and_nothing_else(table: Table, principal: str) -> None:
    hostile = Audience.of(principal)
    put(table, passage("a", "salary bands"), passage("b", "salary list", hostile))

    assert texts(table.keyword("salary", EVERYBODY, 5)) == ["salary bands"]
    assert texts(table.keyword("salary", hostile, 5)) == ["salary list"]


def test_the_filter_is_inside_the_query_so_that_a_few_readable_passages_are_found_among_many(
    table: Table,
) -> None:
    secret = [passage(f"s{n}", "salary salary salary", FINANCE) for n in range(300)]
    made = put(table, *secret, passage("open", "salary"))

    assert texts(table.keyword("salary", EVERYBODY, 1)) == ["salary"]
    assert texts(table.vector(made[0], EVERYBODY, 1)) == ["salary"]


def of_source(document: str, text: str, source: str) -> Passage:
    return replace(passage(document, text), source=source)


def test_both_legs_show_only_passages_of_the_sources_that_are_asked(table: Table) -> None:
    made = put(table, of_source("a", "salary bands", "handbook"), of_source("b", "salary list", "wiki"))

    assert texts(table.keyword("salary", EVERYBODY, 5, ["wiki"])) == ["salary list"]
    assert texts(table.vector(made[0], EVERYBODY, 5, ["wiki"])) == ["salary list"]
    assert texts(table.keyword("salary", EVERYBODY, 5, ["handbook", "wiki", "gone"]))[0].startswith("salary")
    assert len(table.vector(made[0], EVERYBODY, 5, ["handbook", "wiki"])) == 2
    assert table.keyword("salary", EVERYBODY, 5, ["gone"]) == []
    assert len(table.keyword("salary", EVERYBODY, 5)) == len(table.vector(made[0], EVERYBODY, 5)) == 2


def test_a_source_never_widens_who_may_read(table: Table) -> None:
    secret = replace(of_source("a", "salary", "wiki"), audience=FINANCE)
    made = put(table, secret, of_source("b", "salary bands", "handbook"))

    assert table.keyword("salary", EVERYBODY, 5, ["wiki"]) == []
    assert table.vector(made[0], EVERYBODY, 5, ["wiki"]) == []
    assert table.keyword("salary", NOBODY, 5, ["handbook"]) == []


@pytest.mark.parametrize("name", ["o'neil", "x') OR true --", "Wiki", " wiki ", "wi*", "wiki wiki"])
def test_a_source_with_a_hostile_name_is_asked_by_it_and_by_nothing_else(table: Table, name: str) -> None:
    put(table, of_source("a", "salary bands", "wiki"), of_source("b", "salary list", name))

    assert texts(table.keyword("salary", EVERYBODY, 5, [name])) == ["salary list"]
    assert texts(table.keyword("salary", EVERYBODY, 5, ["wiki"])) == ["salary bands"]


def test_a_small_source_is_found_among_a_large_one(table: Table) -> None:
    large = [of_source(f"l{n}", "salary salary salary", "wiki") for n in range(300)]
    made = put(table, *large, of_source("s", "salary", "handbook"))

    assert texts(table.keyword("salary", EVERYBODY, 1, ["handbook"])) == ["salary"]
    assert texts(table.vector(made[0], EVERYBODY, 1, ["handbook"])) == ["salary"]


def test_readers_change_and_the_source_stays(table: Table) -> None:
    put(table, of_source("a", "salary bands", "wiki"))

    table.permit({"a": FINANCE})

    assert texts(table.keyword("salary", FINANCE, 5, ["wiki"])) == ["salary bands"]


def test_a_new_reading_stands_beside_the_old_one_until_it_alone_is_kept(table: Table) -> None:
    put(table, passage("a", "old first"), passage("a", "old second", number=1), passage("b", "kept"))

    table.put([passage("a", "fresh", revision="r2")], vectors(1))

    assert sorted(texts(table.keyword("old fresh", EVERYBODY, 5))) == ["fresh", "old first", "old second"]
    table.keep({"a": "r2"})
    assert table.count() == 2
    assert table.keyword("old", EVERYBODY, 5) == []
    assert sorted(texts(table.vector(vectors(1)[0], EVERYBODY, 5))) == ["fresh", "kept"]


def test_a_passage_that_a_new_reading_has_too_is_there_once_in_each(table: Table) -> None:
    put(table, passage("a", "the same words"))

    table.put([passage("a", "the same words", revision="r2")], vectors(1))

    found = {hit.passage.revision for hit in table.keyword("same words", EVERYBODY, 5)}
    assert found == {"r1", "r2"}


def test_putting_twice_leaves_one(table: Table) -> None:
    for _ in range(2):
        table.put([passage("a", "first")], vectors(1))

    assert table.count() == 1
    assert texts(table.keyword("first", EVERYBODY, 5)) == ["first"]


def test_keeping_no_reading_removes_the_document(table: Table) -> None:
    put(table, passage("a", "first"), passage("b", "second"))

    table.keep({"a": "", "never-there": ""})

    assert table.count() == 1
    assert table.keyword("first", EVERYBODY, 5) == []


def test_keeping_and_permitting_nothing_changes_nothing(table: Table) -> None:
    put(table, passage("a", "first"))

    table.keep({})
    table.permit({})

    assert table.count() == 1


def test_many_documents_are_kept_and_removed_in_one_call(table: Table) -> None:
    put(table, *(passage(f"d{n}", f"text {n}") for n in range(1200)))
    table.put([passage("d7", "text fresh", revision="r2")], vectors(1))

    table.keep({f"d{n}": "r2" if n == 7 else "" for n in range(1100)})

    assert table.count() == 101
    assert texts(table.keyword("fresh", EVERYBODY, 5)) == ["text fresh"]


def test_who_may_read_changes_at_once_and_without_vectors(table: Table) -> None:
    made = put(table, passage("a", "salary bands"), passage("a", "salary more", number=1), passage("b", "x"))

    table.permit({"a": FINANCE, "never-there": FINANCE})

    assert table.keyword("salary", EVERYBODY, 5) == []
    assert texts(table.vector(made[0], EVERYBODY, 5)) == ["x"]
    assert {h.passage.audience for h in table.keyword("salary", FINANCE, 5)} == {FINANCE}
    assert len(table.vector(made[0], FINANCE, 5)) == 2
    assert table.vector(made[0], FINANCE, 5)[0].score == pytest.approx(1, abs=0.02)
    table.permit({"a": EVERYBODY, "b": NOBODY})
    assert texts(table.vector(made[0], EVERYBODY, 1)) == ["salary bands"]
    assert table.count() == 3


def test_vectors_of_texts_that_are_there_can_be_had_again(table: Table) -> None:
    made = put(table, *(passage(f"d{n}", f"text {n}") for n in range(300)))
    wanted = [fingerprint(passage("elsewhere", f"text {n}").indexed_text) for n in range(300)]

    found = table.vectors([*wanted, fingerprint("never there")])

    assert sorted(found) == sorted(wanted)
    assert np.allclose([found[one] for one in wanted], made, atol=1e-6)
    assert table.vectors([]) == {}


def test_what_lies_around_a_passage_comes_in_order(table: Table) -> None:
    put(
        table,
        *(passage("a", f"part {n}", number=n) for n in (2, 0, 1, 5)),
        passage("b", "another", number=1),
    )
    table.put([passage("a", "part fresh", number=1, revision="r2")], vectors(1))

    found = table.around("a", "r1", 1000, 2000)

    assert [p.text for p in found] == ["part 1", "part 2"]
    assert found[0] == passage("a", "part 1", number=1)


def test_uris_with_quotes_statements_and_control_characters_are_only_names(table: Table) -> None:
    put(table, *(passage(uri, f"text {chr(97 + n)}quagx") for n, uri in enumerate(HOSTILE)))

    for n, uri in enumerate(HOSTILE):
        table.keep({uri: ""})

        assert table.count() == len(HOSTILE) - n - 1
        assert table.keyword(f"{chr(97 + n)}quagx", EVERYBODY, 5) == []


def test_hostile_text_comes_back_to_the_letter(table: Table) -> None:
    text = '\' OR 1=1; --\n\0\t\x1b[31m "quoted" \\ %s ${x} {{y}} 🙂 <script> marker'

    put(table, passage("a", text))

    assert texts(table.keyword("marker", EVERYBODY, 5)) == [text]


@pytest.mark.parametrize(
    "question", ["'", '"', "a AND (b OR", "x:y^2~ *", "\\", "marker' OR '1'='1", "word " * 8000]
)
def test_no_question_is_a_query_language(table: Table, question: str) -> None:
    put(table, passage("a", "marker"), passage("b", "nothing here"))

    found = table.keyword(question, EVERYBODY, 5)

    assert texts(found) == (["marker"] if "marker" in question else [])


def test_settling_changes_no_answer(table: Table) -> None:
    made = put(table, *(passage(f"d{n}", f"text number{n}") for n in range(30)))
    put(table, passage("d3", "text fresh"))
    before = [table.keyword("text", EVERYBODY, 40), table.vector(made[5], EVERYBODY, 40)]

    table.settle()

    after = [table.keyword("text", EVERYBODY, 40), table.vector(made[5], EVERYBODY, 40)]
    assert [{hit.passage for hit in hits} for hits in after] == [
        {hit.passage for hit in hits} for hits in before
    ]
    assert table.count() == 30


def test_what_comes_after_settling_is_found_at_once(table: Table) -> None:
    put(table, passage("a", "first"))
    table.settle()

    put(table, passage("b", "second"))

    assert texts(table.keyword("second", EVERYBODY, 5)) == ["second"]


def test_another_handle_sees_each_change_at_its_next_query(table: Table, handle: Opener) -> None:
    put(table, passage("a", "first"))
    reader = handle().live(WORKSPACE)

    put(table, passage("b", "second"))
    table.settle()
    put(table, passage("c", "third"))

    assert texts(reader.keyword("third", EVERYBODY, 5)) == ["third"]
    assert reader.count() == 3


def test_no_index_is_said_with_what_to_do(handle: Opener) -> None:
    with pytest.raises(IndexMissing, match="footnote index"):
        handle().live(WORKSPACE)


def test_a_table_says_what_made_it(table: Table, handle: Opener) -> None:
    assert handle().live(WORKSPACE).made == MADE
    assert handle().table(table.name).made == MADE


def test_dropping_leaves_no_index(store: Store, handle: Opener) -> None:
    put(store.live(WORKSPACE), passage("a", "first"))

    store.drop()

    with pytest.raises(IndexMissing):
        handle().live(WORKSPACE)
    assert handle().tables(WORKSPACE) == []


def test_what_is_built_beside_answers_from_the_swap_on(store: Store, handle: Opener) -> None:
    old = store.live(WORKSPACE)
    put(old, passage("a", "first"))
    built = store.build(OTHER, WORKSPACE)
    put(built, passage("a", "first again"))

    assert texts(handle().live(WORKSPACE).keyword("first", EVERYBODY, 5)) == ["first"]
    store.swap()
    assert texts(store.live(WORKSPACE).keyword("first", EVERYBODY, 5)) == ["first again"]
    assert handle().live(WORKSPACE).made == OTHER
    assert texts(old.keyword("first", EVERYBODY, 5)) == ["first"]
    assert store.tables(WORKSPACE) == [built.name, old.name]


def test_another_handle_sees_a_swap_within_a_second(store: Store, handle: Opener) -> None:
    reader = handle()
    before = reader.live(WORKSPACE).name
    store.build(OTHER, WORKSPACE)

    store.swap()

    ends = time.monotonic() + 1
    while reader.live(WORKSPACE).name == before and time.monotonic() < ends:
        time.sleep(0.01)
    assert reader.live(WORKSPACE).name != before


def test_a_build_is_taken_up_again_and_can_be_discarded(store: Store, handle: Opener) -> None:
    put(store.build(OTHER, WORKSPACE), passage("a", "half"))

    again = handle().build(OTHER, WORKSPACE)

    assert again.count() == 1
    assert store.tables(WORKSPACE) == [store.live(WORKSPACE).name, again.name]
    handle().discard()
    assert store.tables(WORKSPACE) == [store.live(WORKSPACE).name]
    assert handle().build(OTHER, WORKSPACE).count() == 0


def test_nothing_built_is_nothing_to_swap_and_nothing_before_nothing_to_go_back_to(store: Store) -> None:
    with pytest.raises(IndexMissing):
        store.swap()
    with pytest.raises(IndexMissing):
        store.back()
    assert store.live(WORKSPACE).count() == 0


def test_going_back_and_forth_between_two_generations(store: Store, handle: Opener) -> None:
    put(store.live(WORKSPACE), passage("a", "first"))
    put(store.build(MADE, WORKSPACE), passage("a", "second"))
    store.swap()

    store.back()

    assert texts(store.live(WORKSPACE).keyword("first second", EVERYBODY, 5)) == ["first"]
    handle().back()
    assert texts(handle().live(WORKSPACE).keyword("first second", EVERYBODY, 5)) == ["second"]


def test_one_previous_generation_is_kept_and_no_more(store: Store) -> None:
    names = [store.live(WORKSPACE).name]
    for _ in range(3):
        names.append(store.build(MADE, WORKSPACE).name)
        store.swap()

    assert store.tables(WORKSPACE) == [names[3], names[2]]
    with pytest.raises(IndexMissing):
        store.table(names[0])


def test_workspaces_see_nothing_of_each_other(store: Store) -> None:
    one, two = store.build(MADE, WORKSPACE), store.build(MADE, "T999")
    made = put(one, passage("a", "salary here"))
    put(two, passage("a", "salary there"))
    store.swap()

    assert texts(store.live(WORKSPACE).keyword("salary", EVERYBODY, 5)) == ["salary here"]
    assert texts(store.live("T999").vector(made[0], EVERYBODY, 5)) == ["salary there"]
    with pytest.raises(IndexMissing):
        store.live("T000")


def test_workspaces_are_named_by_what_answers_and_by_what_is_being_built(
    store: Store, handle: Opener
) -> None:
    store.build(MADE, "T02ABC", alone=True)
    assert handle().workspaces() == [WORKSPACE]
    store.swap("T02ABC")
    store.build(MADE, "T-new")

    assert (handle().workspaces(), handle().workspaces(building=True)) == ([WORKSPACE, "T02ABC"], ["T-new"])
    store.swap()
    assert (handle().workspaces(), handle().workspaces(building=True)) == (["T-new"], [])
    store.drop()
    assert handle().workspaces() == []


def test_tables_of_all_workspaces_are_listed_live_ones_first(store: Store, handle: Opener) -> None:
    store.build(MADE, "T02ABC", alone=True)
    store.swap("T02ABC")
    old = [store.live(each).name for each in (WORKSPACE, "T02ABC")]
    live = [store.build(MADE, each).name for each in (WORKSPACE, "T02ABC")]
    store.swap()
    built = store.build(OTHER, WORKSPACE).name

    found = handle().tables("")

    assert [set(found[:2]), set(found[2:4]), set(found[4:])] == [set(live), set(old), {built}]
    assert len(found) == 5


def test_a_workspace_is_rebuilt_alone(store: Store, handle: Opener) -> None:
    old = store.live(WORKSPACE)
    put(old, passage("a", "first"))
    put(store.build(MADE, "T999", alone=True), passage("a", "newcomer"))
    store.swap("T999")
    fresh = store.build(MADE, WORKSPACE, alone=True)
    put(fresh, passage("a", "second"))

    store.swap(WORKSPACE)

    assert texts(handle().live(WORKSPACE).keyword("first second", EVERYBODY, 5)) == ["second"]
    assert texts(handle().live("T999").keyword("newcomer", EVERYBODY, 5)) == ["newcomer"]
    assert store.tables(WORKSPACE) == [fresh.name, old.name]
    store.back(WORKSPACE)
    assert texts(store.live(WORKSPACE).keyword("first second", EVERYBODY, 5)) == ["first"]
    with pytest.raises(IndexMismatch):
        store.build(OTHER, WORKSPACE, alone=True)


def test_a_rebuild_of_all_follows_on_workspaces_rebuilt_alone(store: Store) -> None:
    put(store.build(MADE, WORKSPACE, alone=True), passage("a", "alone"))
    store.swap(WORKSPACE)
    put(store.build(MADE, WORKSPACE), passage("a", "together"))

    store.swap()

    assert texts(store.live(WORKSPACE).keyword("alone together", EVERYBODY, 5)) == ["together"]
    store.back()
    assert texts(store.live(WORKSPACE).keyword("alone together", EVERYBODY, 5)) == ["alone"]


def test_a_well_made_index_passes_its_check(store: Store) -> None:
    store.check()
