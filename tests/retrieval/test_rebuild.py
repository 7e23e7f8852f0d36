"""An index built beside the one that answers: caught up, probed, swapped, gone back from, at any crash."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from memory_store import MemoryStore, MemoryTable
from test_index import EVERYBODY, FINANCE, Away, Counted, Dies, Embedding, Folder, Place, many

from bot.state import connect
from retrieval.expected import Expected
from retrieval.passage import DocumentError, EmbedderUnavailable, FootnoteError, IndexMissing
from retrieval.rebuild import Part, Rebuild, RebuildRefused, back


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.engine.dispose()


def rebuild(place: Place, *folders: Folder, **how: bool) -> None:
    Rebuild([Part(place.index(), folders)], alone=how.get("alone", False)).run(force=how.get("force", False))


def test_a_rebuild_reads_everything_again_and_embeds_only_what_it_must(place: Place) -> None:
    folder = Folder({"a.md": "First.", "b.md": "Second."})
    place.sync(folder)
    old = place.table.name
    folder.loaded.clear()
    place.embedding.texts.clear()
    folder.texts["b.md"] = "Second, changed."

    rebuild(place, folder)

    assert place.texts() == ["First.", "Second, changed."]
    assert sorted(folder.loaded) == ["a.md", "b.md"]
    assert len(place.embedding.texts) == 1
    assert MemoryStore(place.shelf).tables("main") == [place.table.name, old]


def test_another_embedder_takes_over_by_a_rebuild(place: Place) -> None:
    folder = Folder({"a.md": "First.", "b.md": "Second."})
    place.sync(folder)
    place.embedding = Embedding("other")

    rebuild(place, folder)

    assert place.table.made.embedder == "other"
    assert len(place.embedding.texts) >= 2
    assert place.asked("first") == ["First."]


def test_going_back_answers_from_the_old_index_less_what_was_deleted_or_made_private(place: Place) -> None:
    folder = Folder({"a.md": "Salary first.", "b.md": "Salary second.", "c.md": "Salary third."})
    place.sync(folder)
    rebuild(place, folder)
    del folder.texts["a.md"]
    folder.audiences["b.md"] = FINANCE
    folder.texts["d.md"] = "Salary fourth."
    place.sync(folder)

    back(place.index().store, place.index().turns)

    assert place.asked("salary") == ["Salary third."]
    assert place.table.keyword("first", EVERYBODY, 5) == []
    back(place.index().store, place.index().turns)
    assert place.asked("salary") == ["Salary fourth.", "Salary third."]


def test_there_is_nothing_to_go_back_to_before_the_first_rebuild(place: Place) -> None:
    place.sync(Folder({"a.md": "First."}))

    with pytest.raises(IndexMissing, match="earlier"):
        back(place.index().store, place.index().turns)


def test_syncs_that_come_during_a_build_are_in_what_is_put_in_place(place: Place) -> None:
    folder = Folder({"a.md": "Salary old.", "b.md": "Salary gone.", "c.md": "Salary bands."})
    place.sync(folder)
    building = Folder(dict(folder.texts))

    def meanwhile(_: object) -> None:
        if folder.texts.pop("b.md", None):
            folder.texts["a.md"] = "Salary fresh."
            folder.audiences["c.md"] = FINANCE
            place.sync(folder)
            building.texts, building.audiences = folder.texts, folder.audiences

    Rebuild([Part(place.index(), [building])], show=meanwhile).run()

    assert place.asked("salary") == ["Salary fresh."]
    assert place.asked("salary", FINANCE) == ["Salary bands."]
    assert len(place.texts()) == 2


def test_what_is_forgotten_during_a_build_does_not_come_with_it(place: Place) -> None:
    folder = Folder({"a.md": "Salary first.", "b.md": "Salary second.", "c.md": "Salary third."})
    place.sync(folder)

    def meanwhile(_: object) -> None:
        place.index().forget("handbook/b.md")

    Rebuild([Part(place.index(), [folder])], show=meanwhile).run()

    assert place.texts() == place.asked("salary") == ["Salary first.", "Salary third."]


@pytest.mark.parametrize("worse", ["fewer", "lengths", "words"])
def test_a_worse_index_is_refused_with_the_reason_and_nothing_changes(
    place: Place, worse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(many(30))
    place.sync(folder)
    before = place.table
    if worse == "fewer":
        folder.broken = {f"{n:03}.md": DocumentError("It is encrypted.") for n in range(15)}
    elif worse == "lengths":
        place.embedding = Long("other")
    else:
        monkeypatch.setattr(MemoryTable, "keyword", only(before, MemoryTable.keyword))
        monkeypatch.setattr(MemoryTable, "vector", only(before, MemoryTable.vector))

    with pytest.raises(RebuildRefused, match="worse") as refused:
        rebuild(place, folder)

    assert {"fewer": "15 documents", "lengths": "length one", "words": "by their own words"}[worse] in str(
        refused.value
    )
    assert place.table is before
    assert MemoryStore(place.shelf).tables("main") == [before.name]


def test_an_index_that_finds_fewer_documents_of_the_operators_own_questions_is_refused(place: Place) -> None:
    folder = Folder({**many(60), "pay.md": "Salary bands.", "leave.md": "Holidays abroad."})
    folder.audiences["pay.md"] = FINANCE
    place.sync(folder)
    before = place.table
    own = [
        Expected(1, "salary bands", "file:///handbook/pay.md"),
        Expected(2, "holidays abroad", "handbook/leave.md"),
        Expected(3, "anything", "handbook/never.md"),
    ]
    folder.texts["leave.md"] = "Moved elsewhere."
    building = [Part(place.index(), [folder])]

    with pytest.raises(RebuildRefused, match=r"3 questions .* of 1, the live one of 2; .* line 2\."):
        Rebuild(building, expected=own).run()

    assert place.table is before
    Rebuild(building, expected=own[::2]).run()
    assert place.table is not before


def test_an_index_of_another_embedder_is_held_against_what_words_find_in_the_live_one(place: Place) -> None:
    folder = Folder({**many(60), "pay.md": "Salary bands."})
    place.sync(folder)
    place.embedding = Embedding("other")
    folder.texts["pay.md"] = "Moved elsewhere."

    with pytest.raises(RebuildRefused, match="it misses those of line 4"):
        own = [Expected(4, "salary bands", "handbook/pay.md")]
        Rebuild([Part(place.index(), [folder])], expected=own).run()


class Long(Embedding):
    def embed(self, texts: Any) -> Any:
        return np.asarray(super().embed(texts) * 3, np.float32)


def only(table: MemoryTable, search: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *given: search(self, *given) if self is table else []


def test_a_worse_index_is_put_in_place_where_a_person_insists(place: Place) -> None:
    folder = Folder(many(10))
    place.sync(folder)

    folder.broken = {f"{n:03}.md": DocumentError("It is encrypted.") for n in range(1, 10)}
    rebuild(place, folder, force=True)

    assert len(place.texts()) == 1


def test_what_a_rebuild_finds_deleted_or_private_is_so_at_once_and_after_going_back(place: Place) -> None:
    folder = Folder({**many(8), "a.md": "Salary first.", "b.md": "Salary second.", "c.md": "Salary third."})
    place.sync(folder)
    del folder.texts["a.md"]
    folder.audiences["b.md"] = FINANCE

    rebuild(place, folder)

    assert place.asked("salary") == ["Salary third."]
    back(place.index().store, place.index().turns)
    assert place.asked("salary") == ["Salary third."]
    assert place.asked("salary", FINANCE) == ["Salary second."]


def test_a_source_that_fails_leaves_the_old_index_answering_and_the_build_is_taken_up_again(
    place: Place,
) -> None:
    folder, ops = Folder(many(3)), Folder({"run.md": "Restart the queue."}, name="ops")
    place.sync(folder)
    place.sync(ops)
    works, place.embedding = Embedding("other"), Away("other")
    with pytest.raises(EmbedderUnavailable):
        rebuild(place, folder, ops)
    assert len(place.texts()) == 4
    place.embedding = works

    rebuild(place, folder, ops)

    assert place.table.made.embedder == "other"
    assert len(place.texts()) == 4


def test_a_second_rebuild_at_once_is_refused_with_a_sentence(place: Place) -> None:
    folder = Folder(many(3))
    place.sync(folder)
    said: list[str] = []

    def meanwhile(_: object) -> None:
        try:
            rebuild(place, folder)
        except FootnoteError as error:
            said.append(str(error))

    Rebuild([Part(place.index(), [folder])], show=meanwhile).run()

    assert said and "under way" in said[0]


def test_one_workspace_is_rebuilt_alone(place: Place) -> None:
    folder = Folder(many(3))
    place.sync(folder)

    rebuild(place, folder, alone=True)

    assert len(place.texts()) == 3
    back(place.index().store, place.index().turns, "main")
    assert len(place.texts()) == 3


def beside(place: Place, workspace: str, folder: Folder) -> Part:
    """Another workspace of the same index, with what is in a folder."""
    index = replace(place.index(), workspace=workspace)
    index.sync(folder)
    return Part(index, [folder])


def test_a_workspace_that_no_source_is_known_of_is_not_lost_by_a_rebuild_of_all(place: Place) -> None:
    folder = Folder(many(3))
    place.sync(folder)
    other = beside(place, "T2", Folder({"b.md": "Beta."}, name="beta")).index

    with pytest.raises(RebuildRefused, match="workspace T2") as refused:
        rebuild(place, folder)

    assert "--workspace NAME" in str(refused.value) and not folder.loaded[3:]
    assert other.store.live("T2").count() == 1
    rebuild(place, folder, alone=True)
    assert other.store.live("T2").count() == 1
    rebuild(place, folder, force=True)
    assert other.store.workspaces() == ["main"]
    kept = other.ledger.all(other.store.tables("T2")[0])
    assert [one.uri for one in kept] == ["beta/b.md"]  # until the table of the index before goes, too


def test_rows_of_a_workspace_that_was_let_go_leave_with_its_last_table(place: Place) -> None:
    folder = Folder(many(3))
    place.sync(folder)
    other = beside(place, "T2", Folder({"b.md": "Beta."}, name="beta")).index
    (held_in,) = other.store.tables("T2")

    rebuild(place, folder, force=True)
    rebuild(place, folder)

    assert other.store.tables("T2") == other.ledger.all(held_in) == []


def test_an_empty_workspace_is_nothing_to_lose(place: Place) -> None:
    folder = Folder(many(3))
    place.sync(folder)
    beside(place, "T2", Folder({}, name="beta"))

    rebuild(place, folder)

    assert MemoryStore(place.shelf).workspaces() == ["main"]


def test_a_workspace_that_comes_during_a_rebuild_is_not_lost_by_its_swap(place: Place) -> None:
    folder = Folder(many(3))
    place.sync(folder)
    before, came = place.table.name, list[Part]()

    def meanwhile(_: object) -> None:
        if not came:
            came.append(beside(place, "T2", Folder({"b.md": "Beta."}, name="beta")))

    with pytest.raises(RebuildRefused, match="workspace T2"):
        Rebuild([Part(place.index(), [folder])], show=meanwhile).run()

    assert place.table.name == before
    Rebuild([Part(place.index(), [folder]), *came]).run()
    assert MemoryStore(place.shelf).workspaces() == ["T2", "main"]


def test_what_was_half_built_of_a_workspace_that_is_rebuilt_no_longer_is_not_put_in_place(
    place: Place,
) -> None:
    folder, beta = Folder(many(3)), Folder({"b.md": "Beta."}, name="beta")
    place.sync(folder)
    other = beside(place, "T2", beta)
    works, place.embedding = Embedding("other"), Away("other")
    with pytest.raises(EmbedderUnavailable):
        Rebuild([Part(place.index(), [folder]), other]).run()
    place.embedding = works
    other.index.remove("beta")
    half = other.index.store.tables("T2")[-1]

    rebuild(place, folder)

    assert half not in other.index.store.tables("")
    assert other.index.store.workspaces() == ["main"]
    assert len(place.texts()) == 3


def test_a_rebuild_that_dies_at_any_step_never_leaves_less_and_can_be_run_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = next(n for n in count(1) if not died(n, monkeypatch))

    assert steps > 8


def died(at: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    place = Place()
    folder = Folder({**many(8), "a.md": "Salary first.", "b.md": "Salary second."})
    place.sync(folder)
    with monkeypatch.context() as patch:
        Counted(at).watch(patch)
        try:
            rebuild(place, folder)
            dead = False
        except Dies:
            dead = True
    assert place.asked("salary") == ["Salary first.", "Salary second."]
    del folder.texts["a.md"]
    place.sync(folder)
    assert place.asked("salary") == ["Salary second."]

    rebuild(place, folder)

    assert place.asked("salary") == ["Salary second."]
    assert place.texts() == sorted(str(text) for text in folder.texts.values())
    place.engine.dispose()
    return dead


@pytest.mark.slow
def test_queries_during_ten_rebuilds_edits_and_deletions_are_never_empty_nor_mixed(tmp_path: Path) -> None:
    place = Place(connect(tmp_path))
    folder, wrong, stop = Folder({**many(8), "pay.md": versioned(0)}), list[str](), threading.Event()
    place.sync(folder)
    asking = [threading.Thread(target=ask, args=(place, stop, wrong)) for _ in range(2)]
    for thread in asking:
        thread.start()
    for turn in range(1, 11):
        folder.texts |= {"pay.md": versioned(turn), "secret.md": f"Salary secret {turn}."}
        place.sync(folder)
        del folder.texts["secret.md"]
        place.sync(folder)
        wrong += [text for text in place.asked("salary") if "secret" in text]
        rebuild(place, folder)
        wrong += [text for text in place.asked("salary") if "secret" in text]
    stop.set()
    for thread in asking:
        thread.join()
    place.engine.dispose()

    assert wrong == []


def versioned(turn: int) -> str:
    """A document of several passages, each of which says its version."""
    return "\n\n".join(f"Salary part {part}, v{turn}. " + "Filler words. " * 60 for part in range(3))


def ask(place: Place, stop: threading.Event, wrong: list[str]) -> None:
    while not stop.wait(0.005):  # without a breath two of these leave the rebuilds no time
        try:
            found = [text for text in place.asked("salary") if "secret" not in text]
        except Exception as error:  # any is a failure of the promise
            wrong.append(repr(error))
            return
        if len(found) < 3 or len({re.findall(r"v(\d+)", text)[0] for text in found}) != 1:
            wrong.append(f"empty or mixed: {found}")
