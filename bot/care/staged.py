"""A home made ready beside the one that is in use: it takes its place at one moment, whatever is killed."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.failpoint import failpoint
from bot.sqlite import private_file
from retrieval.passage import FootnoteError

MAKING, READY = ".restoring", ".restored"
USED = "use.lock"
RESTORING = "A restore of this FOOTNOTE_HOME is under way. Wait for its end, then start this again."
_REPLACED = ".replaced"
_STATE = "state.db"
_WITH_STATE = ("state.db-wal", "state.db-shm", "work.db", "work.db-wal", "work.db-shm")


@contextmanager
def used(home: Path) -> Iterator[None]:
    """Nothing takes the place of the home as long as this, however many use it; the lock goes with the
    process, however it ends. Raises FootnoteError where a restore is under way."""
    with _locked(home, fcntl.LOCK_SH, RESTORING):
        yield


@contextmanager
def unused(home: Path, otherwise: str) -> Iterator[None]:
    """Nobody uses it as long as this. Raises FootnoteError with `otherwise` where somebody does."""
    with _locked(home, fcntl.LOCK_EX, otherwise):
        yield


def begin(home: Path) -> Path:
    """An empty folder in the home, for what is to take its place."""
    making = home / MAKING
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700, parents=True)
    return making


def commit(home: Path) -> None:
    """From here on the home is what was made ready: one rename, on disk; what is left is done by whoever
    opens the home next, if not by this process."""
    os.sync()
    failpoint("restore-ready")
    (home / MAKING).rename(home / READY)
    _synced(home)
    failpoint("restore-committed")
    finish(home)


def finish(home: Path) -> None:
    """Puts what was made ready in its place. Costs one look where there is nothing."""
    if not (home / READY).is_dir():
        return
    with _alone(home):
        if (home / READY).is_dir():
            for fresh in sorted((home / READY).iterdir()):
                _replaced(home, fresh)
                failpoint(f"restore-moved-{fresh.name}")
            (home / READY).rmdir()
            _synced(home)
        shutil.rmtree(home / _REPLACED, ignore_errors=True)


def _replaced(home: Path, fresh: Path) -> None:
    """A killed process may have moved the old one already: then only the new one is left to move."""
    place, old = home / fresh.name, home / _REPLACED
    old.mkdir(exist_ok=True)
    if fresh.name == _STATE:  # what SQLite and the work of the old one have beside it is not the new one's
        for name in _WITH_STATE:
            (home / name).unlink(missing_ok=True)
    if place.exists():
        where = old / fresh.name
        shutil.rmtree(where, ignore_errors=True) if where.is_dir() else where.unlink(missing_ok=True)
        place.rename(where)
    fresh.rename(place)


@contextmanager
def _locked(home: Path, how: int, otherwise: str) -> Iterator[None]:
    with private_file(home / USED).open("w") as lock:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except OSError:
            raise FootnoteError(otherwise) from None
        yield


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    held = os.open(home / ".restore.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _synced(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
