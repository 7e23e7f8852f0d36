"""Nobody is shown, counted or told of a passage that they may not read, whichever way they ask, on any store;
and a filter that is taken out of the code is noticed here."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from memory_store import MemoryTable
from passages import WORKSPACE
from test_index import Embedding

from bot.measuring.evaluate import memory
from retrieval import search
from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.passage import Audience, Document, Passage
from retrieval.retriever import FootnoteRetriever, results
from retrieval.search import Mode, Search
from retrieval.sources.given import Given
from retrieval.store import Store

PRINCIPALS = ["everyone", *(f"{kind}:{n}" for kind in ("user", "channel", "group") for n in range(3))]
WORDS = "salary bands bonus leave travel pension shares notice".split()


@dataclass(frozen=True)
class Company:
    """Documents with readers of their own, indexed, and what a person of some principals may know."""

    documents: tuple[Document, ...]
    index: Index

    def allowed(self, readers: Audience) -> set[str]:
        return {one.uri for one in self.documents if one.audience.admits(readers)}

    @property
    def search(self) -> Search:
        return Search(self.index.store, self.index.ledger, self.index.embedder, WORKSPACE)


def document(drawn: random.Random, number: int) -> Document:
    text = f"{' '.join(drawn.choices(WORDS, k=8))} number{number}."
    names = frozenset(drawn.sample(PRINCIPALS, drawn.choice([0, 1, 1, 1, 2])))
    readers = Audience(names if "everyone" not in names else frozenset({"everyone"}))
    said = (f"company/{number}.md", "company", f"Page {number}", text, f"https://wiki.example/{number}")
    return Document(*said, str(number), audience=readers)


@pytest.fixture
def company(handle: Callable[[], Store], drawn: random.Random) -> Iterator[Company]:
    engine = memory()
    documents = tuple(document(drawn, number) for number in range(60))
    index = Index(handle(), Embedding(), Ledger(engine), WORKSPACE)
    index.sync(Given("company", documents))
    yield Company(documents, index)
    engine.dispose()


def people(drawn: random.Random) -> Iterator[Audience]:
    yield Audience(frozenset())
    for _ in range(8):  # others at each run
        yield Audience(frozenset(drawn.sample(PRINCIPALS, drawn.randint(1, 4))))


def wrongs(company: Company, drawn: random.Random) -> list[str]:
    """Everything that somebody was shown and may not read, or was not shown because of what they may not."""
    found: list[str] = []
    for readers in people(drawn):
        question, may = " ".join(drawn.choices(WORDS, k=3)), company.allowed(readers)
        for way, uris, whole in ways(company, readers, question):
            if beyond := set(uris) - may:
                found.append(f"{way} showed {sorted(beyond)} to {sorted(readers.principals)}")
            if whole and len(set(uris)) < min(len(may), LIMIT):
                found.append(f"{way} showed {len(set(uris))} of {len(may)} to {sorted(readers.principals)}")
    return found


LIMIT = 5


def ways(company: Company, readers: Audience, question: str) -> Iterator[tuple[str, list[str], bool]]:
    """Each way to ask, what it shows, and whether it has to fill its limit from what may be read."""
    table, uris = company.index.store.live(WORKSPACE), Shown()
    vector = company.index.embedder.embed_query(question)
    yield "vector", uris(hit.passage for hit in table.vector(vector, readers, LIMIT)), True
    everything = " ".join(WORDS)
    yield "keyword", uris(hit.passage for hit in table.keyword(everything, readers, LIMIT)), True
    for mode in Mode:
        hits = company.search.find(question, readers, LIMIT, mode).hits
        yield str(mode), uris(hit.passage for hit in hits), mode is not Mode.KEYWORD
    retriever = FootnoteRetriever(search=company.search, limit=LIMIT).for_readers(readers)
    yield "retriever", uris(hit.passage for hit in results(retriever.invoke(question)).hits), True
    count = company.index.syncs.covered(table.name, readers).documents
    may = len(company.allowed(readers))
    yield f"the count ({count} of {may})", ["beyond"] if count != may else [], False


class Shown:
    def __call__(self, passages: Iterator[Passage]) -> list[str]:
        return [passage.document for passage in passages]


def test_nobody_is_shown_counted_or_told_of_what_they_may_not_read(
    company: Company, drawn: random.Random
) -> None:
    assert wrongs(company, drawn) == []


def test_rights_that_change_are_kept_too(company: Company, drawn: random.Random) -> None:
    changed = tuple(
        replace(one, audience=document(drawn, n).audience) for n, one in enumerate(company.documents)
    )

    summary = company.index.sync(Given("company", changed))

    assert summary.permitted > 20 and summary.changed == 0
    assert wrongs(replace(company, documents=changed), drawn) == []


def _without_the_stores_filter(patch: pytest.MonkeyPatch, store: Store) -> None:
    """Takes the filter out of the queries of the store: what its own code asks for is everything."""
    kind = type(store.live(WORKSPACE))
    for leg in ("keyword", "vector"):
        patch.setattr(kind, leg, _asked_by_everybody(getattr(kind, leg)))


def _asked_by_everybody(leg: Callable[..., Any]) -> Callable[..., Any]:
    admitted = Audience(frozenset(PRINCIPALS))
    return lambda table, asked, readers, limit, sources=(): leg(table, asked, admitted, limit, sources)


def _without_the_ledgers(patch: pytest.MonkeyPatch, store: Store) -> None:
    _without_the_stores_filter(patch, store)
    patch.setattr(search, "_admitted", lambda hits, shown, readers: list(hits))


@pytest.mark.parametrize("taken_out", [_without_the_stores_filter, _without_the_ledgers])
def test_a_filter_that_is_taken_out_is_noticed(
    company: Company,
    drawn: random.Random,
    monkeypatch: pytest.MonkeyPatch,
    taken_out: Callable[[pytest.MonkeyPatch, Store], None],
) -> None:
    taken_out(monkeypatch, company.index.store)

    assert wrongs(company, drawn) != []


def test_the_filter_inside_the_query_holds_alone(
    company: Company, drawn: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both stores look at each hit once more, and so does the search: without either nothing changes."""
    table = company.index.store.live(WORKSPACE)
    vector = company.index.embedder.embed_query("salary")
    for readers in people(drawn):
        may = company.allowed(readers)
        with monkeypatch.context() as patch:
            patch.setattr(Audience, "admits", lambda self, readers: True)
            hits = [*table.keyword(" ".join(WORDS), readers, 60), *table.vector(vector, readers, 60)]

        if not isinstance(table, MemoryTable):  # its filter is that very method
            assert {hit.passage.document for hit in hits} == may


def test_a_document_is_read_whole_only_by_who_may_read_it(company: Company) -> None:
    everybody = Audience(frozenset(PRINCIPALS))
    for hit in company.search.find("salary", everybody, 60).hits:
        one = hit.passage
        whole = {reader: company.search.whole([one], Audience.of(reader)) for reader in PRINCIPALS}

        assert company.search.whole([one], Audience(frozenset())) == {}
        assert {reader for reader, some in whole.items() if some} == {
            reader for reader in PRINCIPALS if one.document in company.allowed(Audience.of(reader))
        }


def test_a_document_that_was_read_anew_since_it_was_found_is_not_read_whole(company: Company) -> None:
    everybody = Audience(frozenset(PRINCIPALS))
    found = company.search.find("salary", everybody, 1).hits[0].passage
    read = [one.text for one in company.search.whole([found], everybody)[found.document]]

    before = replace(found, revision="before")  # the store may have it a little longer
    company.index.store.live(WORKSPACE).put([before], company.index.embedder.embed([before.text]))

    assert read == [found.text]
    assert company.search.whole([before], everybody) == {}


def test_a_long_document_that_has_been_read_whole_is_still_read_only_by_who_may_read_it_now(
    company: Company,
) -> None:
    text = "\n\n".join(f"Pension rule {n}: {'a share of the salary is paid in. ' * 30}" for n in range(4))
    page = Document("rules/pension.md", "rules", "Pension", text, "", "1", audience=Audience.of("user:0"))
    company.index.sync(Given("rules", [page]))
    one, other, search = Audience.of("user:0"), Audience.of("user:1"), company.search
    found = [hit.passage for hit in search.find("pension rule", one, 2, sources=["rules"]).hits]

    read = [search.whole(found, one), search.whole(found, one)]
    company.index.sync(Given("rules", [replace(page, audience=other)]))
    after = search.whole(found, one), search.whole(found, other)
    company.index.sync(Given("rules", []))

    assert read[0] == read[1] and len(read[0][page.uri]) > 2
    assert after[0] == {} and {p.audience for p in after[1][page.uri]} == {other}
    assert search.whole(found, other) == {}
