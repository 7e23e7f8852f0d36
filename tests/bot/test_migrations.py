"""A migration runs once however many start together, and the release before it goes on working beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot import state

RELEASED = "0005"  # of the last release; before it, steps could take away
TOGETHER = """
import sys
import sqlalchemy as sa
from bot.state import connect, upgrade
steps = []
def note(conn, cursor, statement, *rest):
    if "alembic_version" in statement and statement.startswith(("INSERT", "UPDATE")):
        steps.append(statement)
sa.event.listen(sa.Engine, "before_cursor_execute", note)
engine = connect(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
upgrade(engine)
print(len(steps), flush=True)
"""


@pytest.fixture
def engine(place: str | Path) -> Iterator[sa.Engine]:
    made = state.connect(place)
    yield made
    made.dispose()


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "bot:migrations")
    return ScriptDirectory.from_config(config)


def _migrated(engine: sa.Engine, to: str) -> sa.MetaData:
    """The schema at this step."""
    config = Config()
    config.set_main_option("script_location", "bot:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
    found = sa.MetaData()
    found.reflect(engine)
    return found


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    """What must be given for a row, and in no row the same."""
    values: dict[type, Any] = {
        str: f"n{number}", int: number, float: float(number), bool: True, bytes: b"n",
        datetime: datetime.now(UTC), type(datetime.now(UTC).date()): datetime.now(UTC).date(),
    }  # fmt: skip
    wanted = [c for c in table.columns if c.primary_key or not (c.nullable or c.server_default)]
    return {column.name: values[column.type.python_type] for column in wanted}


def _unique(table: sa.Table) -> set[tuple[str, ...]]:
    """Columns of which no two rows may have the same."""
    found = {tuple(sorted(i.columns.keys())) for i in table.indexes if i.unique}
    rules = (sa.UniqueConstraint, sa.PrimaryKeyConstraint)
    return found | {tuple(sorted(c.columns.keys())) for c in table.constraints if isinstance(c, rules)}


def _steps() -> list[str]:
    """Those since the last release, oldest first."""
    return [step.revision for step in reversed(list(_scripts().walk_revisions())) if step.revision > RELEASED]


def test_no_step_takes_away_or_narrows_what_the_one_before_it_has(engine: sa.Engine) -> None:
    before, changed = _migrated(engine, RELEASED), list[str]()
    for step in _steps():
        after = _migrated(engine, step)
        for name, table in before.tables.items():
            if name not in after.tables:
                changed.append(f"{step}: {name} is gone")
                continue
            now = after.tables[name]
            old = {c.name: (str(c.type), c.nullable) for c in table.columns}
            new = {c.name: (str(c.type), c.nullable) for c in now.columns if c.name in old}
            changed += [f"{step}: {name}.{column}" for column in old if new.get(column) != old[column]]
            changed += [f"{step}: {name} is unique by {by}" for by in _unique(now) - _unique(table)]
        before = after

    assert changed == []


@pytest.mark.parametrize("release", [RELEASED, _steps()[-2]])
def test_what_an_older_release_writes_and_reads_goes_on_beside_a_newer_one(
    engine: sa.Engine, release: str
) -> None:
    old = [t for t in _migrated(engine, release).sorted_tables if t.name != "alembic_version"]
    with engine.begin() as connection:
        for table in old:
            connection.execute(table.insert(), _row(table, 1))
    state.upgrade(engine)

    with engine.begin() as connection:
        for table in old:
            first = connection.execute(sa.select(table)).all()
            connection.execute(table.insert(), _row(table, 2))
            assert len(connection.execute(sa.select(table)).all()) == len(first) + 1 > 1, table.name


@pytest.mark.slow
def test_processes_that_start_together_migrate_once(place: str | Path) -> None:
    run = [sys.executable, "-c", TOGETHER, str(place)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(run, **pipes) for _ in range(2)]
    for process in started:
        assert process.stdout and process.stdout.readline() == "ready\n"

    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    made = [int(process.communicate(timeout=60)[0]) for process in started]

    assert sorted(made) == [0, len(list(_scripts().walk_revisions()))]
