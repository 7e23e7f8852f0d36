"""Where state lives: an engine out, and the tables of Slack's side, replicas and waiting batches."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.sqlite import FULL, durable, private_file
from retrieval.passage import SettingError
from retrieval.waits import KEEPALIVES, waits

HEAD = "0018"  # the newest migration; a test holds it equal to what lies in bot/migrations

ASKED = "asked"  # the state of a row of the inbox that a page is answered from: nobody else takes it up

_ROOM = 64_000  # bytes, below which SQLite cannot even open what is there
_FAULTS = {
    **{"SQLITE_FULL": "full", "SQLITE_READONLY": "read-only", "SQLITE_CORRUPT": "damaged"},
    **{"SQLITE_NOTADB": "damaged", "SQLITE_BUSY": "locked", "SQLITE_IOERR_WRITE": "full"},
    **{"53100": "full", "25006": "read-only", "XX001": "damaged", "55P03": "locked"},
}  # of SQLite by its name, of PostgreSQL by its code

DAMAGED = "The state is damaged. Stop everything and restore a backup: footnote restore FILE --replace."

metadata = sa.MetaData()

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("event_id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("team", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("message_ts", sa.String(32)),
    sa.Column("thread_ts", sa.String(32)),
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("direct", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text),  # erased when the row is final
    sa.Column("payload", sa.Text),  # JSON: what its kind needs beside; erased with the words
    sa.Column("outcome", sa.Text),  # the answer as JSON until it is shown, then erased
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("executor", sa.String(64)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("received_at", sa.Float, nullable=False),
    sa.UniqueConstraint("team", "channel", "message_ts", name="inbox_one_per_message"),
    sa.Index("inbox_state", "state", "received_at"),
    sa.Index("inbox_thread", "channel", "thread_ts"),
    sa.Index("inbox_person", "person", "received_at"),
    sa.Index("inbox_received", "received_at", "kind"),
)

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("thread_ts", sa.String(32), nullable=False),
    sa.Column("ts", sa.String(32)),  # empty: an intent, whose outcome is not known yet
    sa.Column("kind", sa.String(8), nullable=False, server_default="message"),  # or stream
    sa.Index("posts_ts", "channel", "ts", unique=True),  # one message is one key's
)

channels = sa.Table(
    "channels",
    metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("sources", sa.Text, nullable=False),  # JSON: names, none for all
    sa.Column("expert", sa.String(32), nullable=False),
    sa.Column("tone", sa.String(16), nullable=False, server_default=""),
    sa.Column("language", sa.String(8), nullable=False, server_default=""),
    sa.Column("schema", sa.Text, nullable=False, server_default=""),  # JSON schema of its answers
    sa.Column("changed_by", sa.String(32), nullable=False),
    sa.Column("changed_at", sa.Float, nullable=False),
)

switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("changed_by", sa.String(32), nullable=False),
    sa.Column("changed_at", sa.Float, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("who", sa.String(32), nullable=False),
    sa.Column("what", sa.String(64), nullable=False),
    sa.Column("about", sa.Text, nullable=False),  # ids and names of ours, never a message
    sa.Column("salt", sa.String(32), nullable=False, server_default=""),  # goes where somebody is erased
    sa.Column("content", sa.String(64), nullable=False, server_default=""),  # the digest of all that
    sa.Column("before", sa.String(64), nullable=False, server_default=""),  # the digest of the row before
    sa.Column("digest", sa.String(64), nullable=False, server_default=""),
)

audit_ends = sa.Table(
    "audit_ends",
    metadata,
    sa.Column("name", sa.String(8), primary_key=True),  # head: the newest row, cut: the last that was removed
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)

weeks = sa.Table(
    "weeks",
    metadata,
    sa.Column("name", sa.String(16), primary_key=True),  # such as 2026-W48
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("report", sa.Text, nullable=False),  # JSON: figures, ids and names of ours, nobody's words
)

deletions = sa.Table(
    "deletions",  # what a backup that is older must not bring back
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),  # a digest: nobody's name, no address
    sa.Column("at", sa.Float, nullable=False),  # the last time
)

replicas = sa.Table(
    "replicas",
    metadata,
    sa.Column("executor", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False, server_default="serve"),
    sa.Column("beats", sa.Integer, nullable=False),
)

batches = sa.Table(
    "index_batches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("held_in", sa.String(200), nullable=False),  # the table of the store that it is for
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("about", sa.Text, nullable=False),  # JSON: {"documents": [uri, ...], "files": [uri, ...]}
    sa.Column("payload", sa.LargeBinary, nullable=False),  # the row goes when the batch is done
    sa.Column("executor", sa.String(64)),  # who took it last
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.Text),  # why it was given up, until its sync has said so
    sa.Column("kind", sa.String(32)),  # of that error
    sa.Column("handed_at", sa.Float, nullable=False),
    sa.Index("index_batches_of", "held_in", "source"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),  # the hash of the cookie that says who somebody is
    sa.Column("person", sa.String(32), nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)


def connect(where: str | Path) -> sa.Engine:
    """An engine for a database URL, or for the SQLite file in a home folder (made with mode 0600)."""
    if isinstance(where, str) and "://" in where:
        url = _url(where)
    else:
        url = sa.URL.create("sqlite", database=str(private_file(Path(where) / "state.db")))
    if url.get_backend_name() == "postgresql":
        own: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True, "connect_args": waits(url)}
        return sa.create_engine(url, pool_size=20, **own)
    engine = sa.create_engine(url, pool_size=20, hide_parameters=True)
    sa.event.listen(engine, "connect", durable)
    return engine


def alone(address: str) -> sa.Engine:
    """An engine of exactly one connection to PostgreSQL. Either side notices within half a minute that the
    other is gone; a lock that it held is free then, and nothing more is written by it."""
    url = _url(address)
    engine = sa.create_engine(url, poolclass=sa.StaticPool, hide_parameters=True, connect_args=waits(url))
    sa.event.listen(engine, "connect", lambda connection, _: _watched(connection))
    return engine


def _watched(connection: Any) -> None:
    for name, value in KEEPALIVES.items():
        connection.execute(f"SET tcp_{name} = {value}")
    connection.commit()


def _url(given: str) -> sa.URL:
    try:
        url = sa.make_url(given)
    except sa.exc.ArgumentError:
        url = None
    kind = url.get_backend_name() if url else ""
    if url is None or kind not in ("sqlite", "postgresql"):
        raise SettingError("DATABASE_URL: not an address of PostgreSQL, such as postgresql://user@host/name.")
    return url.set(drivername="postgresql+psycopg") if kind == "postgresql" else url


def fault(error: sa.exc.SQLAlchemyError) -> str:
    """Why a database takes no row: `full`, `read-only`, `damaged`, `locked`, or `away` for all else."""
    given = getattr(error, "orig", None)
    name = str(getattr(given, "sqlite_errorname", "") or getattr(given, "sqlstate", "") or "")
    return next((fault for begin, fault in _FAULTS.items() if name.startswith(begin)), "away")


class Damaged(SettingError):
    """The database holds something else than what was written."""


class Newer(SettingError):
    """A newer Footnote wrote the state."""


def upgrade(engine: sa.Engine) -> str:
    """Brings the schema to HEAD; returns where it was. Costs one SELECT where it is there already. Raises
    SettingError, of which Damaged and Newer."""
    try:
        with _whole():
            found = version(engine)
    except sa.exc.OperationalError:
        raise SettingError(_unreached(engine.url)) from None
    if found != HEAD:
        with _whole():
            _brought(engine)
    return found


@contextlib.contextmanager
def _whole() -> Iterator[None]:
    """Raises Damaged where the database inside says that it is."""
    try:
        yield
    except sa.exc.DatabaseError as error:
        if fault(error) != "damaged":
            raise
        raise Damaged(DAMAGED) from None


def _brought(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # DDL and version in one transaction, one at a time
        else:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7046029)"))
        migrate(connection)
        connection.commit()


def migrate(connection: sa.Connection, to: str = "head") -> None:
    """Brings the schema to a migration, in the transaction of the connection."""
    from alembic import command, config, util

    settings = config.Config()
    settings.set_main_option("script_location", "bot:migrations")
    settings.attributes["connection"] = connection
    try:
        command.upgrade(settings, to)
    except util.CommandError:
        raise Newer(
            "The state in FOOTNOTE_HOME or DATABASE_URL was written by a newer Footnote. "
            "Install that version, or restore the backup made before the upgrade."
        ) from None


def _unreached(url: sa.URL) -> str:
    if url.get_backend_name() != "sqlite":
        return "DATABASE_URL: the database cannot be reached. Start it, or correct the address."
    with contextlib.suppress(OSError, TypeError):
        if shutil.disk_usage(Path(str(url.database)).parent).free < _ROOM:
            return f"FOOTNOTE_HOME: {FULL}"
    return "FOOTNOTE_HOME: its state cannot be opened. Check the folder's rights and the disk."


def version(engine: sa.Engine) -> str:
    """The migration the database is at; empty for a new one."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""
