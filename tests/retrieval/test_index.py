"""What a sync does and leaves undone, and what a crash at any step leaves behind."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from memory_store import MemoryStore, MemoryTable, Shelf
from numpy.typing import NDArray

from bot.measuring.evaluate import memory
from retrieval import batch, index, reading, sync
from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.passage import (
    Audience,
    Document,
    DocumentError,
    EmbedderUnavailable,
    FootnoteError,
    IndexMismatch,
    Passage,
    SearchUnavailable,
    Unread,
    Vectors,
)
from retrieval.rows import metadata
from retrieval.search import Mode, Search
from retrieval.sources import Spec
from retrieval.sync import Progress, Summary
from retrieval.syncs import Covered, Reached, Syncs
from retrieval.turns import Busy, Turns

EVERYBODY = Audience()
FINANCE = Audience.of("group:finance")


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
    """A source in memory: texts by name. `broken` files raise, `locked` ones cannot even be opened, those
    `away` are out of reach."""

    texts: dict[str, str | list[str]]
    name: str = "handbook"
    broken: dict[str, Exception] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    audiences: dict[str, Audience] = field(default_factory=dict)
    loaded: list[str] = field(default_factory=list)
    note: str = ""
    place: str = ""  # where its files lie; empty: where its name says

    def scan(self, known: Mapping[str, str]) -> Iterator[FoundFile | Unread]:
        for name, text in self.texts.items():
            uri = f"{self.name}/{name}"
            digest = hashlib.sha256(repr((text, repr(self.broken.get(name)))).encode()).hexdigest()
            if name in self.away:
                yield Unread(uri, "It did not answer.", kept=True)
            else:
                yield Unread(uri, "It may not be read.") if name in self.locked else FoundFile(uri, digest)

    def audience(self, found: FoundFile) -> Audience | None:
        return self.audiences.get(found.uri.removeprefix(f"{self.name}/"), EVERYBODY)

    def close(self) -> None: ...

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
        row = uri.removeprefix(f"{self.name}/") if "#" in uri else ""  # of files `audience` says it
        audience = self.audiences.get(row, EVERYBODY)
        address = f"file:///{self.place or self.name}/{uri.removeprefix(f'{self.name}/')}"
        return Document(uri, self.name, "Handbook", text, address, digest, audience=audience, notes=notes)


class Place:
    """An index on one database and one shelf, as each new process finds it."""

    def __init__(self, engine: sa.Engine | None = None) -> None:
        self.engine = engine or memory()
        metadata.create_all(self.engine)
        self.shelf = Shelf()
        self.embedding = Embedding()

    def sync(self, folder: Folder, progress: list[Progress] | None = None) -> Summary:
        show = progress.append if progress is not None else None
        return self.index().sync(folder, show)

    def index(self, store: MemoryStore | None = None, ledger: Ledger | None = None) -> Index:
        return Index(store or MemoryStore(self.shelf), self.embedding, ledger or Ledger(self.engine))

    @property
    def table(self) -> MemoryTable:
        return MemoryStore(self.shelf).live("main")

    def texts(self) -> list[str]:
        return sorted(p.text for p in self.table.passages.values())

    def asked(self, question: str, readers: Audience = EVERYBODY) -> list[str]:
        search = Search(MemoryStore(self.shelf), Ledger(self.engine), self.embedding)
        return sorted(hit.passage.text for hit in search.find(question, readers, 20, Mode.KEYWORD).hits)


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


def test_a_store_that_is_away_for_a_moment_ends_no_sync(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, put, calls = Folder({"leave.md": "Leave is 18 weeks."}), MemoryTable.put, count()

    def away(table: MemoryTable, passages: Sequence[Passage], vectors: Vectors) -> None:
        put(table, passages, vectors)  # it may have taken them
        if next(calls) < 2:
            raise SearchUnavailable("Weaviate does not answer.")

    monkeypatch.setattr(batch, "PAUSES_S", (0.0, 0.0))
    monkeypatch.setattr(MemoryTable, "put", away)

    assert counts(place.sync(folder)) == (1, 0, 0, 0)
    assert place.texts() == ["Leave is 18 weeks."]


@pytest.mark.parametrize("fails", [False, True])
def test_while_a_batch_is_written_the_next_is_embedded_and_no_sync_ends_before_both(
    place: Place, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    folder = Folder({"leave.md": "Leave is 18 weeks.", "pay.md": "Pay day is the 25th."})
    put, embed, second = MemoryTable.put, place.embedding.embed, threading.Event()

    def embedding(texts: Sequence[str]) -> Vectors:
        if "Pay" in texts[0]:
            second.set()
            if fails:
                raise EmbedderUnavailable("The embedder does not answer.")
        return embed(texts)

    def writing(table: MemoryTable, passages: Sequence[Passage], vectors: Vectors) -> None:
        assert second.wait(60), "the second batch waits for the first to be written"
        put(table, passages, vectors)

    monkeypatch.setattr(sync, "_PASSAGES", 1)
    monkeypatch.setattr(place.embedding, "embed", embedding)
    monkeypatch.setattr(MemoryTable, "put", writing)
    with pytest.raises(EmbedderUnavailable) if fails else nullcontext():
        place.sync(folder)

    assert place.texts() == ["Leave is 18 weeks."] + ["Pay day is the 25th."] * (not fails)


def test_who_stops_a_sync_at_a_very_large_file_keeps_the_small_ones_before_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = "\n\n".join(f"# Part {n}\n\n{f'Part {n}. ' * 100}" for n in range(20))
    folder = Folder({"a.md": "First.", "b.md": "Second.", "large.md": large, "z.md": "Last."})
    embed = place.embedding.embed

    def stopped(texts: Sequence[str]) -> Vectors:
        if any("Part" in text for text in texts):
            raise KeyboardInterrupt
        return embed(texts)

    monkeypatch.setattr(sync, "_PASSAGES", 10)
    monkeypatch.setattr(place.embedding, "embed", stopped)
    with pytest.raises(KeyboardInterrupt):
        place.sync(folder)

    assert place.texts() == ["First.", "Second."]
    assert Syncs(place.engine).answers(place.table.name, ["handbook"])


def test_what_was_read_does_not_wait_for_a_file_that_takes_long_to_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, read = Folder({"a.md": "First.", "large.md": "Large."}), threading.Event()
    load = folder.load

    def slowly(found: FoundFile) -> Iterator[Document | Unread]:
        if "large" in found.uri:
            assert read.wait(60), "the first file waits for the second to be read"
        return load(found)

    put = MemoryTable.put

    def written(table: MemoryTable, passages: Sequence[Passage], vectors: Vectors) -> None:
        put(table, passages, vectors)
        read.set()

    monkeypatch.setattr(reading, "_SLOW_S", 0.01)
    monkeypatch.setattr(folder, "load", slowly)
    monkeypatch.setattr(MemoryTable, "put", written)
    place.sync(folder)

    assert place.texts() == ["First.", "Large."]


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


@pytest.mark.parametrize("name", ["x" * 3000, "nul\0.md", "half\ud800.md"])
def test_a_name_that_no_database_keeps_is_said_and_the_rest_goes_on(place: Place, name: str) -> None:
    folder = Folder({name: "First.", "b.md": "Second.", "rows.jsonl": [f"{name}=Third."]})

    summary = place.sync(folder)

    assert place.texts() == ["Second."]
    assert len(summary.failed) == 2 and all("another" in one.reason for one in summary.failed)


def test_a_name_that_appears_twice_is_kept_once_and_said(place: Place) -> None:
    folder = Folder({"faq.jsonl": ["a=Leave is 18 weeks.", "a=Leave is 99 weeks."]})

    summary = place.sync(folder)

    assert place.texts() == ["Leave is 18 weeks."]
    assert [one.uri for one in summary.failed] == ["handbook/faq.jsonl#a"]


def test_an_index_that_was_deleted_is_made_again_whole(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_PAUSE_S", 0)
    ops = Folder({"runbook.md": "Restart the queue."}, name="ops")
    folder = Folder({"leave.md": "Leave is 18 weeks."})
    place.sync(ops)
    place.sync(folder)
    place.shelf = Shelf()

    summary = place.sync(folder)

    assert counts(summary) == (0, 1, 0, 0)
    assert counts(place.sync(ops)) == (0, 1, 0, 0)
    assert place.texts() == ["Leave is 18 weeks.", "Restart the queue."]


def test_another_embedder_is_refused_with_what_to_do_and_nothing_is_touched(place: Place) -> None:
    folder = Folder({"leave.md": "Leave is 18 weeks."})
    place.sync(folder)
    place.embedding = Embedding("other")

    with pytest.raises(IndexMismatch, match=r"tiny, not other.*--rebuild"):
        place.sync(folder)

    assert place.texts() == ["Leave is 18 weeks."]


def test_a_document_made_private_is_so_at_once_and_is_not_embedded_again(place: Place) -> None:
    folder = Folder({"pay.md": "Salary bands.", "leave.md": "Leave is 18 weeks."})
    place.sync(folder)
    folder.loaded.clear()
    place.embedding.texts.clear()
    folder.audiences["pay.md"] = FINANCE

    summary = place.sync(folder)

    assert summary.permitted == 1 and summary.unchanged == 2
    assert folder.loaded == place.embedding.texts == []
    assert place.asked("salary") == []
    assert place.asked("salary", FINANCE) == ["Salary bands."]
    assert place.table.keyword("salary", EVERYBODY, 5) == []
    assert place.sync(folder).permitted == 0


def test_a_row_made_private_in_a_file_that_changed_is_so_at_once(place: Place) -> None:
    folder = Folder({"faq.jsonl": ["a=Salary bands.", "b=Leave is 18 weeks."]})
    place.sync(folder)
    folder.texts["faq.jsonl"] = ["a=Salary bands.", "b=Leave is 20 weeks."]
    folder.audiences = {"faq.jsonl#a": FINANCE}

    place.sync(folder)

    assert place.asked("salary leave") == ["Leave is 20 weeks."]


def test_a_file_that_moved_is_not_embedded_again(place: Place) -> None:
    folder = Folder({"leave.md": "Leave is 18 weeks.", "pay.md": "Pay day is the 25th."})
    place.sync(folder)
    place.embedding.texts.clear()
    folder.texts["people/leave.md"] = folder.texts.pop("leave.md")

    summary = place.sync(folder)

    assert counts(summary) == (1, 0, 1, 1)
    assert place.embedding.texts == []
    assert place.texts() == ["Leave is 18 weeks.", "Pay day is the 25th."]


def test_what_is_only_out_of_reach_keeps_its_documents(place: Place) -> None:
    folder = Folder({"wiki/a.md": "First.", "wiki/b.md": "Second.", "c.md": "Third."})
    place.sync(folder)
    folder.away = {"c.md"}
    folder.broken["wiki/a.md"] = DocumentError("It is encrypted.")

    summary = place.sync(folder)

    assert place.texts() == ["Second.", "Third."]
    assert [one.uri for one in summary.failed] == ["handbook/c.md", "handbook/wiki/a.md"]
    folder.away, folder.texts["c.md"] = set(), "Third, changed."
    assert counts(place.sync(folder)) == (0, 1, 1, 0)


def test_a_forgotten_document_is_gone_at_once_and_stays_out_until_it_is_undone(place: Place) -> None:
    folder = Folder({"pay.md": "Salary of each person.", "leave.md": "Leave is 18 weeks."})
    place.sync(folder)

    gone = place.index().forget("file:///handbook/pay.md")

    assert gone == ["handbook/pay.md"]
    assert place.texts() == ["Leave is 18 weeks."]
    folder.texts["pay.md"] = "Salary of each person, again."
    place.sync(folder)
    assert place.texts() == ["Leave is 18 weeks."]
    assert place.asked("salary") == []
    Ledger(place.engine).remember(gone)
    place.sync(folder)
    assert len(place.texts()) == 2


def test_a_page_that_two_sources_have_is_forgotten_in_both(place: Place) -> None:
    for name in ("docs", "sub"):
        folder = Folder({"pay.md": "Salary of each person."}, name=name, place="docs/sub")
        place.sync(folder)

    gone = place.index().forget("docs/pay.md")

    assert gone == ["docs/pay.md", "sub/pay.md"] and place.texts() == []


def test_another_document_whose_address_differs_in_case_only_is_not_forgotten_with_it(place: Place) -> None:
    folder = Folder({"Pay.jsonl": ["a=Salary of each person."], "pay.jsonl": ["a=Pay day is the 25th."]})
    place.sync(folder)

    gone = place.index().forget("file:///handbook/Pay.jsonl")

    assert gone == ["handbook/Pay.jsonl#a"]
    assert place.texts() == ["Pay day is the 25th."]


def test_one_row_is_forgotten_by_its_address_and_comes_back_by_it(place: Place) -> None:
    folder = Folder({"faq.jsonl": ["a=Salary one.", "b=Salary two."]})
    place.sync(folder)

    assert place.index().forget("file:///handbook/faq.jsonl#a") == ["handbook/faq.jsonl#a"]

    assert place.asked("salary") == ["Salary two."]
    Ledger(place.engine).remember(["handbook/faq.jsonl#a"])
    place.sync(folder)
    assert place.asked("salary") == ["Salary one.", "Salary two."]


def test_a_link_that_may_mean_several_rows_forgets_none(place: Place) -> None:
    place.sync(Folder({"faq.jsonl": ["a=Salary one.", "b=Salary two."], "pay.md": "Salary three."}))

    with pytest.raises(FootnoteError, match=r"handbook/faq.jsonl#a, handbook/faq.jsonl#b"):
        place.index().forget("file:///handbook/faq.jsonl#c")
    assert place.index().forget("file:///handbook/pay.md?utm_source=slack#top") == ["handbook/pay.md"]

    assert place.asked("salary") == ["Salary one.", "Salary two."]


def test_what_the_ledger_does_not_show_is_not_answered_from(place: Place) -> None:
    place.sync(Folder({"a.md": "Salary one.", "b.md": "Salary two.", "c.md": "Salary three."}))
    ledger, name = Ledger(place.engine), place.table.name

    ledger.hide([name], ["handbook/a.md"])
    ledger.permit([name], {"handbook/b.md": FINANCE})

    assert place.asked("salary") == ["Salary three."]
    assert place.asked("salary", FINANCE) == []  # the store has not been told yet: closed on both sides
    assert len(place.texts()) == 3


def test_a_sync_that_died_after_it_hid_a_document_removes_it_next_time(place: Place) -> None:
    folder = Folder({"a.md": "First.", "b.md": "Second."})
    place.sync(folder)
    Ledger(place.engine).hide([place.table.name], ["handbook/a.md"])

    place.sync(folder)

    assert place.asked("first") == ["First."]


def test_a_source_that_is_removed_leaves_nothing(place: Place) -> None:
    place.sync(Folder({"a.md": "First."}))
    place.sync(Folder({"b.md": "Second."}, name="ops"))

    assert place.index().remove("ops") == 1

    assert place.texts() == ["First."]
    assert list(Syncs(place.engine).states(place.table.name)) == ["handbook"]


def many(count: int) -> dict[str, str | list[str]]:
    return {f"{n:03}.md": f"Document number {n} speaks of topic {n * 7}." for n in range(count)}


class Dies(Exception):
    """The process ends here."""


STEPS = ("store.put", "store.keep", "store.permit", "ledger.intend", "ledger.show", "ledger.hide")
STEPS += ("ledger.record", "ledger.permit", "ledger.told", "ledger.gone")


class Counted:
    """Lets the n-th of the calls named in STEPS through and dies after it."""

    def __init__(self, at: int) -> None:
        self.left = at

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for step in STEPS:
            where, name = step.split(".")
            kind: type = MemoryTable if where == "store" else Ledger
            monkeypatch.setattr(kind, name, self._counting(getattr(kind, name)))

    def _counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            result = call(*given)
            self.left -= 1
            if self.left == 0:
                raise Dies
            return result

        return counted


def test_a_crash_after_any_step_loses_doubles_and_shows_nothing_that_was_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sync, "_PASSAGES", 32)  # as with thousands of documents there are several batches
    monkeypatch.setattr(sync, "_DOCUMENTS", 32)

    steps = next(n for n in count(1) if not crashed(n, monkeypatch))

    assert steps > 12


def crashed(at: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a sync dies at its n-th step; what it leaves is answered from rightly, and then mended."""
    place = Place()
    folder = Folder(
        {
            **many(40),
            "old.md": "Salary old.",
            "gone.md": "Salary gone.",
            "private.md": "Salary bands.",
            "faq.jsonl": ["a=Salary one.", "b=Salary two."],
        }
    )
    place.sync(folder)
    folder.texts |= {
        "old.md": "Salary fresh.",
        "new.md": "Salary new.",
        "moved/000.md": folder.texts["000.md"],
    }
    folder.texts["faq.jsonl"] = ["a=Salary one."]
    folder.audiences["private.md"] = FINANCE
    del folder.texts["gone.md"], folder.texts["000.md"]
    with monkeypatch.context() as patch:
        Counted(at).watch(patch)
        try:
            place.sync(folder)
            died = False
        except Dies:
            died = True
    between = place.asked("salary")
    assert len(between) == len(set(between)) and "Leave is 18 weeks." not in between
    assert ("Salary old." in between) != ("Salary fresh." in between)
    assert "Salary one." in between

    place.sync(folder)

    assert place.texts() == sorted(text for kept in folder.texts.values() for text in told(kept))
    assert place.asked("salary") == ["Salary fresh.", "Salary new.", "Salary one."]
    assert place.asked("salary", FINANCE) == ["Salary bands."]
    assert counts(place.sync(folder))[:2] == (0, 0)
    place.engine.dispose()
    return died


def told(text: str | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else [row.partition("=")[2] for row in text]


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


def test_how_far_a_sync_is_is_kept_seldom_and_at_its_end(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, seen, reached = list[int](), list[Progress](), Syncs.reached

    def keeping(syncs: Syncs, held_in: str, source: str, far: Reached) -> None:
        kept.append(far.done)
        reached(syncs, held_in, source, far)

    monkeypatch.setattr(sync, "_PASSAGES", 1)
    monkeypatch.setattr(Syncs, "reached", keeping)
    place.sync(Folder(many(300)), seen)
    far = Syncs(place.engine).runs(place.table.name)["handbook"].reached

    assert far and (far.done, far.total) == (300, 300)
    assert len(seen) >= 300
    assert len(kept) <= 30  # what takes a minute and more writes one in two seconds


def test_what_was_searched_counts_what_the_readers_may_read(place: Place) -> None:
    place.sync(Folder({"a.md": "First.", "b.md": "Second."}))
    place.sync(Folder({"c.md": "Third."}, name="ops"))

    covered = [Syncs(place.engine).covered(place.table.name, of) for of in (EVERYBODY, FINANCE)]

    assert covered == [Covered(3, ("handbook", "ops")), Covered(0, (), hidden=True)]
    assert Syncs(place.engine).covered(place.table.name, EVERYBODY, ("ops",)).sources == ("ops",)


def test_folders_of_one_name_are_two_sources(place: Place, tmp_path: Path) -> None:
    folders = [str(tmp_path / "a" / "docs"), str(tmp_path / "b" / "docs")]
    syncs = Syncs(place.engine)

    names = []
    for folder in (*folders, *folders):
        names.append(syncs.name_for([folder], ["docs"][: len(names) // 4]))
        syncs.adopt(Spec(names[-1], "files", (folder,)))

    assert names == ["docs", "docs-2", "docs", "docs-2"]
    assert [spec.location for spec in syncs.adopted()] == [(folders[0],), (folders[1],)]


def test_a_name_that_is_taken_is_not_given_to_another_folder(place: Place, tmp_path: Path) -> None:
    (tmp_path / "handbook").mkdir()

    assert Syncs(place.engine).name_for([str(tmp_path / "handbook")], ["handbook"]) == "handbook-2"


def test_what_a_person_should_know_about_a_file_is_said_once_and_again_at_the_next_sync(place: Place) -> None:
    folder = Folder({"scan.csv": ["a=First.", "b=Second."]}, note="page 3 has no text (a scan)")

    first, second = place.sync(folder), place.sync(folder)

    assert first.notes == second.notes == ("handbook/scan.csv: page 3 has no text (a scan)",)


def test_a_sync_that_has_not_ended_is_known_until_one_ends(place: Place) -> None:
    folder = Folder({"a.md": "Pay day is the 25th."})
    place.sync(folder)
    syncs, name = Syncs(place.engine), place.table.name
    whole = syncs.states(name)["handbook"].running
    syncs.began(name, "handbook")

    cut_off = syncs.states(name)["handbook"].running

    place.sync(folder)
    assert (whole, cut_off, syncs.states(name)["handbook"].running) == (False, True, False)


def test_the_sentence_that_ended_a_sync_is_kept_until_one_comes_to_its_end(place: Place) -> None:
    folder = Folder({"a.md": "Pay day is the 25th."})
    place.sync(folder)
    folder.texts["b.md"] = "Lunch is free."
    works, place.embedding = place.embedding, Away()

    with pytest.raises(EmbedderUnavailable):
        place.sync(folder)

    states = Syncs(place.engine)
    assert states.states(place.table.name)["handbook"].error == "The endpoint is away."
    place.embedding = works
    place.sync(folder)
    assert states.states(place.table.name)["handbook"].error == ""


def test_two_syncs_of_one_source_follow_each_other_and_the_second_says_that_it_waits(
    tmp_path: Path,
) -> None:
    turns = Turns(sa.create_engine(f"sqlite:///{tmp_path}/state.db"))
    said: list[str] = []
    inside = threading.Event()

    def second() -> None:
        with turns.take("sync handbook", lambda: said.append("waits")):
            said.append("runs")

    with turns.take("sync handbook"):
        other = threading.Thread(target=second)
        other.start()
        inside.wait(0.3)
        said.append("first ends")
        with pytest.raises(Busy), turns.take("sync handbook", wait=False):
            pass
    other.join()

    assert said == ["waits", "first ends", "runs"]


def test_documents_are_read_again_when_passages_are_to_have_another_size(place: Place) -> None:
    folder = Folder({"leave.md": " ".join(f"Rule {n} gives everybody one day more." for n in range(60))})
    shorter = replace(place.index(), budget=80)
    first, again, finer, same = (one.sync(folder) for one in (place.index(), place.index(), shorter, shorter))

    assert (first.new, again.unchanged, finer.changed, same.unchanged) == (1, 1, 1, 1)
    assert finer.passages > 2 * first.passages
    assert place.sync(folder).changed == 1
