"""A backup restored to other servers: the same answers, nothing of what was deleted, half a restore named."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import wiring
from bot.care.staged import MAKING
from bot.settings import Settings, load
from bot.state import switches
from bot.wiring.backup import backup, listed
from bot.wiring.restore import CUT_OFF, half, restore
from deploy.ports import free
from deploy.weaviate.server import Weaviate
from docs.moved import answers
from retrieval.passage import Document, FootnoteError
from retrieval.sources.given import Given
from retrieval.store import Store
from retrieval.turns import Turns

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]
PAGES = {
    "leave": "Parental leave is 26 weeks at full pay.",
    "pay": "Pay is made on the 25th of each month.",
    "travel": "Travel is booked with the desk at least two weeks before it begins.",
}
ASKED = ["How long is parental leave?", "When is pay day?", "How is travel booked?", "Who feeds the okapi?"]


def pages(*names: str) -> Given:
    documents = [
        Document(f"kb/{name}.md", "kb", name.title(), PAGES[name], f"https://k.example/{name}", digest=name)
        for name in names or PAGES
    ]
    return Given("kb", documents)


@pytest.fixture(autouse=True)
def _closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every store that is opened is closed in the end."""
    made, opened = wiring.store, list[Store]()

    def store(settings: Settings) -> Store:
        opened.append(made(settings))
        return opened[-1]

    monkeypatch.setattr(wiring, "store", store)
    yield
    for one in opened:
        one.close()


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    """A home with three pages in its index."""
    settings = load(home=tmp_path / "home")
    wiring.index(settings).sync(pages())
    return settings


@pytest.fixture
def served(tmp_path: Path, weaviate: Weaviate, database: str) -> Iterator[Settings]:
    """Empty servers."""
    own = {"store": "weaviate", "weaviate_url": weaviate.url, "weaviate_grpc_port": weaviate.grpc_port}
    made = load(
        home=tmp_path / "team", database_url=database, collection=f"Moved{abs(hash(tmp_path)):x}", **own
    )
    yield made
    wiring.engine(made).dispose()


def environment(served: Settings) -> dict[str, str]:
    """The same servers for a process of its own."""
    return os.environ | {
        "DATABASE_URL": served.database_url,
        "FOOTNOTE_STORE": "weaviate",
        "FOOTNOTE_COLLECTION": served.collection,
        "WEAVIATE_URL": served.weaviate_url,
        "WEAVIATE_GRPC_PORT": str(served.weaviate_grpc_port),
    }


def folder(place: Path) -> Path:
    """A folder for a backup and its list of deletions alone."""
    place.mkdir()
    return place


def test_a_home_moves_to_servers_and_back_and_is_answered_from_as_before(
    local: Settings, served: Settings, tmp_path: Path
) -> None:
    before = answers(local, ASKED, keep=True)

    restore(served, backup(local, folder(tmp_path / "kept")).path)
    there = answers(served, ASKED, keep=True)
    again = load(home=tmp_path / "again")
    restore(again, backup(served, folder(tmp_path / "kept-2")).path)

    assert there == before == answers(again, ASKED)
    assert not list(served.home.glob("state.db*")) and not (served.home / MAKING).exists()
    with wiring.engine(again).connect() as db:
        assert db.execute(sa.text("SELECT count(*) FROM answers")).scalar() == 2 * len(ASKED)
    assert wiring.index(served).sync(pages()).changes == 0


def test_what_left_the_servers_after_the_backup_stays_out(
    local: Settings, served: Settings, tmp_path: Path
) -> None:
    restore(served, backup(local, folder(tmp_path / "kept")).path)
    made = backup(served, folder(tmp_path / "kept-2"))
    wiring.index(served).forget("kb/pay.md")
    listed(served, made.path.parent)

    done = restore(served, made.path, replace=True)

    assert done.away.documents == 1
    held = {one.document for some, _ in wiring.store(served).live("main").pages(10) for one in some}
    assert held == {"kb/leave.md", "kb/travel.md"}
    assert "kb/pay.md" not in {cited for _, _, of in answers(served, ASKED) for cited, _, _ in of}


def test_a_restore_that_is_killed_at_any_step_between_the_servers_is_named_and_done_again(
    local: Settings, served: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.weaviate._FRESH_S", 0.0)  # what another process puts in place is seen
    less = load(home=tmp_path / "less")
    wiring.index(less).sync(pages("leave"))
    kept = [backup(one, folder(tmp_path / f"kept-{n}")).path for n, one in enumerate((less, local))]
    before = [answers(one, ASKED) for one in (less, local)]
    restore(served, kept[0])
    seen, at = Counter[str](), environment(served) | {"FOOTNOTE_HOME": str(served.home)}

    for step in itertools.count(1):
        path, old, new = kept[step % 2], before[step % 2 - 1], before[step % 2]
        command = [sys.executable, "-m", "bot.cli", "restore", str(path), "--replace"]
        wiring.engine(served).dispose()
        killed = subprocess.run(
            command, env=at | {"FOOTNOTE_FAILPOINT": str(step)}, capture_output=True, text=True, check=False
        )
        try:
            seen[half(served)] += 1
            assert answers(served, ASKED) == (new if killed.returncode == 0 else old), step
        except FootnoteError as error:
            seen[str(error)] += 1
        if killed.returncode == 0:
            break
        assert killed.returncode == 137, killed.stderr
        restore(served, path, replace=True)
        assert half(served) == "none under way", step
        assert answers(served, ASKED) == new, step

    print(f"{step - 1} steps: {dict(seen)}")
    assert seen[CUT_OFF] >= 3 and set(seen) == {CUT_OFF, "none under way"}
    with wiring.engine(served).connect() as db:
        assert db.execute(sa.select(switches.c.name)).first() is None


def test_nothing_is_restored_while_another_machine_shows_the_pages(
    local: Settings, served: Settings, tmp_path: Path
) -> None:
    path = backup(local, folder(tmp_path / "kept")).path
    restore(served, path)
    around = environment(served) | {"FOOTNOTE_HOME": str(tmp_path / "another")}
    command = [sys.executable, "-m", "bot.cli", "pages", "--port", str(free())]
    with subprocess.Popen(command, env=around, stdout=subprocess.PIPE, text=True) as another:
        assert another.stdout and another.stdout.readline().startswith("Open ")
        with pytest.raises(FootnoteError, match="running"):
            restore(served, path, replace=True)
        another.terminate()
    restore(served, path, replace=True)

    assert half(served) == "none under way"


def test_nothing_is_restored_while_somebody_has_a_turn_on_the_database_that_all_share(
    local: Settings, served: Settings, tmp_path: Path
) -> None:
    path = backup(local, folder(tmp_path / "kept")).path

    with (
        Turns(wiring.engine(served)).take("sync main kb"),
        pytest.raises(FootnoteError, match="running"),
    ):
        restore(served, path)
    restore(served, path)

    assert half(served) == "none under way"
