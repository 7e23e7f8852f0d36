"""Rights while everything moves: people join and leave, readers change, documents come, change, go and are
forgotten, an index is read again or built anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from test_index import Embedding

from bot.measuring.evaluate import memory
from retrieval import search
from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.passage import Audience, Document
from retrieval.rebuild import Part, Rebuild
from retrieval.retriever import FootnoteRetriever, results
from retrieval.search import Mode, Search
from retrieval.sources.given import Given
from retrieval.store import Store

GROUPS = ("everyone", "user:0", "user:1", "channel:a", "channel:b", "group:c")
WORDS = ("salary", "bands", "bonus", "leave", "travel", "pension")
PEOPLE = ("ada", "bob", "eve")
NUMBERS = count()
FEW = settings(max_examples=6, stateful_step_count=15, deadline=None, print_blob=True)
groups = st.frozensets(st.sampled_from(GROUPS), max_size=3)
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
numbers = st.integers(0, 5)
people = st.sampled_from(PEOPLE)


def readers(some: frozenset[str]) -> Audience:
    return Audience(frozenset({"everyone"}) if "everyone" in some else some)


def document(number: int, text: str, some: frozenset[str]) -> Document:
    said = f"{text} number{number}."
    place = f"https://wiki.example/{number}"
    return Document(f"wiki/{number}.md", "wiki", f"Page {number}", said, place, said, audience=readers(some))


class Moving(RuleBasedStateMachine):
    """What a source has, what the index was last told of it, and who is in what."""

    open: Callable[[], Store]

    def __init__(self) -> None:
        super().__init__()
        self.engine = memory()
        self.workspace = f"T{next(NUMBERS)}"  # each company its own, in the same store
        self.index = Index(self.open(), Embedding(), Ledger(self.engine), self.workspace)
        self.there: dict[str, Document] = {}
        self.told: dict[str, Document] = {}
        self.gone: set[str] = set()
        self.within: dict[str, frozenset[str]] = dict.fromkeys(PEOPLE, frozenset({"everyone"}))

    @rule(number=numbers, text=words, some=groups)
    def write(self, number: int, text: str, some: frozenset[str]) -> None:
        self.there[f"wiki/{number}.md"] = document(number, text, some)

    @rule(number=numbers, some=groups)
    def permit(self, number: int, some: frozenset[str]) -> None:
        if one := self.there.get(f"wiki/{number}.md"):
            self.there[one.uri] = replace(one, audience=readers(some))

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        self.there.pop(f"wiki/{number}.md", None)

    @rule()
    def sync(self) -> None:
        self.index.sync(self._source())
        self.told = {uri: one for uri, one in self.there.items() if uri not in self.gone}

    @rule()
    def rebuild(self) -> None:
        self.index.live()
        Rebuild([Part(self.index, [self._source()])], alone=False).run(force=True)
        self.told = {uri: one for uri, one in self.there.items() if uri not in self.gone}

    @rule(number=numbers)
    def forget(self, number: int) -> None:
        uri = f"wiki/{number}.md"
        if uri in self.told:
            self.index.forget(uri)
            self.gone.add(uri)
            del self.told[uri]

    @rule(who=people, some=groups)
    def move(self, who: str, some: frozenset[str]) -> None:
        self.within[who] = some | {"everyone"} if who != "eve" else some

    @invariant()
    def nobody_is_shown_what_they_may_not_read(self) -> None:
        self.index.live()
        looking = Search(self.index.store, self.index.ledger, self.index.embedder, self.workspace)
        for who, some in self.within.items():
            asks = Audience(some)
            may = {uri for uri, one in self.told.items() if one.audience.admits(asks)}
            found = {
                str(mode): {hit.passage.document for hit in looking.find(" ".join(WORDS), asks, 9, mode).hits}
                for mode in Mode
            }
            asked = FootnoteRetriever(search=looking, limit=9).for_readers(asks).invoke(" ".join(WORDS))
            found["retriever"] = {hit.passage.document for hit in results(asked).hits}
            for way, shown in found.items():
                assert shown <= may, f"{way} showed {sorted(shown - may)} to {who} of {sorted(some)}"
            assert found["vector"] == may, f"{who} of {sorted(some)} is not shown all of {sorted(may)}"

    def _source(self) -> Given:
        return Given("wiki", list(self.there.values()))

    def teardown(self) -> None:
        self.engine.dispose()


@pytest.mark.slow
def test_whatever_moves_nobody_is_shown_what_they_may_not_read(handle: Callable[[], Store]) -> None:
    class Here(Moving):
        open = staticmethod(handle)

    run_state_machine_as_test(Here, settings=FEW)


@pytest.mark.slow
def test_it_is_noticed_where_the_filters_are_taken_out(
    handle: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Here(Moving):
        open = staticmethod(handle)

    store = handle()
    Index(store, Embedding(), Ledger(Here().engine), "T0").live()
    without_the_filters(monkeypatch, store, "T0")

    with pytest.raises(AssertionError, match="showed"):
        run_state_machine_as_test(
            Here, settings=settings(FEW, max_examples=60, derandomize=True, phases=[Phase.generate])
        )


def without_the_filters(patch: pytest.MonkeyPatch, store: Store, workspace: str) -> None:
    """Takes them out of the store's queries and of the search."""
    kind, everybody = type(store.live(workspace)), Audience(frozenset(GROUPS))
    for name in ("keyword", "vector"):
        leg = getattr(kind, name)
        patch.setattr(
            kind, name, lambda table, asked, readers, *more, leg=leg: leg(table, asked, everybody, *more)
        )
    patch.setattr(search, "_admitted", lambda hits, shown, readers: list(hits))
