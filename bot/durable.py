"""The workflows of rows as DBOS has them: under which names, where they are kept, how far one is."""

from __future__ import annotations

import functools
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSConfiguredInstance, DBOSPortableJSONSerializer

from bot.sqlite import private_file
from retrieval.waits import waits

VERSION = "1"  # of the workflow's shape: raise it only when its steps change their order or names
_QUEUED = ("ENQUEUED", "DELAYED")


class Runs(Protocol):
    """Who works on rows, by their ids."""

    def run(self, event_id: str) -> None: ...

    def bury(self, event_id: str) -> None: ...


@DBOS.dbos_class("Workflows")
class Workflows(DBOSConfiguredInstance):
    """What DBOS knows by name, once a process; `jobs` is who works now. Inputs and results are ids."""

    def __init__(self) -> None:
        super().__init__("footnote")
        self.jobs: Runs | None = None

    @DBOS.workflow()
    def run(self, event_id: str) -> None:
        """The steps of one row."""
        assert self.jobs is not None
        self.jobs.run(event_id)

    @DBOS.workflow()
    def bury(self, event_id: str) -> None:
        """The visible end of a row whose own workflow cannot bring it about."""
        assert self.jobs is not None
        self.jobs.bury(event_id)


@functools.cache
def workflows() -> Workflows:
    return Workflows()


@dataclass(frozen=True, slots=True)
class Standing:
    """A workflow that was begun: `over`, `queued` for who is free, or run by `executor`, alive or dead."""

    over: bool
    queued: bool
    executor: str


def config(where: str | Path, executor: str) -> DBOSConfig:
    """That of a process that works on rows. `where` is a database URL or the home."""
    return {
        "name": "footnote",
        "system_database_url": _system_database(where),
        "application_version": VERSION,
        "executor_id": executor,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "ERROR",
        "db_engine_kwargs": _patience(where),
    }


def standing(workflow: str) -> Standing | None:
    """How far the workflow is; None where there is none of this name."""
    known = DBOS.get_workflow_status(workflow)
    if known is None:
        return None
    # What another version of the workflow left in the queue, none of this one fetches.
    queued = known.status in _QUEUED and known.app_version in (None, VERSION)
    return Standing(not queued and known.status != "PENDING", queued, known.executor_id or "")


def _system_database(where: str | Path) -> str:
    if isinstance(where, str) and "://" in where:
        return where
    path = private_file(Path(where) / "work.db")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return sa.URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def _patience(where: str | Path) -> dict[str, Any]:
    """How DBOS connects."""
    shared = str(where).startswith("postgresql")
    return {"hide_parameters": True} | ({"connect_args": waits(sa.make_url(str(where)))} if shared else {})
