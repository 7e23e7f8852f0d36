"""The audit is a chain: what is changed, removed or put into it is found and named."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from bot import state, wiring
from bot.cli import table
from bot.learning.erasing import GONE
from bot.memory import audit
from bot.memory.audit import Audit
from bot.settings import load
from model.learning.erasure import word


@pytest.fixture
def trail(anywhere: sa.Engine) -> Audit:
    made = Audit(anywhere)
    for number in range(1, 8):
        made.note("U1" if number % 2 else "U2", f"deed {number}", f"C{number} expert=U{number}")
    return made


def forged(db: sa.Connection, id: int, before: str, salt: str = "00") -> None:
    """A row whose own digests are right, as somebody makes it who has read the code."""
    content = hashlib.sha256(json.dumps([salt, "U9", "promote", "x"]).encode()).hexdigest()
    digest = hashlib.sha256(json.dumps([before, 1.5, content]).encode()).hexdigest()
    words = {"id": id, "at": 1.5, "who": "U9", "what": "promote", "about": "x", "salt": salt}
    row = words | {"content": content, "before": before, "digest": digest}
    db.execute(state.audit.insert().values(**row))


def at(db: sa.Connection, id: int) -> float:
    return float(db.scalars(sa.select(state.audit.c.at).where(state.audit.c.id == id)).one())


def digest(db: sa.Connection, id: int) -> str:
    return str(db.scalar(sa.select(state.audit.c.digest).where(state.audit.c.id == id)))


@contextmanager
def room(db: sa.Connection, id: int) -> Iterator[None]:
    """Rows from `id` on are moved up by one, their digests as they were."""
    for last in range(7, id - 1, -1):
        db.execute(state.audit.update().where(state.audit.c.id == last).values(id=last + 1))
    yield


def changed(db: sa.Connection) -> None:
    db.execute(state.audit.update().where(state.audit.c.id == 3).values(who="U8"))


def redated(db: sa.Connection) -> None:
    db.execute(state.audit.update().where(state.audit.c.id == 3).values(at=state.audit.c.at - 3600))


def passed_for_erased(db: sa.Connection) -> None:
    db.execute(state.audit.update().where(state.audit.c.id == 3).values(who="erased", salt=""))


def removed(db: sa.Connection) -> None:
    db.execute(state.audit.delete().where(state.audit.c.id == 4))


def beheaded(db: sa.Connection) -> None:
    db.execute(state.audit.delete().where(state.audit.c.id == 1))


def cut_short(db: sa.Connection) -> None:
    db.execute(state.audit.delete().where(state.audit.c.id >= 6))


def inserted(db: sa.Connection) -> None:
    with room(db, 4):
        forged(db, 4, digest(db, 3))


def appended(db: sa.Connection) -> None:
    forged(db, 8, digest(db, 7))


def without_digest(db: sa.Connection) -> None:
    with room(db, 4):
        row = {"id": 4, "at": time.time(), "who": "U9", "what": "x", "about": ""}
        db.execute(state.audit.insert().values(**row))


TAMPERED: list[tuple[Callable[[sa.Connection], None], str]] = [
    (changed, "Row 3 was changed."),
    (redated, "Row 3 was changed."),
    (passed_for_erased, "Row 3 was changed."),
    (removed, "A row is missing between row 3 and row 5."),
    (beheaded, "A row is missing between row 0 and row 2."),
    (cut_short, "The newest rows are missing, up to row 7."),
    (inserted, "Row 4 was inserted."),
    (appended, "Row 8 was inserted."),
    (without_digest, "Row 4 was inserted."),
]


@pytest.mark.parametrize(("tamper", "said"), TAMPERED, ids=lambda one: getattr(one, "__name__", ""))
def test_whoever_changes_the_audit_is_found_out_and_the_row_is_named(
    trail: Audit, anywhere: sa.Engine, tamper: Callable[[sa.Connection], None], said: str
) -> None:
    before = trail.verified()
    with anywhere.begin() as db:
        tamper(db)

    assert (before.rows, before.faults) == (7, ())
    assert trail.verified().faults == (said,)


def test_rows_that_have_had_their_time_go_and_the_rest_can_be_verified(
    trail: Audit, anywhere: sa.Engine
) -> None:
    with anywhere.begin() as db:
        gone = audit.expire(db, at(db, 5))
    after = trail.verified()
    trail.note("U1", "after")
    with anywhere.begin() as db:
        none, every = audit.expire(db, 0.0), audit.expire(db, time.time() + 60)
    trail.note("U1", "again")

    assert (gone, none, every) == (4, 0, 4)
    assert (after.rows, after.faults) == (3, ())
    assert (trail.verified().rows, trail.verified().faults) == (1, ())


def test_a_removed_row_behind_what_retention_removed_is_found(trail: Audit, anywhere: sa.Engine) -> None:
    with anywhere.begin() as db:
        audit.expire(db, at(db, 3))
        db.execute(state.audit.delete().where(state.audit.c.id == 3))

    assert trail.verified().faults == ("A row is missing between row 2 and row 4.",)


def test_somebody_who_is_erased_leaves_the_audit_and_the_chain_holds(
    trail: Audit, anywhere: sa.Engine
) -> None:
    for who in ("U1", "U2"):  # a row may name both
        with anywhere.begin() as db:
            audit.erased(db, "ops", "questions=1", audit.clear(db, word(who), GONE))
    told = trail.latest()

    assert trail.verified().faults == ()
    assert [one.about for one in told[1::-1]] == [
        "questions=1 erased rows 1,3,5,7",
        "questions=1 erased rows 2,4,6",
    ]
    assert not any(word(who).search(one.who + " " + one.about) for one in told for who in ("U1", "U2"))
    with anywhere.begin() as db:
        db.execute(state.audit.update().where(state.audit.c.id == 7).values(digest="0" * 64))
    assert trail.verified().faults == ("Row 7 was changed.",)


def by_the_release_before(db: sa.Connection, what: str) -> None:
    """A row as a release without digests writes it."""
    row = {"at": time.time(), "who": "U9", "what": what, "about": "x"}
    db.execute(state.audit.insert().values(**row))


def test_what_the_release_before_writes_meanwhile_is_chained_too(anywhere: sa.Engine) -> None:
    trail = Audit(anywhere)
    trail.note("U1", "first")
    with anywhere.begin() as db:
        by_the_release_before(db, "second")
        by_the_release_before(db, "third")
    trail.note("U1", "fourth")
    with anywhere.begin() as db:
        by_the_release_before(db, "fifth")

    assert (trail.verified().rows, trail.verified().faults) == (5, ())
    with anywhere.begin() as db:
        db.execute(state.audit.update().where(state.audit.c.what == "second").values(who="U8"))
    assert trail.verified().faults == ("Row 2 was changed.",)


def test_somebody_whom_the_release_before_names_is_erased_and_the_chain_holds(anywhere: sa.Engine) -> None:
    with anywhere.begin() as db:
        by_the_release_before(db, "first")
    with anywhere.begin() as db:
        audit.erased(db, "ops", "questions=1", audit.clear(db, word("U9"), GONE))

    assert Audit(anywhere).verified().faults == ()
    assert [one.who for one in Audit(anywhere).latest()] == ["ops", GONE]


def test_an_erasure_that_says_it_has_changed_what_it_cannot_have_is_read_all_the_same(
    trail: Audit, anywhere: sa.Engine
) -> None:
    for said in ("1-x", "x", "1-99999999999", "3-1", "9" * 1900, "-", "1,,x-3", "²"):
        trail.note("ops", "erase", f"questions=1 erased rows {said}")

    assert trail.verified().faults == ()


def test_rows_that_no_erasure_names_are_changed_ones(trail: Audit, anywhere: sa.Engine) -> None:
    with anywhere.begin() as db:
        audit.note(db, "ops", "erase", "questions=1 erased rows 1-x,3-4,99999999999")
        for id in (1, 3, 5):
            db.execute(state.audit.update().where(state.audit.c.id == id).values(who="gone", salt=""))

    assert trail.verified().faults == ("Row 1 was changed.", "Row 5 was changed.")


def test_writers_at_once_make_one_chain(anywhere: sa.Engine) -> None:
    start = threading.Barrier(4)

    def writes(name: str) -> None:
        start.wait()
        for number in range(10):
            Audit(anywhere).note(name, f"deed {number}")

    threads = [threading.Thread(target=writes, args=(f"U{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (Audit(anywhere).verified().rows, Audit(anywhere).verified().faults) == (40, ())


@pytest.mark.slow  # waits for six seconds
def test_a_row_of_the_audit_waits_for_whoever_writes_for_seconds(engine: sa.Engine) -> None:
    holds = threading.Event()

    def writes() -> None:
        with engine.begin() as db:
            db.execute(state.switches.delete())
            holds.set()
            time.sleep(6)

    writer = threading.Thread(target=writes)
    writer.start()
    assert holds.wait(10)
    Audit(engine).note("U1", "pause")
    writer.join()

    assert Audit(engine).verified().rows == 1


def test_the_audit_goes_out_with_its_digests_and_says_who_took_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    run, file = CliRunner(), tmp_path / "audit.jsonl"
    state_ = wiring.engine(load(_env_file=None))
    Audit(state_).note("U1", "pause")

    done = run.invoke(table.app, ["audit", "--export", str(file)])
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    well = run.invoke(table.app, ["audit", "--verify"])
    with state_.begin() as db:
        db.execute(state.audit.update().where(state.audit.c.id == 1).values(what="resume"))
    changed = run.invoke(table.app, ["audit", "--verify", "--json"])

    assert (done.exit_code, file.stat().st_mode & 0o777) == (0, 0o600)
    assert [(line["id"], line["what"]) for line in lines] == [(1, "pause"), (2, "export")]
    assert lines[1]["before"] == lines[0]["digest"]
    assert (well.exit_code, well.stdout) == (0, f"2 rows, none changed. They end in {lines[1]['digest']}.\n")
    assert changed.exit_code == 3
    assert json.loads(changed.stdout)["faults"] == ["Row 1 was changed."]
