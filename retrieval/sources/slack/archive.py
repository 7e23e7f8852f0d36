"""A Slack export in, its files by name and the elements of their lists out. Nothing is written, nothing is
believed: names lead nowhere, sizes are limited while reading."""

from __future__ import annotations

import codecs
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol

from retrieval.passage import DocumentError, SourceUnavailable
from retrieval.sources.folders import clip, entries, open_regular

_CHUNK = 1 << 20
_LONGEST = 4 << 20  # characters of one message, user or channel
_MOST_TOTAL = 20 << 30  # bytes of all files together, unpacked
_MOST_LISTING = 64 << 20  # bytes of a ZIP's list of its files: about 700,000
_MOST_RATIO, _RATIO_FROM = 200, 1 << 20
_LISTS = 20
_GAP = re.compile(r"[\s,]*")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, LookupError, ValueError, OSError,
)  # fmt: skip


class Archive(Protocol):
    """The files of an export by their names, however they are kept."""

    def names(self) -> Iterator[str]:
        """Names of files, as the export has them (`general/2026-03-14.json`), in a fixed order."""
        ...

    def read(self, name: str) -> Iterator[object]:
        """The elements of the list in a JSON file. Raises DocumentError."""
        ...

    def close(self) -> None: ...


def open_archive(path: Path, max_bytes: int) -> Archive:
    """The ZIP, or the folder it was unpacked to. Raises SourceUnavailable."""
    try:
        return Folder(path, max_bytes) if path.is_dir() else Zip(path, max_bytes)
    except FileNotFoundError:
        raise SourceUnavailable(
            "There is no such file or folder: check the location of the export."
        ) from None
    except _BROKEN:
        raise SourceUnavailable(
            "The export cannot be read as a ZIP file: download it again, or unpack it and name the folder."
        ) from None


class Zip:
    """A ZIP file."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._max_bytes, self._left = max_bytes, _MOST_TOTAL
        self._file = path.open("rb")
        try:
            if _listing_size(self._file) > _MOST_LISTING:
                raise SourceUnavailable(
                    "The export has too many files for a ZIP: unpack it and name the folder."
                )
            self._zip = zipfile.ZipFile(self._file)
        except BaseException:
            self._file.close()
            raise
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if not info.is_dir():
                self._infos.setdefault(_spelt(info), info)
        self._root = _root(self._infos)

    def names(self) -> Iterator[str]:
        return iter(sorted(n.removeprefix(self._root) for n in self._infos if n.startswith(self._root)))

    def read(self, name: str) -> Iterator[object]:
        info = self._infos[self._root + name]
        if info.flag_bits & 1:
            raise DocumentError("It is encrypted: unpack the export with its password and name the folder.")
        if info.file_size > (most := _most(name, self._max_bytes)):
            raise DocumentError(_too_large(info.file_size, most))
        if info.file_size > max(_RATIO_FROM, _MOST_RATIO * info.compress_size):
            raise DocumentError("It grows too much in unpacking to be what Slack exports, and was left.")
        yield from _elements(lambda: self._zip.open(info), self._counted)

    def _counted(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise DocumentError(f"The export is larger than {clip(_MOST_TOTAL)}: unpack it, name the folder.")

    def close(self) -> None:
        self._zip.close()
        self._file.close()


class Folder:
    """An export that was unpacked."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        root = path.resolve()
        found = (entry for entry in entries(root) if not entry.problem)
        self._files = {entry.path.relative_to(root).as_posix(): entry for entry in found}
        self._root = _root(self._files)

    def names(self) -> Iterator[str]:
        return iter(sorted(n.removeprefix(self._root) for n in self._files if n.startswith(self._root)))

    def read(self, name: str) -> Iterator[object]:
        entry = self._files[self._root + name]
        if entry.size > (most := _most(name, self._max_bytes)):
            raise DocumentError(_too_large(entry.size, most))
        yield from _elements(lambda: open_regular(entry.path), lambda size: None)

    def close(self) -> None: ...


def _elements(
    opened: Callable[[], AbstractContextManager[IO[bytes]]], counted: Callable[[int], None]
) -> Iterator[object]:
    try:
        with opened() as stream:
            yield from _listed(stream, counted)
    except _BROKEN:
        raise DocumentError("It is damaged and could not be unpacked.") from None


def _listed(stream: IO[bytes], counted: Callable[[int], None]) -> Iterator[object]:
    """The elements of a JSON list, each parsed alone."""
    letters, decoder = codecs.getincrementaldecoder("utf-8-sig")("replace"), json.JSONDecoder()

    def more() -> str:
        block = stream.read(_CHUNK)
        counted(len(block))
        return letters.decode(block)

    held = more().lstrip()
    if not held.startswith("["):
        raise DocumentError("It is not a list in JSON, as Slack exports them.")
    at = 1
    while True:
        at = _end_of_gap(held, at)
        if held[at : at + 1] == "]":
            return
        try:
            element, at = decoder.raw_decode(held, at)
        except RecursionError:
            raise DocumentError("It is nested too deeply.") from None
        except ValueError:
            added = more() if len(held) - at <= _LONGEST else ""
            if not added:
                raise DocumentError("It is broken, or ends in the middle.") from None
            held, at = held[at:] + added, 0
            continue
        yield element


def _end_of_gap(text: str, at: int) -> int:
    found = _GAP.match(text, at)
    return found.end() if found else at


def _root(names: Iterable[str]) -> str:
    """The folder that the export lies in, where it was packed with one."""
    found = [name for name in names if name.rpartition("/")[2] in ("channels.json", "groups.json")]
    first = min(found, key=lambda name: (name.count("/"), name), default="")
    return first[: first.rfind("/") + 1]


def _most(name: str, max_bytes: int) -> int:
    """Bytes that a file may have; the lists of people and channels hold many small things."""
    return max_bytes if "/" in name else _LISTS * max_bytes


def _spelt(info: zipfile.ZipInfo) -> str:
    """The name; one in UTF-8 that does not say so is read as that."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except ValueError:
        return info.filename


def _listing_size(file: IO[bytes]) -> int:
    """Bytes of the list of files at a ZIP's end, which the library reads at once. Raises BadZipFile."""
    size = file.seek(0, 2)
    start = file.seek(max(0, size - (1 << 16) - 100))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    listing = int(struct.unpack_from("<L", tail, at + 12)[0])
    if listing < 0xFFFFFFFF:
        return listing
    longer = tail.rfind(b"PK\6\6", 0, at)
    if longer < 0 or len(tail) < longer + 48 or start < 0:
        raise zipfile.BadZipFile
    return int(struct.unpack_from("<Q", tail, longer + 40)[0])


def _too_large(size: int, limit: int) -> str:
    return (
        f"It is larger than {clip(limit)} ({clip(size)}) and was left; FOOTNOTE_MAX_FILE_MB sets the limit."
    )
