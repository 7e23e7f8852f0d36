"""A backup as one file: parts by name, and a manifest with the digest of each, by which it is read back."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from bot.failpoint import failpoint
from retrieval.passage import FootnoteError

FORMAT = 1
ENDING = ".backup"
NAMED = re.compile(r"footnote-\d{8}-\d{6}" + re.escape(ENDING))
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_LEFT_S = 86_400.0  # a backup that is not done by then was killed
FULL = "The backup could not be written: is there room where it is to lie? Nothing of it was kept."
BROKEN = "That backup is not whole ({why}). Nothing was changed; take another one."


@dataclass(frozen=True, slots=True)
class Indexed:
    """A table of the index: what made it, how many passages it has, how many documents were just changing
    and are to be read again."""

    workspace: str
    table: str
    embedder: str
    dimension: int
    layout: int
    passages: int
    again: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of. `began` in seconds since 1970: what was deleted later may still be in it."""

    began: float
    footnote: str
    schema: str
    kinds: Mapping[str, str]  # of store and database
    rows: Mapping[str, int]
    indexes: tuple[Indexed, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    unsaid: tuple[str, ...] = ()  # settings that are secret and were set
    format: int = FORMAT


class Writing:
    """An archive being written."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._digests: dict[str, str] = {}

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = True) -> None:
        """A part of these bytes, one after the other; not `packed` where that would gain nothing."""
        one, digest = zipfile.ZipInfo(name), hashlib.sha256()
        one.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        one.external_attr = 0o600 << 16
        with self._packed.open(one, "w", force_zip64=True) as part:
            for piece in pieces:
                digest.update(piece)
                part.write(piece)
        self._digests[name] = digest.hexdigest()

    def file(self, name: str, path: Path) -> None:
        """A part of the bytes of a file."""
        with path.open("rb") as source:
            self.add(name, iter(lambda: source.read(_CHUNK), b""), packed=path.suffix != ".safetensors")

    def end(self, manifest: Manifest) -> None:
        """The manifest: without one it is no backup."""
        said = {"manifest": asdict(manifest), "digests": self._digests}
        self._packed.writestr(_MANIFEST, json.dumps(said, indent=1))


@contextmanager
def written(path: Path) -> Iterator[Writing]:
    """Makes the file `path`, its owner's alone (0600): it is there whole or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        _swept(path.parent)
        unfinished.unlink(missing_ok=True)
        held = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        with os.fdopen(held, "wb") as file:
            with zipfile.ZipFile(file, "w", compresslevel=1) as packed:
                yield Writing(packed)
            file.flush()
            os.fsync(file.fileno())
        failpoint("backup-written")
        unfinished.rename(path)
        _synced(path.parent)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise FootnoteError(FULL) from error
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _swept(folder: Path) -> None:
    """Without what backups of days ago left that were killed."""
    for left in folder.glob(f".footnote-*{ENDING}.unfinished"):
        with suppress(FileNotFoundError):  # another one sweeps too
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink()


class Archive:
    """A backup that is there. Raises FootnoteError where the file is none, or one of a newer Footnote."""

    def __init__(self, path: Path) -> None:
        try:
            self._packed = zipfile.ZipFile(path)
            said = json.loads(self._packed.read(_MANIFEST))
            made = said["manifest"]
            indexes = tuple(Indexed(**one) for one in made.pop("indexes"))
            unsaid = tuple(made.pop("unsaid"))
            self.manifest = Manifest(**made, indexes=indexes, unsaid=unsaid)
            self._digests: dict[str, str] = said["digests"]
            if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in self._digests):
                raise ValueError  # it would be written beside the home that it is for
        except FileNotFoundError:
            raise FootnoteError("There is no such file.") from None
        except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
            raise FootnoteError("That file is no backup of Footnote, or not whole.") from error
        if self.manifest.format != FORMAT:
            raise FootnoteError("A newer Footnote made that backup. Install that version to restore it.")

    def verify(self) -> None:
        """Reads everything and compares it with its digests. Raises FootnoteError."""
        inside = set(self._packed.namelist()) - {_MANIFEST}
        if inside != set(self._digests):
            raise FootnoteError(BROKEN.format(why="parts are missing or too many"))
        for name, wanted in self._digests.items():
            digest = hashlib.sha256()
            try:
                with self.open(name) as part:
                    while piece := part.read(_CHUNK):
                        digest.update(piece)
            except (OSError, zipfile.BadZipFile, EOFError, ValueError) as error:
                raise FootnoteError(BROKEN.format(why=f"{name} cannot be read")) from error
            if digest.hexdigest() != wanted:
                raise FootnoteError(BROKEN.format(why=f"{name} is another one than was written"))

    def names(self, begin: str) -> list[str]:
        """Parts whose names begin so, in order."""
        return sorted(name for name in self._digests if name.startswith(begin))

    def open(self, name: str) -> IO[bytes]:
        return self._packed.open(name)

    def close(self) -> None:
        self._packed.close()


def older(folder: Path, before: float) -> list[Path]:
    """The backups in a folder that were begun before that time, but for the newest of all that are there:
    files that are so by the name that they were given here and by what is in them."""
    found = []
    for path in sorted(folder.iterdir()):
        if NAMED.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            with suppress(FootnoteError), closing(Archive(path)) as archive:
                found.append((archive.manifest.began, path))
    return [path for began, path in sorted(found)[:-1] if began < before]


def _synced(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
