"""Files in, a folder that is there whole or not at all out; it is never changed again, only removed whole."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

_UNFINISHED, _GOING = ".unfinished-", ".going-"
NAMED = "a name has letters, digits and hyphens, forty at most."
Step = Callable[[str], None]  # is told of every step; a test kills the process there


def nothing(step: str) -> None:
    """What a step does outside of tests."""


def fits(name: str) -> bool:
    """Whether a person may call a folder so, and it stays where it belongs."""
    return name.isascii() and name.replace("-", "").isalnum() and len(name) <= 40


def meant(names: Iterable[str], given: str) -> list[str]:
    """The name that is `given`, or else those that begin so; nothing begins none."""
    every = list(names)
    return [given] if given in every else [one for one in every if given and one.startswith(given)]


def shown(parent: Path, file: str) -> list[Path]:
    """The folders in `parent` that have that file, by name; none that is being made or is going."""
    return sorted(one.parent for one in parent.glob(f"*/{file}") if not one.parent.name.startswith("."))


@contextmanager
def alone(folder: Path, name: str = ".lock") -> Iterator[None]:
    """One at a time, between processes too; not to be entered again by who is in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def still(models: Path) -> AbstractContextManager[None]:
    """While nothing is erased: what is made of rows is made within. An erasure is one as well."""
    return alone(models, ".rows.lock")


def rewritten(path: Path, text: str) -> None:
    """Another text in the place of a file's, by one rename, on disk."""
    fresh = path.with_name(f".{path.name}.fresh")
    _written(fresh, text)
    fresh.rename(path)
    synced(path.parent)


def put(folder: Path, files: Mapping[str, str], step: Step = nothing) -> bool:
    """Whether it was made now: with these files, by one rename, on disk. One that is there stays as it is."""
    if folder.exists():
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = folder.with_name(f"{_UNFINISHED}{folder.name}-{os.getpid()}")
    making.mkdir()
    step("folder-begun")
    for name, text in files.items():
        _written(making / name, text)
        step(f"folder-{name}")
    synced(making)
    step("folder-before-rename")
    try:
        making.rename(folder)
    except OSError:  # another process has made the same one in the meantime
        shutil.rmtree(making)
        return False
    step("folder-renamed")
    synced(folder.parent)
    return True


def remove(folder: Path, step: Step = nothing) -> None:
    """Takes it away at once, then its files."""
    going = folder.with_name(f"{_GOING}{folder.name}")
    shutil.rmtree(going, ignore_errors=True)
    folder.rename(going)
    synced(folder.parent)
    step("folder-going")
    shutil.rmtree(going)


def sweep(parent: Path) -> int:
    """Removes what an interrupted `put` or `remove` has left; how many. One that is being made stays."""
    left = [
        one
        for one in (parent.iterdir() if parent.is_dir() else ())
        if one.name.startswith(_GOING) or (one.name.startswith(_UNFINISHED) and not _alive(one.name))
    ]
    for one in left:
        shutil.rmtree(one, ignore_errors=True)
    return len(left)


def _alive(name: str) -> bool:
    """Whether the process that makes it may still run."""
    number = name.rpartition("-")[2]
    try:
        os.kill(int(number), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return int(number) != os.getpid()


def _written(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def synced(path: Path) -> None:
    """Returns when the disk has it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
