"""Batches in a real PostgreSQL: one at a time has each, and who has lost one can write no more."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))
from memory_store import MemoryStore, Shelf

from bot.indexing import packed
from bot.indexing.handover import Handover
from bot.indexing.queue import ATTEMPTS, Desk, Queue
from bot.replicas import WORK, Replicas
from bot.state import alone, batches, connect, upgrade
from retrieval.batch import Works
from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.passage import EmbedderUnavailable, IndexMismatch, SearchUnavailable, Vectors
from retrieval.rebuild import Part, Rebuild
from retrieval.sources.files import FileSource
from retrieval.sync import Summary

pytestmark = pytest.mark.services


class Embedding:
    """Vectors made of the text; a word in it makes the call fail, or wait."""

    dimension = 8

    def __init__(self, name: str = "tiny") -> None:
        self.name = name
        self.fails: dict[str, Exception] = {}
        self.arrived, self.go_on = threading.Event(), threading.Event()
        self.waits = ""

    def embed(self, texts: Sequence[str]) -> Vectors:
        for word, error in self.fails.items():
            if any(word in text for text in texts):
                raise error
        if self.waits and any(self.waits in text for text in texts):
            self.arrived.set()
            assert self.go_on.wait(30)
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row = np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8)[:8].astype(np.float32) + 1
        return np.asarray(row / np.linalg.norm(row), np.float32)


class Company:
    """A folder, its index in memory, the state in PostgreSQL, and a worker that lives but does nothing: what
    is handed over waits in the queue until somebody at a desk takes it."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.engine = connect(database)
        upgrade(self.engine)
        self.ledger, self.shelf, self.embedder = Ledger(self.engine), Shelf(), Embedding()
        self.queue = Queue(self.engine)
        self.idle = Replicas(self.engine, WORK)
        self.idle.beat()
        self.engines = [self.engine]

    def desk(self, embedder: Embedding | None = None, executor: str = "") -> Desk:
        one = alone(self.database)
        self.engines.append(one)
        works = Works(MemoryStore(self.shelf), embedder or self.embedder, Ledger(one))
        return Desk(one, works, executor or self.idle.executor)

    def handover(self, desk: Desk | None = None) -> Handover:
        workers = Replicas(self.engine, WORK)
        mine = desk or self.desk(executor=workers.executor)
        return Handover(self.queue, mine, self.ledger, workers, lambda: lambda connection, id: None)

    def sync(self, handover: Handover | None = None) -> Summary:
        return self.index(handover).sync(self.source)

    def index(self, handover: Handover | None = None) -> Index:
        handed = handover or self.handover()
        return Index(MemoryStore(self.shelf), self.embedder, self.ledger, batches=handed)

    @property
    def source(self) -> FileSource:
        return FileSource("docs", [self.folder], 1 << 20)

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.folder / f"{name}.md").write_text(f"# {name}\n\n{text}\n", encoding="utf-8")

    @property
    def shown(self) -> dict[str, str]:
        """Texts that are answered from, by title: of what the store has, only the ledger's revision."""
        table = MemoryStore(self.shelf).live("main")
        held = self.ledger.shown(table.name, {p.document for p in table.passages.values()})
        passages = [p for p in table.passages.values() if p.document in held]
        return {p.title: p.text for p in passages if held[p.document].revision == p.revision}

    @property
    def waiting(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(batches)) or 0)


@pytest.fixture
def company(database: str, tmp_path: Path) -> Iterator[Company]:
    (tmp_path / "docs").mkdir()
    made = Company(database, tmp_path / "docs")
    yield made
    made.idle.leave()
    for engine in made.engines:
        engine.dispose()


def hand_over(company: Company) -> list[int]:
    """A sync that dies when everything is in the queue; the ids of its batches."""

    class Dies(Handover):
        def _through(self, held_in: str, source: str) -> None:
            if self._queue.open(held_in, source):
                raise KeyboardInterrupt

    workers = Replicas(company.engine, WORK)
    dies = Dies(company.queue, company.desk(), company.ledger, workers, lambda: lambda c, i: None)
    with pytest.raises(KeyboardInterrupt):
        company.sync(dies)
    table = MemoryStore(company.shelf).live("main").name
    return [one.id for one in company.queue.open(table, "docs")]


def test_what_an_interrupted_sync_handed_over_is_finished_by_the_next_not_repeated(company: Company) -> None:
    company.write(a="first text", b="second text")
    hand_over(company)

    summary = company.sync()

    assert (summary.new, summary.unchanged, summary.documents) == (0, 2, 2)
    assert (company.waiting, sorted(company.shown)) == (0, ["a", "b"])


def test_a_batch_that_somebody_has_is_left_alone(company: Company) -> None:
    company.write(a="slow text")
    (id,) = hand_over(company)
    busy = Embedding()
    busy.waits = "slow"
    first, second = company.desk(busy), company.desk()
    thread = threading.Thread(target=first.carry, args=(id,))
    thread.start()
    assert busy.arrived.wait(30)

    taken = second.carry(id)

    busy.go_on.set()
    thread.join()
    assert (taken, company.waiting, list(company.shown)) == (False, 0, ["a"])
    assert second.carry(id)  # it is over: nothing is left to do


def test_a_worker_that_comes_back_after_its_batch_was_taken_over_writes_nothing(company: Company) -> None:
    company.write(a="old text")
    (id,) = hand_over(company)
    frozen = Embedding()
    frozen.waits = "old"
    zombie = company.desk(frozen, executor="dead")
    raised: list[BaseException] = []

    def carry() -> None:
        try:
            zombie.carry(id)
        except sa.exc.DBAPIError as error:
            raised.append(error)

    thread = threading.Thread(target=carry)
    thread.start()
    assert frozen.arrived.wait(30)
    company.sync()
    company.write(a="new text")
    company.sync()
    before = company.shown

    frozen.go_on.set()
    thread.join()

    assert raised and company.shown == before == {"a": "new text"}
    assert company.sync().unchanged == 1


def test_a_batch_that_ended_its_process_each_time_is_given_up_and_read_again(company: Company) -> None:
    company.write(a="good text", b="poison")
    (id,) = hand_over(company)
    with company.engine.begin() as connection:
        connection.execute(batches.update().values(attempts=ATTEMPTS, executor="dead"))
    company.desk().carry(id)

    failed = company.sync().failed

    assert failed == ()  # they were read again at once, and this time all went well
    assert sorted(company.shown) == ["a", "b"]


def test_a_fault_of_ours_ends_as_a_failure_in_the_summary_and_is_read_again(company: Company) -> None:
    company.write(a="good text", b="poison")
    company.embedder.fails["poison"] = KeyError("poison")

    failed = company.sync().failed

    assert {one.uri.rpartition("/")[2] for one in failed} == {"a.md", "b.md"}  # they shared a batch
    assert "KeyError" in failed[0].reason and "poison" not in failed[0].reason
    assert (company.shown, company.waiting) == ({}, 0)
    company.embedder.fails.clear()
    assert company.sync().new == 2
    assert sorted(company.shown) == ["a", "b"]


@pytest.mark.parametrize("error", [EmbedderUnavailable("Start it."), SearchUnavailable("Start it.")])
def test_what_cannot_be_asked_ends_the_sync_with_its_sentence(company: Company, error: Exception) -> None:
    company.write(a="text")
    company.embedder.fails["text"] = error

    with pytest.raises(type(error), match="Start it"):
        company.sync()

    company.embedder.fails.clear()
    assert company.sync().documents == 1
    assert (company.waiting, list(company.shown)) == (0, ["a"])


def test_a_worker_with_another_embedder_puts_nothing_in_and_costs_no_attempt(company: Company) -> None:
    company.write(a="text")
    (id,) = hand_over(company)

    for _ in range(ATTEMPTS + 1):
        with pytest.raises(IndexMismatch, match="FOOTNOTE_EMBEDDER"):
            company.desk(Embedding("other")).carry(id)

    assert company.shown == {}
    company.sync()
    assert list(company.shown) == ["a"]


def test_what_waits_of_a_source_that_is_removed_is_never_carried_out(company: Company) -> None:
    company.write(a="first text")
    company.sync()
    company.write(b="second text")
    ids = hand_over(company)

    removed = company.index().remove("docs")

    assert [company.desk().carry(id) for id in ids] == [True]
    assert (removed, company.waiting, company.shown, passages(company)) == (1, 0, {}, [])


def test_a_removed_source_is_gone_with_what_a_worker_was_just_putting_in(company: Company) -> None:
    company.write(a="slow text")
    (id,) = hand_over(company)
    busy = Embedding()
    busy.waits = "slow"
    worker = threading.Thread(target=company.desk(busy).carry, args=(id,))
    worker.start()
    assert busy.arrived.wait(30)
    remove = threading.Thread(target=company.index().remove, args=("docs",))
    remove.start()
    while company.waiting:
        time.sleep(0.01)

    busy.go_on.set()
    worker.join()
    remove.join()

    assert (company.shown, passages(company), company.ledger.all("main@1")) == ({}, [], [])


def test_what_waits_for_a_table_that_a_swap_removes_goes_with_it(company: Company) -> None:
    company.write(a="first text")
    hand_over(company)

    for _ in range(2):
        Rebuild([Part(company.index(), [company.source])]).run(force=True)

    assert (company.waiting, company.shown) == (0, {"a": "first text"})


def test_of_a_batch_that_is_given_up_no_text_is_kept(company: Company) -> None:
    company.write(a="poison")
    (id,) = hand_over(company)
    company.embedder.fails["poison"] = KeyError("poison")
    desk = company.desk()

    for _ in range(ATTEMPTS):
        with pytest.raises(KeyError):
            desk.carry(id)

    with company.engine.connect() as connection:
        row = connection.execute(sa.select(batches)).one()
    assert (row.payload, "KeyError" in row.error) == (b"", True)


def test_a_batch_of_another_version_is_given_up_at_once_and_read_again(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.write(a="first text")
    (id,) = hand_over(company)
    with monkeypatch.context() as newer:
        newer.setattr(packed, "VERSION", packed.VERSION + 1)
        company.desk().carry(id)
    with company.engine.connect() as connection:
        row = connection.execute(sa.select(batches)).one()

    company.sync()

    assert (row.attempts, row.payload, "version" in row.error) == (1, b"", True)
    assert (company.waiting, company.shown) == (0, {"a": "first text"})


def passages(company: Company) -> list[str]:
    """All texts that the store has, shown or not."""
    return [one.text for one in MemoryStore(company.shelf).live("main").passages.values()]
