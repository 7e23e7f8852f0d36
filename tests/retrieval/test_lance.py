"""What only the embedded store promises: one folder, one writer, and whole documents whatever happens."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval import lance
from retrieval.folder import Folder
from retrieval.lance import LanceStore
from retrieval.passage import Audience, IndexMissing, Passage, SearchUnavailable

pytestmark = pytest.mark.slow  # starts servers or processes of its own

ROOT = Path(__file__).resolve().parents[2]
DIMENSION = 16
EVERYBODY = Audience()
VERSIONS = ["zero", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "index"


@pytest.fixture
def store(folder: Path) -> Iterator[LanceStore]:
    fresh = LanceStore(folder)
    fresh.open("tiny", DIMENSION, create=True)
    yield fresh
    fresh.close()


def put(store: LanceStore, document: str, text: str, count: int = 1) -> np.ndarray:
    passages = [
        Passage(f"{document}#{n}", document, "s", "T", f"{text} {n}", n, n + 1, "u") for n in range(count)
    ]
    drawn = np.random.default_rng(7).normal(size=(count, DIMENSION)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    store.replace([document], passages, drawn)
    return drawn


def found(store: LanceStore, text: str) -> list[str]:
    return [hit.passage.text for hit in store.keyword(text, EVERYBODY, 500)]


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


READER = """
import sys
from pathlib import Path
from retrieval.lance import LanceStore
from retrieval.passage import Audience
store = LanceStore(Path(sys.argv[1]))
store.open("tiny", 16)
print([hit.passage.text for hit in store.keyword(sys.argv[2], Audience(), 5)])
"""

WRITER = """
import sys
sys.path.insert(0, "tests/retrieval")
from pathlib import Path
from test_lance import VERSIONS, LanceStore, put
store = LanceStore(Path(sys.argv[1]))
store.open("tiny", 16, create=True)
n = 0
while True:
    n += 1
    put(store, f"doc{n % 3}", VERSIONS[n % len(VERSIONS)], 40)
    if n % 5 == 0:
        store.settle()
    print("wrote", flush=True)
"""


def test_another_process_reads_what_this_one_wrote(store: LanceStore, folder: Path) -> None:
    put(store, "a", "parental leave")

    reader = python(READER, str(folder), "parental")

    assert said(reader) == "['parental leave 0']"
    ended(reader)


def test_a_second_writer_is_told_to_wait_and_readers_are_not(store: LanceStore, folder: Path) -> None:
    put(store, "a", "parental leave")
    other = LanceStore(folder)

    with pytest.raises(SearchUnavailable, match=r"indexing.*Wait"):
        other.open("tiny", DIMENSION, create=True)
    other.open("tiny", DIMENSION)
    assert found(other, "parental") == ["parental leave 0"]
    with pytest.raises(SearchUnavailable, match=r"indexing.*Wait"):
        put(other, "b", "second writer")


def test_a_settled_index_can_be_written_by_the_next(store: LanceStore, folder: Path) -> None:
    put(store, "a", "parental leave")
    store.settle()
    other = LanceStore(folder)

    other.open("tiny", DIMENSION, create=True)

    assert other.count() == 1
    other.close()


def test_the_writer_s_lock_dies_with_a_killed_writer_and_documents_are_whole(folder: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    pauses = random.Random(seed)
    for _ in range(3):
        writer = python(WRITER, str(folder))
        assert said(writer) == "wrote"
        time.sleep(pauses.uniform(0, 0.5))
        ended(writer)

        store = LanceStore(folder)
        store.open("tiny", DIMENSION, create=True)
        counts = [len(found(store, version)) for version in VERSIONS]
        assert sum(counts) == store.count() > 0
        assert all(count % 40 == 0 for count in counts)
        store.close()


def test_a_copied_folder_answers_alone(store: LanceStore, folder: Path, tmp_path: Path) -> None:
    put(store, "a", "parental leave")
    store.settle()
    shutil.copytree(folder, tmp_path / "copy")
    store.drop()

    copy = LanceStore(tmp_path / "copy")
    copy.open("tiny", DIMENSION)

    assert found(copy, "parental") == ["parental leave 0"]


def test_a_folder_deleted_under_a_reader_is_no_index(store: LanceStore, folder: Path) -> None:
    put(store, "a", "parental leave")
    store.close()
    reader = LanceStore(folder)
    reader.open("tiny", DIMENSION)
    shutil.rmtree(folder)

    with pytest.raises(IndexMissing, match="footnote index"):
        reader.keyword("parental", EVERYBODY, 5)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"current": {}, "building": null}', "\0" * 100])
def test_a_damaged_pointer_is_said_with_what_to_do(store: LanceStore, folder: Path, damage: str) -> None:
    put(store, "a", "parental leave")
    (folder / "index.json").write_text(damage)

    with pytest.raises(SearchUnavailable, match=r"damaged.*FOOTNOTE_HOME/index.*footnote index"):
        LanceStore(folder).open("tiny", DIMENSION)


def test_a_pointer_that_the_system_does_not_read_is_not_called_damaged(
    store: LanceStore, folder: Path
) -> None:
    (folder / "index.json").unlink()
    (folder / "index.json").mkdir()

    with pytest.raises(SearchUnavailable, match=r"cannot be read.*FOOTNOTE_HOME"):
        LanceStore(folder).open("tiny", DIMENSION)


def test_files_that_the_system_does_not_read_are_not_called_damaged(
    store: LanceStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a", "parental leave")
    for file in folder.rglob("*.lance"):
        if file.is_file():
            file.write_bytes(b"")
    monkeypatch.setattr(Folder, "opens", lambda *_: False)  # the root that runs tests may read everything

    with pytest.raises(SearchUnavailable, match=r"cannot be read.*FOOTNOTE_HOME"):
        store.keyword("parental", EVERYBODY, 5)


def test_a_query_that_fails_on_a_sound_index_is_not_called_damage(
    store: LanceStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a", "parental leave")
    monkeypatch.setattr(lance, "_quoted", lambda _: "no 'sql")

    with pytest.raises(SearchUnavailable, match=r"did not answer.*FOOTNOTE_HOME/index") as failed:
        store.keyword("parental", EVERYBODY, 5)
    assert "damaged" not in str(failed.value) and str(folder) not in str(failed.value)


def test_damaged_data_is_said_without_a_path(store: LanceStore, folder: Path) -> None:
    put(store, "a", "parental leave")
    store.close()
    for file in folder.rglob("*.lance"):
        if file.is_file():
            file.write_bytes(b"\0" * 64)
    reader = LanceStore(folder)

    with pytest.raises(SearchUnavailable, match="damaged") as refused:
        reader.open("tiny", DIMENSION)
        reader.keyword("parental", EVERYBODY, 5)
    assert str(folder) not in str(refused.value)


def test_replaced_text_is_gone_from_the_disk_once_settled(store: LanceStore, folder: Path) -> None:
    put(store, "a", "confidential-zanzibar")
    put(store, "a", "published")

    store.settle()

    left = [f for f in folder.rglob("*") if f.is_file() and b"zanzibar" in f.read_bytes()]
    assert left == []


def test_with_an_index_on_vectors_the_nearest_are_found_and_what_came_later_too(
    store: LanceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lance, "VECTOR_INDEX_FROM", 1000)
    drawn = put(store, "a", "text", 1500)
    store.settle()
    put(store, "b", "later", 2)

    hits = store.vector(drawn[0], EVERYBODY, 2)

    assert {hit.passage.id for hit in hits} == {"a#0", "b#0"}
    assert [hit.score for hit in hits] == pytest.approx([1.0, 1.0], abs=0.02)


def test_the_rest_client_that_lancedb_brings_is_not_loaded_and_still_can_be() -> None:
    client = "lance_namespace_urllib3_client"
    code = (
        "import sys; from retrieval.embedded import lancedb; lancedb(); "
        f"print(any(m.startswith('{client}') for m in sys.modules)); "
        f"import {client}; print({client}.ApiClient.__module__)"
    )

    process = python(code)

    assert [said(process), said(process)] == ["False", f"{client}.api_client"]
    ended(process)
