"""The indexer killed after every step that it makes, on real stores: no document lost, doubled or answered
from after its deletion, and whatever is left is mended by the next run."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import killed
import pytest
import sqlalchemy as sa
from test_index import EVERYBODY, FINANCE, Embedding

from retrieval.ledger import Ledger
from retrieval.passage import Audience
from retrieval.search import Mode, Search

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
HERE = Path(__file__).parent


SERVED = [pytest.param(name, marks=pytest.mark.services) for name in ("weaviate", "both served")]


@pytest.fixture(params=["lance", *SERVED])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """How to reach store and state: both in a folder; the store's server; that and the state's."""
    made: dict[str, Any] = {"home": str(tmp_path / "home"), "rebuild": False}
    if request.param == "both served":
        made["home"] = request.getfixturevalue("database")
    if request.param != "lance":
        server = request.getfixturevalue("weaviate")
        made |= {"url": server.url, "grpc": server.grpc_port, "collection": f"Kill{abs(hash(tmp_path)):x}"}
    return made


def texts(turn: int) -> dict[str, Any]:
    """What the source has at a turn: something that stays, changes, comes, goes, moves, and rows."""
    return {
        "stays.md": "Salary stays.",
        "changes.md": f"Salary changes {turn}.",
        f"new{turn}.md": f"Salary new {turn}.",
        f"place{turn % 2}/moves.md": "Salary moves.",
        "private.md": "Salary bands.",
        "rows.jsonl": ["a=Salary row.", f"b{turn}=Salary row {turn}."],
    }


def expected(turn: int) -> list[str]:
    numbered = [f"Salary {what} {turn}." for what in ("changes", "new", "row")]
    return sorted(["Salary moves.", "Salary row.", "Salary stays.", *numbered])


def run(given: dict[str, Any], step: int, place: Path) -> int:
    file = place / "given.json"
    file.write_text(json.dumps({**given, "step": step}), "utf-8")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (HERE.parents[1], HERE, HERE.parent)))}
    done = subprocess.run([sys.executable, str(HERE / "killed.py"), str(file)], env=env, check=False)
    return done.returncode


class Asking:
    """A process that goes on asking while the other is killed."""

    def __init__(self, given: dict[str, Any], engine: sa.Engine) -> None:
        self.store = killed.opened(given)
        self._search = Search(self.store, Ledger(engine), Embedding())

    def asked(self, readers: Audience = EVERYBODY) -> list[str]:
        hits = self._search.find("salary", readers, 50, Mode.KEYWORD).hits
        return sorted(hit.passage.text for hit in hits)


@pytest.mark.parametrize("rebuild", [False, True], ids=["sync", "rebuild"])
def test_an_indexer_killed_after_a_step_loses_doubles_and_shows_nothing_deleted(
    given: dict[str, Any], tmp_path: Path, rebuild: bool
) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    every = int(os.environ.get("FOOTNOTE_KILL_EVERY", "9"))  # 1 in `make bench`: every step there is
    steps = count(random.Random(seed).randint(1, every), every)
    given |= {"texts": texts(0)}
    assert run(given, 0, tmp_path) == 0
    engine = killed.state(given)
    person, mender = Asking(given, engine), killed.index(given, engine)
    turns = count(1)

    for step, turn in zip(steps, turns, strict=False):
        readers = ["group:finance"] if turn % 2 else ["everyone"]
        given |= {"texts": texts(turn), "audiences": {"private.md": readers}, "rebuild": rebuild}
        code = run(given, step, tmp_path)
        between = [text for text in person.asked() if text != "Salary bands."]
        assert set(between) <= {*expected(turn - 1), *expected(turn)}, f"step {step}"
        assert len(between) == len(set(between)) and {"Salary row.", "Salary stays."} <= set(between)
        mender.sync(killed.folder(given))
        everybodys = [] if turn % 2 else ["Salary bands."]
        assert person.asked() == sorted([*expected(turn), *everybodys]), f"step {step}"
        assert person.asked(FINANCE) == (["Salary bands."] if turn % 2 else [])
        assert person.store.live("main").count() == len(expected(turn)) + 1
        if code == 0:
            break
        assert code == -signal.SIGKILL

    print(f"{step - 1} steps at most")
    assert step > 10
    person.store.close()
    mender.store.close()
    engine.dispose()
