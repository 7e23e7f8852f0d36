"""The stores, one after the other, as handles on an index of their own that does not exist yet."""

from __future__ import annotations

import io
import zipfile
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


@pytest.fixture(scope="session")
def bomb() -> bytes:
    """An archive that unpacks to more than is opened, a workbook and a presentation by the names in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("ppt/presentation.xml", "<a/>")
        archive.writestr("xl/workbook.xml", bytes(301_000_000))
    return packed.getvalue()


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
