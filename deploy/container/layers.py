"""Files of a layer: what the build context has of them, and what one stage takes over from another."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files(path: Path) -> list[Path]:
    """Of the context, without what .dockerignore keeps out."""
    found = [path] if path.is_file() else path.rglob("*")
    return sorted(p for p in found if p.is_file() and not kept_out(p.relative_to(ROOT)))


@cache
def _rules() -> tuple[str, ...]:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and line[0] not in "#!" and line != "*")


def kept_out(path: Path) -> bool:
    """Whether a rule of .dockerignore names the file or a folder that it is in."""
    places = [path, *path.parents]
    return any(place.match(rule.removeprefix("**/")) for place in places for rule in _rules())


def copied(sources: Sequence[Path], target: Path, *, into: bool) -> None:
    for source in sources:
        for path in files(source):
            inner = path.relative_to(source) if source.is_dir() else Path(path.name)
            place = target / inner if into or source.is_dir() else target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def linked(source: Path, target: Path) -> None:
    """What a layer says of a folder, over what those below it said: its files, and what it took away."""
    for folder, _, _ in os.walk(source):
        place = target / Path(folder).relative_to(source)
        if _replaced(folder):
            shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True, exist_ok=True)
        shutil.copystat(folder, place)
        found = os.stat(folder)
        os.chown(place, found.st_uid, found.st_gid)
        for entry in os.scandir(folder):
            if not entry.is_dir(follow_symlinks=False):
                _put(entry, place / entry.name)


def _put(entry: os.DirEntry[str], place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    found = entry.stat(follow_symlinks=False)
    if not (stat.S_ISCHR(found.st_mode) and found.st_rdev == 0):  # overlayfs' sign for what is gone
        os.link(entry.path, place, follow_symlinks=False)


def _replaced(folder: str) -> bool:
    """Whether this folder hides the one below it, by overlayfs' sign for that."""
    try:
        return os.getxattr(folder, "trusted.overlay.opaque") == b"y"
    except OSError:
        return False
