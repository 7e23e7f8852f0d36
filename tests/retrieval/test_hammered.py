"""Asked without pause during ten rebuilds and swaps while documents change and go, on real stores."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from passages import WORKSPACE
from test_index import EVERYBODY, Embedding, Folder, many

from bot.state import connect, upgrade
from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.rebuild import Part, Rebuild
from retrieval.search import Mode, Search
from retrieval.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
REBUILDS = 10


@dataclass
class Hammer:
    """Asks until it is told to stop; counts, and keeps every answer that breaks the promise."""

    search: Search
    stop: threading.Event
    deleted: set[str]
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        while not self.stop.is_set():
            gone = set(self.deleted)  # whatever had gone before the question was asked
            try:
                hits = self.search.find("salary", EVERYBODY, 30, Mode.KEYWORD).hits
                near = self.search.find("salary", EVERYBODY, 30).hits
            except Exception as error:  # any is a failure of the promise
                self.wrong.append(f"failed: {error!r}")
                continue
            self.asked += 2
            self._judge([hit.passage.text for hit in hits], gone)
            self._judge([h.passage.text for h in near if h.passage.text.startswith("Salary")], gone)

    def _judge(self, found: list[str], gone: set[str]) -> None:
        said = re.findall(r"part (\d), v(\d+)", " ".join(found))  # neighbours come as one
        if {part for part, _ in said} != {"0", "1", "2"}:
            self.wrong.append(f"empty: {found}")
        if len({version for _, version in said}) > 1 or len(said) != 3:
            self.wrong.append(f"mixed: {said}")
        self.wrong += [f"deleted: {text}" for text in found if text in gone]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = connect(tmp_path / "home")
    upgrade(made)
    yield made
    made.dispose()


def versioned(turn: int) -> str:
    """A document of several passages, each of which says its version."""
    return "\n\n".join(f"Salary part {part}, v{turn}. " + "Filler words. " * 60 for part in range(3))


def test_queries_are_never_empty_nor_mixed_nor_failed_and_never_show_what_was_deleted(
    handle: Callable[[], Store], engine: sa.Engine
) -> None:
    folder = Folder({**many(40), "pay.md": versioned(0)})
    index = Index(handle(), Embedding(), Ledger(engine), WORKSPACE)
    index.sync(folder)
    stop, deleted = threading.Event(), set[str]()
    hammers = [
        Hammer(Search(handle(), Ledger(engine), Embedding(), WORKSPACE), stop, deleted) for _ in range(2)
    ]
    threads = [threading.Thread(target=hammer.run) for hammer in hammers]
    for thread in threads:
        thread.start()

    for turn in range(1, REBUILDS + 1):
        folder.texts |= {"pay.md": versioned(turn), "secret.md": f"Salary secret {turn}."}
        index.sync(folder)
        del folder.texts["secret.md"]
        index.sync(folder)
        deleted.add(f"Salary secret {turn}.")
        Rebuild([Part(index, [folder])]).run()
    stop.set()
    for thread in threads:
        thread.join()

    asked, wrong = sum(h.asked for h in hammers), [said for hammer in hammers for said in hammer.wrong]
    print(f"{asked} queries during {REBUILDS} rebuilds, {len(wrong)} wrong")
    assert wrong == []
    assert asked > 10 * REBUILDS
