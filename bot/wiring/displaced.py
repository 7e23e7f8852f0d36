"""Settings in, what a restore takes the place of out: what is here, what of it was deleted, who uses it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TypeVar

import sqlalchemy as sa

from bot import wiring
from bot.care import rows
from bot.memory import deleted
from bot.memory.deleted import Deletions
from bot.settings import Settings
from bot.state import Damaged, Newer, connect, fault, replicas, switches
from retrieval.passage import SettingError

T = TypeVar("T")
HALF = "restore"  # a switch: of the places that a restore fills, not all have the backup yet
DAMAGED = "a state that is damaged"
_HELD = ("inbox", "answers", "votes", "ledger_documents")
_BEAT_S = 6.0
_LETS_GO_S = 1.0  # until a server has heard that the process which had a lock has ended
_LOCKS = sa.text(
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def here(settings: Settings) -> bool:
    """Whether there is a state at all."""
    return bool(settings.database_url) or (settings.home / "state.db").is_file()


def deletions(settings: Settings) -> Deletions | None:
    """What was deleted from the state that is here; None where that cannot be read."""
    return _read(settings, deleted.known)


def let_go(settings: Settings) -> None:
    """What this process still has open is the file that goes."""
    if here(settings):
        with suppress(SettingError):
            wiring.engine(settings).dispose()


def left_half(settings: Settings) -> bool:
    """Whether a restore was cut off between two places: what is here is nobody's loss then."""
    return here(settings) and bool(_read(settings, half))


def half(connection: sa.Connection) -> bool:
    return connection.execute(sa.select(switches).where(switches.c.name == HALF)).first() is not None


def there(settings: Settings) -> str:
    """What would be lost, in words; empty where there is nothing."""
    what = []
    if here(settings):
        found = _read(settings, _filled)
        what += [DAMAGED] if found is None else found
    with closing(wiring.store(settings)) as store:
        what += [f"the index of {workspace}" for workspace in store.workspaces()]
    if any((settings.home / "models").glob("[!.]*")):
        what.append("the registry of adapters")
    return ", ".join(what)


def running(settings: Settings) -> bool:
    """Whether a process on any machine works on the PostgreSQL that they share: it has its line or a turn
    there, or, of an older release, says that it lives."""
    if _read(settings, _standing):
        time.sleep(_LETS_GO_S)
        if _read(settings, _standing):
            return True
    before = _read(settings, _beats)
    if before:
        time.sleep(_BEAT_S)
    after = _read(settings, _beats) if before else None
    return any((before or {}).get(executor) != count for executor, count in (after or {}).items())


def _standing(connection: sa.Connection) -> bool:
    return connection.execute(_LOCKS).first() is not None


def _beats(connection: sa.Connection) -> dict[str, int]:
    return {row.executor: row.beats for row in connection.execute(sa.select(replicas))}


def _filled(connection: sa.Connection) -> list[str]:
    held = rows.tables(connection, _HELD)
    return [name for name, table in held.items() if connection.execute(sa.select(table).limit(1)).first()]


def _read(settings: Settings, read: Callable[[sa.Connection], T]) -> T | None:
    """What is read of the state; None where it is damaged. One of a newer version is read as it is."""
    try:
        with wiring.engine(settings).connect() as connection:
            return read(connection)
    except Newer:
        return _as_it_is(settings, read)
    except Damaged:
        return None
    except sa.exc.DatabaseError as error:
        if fault(error) != "damaged":
            raise
        return None


def _as_it_is(settings: Settings, read: Callable[[sa.Connection], T]) -> T | None:
    engine = connect(settings.database_url or settings.home)
    try:
        with engine.connect() as connection:
            return read(connection)
    except sa.exc.DatabaseError:
        return None
    finally:
        engine.dispose()
