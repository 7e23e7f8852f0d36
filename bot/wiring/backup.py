"""Settings in, a backup of state, index, adapters and settings out; nothing in it is secret."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bot import wiring
from bot.care import rows
from bot.care.archive import ENDING, Archive, Manifest, older, written
from bot.care.saved import Saved
from bot.memory import audit, deleted
from bot.replies import printable
from bot.settings import Settings
from bot.wiring.disclosed import HIDDEN, disclosed
from bot.wiring.models import models_of
from retrieval.passage import FootnoteError

FITTED = "answerability.json"
_NO_FOLDER = (
    "There is no folder {folder}: nothing was written. If it is to be on another disk, look whether that is "
    "mounted; else make the folder, then run this again."
)
_OTHERS = "{name} is there and is no backup of Footnote: nothing was written. Give another name."
_SPARE = 64 << 20  # bytes that stay free


@dataclass(frozen=True, slots=True)
class Made:
    """A backup: where it lies with the list of deletions beside it, what is in it, and how large it is; which
    older ones were removed for it, and which could not be."""

    path: Path
    deletions: Path
    manifest: Manifest
    size: int
    removed: tuple[Path, ...] = ()
    stuck: tuple[Path, ...] = ()


def backup(settings: Settings, where: Path, by: str = "terminal", keep_days: int | None = None) -> Made:
    """Makes the file `where`, or where that is a folder one of a new name in it; answering and indexing go
    on. Then those beside it go that are older than `keep_days`. Raises FootnoteError where it cannot be
    written: then there is none, and none goes."""
    if not (settings.database_url or (settings.home / "state.db").exists()):
        raise FootnoteError(
            "There is nothing to back up: FOOTNOTE_HOME has no state. Is it the right one, and is this the "
            "folder that it is named from?"
        )
    began, engine = time.time(), wiring.engine(settings)
    path = _file(where)
    _room(settings, path.parent)
    with closing(wiring.store(settings)) as store, written(path) as archive:
        saved = Saved(archive, engine)
        schema = saved.save([(workspace, store.live(workspace)) for workspace in store.workspaces()])
        for name, file in _files(settings):
            archive.file(name, file)
        kinds = {"store": settings.store_kind, "database": engine.dialect.name}
        plain, unsaid = said(settings)
        own = (kinds, saved.counts, tuple(saved.indexes), plain, unsaid)
        manifest = Manifest(began, version("footnote"), schema, *own)
        archive.end(manifest)
    old = older(path.parent, began - keep_days * 86_400) if keep_days else []
    removed = tuple(one for one in old if one != path and _removed(one))
    audit.Audit(engine).note(by, "backup", f"{path.name} removed={len(removed)}" if keep_days else path.name)
    stuck = tuple(one for one in old if one not in removed and one != path)
    return Made(path, listed(settings, path.parent), manifest, path.stat().st_size, removed, stuck)


def _file(where: Path) -> Path:
    """The file that is written: a name without an ending is a folder's. Raises FootnoteError where its folder
    is not there, for a disk that is not mounted looks so, or where it is somebody's."""
    if where.is_dir():
        return where / f"footnote-{_now()}{ENDING}"
    standing(where.parent if where.suffix else where)
    if where.exists() and where.suffix != ENDING:
        try:
            Archive(where).close()
        except FootnoteError:
            raise FootnoteError(_OTHERS.format(name=printable(str(where)))) from None
    return where


def standing(folder: Path) -> None:
    """Raises FootnoteError where there is no such folder."""
    if not folder.is_dir():
        raise FootnoteError(_NO_FOLDER.format(folder=printable(str(folder))))


def _removed(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def listed(settings: Settings, folder: Path) -> Path:
    """Brings the list of deletions in a folder up to all that is known. Raises FootnoteError where there is
    no such folder."""
    standing(folder)
    with rows.snapshot(wiring.engine(settings)) as connection:
        found = deleted.known(connection)
    return deleted.save(found, folder)


def verified(path: Path) -> Manifest:
    """Reads a backup to its end. Raises FootnoteError where it is not whole."""
    with closing(Archive(path)) as archive:
        archive.verify()
        return archive.manifest


def said(settings: Settings) -> tuple[dict[str, str], tuple[str, ...]]:
    """Settings that are not as they are by default; and the names of those that are secret."""
    plain, unsaid = dict[str, str](), list[str]()
    for name, about in Settings.model_fields.items():
        value = getattr(settings, name)
        if value == about.get_default() or value is None:
            continue
        alias = str(about.validation_alias)
        if HIDDEN in disclosed(settings, name):
            unsaid.append(alias)
        else:
            plain[alias] = str(value)
    return plain, tuple(sorted(unsaid))


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The registry with its adapters, data sets and verdicts, and what was fitted: by the name in a home."""
    if (settings.home / FITTED).is_file():
        yield FITTED, settings.home / FITTED
    models = models_of(settings)
    for path in sorted(models.rglob("*")) if models.is_dir() else ():
        inside = path.relative_to(settings.home)
        if path.is_file() and not path.is_symlink() and not any(p.startswith(".") for p in inside.parts):
            yield inside.as_posix(), path


def _room(settings: Settings, folder: Path) -> None:
    """Raises FootnoteError where there is surely too little room: before anything is written."""
    needed = sum(file.stat().st_size for _, file in _files(settings)) + _SPARE
    if shutil.disk_usage(folder).free < needed:
        raise FootnoteError(f"The backup takes more than the room there is in {folder}. Give another folder.")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
