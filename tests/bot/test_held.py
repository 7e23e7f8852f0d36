"""Whatever the state keeps is of a kind, and whoever adds a column says of which."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.care.kinds import TABLES
from bot.state import connect


def test_every_table_and_column_of_the_state_has_its_kind(migrated: Path) -> None:
    engine = connect(migrated.parent)
    inside = sa.inspect(engine)
    found = {
        table: [column["name"] for column in inside.get_columns(table)]
        for table in inside.get_table_names()
        if table != "alembic_version"
    }
    engine.dispose()

    said = {name: list(held.names) for name, held in TABLES.items()}

    assert {name: sorted(columns) for name, columns in said.items()} == {
        name: sorted(columns) for name, columns in found.items()
    }
    assert all(set(held.sooner) <= set(held.names) for held in TABLES.values())
