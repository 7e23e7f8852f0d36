"""The state's schema: migrated, durable, private, and cheap to find in order."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot import state
from bot.learning import gaps
from bot.memory.audit import Audit
from bot.sqlite import durable, private_file
from model import feedback, record
from model.learning import gist, optout, reviews
from retrieval import syncs
from retrieval.passage import SettingError


@pytest.fixture
def _steps() -> None:
    """Here every file takes the steps themselves."""


def test_the_migrations_make_the_tables_the_code_declares(place: str | Path) -> None:
    engine = state.connect(place)
    declared = sa.MetaData()
    owners = (state, feedback, reviews, optout, gist, gaps, syncs)
    for metadata in {owner.metadata for owner in owners}:
        for table in metadata.tables.values():
            table.to_metadata(declared)

    state.upgrade(engine)

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), declared) == []
    engine.dispose()


def test_answers_and_votes_of_the_last_release_are_still_there_after_the_upgrade(place: str | Path) -> None:
    engine = state.connect(place)
    _upgraded(engine, "0005")
    old = {"id": "Ev1", "question_ref": "Ev1", "status": "answered", "writer": "extract", "text": "Yes. [1]"}
    with engine.begin() as connection:
        names = ", ".join(old)
        connection.execute(
            sa.text(
                f"INSERT INTO answers ({names}, citations, created_at) "
                f"VALUES ({', '.join(':' + n for n in old)}, '[]', '2026-11-01 12:00:00')"
            ),
            old,
        )
        connection.execute(
            sa.text(
                "INSERT INTO votes (answer, voter, value, at) "
                "VALUES ('Ev1', 'U1', 'up', '2026-11-01 12:00:00')"
            )
        )

    state.upgrade(engine)

    with engine.connect() as connection:
        kept = record.recorded(connection, "Ev1")
        assert kept is not None
        assert (kept.text, kept.places, kept.trail, kept.struck) == ("Yes. [1]", (), {}, ())
        assert [vote.value for vote in feedback.votes(connection, "Ev1")] == ["up"]
    engine.dispose()


def test_rows_of_the_audit_from_before_it_was_a_chain_are_part_of_it(place: str | Path) -> None:
    engine = state.connect(place)
    _upgraded(engine, "0011")
    with engine.begin() as connection:
        for id in (1, 2):
            said = f"VALUES ({id}, {1.1 * id}, 'U1', 'pause', '')"
            connection.execute(sa.text(f"INSERT INTO audit (id, at, who, what, about) {said}"))
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT setval('audit_id_seq', 2)"))

    state.upgrade(engine)
    Audit(engine).note("U1", "resume")

    assert (Audit(engine).verified().rows, Audit(engine).verified().faults) == (3, ())
    engine.dispose()


def _upgraded(engine: sa.Engine, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", "bot:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def test_the_newest_migration_is_the_one_the_code_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", "bot:migrations")

    assert ScriptDirectory.from_config(config).get_heads() == [state.HEAD]


def test_a_database_that_is_up_to_date_costs_no_alembic(tmp_path: Path) -> None:
    engine = state.connect(tmp_path)
    state.upgrade(engine)
    engine.dispose()
    code = (
        "import sys; from pathlib import Path; from bot.state import connect, upgrade;"
        f"upgrade(connect(Path({str(tmp_path)!r}))); print('alembic' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_a_command_of_its_own_brings_the_schema_up_to_date_and_says_where_it_was(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from bot.cli.migrate import migrate

    migrate()
    migrate()

    assert capsys.readouterr().out.splitlines() == [
        f"The state is at {state.HEAD}; it was new.",
        f"The state is at {state.HEAD}, as it was.",
    ]


def test_the_file_is_its_owners_alone_and_every_commit_is_on_disk(tmp_path: Path) -> None:
    engine = state.connect(tmp_path / "home")
    state.upgrade(engine)

    with engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")
        ]
    engine.dispose()
    modes = {stat.S_IMODE(f.stat().st_mode) for f in (tmp_path / "home").iterdir()}
    assert (pragmas, modes) == (["wal", 2], {0o600})


def test_a_state_written_by_a_newer_version_is_named_not_touched(place: str | Path) -> None:
    engine = state.connect(place)
    state.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SettingError, match="newer Footnote"):
        state.upgrade(engine)

    assert state.version(engine) == "9999"
    engine.dispose()


def test_a_crash_half_way_through_an_upgrade_leaves_the_old_state(
    place: str | Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = state.connect(place)
    sources = ScriptDirectory.from_config
    monkeypatch.setattr(
        ScriptDirectory, "from_config", staticmethod(lambda config: _breaking(sources(config)))
    )

    with pytest.raises(RuntimeError):
        state.upgrade(engine)

    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def _breaking(scripts: ScriptDirectory) -> ScriptDirectory:
    def broken() -> None:
        raise RuntimeError

    scripts.get_revision("0003").module._documents = broken
    return scripts


@pytest.mark.parametrize("address", ["nonsense", "mysql://host/name", "http://host"])
def test_an_address_that_is_no_database_is_answered_with_its_name(address: str) -> None:
    with pytest.raises(SettingError, match="DATABASE_URL"):
        state.connect(address if "://" in address else f"{address}://")


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingError, match="FOOTNOTE_HOME"):
        state.connect(tmp_path / "file" / "home")


def test_what_is_written_stays_while_other_processes_look_and_leave(tmp_path: Path) -> None:
    """To close any descriptor of the file drops the locks that SQLite holds on it in this process; the next
    process that leaves then takes itself for the last one, and takes the write-ahead log along."""
    look = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT name FROM switches'))"
    command = [sys.executable, "-c", look, str(tmp_path / "state.db")]
    engine = state.connect(tmp_path)
    state.upgrade(engine)

    with engine.connect() as held:
        held.execute(sa.select(state.switches)).all()
        held.rollback()
        other = state.connect(tmp_path)
        subprocess.run(command, check=True, capture_output=True)
        paused = {"name": "paused", "value": "true", "changed_by": "U1", "changed_at": 0.0}
        held.execute(state.switches.insert().values(paused))
        held.commit()
        seen = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    engine.dispose()
    other.dispose()
    assert "paused" in seen


@pytest.mark.slow
def test_connections_that_come_to_a_new_file_at_once_all_open_it(tmp_path: Path) -> None:
    refused: list[Exception] = []

    def opens(file: Path, together: threading.Barrier) -> None:
        connection = sqlite3.connect(file)
        together.wait()
        try:
            durable(connection, None)
        except sqlite3.OperationalError as error:
            refused.append(error)
        connection.close()

    for number in range(60):
        file, together = private_file(tmp_path / f"{number}.db"), threading.Barrier(6)
        threads = [threading.Thread(target=opens, args=(file, together)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert refused == []


@pytest.mark.parametrize(("free", "said"), [(0, "its disk is full"), (10**9, "Check the folder's rights")])
def test_a_state_that_cannot_be_opened_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, said: str
) -> None:
    (tmp_path / "state.db").mkdir()  # nothing that can be opened
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free))
    url = sa.URL.create("sqlite", database=str(tmp_path / "state.db"))

    with pytest.raises(SettingError, match=said):
        state.upgrade(sa.create_engine(url))
