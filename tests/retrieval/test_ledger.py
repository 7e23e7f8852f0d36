"""What the ledger costs others who write, and what it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.measuring.evaluate import memory
from retrieval.ledger import Ledger
from retrieval.passage import Audience, Document
from retrieval.rows import Batch, DocumentRow, FileRow, Found
from retrieval.syncs import Syncs

MANY, HELD = 1200, "main@1"
FINANCE, LEGAL = Audience.of("group:finance"), Audience.of("group:legal")
URIS = [f"faq.jsonl#{n}" for n in range(MANY)]


class Watched:
    """A ledger with what is written to it: values in the largest statement, transactions, statements."""

    def __init__(self) -> None:
        self.engine = memory()
        self.ledger = Ledger(self.engine)
        self.largest = self.commits = self.statements = 0
        sa.event.listen(self.engine, "commit", self._committed)
        sa.event.listen(self.engine, "before_cursor_execute", self._executed)

    def _committed(self, _: object) -> None:
        self.commits += 1

    def _executed(self, *given: object) -> None:
        _, _, _, values, _, many = given
        self.statements += 1
        if not many:
            self.largest = max(self.largest, len(values))  # type: ignore[arg-type]

    def forget_costs(self) -> None:
        self.largest = self.commits = self.statements = 0


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    documents = [Document(uri, "docs", "Title", "text", "url", "digest") for uri in URIS]
    rows = tuple(DocumentRow(document, "faq.jsonl", 1, "revision") for document in documents)
    made.ledger.show(HELD, rows)
    made.ledger.record(Batch(HELD, (HELD,), "docs", rows, (), (FileRow("faq.jsonl", "digest"),)))
    made.forget_costs()
    yield made
    made.engine.dispose()


def test_others_write_between_the_parts_of_a_change_of_who_may_read_many_documents(watched: Watched) -> None:
    audiences = {uri: FINANCE if n % 2 else LEGAL for n, uri in enumerate(URIS)}

    watched.ledger.permit([HELD], audiences)

    assert (watched.statements, watched.commits) == (4, 4)  # of two audiences, 500 documents at a time
    shown = watched.ledger.shown(HELD, URIS)
    assert {uri: held.audience for uri, held in shown.items()} == audiences
    known = watched.ledger.known(HELD, "docs").documents["faq.jsonl"]
    assert known.keys() == shown.keys() and all(held.untold for held in known.values())


def test_as_many_documents_as_there_are_may_be_remembered_at_once(watched: Watched) -> None:
    at = datetime.now(UTC)
    watched.ledger.forget(
        Found(uri, "docs", "Title", "url", Audience(), 1, "digest", "revision", at) for uri in URIS
    )

    assert {one.uri for one in watched.ledger.kept_out()} == set(URIS)

    watched.ledger.remember(URIS)

    assert watched.largest <= 502
    assert watched.ledger.forgotten() == frozenset()
    assert watched.ledger.known(HELD, "docs").files == {}


@pytest.mark.parametrize("source", ["", "docs"])
def test_of_a_table_or_a_source_that_is_gone_nothing_is_left(watched: Watched, source: str) -> None:
    syncs = Syncs(watched.engine)
    syncs.began(HELD, "docs")
    syncs.began(HELD, "other")
    syncs.began("main@2", "docs")

    watched.ledger.drop([HELD], source)

    known = watched.ledger.known(HELD, "docs")
    assert (known.files, known.documents) == ({}, {})
    assert list(syncs.states(HELD)) == (["other"] if source else [])
    assert list(syncs.states("main@2")) == ["docs"]
