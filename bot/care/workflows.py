"""Durable work that is over: counted, or removed. Nobody asks for it any more once its row is final."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from dbos import DBOSClient

from retrieval.waits import patient

_OVER = ["SUCCESS", "ERROR", "CANCELLED"]
_AT_ONCE = 500
_NO_TABLE, _NO_SCHEMA = "42P01", "3F000"  # of PostgreSQL


def over(where: str | Path, before: datetime, *, go: bool) -> int:
    """How many workflows ended before that moment, of the database of an address or of a home; `go`: and are
    removed."""
    address = _address(where)
    if not address:
        return 0
    try:
        return _over(address, before, go=go)
    except sa.exc.DBAPIError as error:
        if _unmade(error):
            return 0
        raise


def _over(address: str, before: datetime, *, go: bool) -> int:
    client, count = DBOSClient(system_database_url=patient(address)), 0
    try:
        while True:
            found = client.list_workflows(
                status=_OVER,
                completed_before=before.isoformat(),
                limit=_AT_ONCE,
                offset=0 if go else count,
                load_input=False,
                load_output=False,
            )
            count += len(found)
            if go and found:
                client.delete_workflows([one.workflow_id for one in found])
            if len(found) < _AT_ONCE:
                return count
    finally:
        client.destroy()


def _unmade(error: sa.exc.DBAPIError) -> bool:
    """Whether nothing was ever worked on there: DBOS makes its tables when the first process starts to work,
    and this one may look before."""
    code = getattr(error.orig, "sqlstate", "")
    return code in (_NO_TABLE, _NO_SCHEMA) or str(error.orig).startswith("no such table")


def _address(where: str | Path) -> str:
    """Where it lies; empty where nothing was ever worked on."""
    if isinstance(where, str) and "://" in where:
        return where
    path = Path(where) / "work.db"
    made = sa.URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
    return made if path.is_file() else ""
