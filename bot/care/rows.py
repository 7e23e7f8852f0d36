"""The rows of a database as lines of JSON, and back into any database that the state may lie in."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from bot.care.kinds import TABLES
from bot.state import migrate

_AT_ONCE = 500
Row = dict[str, Any]
Changed = Callable[[str, Row], Row | None]  # a row of that table as it is to be kept, None: not at all


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees one moment of the database, whatever is written meanwhile; it locks nobody."""
    pin = sa.text("SELECT version_num FROM alembic_version")
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("BEGIN")  # deferred: readers of a WAL stand in nobody's way
            connection.execute(pin)
            try:
                yield connection
            finally:
                connection.exec_driver_sql("COMMIT")
        return
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(pin)
        yield connection


def tables(connection: sa.Connection, names: Iterable[str]) -> dict[str, sa.Table]:
    """Those of the names that are there, as they are there."""
    found, wanted = sa.MetaData(), set(names)
    found.reflect(connection, only=lambda name, _: name in wanted)
    return {table.name: table for table in found.sorted_tables}


def lines(connection: sa.Connection, table: sa.Table, changed: Changed) -> Iterator[bytes]:
    """The rows of a table, a line each."""
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(sa.select(table)).mappings():
        kept = changed(table.name, dict(row))
        if kept is not None:
            yield json.dumps({name: _said(value) for name, value in kept.items()}).encode() + b"\n"


def load(connection: sa.Connection, schema: str, given: Mapping[str, Callable[[], Iterable[bytes]]]) -> None:
    """Makes the database what the lines say, table by table, in the one transaction of the connection: their
    tables are made anew at the migration `schema` and then brought to the newest."""
    for table in reversed(list(tables(connection, [*TABLES, "alembic_version"]).values())):
        table.drop(connection)
    migrate(connection, schema)
    for name, table in tables(connection, given).items():
        connection.execute(table.delete())  # of what a migration puts into it
        for some in _chunks(map(json.loads, given[name]())):
            rows = [{key: _meant(value) for key, value in row.items()} for row in some]
            connection.execute(table.insert(), rows)
        _counted(connection, table)
    migrate(connection)


def _counted(connection: sa.Connection, table: sa.Table) -> None:
    """Numbers that PostgreSQL gives go on behind those that are there."""
    key = next(iter(table.primary_key.columns))
    if connection.dialect.name == "postgresql" and isinstance(key.type, sa.Integer) and key.server_default:
        sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
        last = sa.select(sa.func.coalesce(sa.func.max(key), 0)).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(sequence, last + 1, False)))


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _meant(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "day" in value:
        return date.fromisoformat(value["day"])
    return datetime.fromisoformat(value["at"]) if "at" in value else base64.b64decode(value["bytes"])


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
