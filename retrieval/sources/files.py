"""Files and folders in, what was found and its Documents out; what cannot be read is named once."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from retrieval.loaders import BY_SUFFIX, KINDS, File, Kind
from retrieval.loaders.apart import Apart
from retrieval.passage import (
    Audience,
    Document,
    DocumentError,
    FootnoteError,
    Loaded,
    SettingError,
    SourceUnavailable,
    Unread,
)
from retrieval.sources import Limits, Spec
from retrieval.sources.folders import Entry, clip, entries, open_regular, readable, unreachable

_CHUNK = 1 << 20
_EMPTIED = (
    "There is no file at all where {name} had some; a disk that is not mounted looks like that, so nothing "
    "was removed. If it is meant, run footnote forget --source {name}."
)


def build(spec: Spec, limits: Limits) -> FileSource:
    """The source that sources.toml declares; it has no options."""
    if spec.options:
        names = ", ".join(spec.options)
        raise SettingError(f"Source {spec.name}: files have no option {names}: remove [source.options].")
    return FileSource(spec.name, [Path(path).expanduser() for path in spec.location], limits.max_bytes)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that can be read. `digest` changes with its bytes and with the version of its loader."""

    uri: str
    path: Path
    digest: str


class FileSource:
    """The files of some folders under one name. Nothing outside the folders is opened. Where paths may be
    `gone`, one that is not there has no files; otherwise it is refused."""

    def __init__(self, name: str, paths: Sequence[Path], max_bytes: int, *, gone: bool = False) -> None:
        self.name = name
        self._gone = gone
        self.max_bytes = max_bytes
        self._roots = [path.absolute() for path in paths]
        self._apart = Apart()

    def scan(self, known: Mapping[str, str]) -> Iterator[Found | Unread]:
        """Every file of a known kind in a fixed order with its digest; what is not read with the reason."""
        unknown: Counter[str] = Counter()
        seen: set[Path] = set()
        roots = self._existing()
        base = Path(os.path.commonpath(roots)) if len(roots) > 1 else roots[0]
        base = base if base.is_dir() else base.parent
        for entry in chain.from_iterable(entries(root) for root in roots if root.exists()):
            if entry.path in seen:
                continue
            seen.add(entry.path)
            uri = self._uri(os.path.relpath(entry.path, base))
            if entry.problem:
                yield Unread(uri, entry.problem, entry.kept)
            elif kind := BY_SUFFIX.get(entry.path.suffix.lower()):
                yield self._found(uri, entry, kind)
            else:
                unknown[readable(entry.path.suffix.lower()[:20])] += 1
        if known and not seen and any(root.exists() for root in roots):
            raise SourceUnavailable(_EMPTIED.format(name=self.name))
        for suffix, count in sorted(unknown.items()):
            yield _unknown(self.name, suffix, count)

    def load(self, found: Found) -> Loaded:
        """The documents of a found file, and what of it cannot be read."""
        kind = BY_SUFFIX[found.path.suffix.lower()]
        try:
            content, modified = self._read(found.path)
            file = File(found.uri, self.name, found.path.as_uri(), found.digest, modified, content)
            read = self._apart.load(kind, file) if kind.apart else kind.load(file)
            yield from (_checked(one, kind) for one in read)
        except DocumentError as reason:
            yield Unread(found.uri, str(reason))
        except OSError as error:
            yield Unread(found.uri, _refusal(error), unreachable(error))
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, AttributeError):
            yield Unread(found.uri, f"It is broken, or not what its name says ({kind.suffixes[0]}).")

    def audience(self, found: Found) -> Audience | None:
        """Everyone's: sources.toml says otherwise."""
        return Audience()

    def close(self) -> None:
        """Ends the process that reads PDF, DOCX and HTML; it ends by itself with this one."""
        self._apart.close()

    def _uri(self, path: str) -> str:
        return self.name if path == os.curdir else f"{self.name}/{readable(path)}"

    def _existing(self) -> list[Path]:
        if not self._roots:
            raise FootnoteError("Nothing to index: name a file or a folder.")
        for path in self._roots:
            if not (self._gone or path.exists()):
                name = readable(str(path))
                raise SourceUnavailable(f"There is no file or folder {name}: check the path.")
        return [path.resolve() for path in self._roots]

    def _found(self, uri: str, entry: Entry, kind: Kind) -> Found | Unread:
        if entry.size == 0:
            return Unread(uri, "It is empty (0 bytes).")
        if entry.size > self.max_bytes:
            return Unread(uri, _too_large(entry.size, self.max_bytes))
        try:
            return Found(uri, entry.path, self._digest(entry.path, kind))
        except DocumentError as reason:
            return Unread(uri, str(reason))
        except OSError as error:
            return Unread(uri, _refusal(error), unreachable(error))

    def _digest(self, path: Path, kind: Kind) -> str:
        whole = hashlib.sha256(f"{kind.name} {kind.version}\n".encode())
        left = self.max_bytes
        with open_regular(path) as stream:
            while block := stream.read(min(_CHUNK, left + 1)):
                whole.update(block)
                left -= len(block)
                if left < 0:
                    raise DocumentError(_too_large(self.max_bytes + 1, self.max_bytes))
        return whole.hexdigest()

    def _read(self, path: Path) -> tuple[bytes, datetime]:
        with open_regular(path) as stream:
            content = stream.read(self.max_bytes + 1)
            modified = datetime.fromtimestamp(max(0.0, min(os.fstat(stream.fileno()).st_mtime, 2e11)), UTC)
        if len(content) > self.max_bytes:
            raise DocumentError(_too_large(len(content), self.max_bytes))
        return content, modified


def _checked(read: Document | Unread, kind: Kind) -> Document | Unread:
    if isinstance(read, Document) and not read.text.strip():
        return Unread(read.uri, " ".join(read.notes) or "It has no text.")
    return read


def _unknown(source: str, suffix: str, count: int) -> Unread:
    known = ", ".join(s.removeprefix(".") for kind in KINDS for s in kind.suffixes)
    files = "1 file" if count == 1 else f"{count} files"
    reason = f"{files} of a kind that is not read; these are: {known}."
    return Unread(f"{source}/*{suffix}", reason, files=count)


def _too_large(size: int, limit: int) -> str:
    return (
        f"It is larger than {clip(limit)} ({clip(size)}) and was left; FOOTNOTE_MAX_FILE_MB sets the limit."
    )


def _refusal(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "It may not be read: this user lacks the permission."
    if isinstance(error, FileNotFoundError):
        return "It vanished while it was being read."
    return f"The system cannot read it ({error.strerror or 'no reason given'})."
