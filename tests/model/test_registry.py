"""Kill -9 at each step of adding, proposing, promoting and rolling back: registry and pointer are valid."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import small_adapter

from model.learning import preflight
from model.learning.basis import Basis
from model.learning.pointer import RegistryError, Serving
from model.learning.registry import Registry

DIES = """
import itertools, os, sys
from pathlib import Path
from model.learning.basis import Basis
from model.learning.registry import Registry
at, reached = int(sys.argv[1]), itertools.count(1)
def step(name):
    if next(reached) == at:
        os._exit(137)
registry = Registry(Path(sys.argv[2]), step)
what, *given = sys.argv[3:]
if what == "add":
    registry.add(Path(given[0]), Basis.of(given[1]), "ada")
elif what == "propose":
    registry.propose(given[0], "ada")
elif what == "promote":
    registry.promote(given[0], "ada", "as said")
else:
    registry.rollback("ada")
"""
MOST_STEPS = 30


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return small_adapter.base(tmp_path / "base")


@pytest.fixture
def folders(base: Path, tmp_path: Path) -> list[Path]:
    return [small_adapter.adapter(tmp_path / str(n), base, n) for n in (1, 2)]


def filled(folder: Path, folders: list[Path], base: Path) -> tuple[Registry, list[str]]:
    """The first of two in production, both there."""
    registry = Registry(folder)
    ids = [registry.add(one, Basis.of(str(base)), "ada") for one in folders]
    registry.promote(ids[0], "ada", "the first")
    return registry, ids


def died(step: int, registry: Registry, *words: str) -> bool:
    """Whether there was such a step, at which the process was killed."""
    command = [sys.executable, "-c", DIES, str(step), str(registry.folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 137), done.stderr
    return done.returncode == 137


def valid(registry: Registry, base: Path) -> Serving:
    """Checks that whatever is there is whole, and returns what is served."""
    serving = registry.serving()
    for adapter in {*registry.adapters(), *serving.adapters}:
        assert preflight.check(registry.path(adapter), Basis.of(str(base))).fit
    return serving


@pytest.mark.slow
@pytest.mark.parametrize("what", ["add", "propose", "promote", "rollback"])
def test_a_death_at_any_step_leaves_the_old_state_or_the_new_one(
    folders: list[Path], base: Path, tmp_path: Path, what: str
) -> None:
    new = small_adapter.adapter(tmp_path / "new", base, 3)
    for step in range(1, MOST_STEPS):
        registry, ids = filled(tmp_path / "homes" / str(step), folders, base)
        words = {"add": (str(new), str(base)), "rollback": ()}.get(what, (ids[1],))
        before, had = registry.serving(), len(registry.adapters())
        killed = died(step, registry, what, *words)
        between = valid(registry, base)
        again = not killed or (between == before and len(registry.adapters()) == had)
        if killed and again:
            assert not died(0, registry, what, *words)  # the next one is not in its way
        elif what == "add":
            assert not died(0, registry, what, *words)  # nor twice there
        after = valid(registry, base)
        expected = {
            "add": (before, had + 1),
            "propose": (Serving(ids[0], "", ids[1]), had),
            "promote": (Serving(ids[1], ids[0]), had),
            "rollback": (Serving(), had),
        }[what]
        assert (after, len(registry.adapters())) == expected
        assert {path.name for path in registry.folder.iterdir()} >= {"events.jsonl", "serving.json"}
        if not killed:
            assert step > 3
            return
    raise AssertionError("it never came to an end")


def test_a_change_that_was_cut_short_is_said_by_the_next_one(
    folders: list[Path], base: Path, tmp_path: Path
) -> None:
    registry, ids = filled(tmp_path / "home", folders, base)
    assert died(3, registry, "promote", ids[1])  # the line is written, the pointer is not
    assert registry.serving().production == ids[0]

    registry.promote(ids[1], "ben", "again")

    said = [(event.who, event.what, event.adapter) for event in registry.events()]
    assert said[-3:] == [
        ("ada", "promote", ids[1]),
        ("footnote", "found", ids[0]),
        ("ben", "promote", ids[1]),
    ]


def test_a_line_that_was_cut_in_the_log_hides_no_other(
    folders: list[Path], base: Path, tmp_path: Path
) -> None:
    registry, ids = filled(tmp_path / "home", folders, base)
    registry.log.write_text(registry.log.read_text() + '{"at": 1, "who": "ad')

    registry.promote(ids[1], "ben", "again")

    assert [event.what for event in registry.events()] == ["add", "add", "promote", "promote"]


def test_promotions_at_once_come_one_after_the_other(folders: list[Path], base: Path, tmp_path: Path) -> None:
    registry, ids = filled(tmp_path / "home", folders, base)

    def turn(n: int) -> None:
        with contextlib.suppress(RegistryError):  # it answers already
            Registry(registry.folder).promote(ids[n % 2], "ada", str(n))

    threads = [threading.Thread(target=turn, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    events = registry.events()
    assert registry.serving() == events[-1].serving
    assert all(event.what != "found" for event in events)
    for one, following in itertools.pairwise(events[2:]):
        assert following.serving.previous == one.serving.production


def test_a_number_is_never_given_twice(folders: list[Path], base: Path, tmp_path: Path) -> None:
    registry, ids = filled(tmp_path / "home", folders, base)
    gone = registry.path(ids[1])
    for path in gone.iterdir():
        path.unlink()
    gone.rmdir()
    other = small_adapter.adapter(tmp_path / "other", base, 5)

    added = registry.add(other, Basis.of(str(base)), "ada")

    assert [one[:7] for one in (*ids, added)] == ["kb-0001", "kb-0002", "kb-0003"]


@pytest.mark.parametrize("how", ["other bytes", "cut", "gone"])
def test_a_rollback_goes_on_to_the_base_where_the_one_before_is_damaged_and_adding_it_again_mends_it(
    folders: list[Path], base: Path, tmp_path: Path, how: str
) -> None:
    registry, ids = filled(tmp_path / "home", folders, base)
    registry.promote(ids[1], "ada", "the second")
    weights = registry.path(ids[0]) / preflight.WEIGHTS
    if how == "gone":
        shutil.rmtree(weights.parent)
    else:
        weights.write_bytes(b"PK" if how == "cut" else small_adapter.safetensors(small_adapter.weights(9)))

    back = registry.rollback("ada", "It answers badly.")
    again = registry.add(folders[0], Basis.of(str(base)), "ada")
    registry.propose(again, "ada")

    assert (back, again) == (Serving(), ids[0])
    told = next(event for event in registry.events() if event.what == "rollback")
    assert registry.events()[-2].what == "add"
    assert told.why == f"It answers badly. The files of {ids[0]} are not those that were added."
    assert [path.name for path in (registry.folder / "adapters").iterdir() if path.name[0] == "."] == []
    assert valid(registry, base) == Serving("", "", ids[0])


def test_a_broken_pointer_is_said_with_what_to_do(tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    registry.pointer.write_text(json.dumps({"production": "../../somewhere"}))

    with pytest.raises(RegistryError, match="Remove it and the base model answers"):
        registry.serving()
