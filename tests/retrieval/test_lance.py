"""What only the embedded store promises: one folder for many processes, and no text left after deletion."""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.lance import LanceStore
from retrieval.lance import table as lance_table
from retrieval.lance import upkeep as lance_upkeep
from retrieval.lance.embedded import lancedb
from retrieval.lance.folder import UNWRITABLE, Folder
from retrieval.passage import Audience, IndexMismatch, IndexMissing, Passage, SearchUnavailable
from retrieval.record import LAYOUT
from retrieval.store import Made, Table

pytestmark = pytest.mark.slow  # starts servers or processes of its own

ROOT = Path(__file__).resolve().parents[2]
DIMENSION = 16
MADE = Made("tiny", DIMENSION, LAYOUT)
EVERYBODY = Audience()
VERSIONS = ["zero", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "index"


@pytest.fixture
def store(folder: Path) -> Iterator[LanceStore]:
    fresh = LanceStore(folder)
    fresh.build(MADE, "main")
    fresh.swap()
    yield fresh
    fresh.close()


@pytest.fixture
def table(store: LanceStore) -> Table:
    return store.live("main")


def put(table: Table, document: str, text: str, count: int = 1, audience: Audience = EVERYBODY) -> np.ndarray:
    """A reading of a document, whose revision is its text, and nothing else of it."""
    passage = Passage("", document, "s", "T", text, 0, 1, "u", audience=audience, revision=text)
    passages = [replace(passage, id=f"{document}#{n}", text=f"{text} {n}") for n in range(count)]
    drawn = np.random.default_rng(7).normal(size=(count, DIMENSION)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    table.put(passages, drawn)
    table.keep({document: text})
    return drawn


def found(table: Table, text: str) -> list[str]:
    return [hit.passage.text for hit in table.keyword(text, EVERYBODY, 500)]


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def holding(folder: Path, text: bytes) -> list[str]:
    """Names of files that have `text` in them."""
    return [file.name for file in files(folder) if text in file.read_bytes()]


def python(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, cwd=ROOT)


def said(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


def ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


BEGIN = """
import sys
sys.path.insert(0, "tests/retrieval")
from pathlib import Path
from test_lance import *
store = LanceStore(Path(sys.argv[1]))
"""

READER = (
    BEGIN
    + """
for _ in sys.stdin if len(sys.argv) > 3 else [1]:
    print(found(store.live("main"), sys.argv[2]), flush=True)
"""
)

WRITER = (
    BEGIN
    + """
table, n = store.live("main"), 0
while True:
    n += 1
    put(table, f"doc{n % 3}", VERSIONS[n % len(VERSIONS)], 40)
    if n % 5 == 0:
        table.settle()
    print("wrote", flush=True)
"""
)

COUNTED = (
    BEGIN
    + """
table = store.live("main")
for n in range(20):
    put(table, f"{sys.argv[2]}{n}", "parental")
    put(table, f"shared{n}", "parental")
    if n % 7 == 0:
        table.settle()
print("done")
"""
)

BUILDER = (
    BEGIN
    + """
for word in VERSIONS[:6]:
    put(store.build(MADE, sys.argv[2], alone=True), "a", f"{sys.argv[2]} {word}")
    store.swap(sys.argv[2])
print("done")
"""
)

FULL = (
    BEGIN
    + """
import resource, signal
table = store.live("main")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
for write in (lambda: put(table, "b", "more", 50), table.settle, lambda: store.build(MADE, "other")):
    try:
        write()
        print("written", flush=True)
    except SearchUnavailable as e:
        print(e, flush=True)
"""
)


def test_another_process_reads_what_this_one_wrote(table: Table, folder: Path) -> None:
    put(table, "a", "parental leave")

    reader = python(READER, str(folder), "parental")

    assert said(reader) == "['parental leave 0']"
    ended(reader)


def test_processes_write_at_once_and_nothing_is_lost_or_doubled(table: Table, folder: Path) -> None:
    writers = [python(COUNTED, str(folder), name) for name in "abc"]
    while any(writer.poll() is None for writer in writers):
        found(table, "parental")

    assert [said(writer) for writer in writers] == ["done"] * 3
    assert table.count() == len(found(table, "parental")) == 80
    assert len({hit.passage.document for hit in table.keyword("parental", EVERYBODY, 500)}) == 80
    for writer in writers:
        ended(writer)


def test_workspaces_are_rebuilt_at_once_by_several_processes(store: LanceStore, folder: Path) -> None:
    builders = [python(BUILDER, str(folder), name) for name in ("ten", "six", "two", "one")]

    assert [said(builder) for builder in builders] == ["done"] * 4
    assert [found(store.live(name), name) for name in ("ten", "six", "two", "one")] == [
        [f"{name} echo 0"] for name in ("ten", "six", "two", "one")
    ]
    assert [len(store.tables(name)) for name in ("ten", "six", "two", "one")] == [2] * 4
    for builder in builders:
        ended(builder)


def test_another_process_sees_a_swap_at_its_next_question(store: LanceStore, folder: Path) -> None:
    put(store.live("main"), "a", "parental first")
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(folder), "parental", "again"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert reader.stdin is not None
    seen = []
    for text in ("parental second", "parental third"):
        put(store.build(MADE, "main"), "a", text)
        for _ in range(2):
            reader.stdin.write(b"\n")
            reader.stdin.flush()
            seen.append(said(reader))
            if len(seen) % 2:
                store.swap()

    assert seen == [f"['parental {n} 0']" for n in ("first", "second", "second", "third")]
    ended(reader)
    reader.stdin.close()


def test_a_killed_writer_leaves_no_lock_and_whole_documents(store: LanceStore, folder: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    pauses = random.Random(seed)
    for _ in range(3):
        writer = python(WRITER, str(folder))
        assert said(writer) == "wrote"
        time.sleep(pauses.uniform(0, 0.5))
        ended(writer)

        table = LanceStore(folder).live("main")
        counts = [len(found(table, version)) for version in VERSIONS]
        assert sum(counts) == table.count() > 0
        assert all(count % 40 == 0 for count in counts)
        table.settle()


def test_questions_are_answered_while_another_process_writes_and_settles(table: Table, folder: Path) -> None:
    drawn = put(table, "still", "parental leave")
    writer = python(WRITER, str(folder))
    assert said(writer) == "wrote"

    asked = 0
    for _ in range(150):
        assert found(table, "parental") == ["parental leave 0"]
        assert table.vector(drawn[0], EVERYBODY, 500)
        asked += 1

    assert (asked, writer.poll()) == (150, None)
    ended(writer)


def test_what_two_swaps_removed_says_so_and_what_answers_goes_on(store: LanceStore) -> None:
    removed = store.live("main")
    put(removed, "a", "parental")
    for _ in range(2):
        put(store.build(MADE, "main"), "a", "parental")
        store.swap()

    for ask in (
        lambda: removed.keyword("parental", EVERYBODY, 5),
        lambda: put(removed, "b", "late"),
        removed.settle,
    ):
        with pytest.raises(SearchUnavailable, match="replaced"):
            ask()
    assert found(store.live("main"), "parental") == ["parental 0"]


def test_a_full_disk_is_said_and_harms_nothing(table: Table, folder: Path) -> None:
    put(table, "a", "parental leave", 20)

    writer = python(FULL, str(folder))

    assert [said(writer) for _ in range(3)] == [UNWRITABLE] * 3
    ended(writer)
    assert len(found(table, "parental")) == table.count() == 20
    put(table, "b", "more", 50)
    table.settle()
    assert table.count() == 70


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")

    with pytest.raises(SearchUnavailable, match=r"cannot be written.*FOOTNOTE_HOME"):
        LanceStore(tmp_path / "home" / "index").build(MADE, "main")


def test_a_copied_folder_answers_alone(store: LanceStore, folder: Path, tmp_path: Path) -> None:
    put(store.live("main"), "a", "parental leave")
    store.live("main").settle()
    shutil.copytree(folder, tmp_path / "copy")
    store.drop()

    copy = LanceStore(tmp_path / "copy")

    assert found(copy.live("main"), "parental") == ["parental leave 0"]


def test_a_folder_deleted_under_a_reader_is_no_index(store: LanceStore, folder: Path) -> None:
    table = store.live("main")
    put(table, "a", "parental leave")
    shutil.rmtree(folder)

    with pytest.raises(IndexMissing, match="footnote index"):
        store.live("main")
    with pytest.raises(SearchUnavailable, match="replaced"):
        table.keyword("parental", EVERYBODY, 5)


def test_tables_of_a_folder_that_was_deleted_never_come_again(store: LanceStore, folder: Path) -> None:
    before = store.tables("main")
    shutil.rmtree(folder)

    store.build(MADE, "main")
    store.swap()

    assert set(store.tables("main")).isdisjoint(before)


def test_what_a_killed_build_left_is_removed(store: LanceStore, folder: Path) -> None:
    left = folder / "passages-9-beef00" / "main.lance"
    left.mkdir(parents=True)
    beside = folder / store.tables("main")[0].partition("/")[0] / "other.lance"
    beside.mkdir()

    store.build(MADE, "main")

    assert not left.parent.exists() and not beside.exists()
    assert store.live("main").count() == 0


@pytest.mark.parametrize(
    "one, other", [("T024BE", "t024be"), ("../../etc", "..-..-etc"), ("a@2", "a.2"), ("ä", "ö" * 300)]
)
def test_workspaces_are_told_apart_whatever_their_names(
    store: LanceStore, folder: Path, one: str, other: str
) -> None:
    for workspace in (one, other):
        put(store.build(MADE, workspace, alone=True), "a", f"parental {workspace}")
        store.swap(workspace)

    assert [found(store.live(workspace), "parental") for workspace in (one, other)] == [
        [f"parental {one} 0"],
        [f"parental {other} 0"],
    ]
    assert not (folder.parent / "etc").exists()
    assert all(len(name) < 200 and name == name.lower() for name in store.tables(other))


def test_an_index_of_the_release_before_is_refused_with_the_fix_and_kept_until_a_rebuild(
    folder: Path,
) -> None:
    old = {"name": "passages-1", "embedder": "tiny", "dimension": DIMENSION, "layout": 1}
    lancedb().connect(folder).create_table(
        "passages-1", [{"id": "a", "text": "parental", "vector": [0.0] * 16}]
    )
    (folder / "index.json").write_text(json.dumps({"current": old, "building": None}))
    store = LanceStore(folder)

    for ask in (lambda: store.live("main"), store.check, lambda: store.build(MADE, "main", alone=True)):
        with pytest.raises(IndexMismatch, match="footnote index --rebuild"):
            ask()
    assert store.tables("main") == []
    store.discard()
    put(store.build(MADE, "main"), "a", "parental anew")
    with pytest.raises(IndexMismatch, match="footnote index --rebuild"):
        LanceStore(folder).live("main")
    assert (folder / "passages-1.lance").is_dir()
    store.swap()

    assert found(LanceStore(folder).live("main"), "parental") == ["parental anew 0"]
    assert not (folder / "passages-1.lance").exists()
    store.check()


def test_columns_of_another_release_are_refused_with_the_fix(store: LanceStore, folder: Path) -> None:
    path = Folder(folder).table(store.tables("main")[0])
    lancedb().connect(path.parent).open_table(path.stem).drop_columns(["print"])

    with pytest.raises(IndexMismatch, match=r"print.*footnote index --rebuild"):
        LanceStore(folder).check()


def test_a_layout_of_another_release_is_refused_with_the_fix(folder: Path) -> None:
    store = LanceStore(folder)
    store.build(Made("tiny", DIMENSION, LAYOUT - 1), "main")
    store.swap()

    with pytest.raises(IndexMismatch, match="footnote index --rebuild"):
        store.check()


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"current": {}, "building": null}', '{"live": 3}', "\0" * 100]
)
def test_a_damaged_pointer_is_said_with_what_to_do(store: LanceStore, folder: Path, damage: str) -> None:
    put(store.live("main"), "a", "parental leave")
    (folder / "index.json").write_text(damage)

    for ask in (lambda: LanceStore(folder).live("main"), lambda: LanceStore(folder).build(MADE, "main")):
        with pytest.raises(SearchUnavailable, match=r"damaged.*FOOTNOTE_HOME/index.*footnote index"):
            ask()
    assert holding(folder, b"parental")


def test_a_pointer_that_the_system_does_not_read_is_not_called_damaged(
    store: LanceStore, folder: Path
) -> None:
    (folder / "index.json").unlink()
    (folder / "index.json").mkdir()

    with pytest.raises(SearchUnavailable, match=r"cannot be read.*FOOTNOTE_HOME"):
        LanceStore(folder).live("main")


def test_files_that_the_system_does_not_read_are_not_called_damaged(
    table: Table, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(table, "a", "parental leave")
    for file in folder.rglob("*.lance"):
        if file.is_file():
            file.write_bytes(b"")
    monkeypatch.setattr(Folder, "opens", lambda *_: False)  # the root that runs tests may read everything

    with pytest.raises(SearchUnavailable, match=r"cannot be read.*FOOTNOTE_HOME"):
        table.keyword("parental", EVERYBODY, 5)


def test_a_query_that_fails_on_a_sound_index_is_not_called_damage(
    table: Table, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(table, "a", "parental leave")
    monkeypatch.setattr(lance_table, "quoted", lambda _: "no 'sql")

    with pytest.raises(SearchUnavailable, match=r"did not answer.*FOOTNOTE_HOME/index") as failed:
        table.keyword("parental", EVERYBODY, 5)
    assert "damaged" not in str(failed.value) and str(folder) not in str(failed.value)


def test_damaged_data_is_said_without_a_path(store: LanceStore, folder: Path) -> None:
    put(store.live("main"), "a", "parental leave")
    store.close()
    for file in folder.rglob("*.lance"):
        if file.is_file():
            file.write_bytes(b"\0" * 64)

    with pytest.raises(SearchUnavailable, match="damaged") as refused:
        LanceStore(folder).live("main").keyword("parental", EVERYBODY, 5)
    assert str(folder) not in str(refused.value)


@pytest.mark.parametrize("indexed", [False, True])
def test_deleted_text_is_gone_from_the_disk_once_settled_however_little_it_is(
    table: Table, folder: Path, monkeypatch: pytest.MonkeyPatch, indexed: bool
) -> None:
    monkeypatch.setattr(lance_upkeep, "VECTOR_INDEX_FROM", 300 if indexed else 10_000)
    put(table, "many", "published", 300)
    drawn = put(table, "a", "confidential-zanzibar")
    put(table, "b", "later")
    table.settle()
    assert holding(folder, b"zanzibar")

    table.keep({"a": ""})
    table.settle()

    assert holding(folder, b"zanzibar") == []
    assert table.count() == len(found(table, "published later")) == 301
    assert len(table.vector(drawn[0], EVERYBODY, 500)) == 301


def test_replaced_text_is_gone_from_the_disk_once_settled(table: Table, folder: Path) -> None:
    put(table, "a", "confidential-zanzibar")
    put(table, "a", "published")

    table.settle()

    assert holding(folder, b"zanzibar") == []


def test_with_an_index_on_vectors_the_nearest_are_found_and_what_came_later_too(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lance_upkeep, "VECTOR_INDEX_FROM", 1000)
    drawn = put(table, "a", "text", 1500)
    put(table, "mine", "text", 3, Audience.of("user:U1"))
    table.settle()
    put(table, "b", "later", 2)

    hits = table.vector(drawn[0], EVERYBODY, 2)

    assert {hit.passage.id for hit in hits} == {"a#0", "b#0"}
    assert [hit.score for hit in hits] == pytest.approx([1.0, 1.0], abs=1e-5)
    assert len(table.vector(drawn[0], Audience.of("user:U1"), 100)) == 3


def test_the_index_on_vectors_stays_in_few_parts(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lance_upkeep, "VECTOR_INDEX_FROM", 300)
    put(table, "a", "text", 400)
    for word in VERSIONS:
        put(table, word, word)
        table.settle()

        parts = [i.num_segments for i in table._bound.list_indices() if i.columns == ["vector"]]  # type: ignore[attr-defined]
        assert 1 <= parts[0] <= 5
        assert found(table, word) == [f"{word} 0"]


@pytest.mark.parametrize(
    ("module", "name"), [("lance_namespace_urllib3_client", "ApiClient"), ("overrides", "EnforceOverrides")]
)
def test_what_lancedb_brings_and_we_never_call_is_not_loaded_and_still_can_be(module: str, name: str) -> None:
    code = (
        "import sys; from retrieval.lance.embedded import lancedb; lancedb(); "
        f"print(any(m.startswith('{module}') for m in sys.modules)); "
        f"import {module}; print({module}.{name}.__module__.partition('.')[0])"
    )

    process = python(code)

    assert [said(process), said(process)] == ["False", module]
    ended(process)


def held_open(folder: Path) -> list[str]:
    """Files of the index that this process has open and that are deleted."""
    links = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if _stands(n)]
    return [link for link in links if link.startswith(str(folder)) and link.endswith("(deleted)")]


def _stands(handle: str) -> bool:
    return os.path.islink(f"/proc/self/fd/{handle}")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_who_only_searches_lets_go_of_an_index_that_was_replaced(folder: Path, store: LanceStore) -> None:
    builder, asked = LanceStore(folder), np.ones(DIMENSION, np.float32)
    for version in VERSIONS[1:6]:
        built = builder.build(MADE, "main")
        put(built, "a", version, count=300)
        built.settle()
        builder.swap()
        builder.close()
        live = store.live("main")
        assert len(live.keyword(version, EVERYBODY, 500)) == 300
        live.vector(asked, EVERYBODY, 10)

    gc.collect()
    store.live("main").vector(asked, EVERYBODY, 10)
    assert held_open(folder) == []
