"""Loaders of langchain-community against servers of the products they read: from sources.toml's words to the
index, through pages of results, outages, refusals and deletions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from company_servers import KEY, Confluence, GitHub, Product
from memory_store import MemoryStore, Shelf
from test_index import Embedding

from bot.measuring.evaluate import memory
from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.sources import KINDS, Limits, Spec
from retrieval.sync import Summary

pytestmark = pytest.mark.slow


class Company:
    """One product, declared as a source, and the index that its syncs keep up."""

    def __init__(self, product: Product, folder: Path) -> None:
        self.product = product
        self.embedding = Embedding()
        self._folder = folder
        self._shelf = Shelf()
        self._engine = memory()

    def sync(self) -> Summary:
        self.embedding.texts.clear()
        options = {"loader": self.product.loader, "seconds": 60, **self.product.options()}
        spec = Spec("wiki", "langchain", (self.product.place,), options=options)
        source = KINDS["langchain"].build(spec, Limits(1 << 20, self._folder))
        try:
            return Index(MemoryStore(self._shelf), self.embedding, Ledger(self._engine)).sync(source)
        finally:
            source.close()

    def texts(self) -> list[str]:
        return sorted(p.text for p in MemoryStore(self._shelf).live("main").passages.values())

    def close(self) -> None:
        self._engine.dispose()


@pytest.fixture(params=[Confluence, GitHub], ids=lambda product: product.loader)
def company(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    product = request.param()
    product.pages = {n: f"Rule {n} holds." for n in range(1, 6)}
    made = Company(product, tmp_path)
    with product.served():
        yield made
    made.close()


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.new, summary.changed, summary.unchanged, summary.removed


def test_all_pages_of_results_are_read_and_only_what_changed_is_embedded_again(company: Company) -> None:
    first = company.sync()
    same, nothing = company.sync(), list(company.embedding.texts)
    company.product.pages[3] = "Rule 3 is new."
    company.product.pages[6] = "Rule 6 holds."
    changed = company.sync()

    assert (counts(first), first.failed) == ((5, 0, 0, 0), ())
    assert (counts(same), nothing) == ((0, 0, 5, 0), [])
    assert counts(changed) == (1, 1, 4, 0)
    assert len(company.embedding.texts) == 2
    assert len(company.texts()) == 6 and "Rule 3 is new." in company.texts()


def test_what_is_deleted_there_leaves(company: Company) -> None:
    company.sync()
    del company.product.pages[2], company.product.pages[5]

    done = company.sync()

    assert counts(done) == (0, 0, 3, 2)
    assert company.texts() == ["Rule 1 holds.", "Rule 3 holds.", "Rule 4 holds."]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("request_number", [1, 2], ids=["at once", "half way"])
def test_an_outage_removes_nothing(company: Company, status: int, request_number: int) -> None:
    company.sync()
    company.product.pages = {1: "Rule 1 is new.", 2: company.product.pages[2], 3: "Rule 3 holds."}
    company.product.faults = {len(company.product.asked) + request_number: status}

    during = company.sync()
    after = company.sync()

    (told,) = during.failed
    assert (during.removed, told.kept, during.documents) == (0, True, 5)
    assert f"was told to come later (HTTP {status})" in told.reason
    assert (after.failed, after.removed, after.documents) == ((), 2, 3)
    assert company.texts() == ["Rule 1 is new.", "Rule 2 holds.", "Rule 3 holds."]


def test_a_server_that_hangs_up_removes_nothing(company: Company) -> None:
    company.sync()
    company.product.away = True

    during = company.sync()

    assert "reached no server that answers" in during.failed[0].reason
    assert (during.removed, len(company.texts())) == (0, 5)


def test_a_key_that_is_refused_removes_nothing_and_is_not_shown(company: Company) -> None:
    company.sync()
    company.product.key = "another"

    during = company.sync()

    (told,) = during.failed
    assert "was refused (HTTP 401): see that its credentials are right" in told.reason
    assert KEY not in repr(during)
    assert (during.removed, len(company.texts())) == (0, 5)


def test_one_bad_page_loses_nothing_of_the_others(company: Company) -> None:
    company.sync()
    company.product.broken = {3}
    company.product.pages[2] = "Rule 2 is new."

    during = company.sync()

    (told,) = during.failed
    assert (told.kept, "failed on it (KeyError)" in told.reason, KEY in told.reason) == (True, True, False)
    assert company.texts() == [
        "Rule 1 holds.",
        "Rule 2 is new.",
        "Rule 3 holds.",
        "Rule 4 holds.",
        "Rule 5 holds.",
    ]


def test_a_place_that_is_gone_takes_its_documents_along(company: Company) -> None:
    company.sync()
    company.product.faults = dict.fromkeys(range(1, 99), 404)

    during = company.sync()

    assert "found nothing there (HTTP 404)" in during.failed[0].reason
    assert company.texts() == []
