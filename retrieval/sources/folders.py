"""A folder in, its files in a fixed order out, each with the reason where it may not be opened."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from retrieval.passage import DocumentError

_KEPT = frozenset("%#")  # kept apart from a name's own: %41 and the # before a row
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_SETTLED = (PermissionError, FileNotFoundError, NotADirectoryError, IsADirectoryError)
_SPECIAL = {
    stat.S_IFIFO: "It is a pipe, not a file, and was not opened.",
    stat.S_IFSOCK: "It is a socket, not a file, and was not opened.",
    stat.S_IFCHR: "It is a device, not a file, and was not opened.",
    stat.S_IFBLK: "It is a device, not a file, and was not opened.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a folder, or with `problem` something that is not opened and why. `kept`: it is only out of
    reach, and what was read of it before still stands."""

    path: Path
    size: int = 0
    problem: str = ""
    kept: bool = False


def entries(root: Path) -> Iterator[Entry]:
    """What lies under `root`, depth first and by name. Hidden names and links to inside are passed over."""
    if not root.is_dir():
        yield _entry(root, root.stat())
        return
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                names = sorted((e.name for e in listing if not e.name.startswith(".")), key=os.fsencode)
        except OSError as error:
            yield Entry(folder, 0, "It is a folder that may not be opened.", unreachable(error))
            continue
        below: list[Path] = []
        for path in (folder / name for name in names):
            found = _look(path, root)
            if found is None:
                below.append(path)
            elif found.size or found.problem or found.path == path:
                yield found
        waiting.extend(reversed(below))


def _look(path: Path, root: Path) -> Entry | None:
    """The entry at `path`; None for a folder to walk; an entry of another path for one to pass over."""
    try:
        facts = path.lstat()
        if stat.S_ISLNK(facts.st_mode):
            return _link(path, root)
        return None if stat.S_ISDIR(facts.st_mode) else _entry(path, facts)
    except OSError as error:
        return Entry(path, 0, "The system cannot say what it is.", unreachable(error))


def _link(path: Path, root: Path) -> Entry:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return Entry(path, problem="It is a link that leads nowhere or back to itself.")
    if not target.is_relative_to(root):
        return Entry(path, problem="It is a link to a place outside the folder and was not followed.")
    if target.is_dir():
        return Entry(path, problem="It is a link to another folder here, which is read where it lies.")
    return Entry(target)


def _entry(path: Path, facts: os.stat_result) -> Entry:
    return Entry(path, facts.st_size, _SPECIAL.get(stat.S_IFMT(facts.st_mode), ""))


def unreachable(error: OSError) -> bool:
    """Whether only the way to a file failed, as that to a disk does; not that it is gone or shut."""
    return not isinstance(error, _SETTLED) and error.errno not in (errno.ELOOP, errno.ENAMETOOLONG)


def open_regular(path: Path) -> BinaryIO:
    """Opens a plain file that no link leads to. Raises DocumentError where it became something else."""
    if path.parent.resolve() != path.parent:
        raise DocumentError("A folder above it became a link; it was not followed.")
    wished = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")  # not every system has each
    handle = os.open(path, sum((getattr(os, name, 0) for name in wished), start=os.O_RDONLY))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise DocumentError("It is not a plain file and was not opened.")
    return os.fdopen(handle, "rb")


def readable(name: str) -> str:
    """A name as people can see it: what is invisible, reorders text or is no Unicode is percent-encoded."""
    name = name.replace(os.sep, "/")
    if name.isascii() and name.isprintable() and not _KEPT.intersection(name):
        return name
    return "".join(quote(os.fsencode(c)) if _odd(c) else c for c in name)


def _odd(character: str) -> bool:
    return character in _KEPT or unicodedata.category(character) in _INVISIBLE


def clip(size: int) -> str:
    """A number of bytes as people say it, in the unit that the limit is set in."""
    for unit, bits in (("GiB", 30), ("MiB", 20)):
        if size >= 1 << bits:
            return f"{size / (1 << bits):.1f} {unit}"
    return f"{size} bytes"
