"""What a sync does and leaves undone, and what a crash at any step leaves behind."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from memory_store import MemoryStore, Shelf
from numpy.typing import NDArray
from sqlalchemy.pool import StaticPool

from retrieval.index import Index, Progress, Summary
from retrieval.ledger import Ledger, metadata
from retrieval.passage import Audience, Document, DocumentError, EmbedderUnavailable, Passage, Unread, Vectors

EVERYBODY = Audience()


class Embedding:
    """A direction for each word; counts the texts it was given."""

    def __init__(self, name: str = "tiny") -> None:
        self.name, self.dimension = name, 16
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        made = np.stack([self.embed_query(text) for text in texts])
        return np.asarray(made, np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        sums = np.zeros(self.dimension, np.float32)
        for word in text.split() or [""]:
            sums += direction(word, self.dimension)
        return np.asarray(sums / np.linalg.norm(sums), np.float32)


@cache
def direction(word: str, dimension: int) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
    return np.random.default_rng(seed).normal(size=dimension).astype(np.float32)


@dataclass(frozen=True)
class FoundFile:
    uri: str
    digest: str


@dataclass
class Folder:
    """A source in memory: texts by name. `broken` files raise, `locked` ones cannot even be opened."""

    texts: dict[str, str | list[str]]
    name: str = "handbook"
    broken: dict[str, Exception] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    loaded: list[str] = field(default_factory=list)
    note: str = ""

    def scan(self) -> Iterator[FoundFile | Unread]:
        for name, text in self.texts.items():
            uri = f"{self.name}/{name}"
            digest = hashlib.sha256(repr((text, repr(self.broken.get(name)))).encode()).hexdigest()
            yield Unread(uri, "It may not be read.") if name in self.locked else FoundFile(uri, digest)

    def load(self, found: FoundFile) -> Iterator[Document | Unread]:
        name = found.uri.removeprefix(f"{self.name}/")
        self.loaded.append(name)
        if name in self.broken:
            raise self.broken[name]
        text = self.texts[name]
        if isinstance(text, str):
            yield self._document(found.uri, text)
            return
        for row in text:  # "key=text"
            key, _, rest = row.partition("=")
            yield (
                self._document(f"{found.uri}#{key}", rest) if rest else Unread(f"{found.uri}#{key}", "Empty.")
            )

    def _document(self, uri: str, text: str) -> Document:
        digest = hashlib.sha256(text.encode()).hexdigest()
        notes = (self.note,) if self.note else ()
        return Document(uri, self.name, "Handbook", text, f"file:///{uri}", digest, notes=notes)


class Place:
    """An index on one database and one shelf, as each new process finds it."""

    def __init__(self) -> None:
        self.engine = sa.create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        metadata.create_all(self.engine)
        self.shelf = Shelf()
        self.embedding = Embedding()

    def sync(self, folder: Folder, progress: list[Progress] | None = None) -> Summary:
        show = progress.append if progress is not None else None
        return self.index().sync(folder, show)

    def index(self, store: MemoryStore | None = None, ledger: Ledger | None = None) -> Index:
        return Index(store or MemoryStore(self.shelf), self.embedding, ledger or Ledger(self.engine))

    def texts(self) -> list[str]:
        assert self.shelf.current
        return sorted(p.text for p in self.shelf.current.passages.values())


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.engine.dispose()


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.new, summary.changed, summary.unchanged, summary.removed


def test_an_unchanged_file_is_neither_read_nor_embedded_again(place: Place) -> None:
    folder = Folder({"leave.md": "Leave is 18 weeks.", "pay.md": "Pay day is the 25th."})
    first = place.sync(folder)
    folder.loaded.clear()
    place.embedding.texts.clear()

    second = place.sync(folder)

    assert counts(first) == (2, 0, 0, 0)
    assert counts(second) == (0, 0, 2, 0)
    assert (second.documents, second.passages) == (2, 2)
    assert folder.loaded == [] and place.embedding.texts == []


def test_a_changed_document_is_found_by_its_new_text_only(place: Place) -> None:
    folder = Folder({"leave.md": "Leave is 18 weeks.", "pay.md": "Pay day is the 25th."})
    place.sync(folder)
    folder.texts["leave.md"] = "Leave is 20 weeks."

    summary = place.sync(folder)

    assert counts(summary) == (0, 1, 1, 0)
    assert place.texts() == ["Leave is 20 weeks.", "Pay day is the 25th."]


def test_a_file_that_vanished_is_gone_from_the_index(place: Place) -> None:
    folder = Folder({"leave.md": "Leave is 18 weeks.", "pay.md": "Pay day is the 25th."})
    place.sync(folder)
    del folder.texts["leave.md"]

    summary = place.sync(folder)

    assert counts(summary) == (0, 0, 1, 1)
    assert place.texts() == ["Pay day is the 25th."]


def test_another_source_keeps_its_documents(place: Place) -> None:
    place.sync(Folder({"leave.md": "Leave is 18 weeks."}))

    place.sync(Folder({"runbook.md": "Restart the queue."}, name="ops"))

    assert place.texts() == ["Leave is 18 weeks.", "Restart the queue."]


def test_of_a_file_of_rows_only_the_changed_rows_are_embedded(place: Place) -> None:
    folder = Folder({"faq.jsonl": ["a=Leave is 18 weeks.", "b=Pay day is the 25th.", "c=Lunch is free."]})
    place.sync(folder)
    place.embedding.texts.clear()
    folder.texts["faq.jsonl"] = ["a=Leave is 20 weeks.", "b=Pay day is the 25th.", "d=Bring your dog."]

    summary = place.sync(folder)

    assert counts(summary) == (1, 1, 1, 1)
    assert len(place.embedding.texts) == 2
    assert place.texts() == ["Bring your dog.", "Leave is 20 weeks.", "Pay day is the 25th."]


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(place: Place) -> None:
    folder = Folder({"a.md": "First.", "b.pdf": "x", "c.pdf": "x", "d.md": "Last."})
    folder.broken = {"b.pdf": DocumentError("It is encrypted."), "c.pdf": ZeroDivisionError("secret")}

    summary = place.sync(folder)

    assert place.texts() == ["First.", "Last."]
    reasons = {one.uri: one.reason for one in summary.failed}
    assert reasons["handbook/b.pdf"] == "It is encrypted."
    assert "secret" not in reasons["handbook/c.pdf"]


def test_a_failure_is_named_again_without_reading_again(place: Place) -> None:
    folder = Folder({"a.md": "First.", "b.pdf": "x"}, broken={"b.pdf": DocumentError("It is encrypted.")})
    first = place.sync(folder)
    folder.loaded.clear()

    second = place.sync(folder)

    assert first.failed == second.failed == (Unread("handbook/b.pdf", "It is encrypted."),)
    assert folder.loaded == []


@pytest.mark.parametrize("how", ["locked", "broken"])
def test_a_file_that_can_no_longer_be_read_loses_its_old_passages(place: Place, how: str) -> None:
    folder = Folder({"a.md": "First.", "b.md": "Salary bands."})
    place.sync(folder)
    if how == "locked":
        folder.locked.add("b.md")
    else:
        folder.broken["b.md"] = DocumentError("It is encrypted.")

    summary = place.sync(folder)

    assert place.texts() == ["First."]
    assert [one.uri for one in summary.failed] == ["handbook/b.md"]


def test_a_name_that_appears_twice_is_kept_once_and_said(place: Place) -> None:
    folder = Folder({"faq.jsonl": ["a=Leave is 18 weeks.", "a=Leave is 99 weeks."]})

    summary = place.sync(folder)

    assert place.texts() == ["Leave is 18 weeks."]
    assert [one.uri for one in summary.failed] == ["handbook/faq.jsonl#a"]


def test_an_index_that_was_deleted_is_made_again_whole(place: Place) -> None:
    ops = Folder({"runbook.md": "Restart the queue."}, name="ops")
    folder = Folder({"leave.md": "Leave is 18 weeks."})
    place.sync(ops)
    place.sync(folder)
    place.shelf = Shelf()

    summary = place.sync(folder)

    assert counts(summary) == (1, 0, 0, 0)
    assert summary.notes == ("Source ops has to be indexed again.",)
    assert counts(place.sync(ops)) == (1, 0, 0, 0)
    assert place.texts() == ["Leave is 18 weeks.", "Restart the queue."]


def test_another_embedder_reads_everything_again(place: Place) -> None:
    folder = Folder({"leave.md": "Leave is 18 weeks."})
    place.sync(folder)
    place.embedding = Embedding("other")

    summary = place.sync(folder)

    assert counts(summary) == (1, 0, 0, 0)
    assert place.shelf.current and place.shelf.current.generation.embedder == "other"


def many(count: int) -> dict[str, str | list[str]]:
    return {f"{n:03}.md": f"Document number {n} speaks of topic {n * 7}." for n in range(count)}


class Dies(Exception):
    """The process ends here."""


class FrailStore(MemoryStore):
    """Dies at the n-th replace, before or after it took effect."""

    def __init__(self, shelf: Shelf, at: int, *, after: bool) -> None:
        super().__init__(shelf)
        self.left, self.after = at, after

    def replace(self, documents: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Dies
        super().replace(documents, passages, vectors)
        if self.left == 0:
            raise Dies


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_crash_loses_nothing_repeats_at_most_one_batch_and_leaves_no_orphan(
    place: Place, at: int, after: bool
) -> None:
    folder = Folder({**many(600), "old.md": "Old."})
    place.sync(Folder({"old.md": "Old.", "gone.md": "Gone."}))
    with pytest.raises(Dies):
        place.index(FrailStore(place.shelf, at, after=after)).sync(folder)
    assert "Old." in place.texts()
    place.embedding.texts.clear()
    done = len(place.texts())
    del folder.texts["000.md"], folder.texts["300.md"]

    place.sync(folder)

    assert place.texts() == sorted(str(text) for text in folder.texts.values())
    assert len(place.embedding.texts) <= 602 - done + 256
    assert counts(place.sync(folder)) == (0, 0, 599, 0)


def test_an_embedder_that_fails_leaves_what_was_there(place: Place) -> None:
    folder = Folder({"leave.md": "Leave is 18 weeks."})
    place.sync(folder)
    folder.texts["leave.md"] = "Leave is 20 weeks."
    works, place.embedding = place.embedding, Away()

    with pytest.raises(EmbedderUnavailable):
        place.sync(folder)

    assert place.texts() == ["Leave is 18 weeks."]
    place.embedding = works
    assert counts(place.sync(folder)) == (0, 1, 0, 0)
    assert place.texts() == ["Leave is 20 weeks."]
    assert not [t for t in threading.enumerate() if t.name == "footnote-reader"]


class Away(Embedding):
    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbedderUnavailable("The endpoint is away.")


def test_progress_ends_at_the_number_of_files_and_passages(place: Place) -> None:
    seen: list[Progress] = []

    summary = place.sync(Folder(many(300)), seen)

    assert seen[0].total is None
    assert (seen[-1].done, seen[-1].total, seen[-1].passages) == (300, 300, summary.passages)
    assert [p.done for p in seen] == sorted(p.done for p in seen)


def test_what_was_searched_counts_what_the_readers_may_read(place: Place) -> None:
    ledger = Ledger(place.engine)
    empty = ledger.searched(EVERYBODY)
    place.sync(Folder({"a.md": "First.", "b.md": "Second."}))
    place.sync(Folder({"c.md": "Third."}, name="ops"))

    assert ledger.searched(EVERYBODY) == "the 3 documents of handbook and ops"
    assert ledger.searched(Audience.of("user:U1")) == empty


def test_folders_of_one_name_are_two_sources(place: Place, tmp_path: Path) -> None:
    folders = [tmp_path / "a" / "docs", tmp_path / "b" / "docs"]
    for folder in folders:
        folder.mkdir(parents=True)
    ledger = Ledger(place.engine)

    names = [ledger.name_for([folder]) for folder in (*folders, *folders)]

    assert names == ["docs", "docs-2", "docs", "docs-2"]


def test_a_name_given_by_hand_is_not_given_to_another_folder(place: Place, tmp_path: Path) -> None:
    place.sync(Folder({"a.md": "First."}))
    (tmp_path / "handbook").mkdir()

    assert Ledger(place.engine).name_for([tmp_path / "handbook"]) == "handbook-2"


def test_what_a_person_should_know_about_a_file_is_said_once_and_again_at_the_next_sync(place: Place) -> None:
    folder = Folder({"scan.csv": ["a=First.", "b=Second."]}, note="page 3 has no text (a scan)")

    first, second = place.sync(folder), place.sync(folder)

    assert first.notes == second.notes == ("handbook/scan.csv: page 3 has no text (a scan)",)


def test_a_sync_that_has_not_ended_is_known_until_one_ends(place: Place) -> None:
    place.sync(Folder({"a.md": "Pay day is the 25th."}))
    ledger = Ledger(place.engine)
    whole = ledger.unfinished()
    ledger.begin("another embedder", 0)

    cut_off = ledger.unfinished()

    assert (whole, cut_off) == (False, True)
