"""The stores, one after the other, as handles on an index of their own that does not exist yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from passages import MADE, WORKSPACE

from retrieval.store import Store, Table

Opener = Callable[[], Store]


def lance(folder: Path) -> Opener:
    from retrieval.lance import LanceStore

    return lambda: LanceStore(folder)


def memory(folder: Path) -> Opener:
    from memory_store import MemoryStore, Shelf

    kept = Shelf()
    return lambda: MemoryStore(kept)


@pytest.fixture(params=["memory", "lance", pytest.param("weaviate", marks=pytest.mark.services)])
def handle(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Makes handles on one index that does not exist yet."""
    opened: list[Store] = []
    if request.param == "weaviate":
        from retrieval.weaviate import WeaviateStore

        server = request.getfixturevalue("weaviate")
        name = f"Test{abs(hash(tmp_path)):x}"
        make: Opener = lambda: WeaviateStore(server.url, server.grpc_port, "", name)  # noqa: E731
    else:
        make = {"lance": lance, "memory": memory}[request.param](tmp_path / "index")

    def handle() -> Store:
        opened.append(make())
        return opened[-1]

    yield handle
    for store in opened:
        store.close()


@pytest.fixture
def store(handle: Opener) -> Store:
    """A store whose first generation answers, empty."""
    fresh = handle()
    fresh.build(MADE, WORKSPACE)
    fresh.swap()
    return fresh


@pytest.fixture
def table(store: Store) -> Table:
    return store.live(WORKSPACE)
