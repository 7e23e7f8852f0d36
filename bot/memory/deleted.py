"""What must not come back out of a backup: digests with their times, kept in the state and beside backups."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.state import deletions
from model.learning import optout
from model.learning.optout import optouts
from model.record import aware
from retrieval.passage import FootnoteError
from retrieval.rows import forgotten, stands_for, stood_for

FILE = "deletions.json"
DOCUMENT, PERSON, LEARNT, EVERYONE = "document", "person", "learnt", "everyone"
OUT, BACK = "out", "back"  # a document that is not to be indexed; that it may be again
SILENT, SPEAKS = "silent", "speaks"  # somebody of whom nothing is learnt; of whom it may be again
_FORMAT = 1
_SLACK_S = 300.0  # clocks of two machines, and what is under way while a backup begins


def digest(kind: str, name: str) -> str:
    """What stands for a name. Not a secret: whoever knows the name can ask whether it is here."""
    if kind in (DOCUMENT, BACK):
        return stands_for(name)
    if kind in (SILENT, SPEAKS):
        return optout.digest(name)
    return hashlib.sha256(f"footnote {kind} {name}".encode("utf-8", "surrogatepass")).hexdigest()


def mark(kind: str, names: Iterable[str]) -> str:
    """What stands in the audit for all of them together."""
    every = "\n".join(sorted(digest(kind, name) for name in names))
    return hashlib.sha256(every.encode()).hexdigest()[:16]


def note(connection: sa.Connection, kind: str, names: Iterable[str]) -> None:
    """Keeps, in the transaction that deletes them, that these are deleted."""
    now = time.time()
    rows = [{"kind": kind, "key": key, "at": now} for key in sorted({digest(kind, one) for one in names})]
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = made(deletions)
    if rows:
        late = fresh.on_conflict_do_update(index_elements=["kind", "key"], set_={"at": fresh.excluded.at})
        connection.execute(late, rows)


@dataclass(frozen=True, slots=True)
class Deletions:
    """When each was deleted last, by kind and digest; of what can be undone also when it was."""

    gone: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def since(self, began: float, kind: str) -> frozenset[str]:
        """Digests of what was deleted after a backup began."""
        late = ((of, key) for (of, key), at in self.gone.items() if at >= began - _SLACK_S)
        return frozenset(key for of, key in late if of == kind)

    def out(self) -> dict[str, float]:
        """Documents that are not to be indexed, since when."""
        return self._standing(OUT, BACK)

    def silent(self) -> dict[str, float]:
        """People of whom nothing is learnt, since when."""
        return self._standing(SILENT, SPEAKS)

    def joined(self, other: Deletions) -> Deletions:
        """Whatever either says."""
        gone = dict(self.gone)
        for key, at in other.gone.items():
            gone[key] = max(at, gone.get(key, 0.0))
        return Deletions(gone)

    def _standing(self, kind: str, undone: str) -> dict[str, float]:
        theirs = {key: at for (of, key), at in self.gone.items() if of == kind}
        return {key: at for key, at in theirs.items() if self.gone.get((undone, key), 0.0) <= at}


def unlearnt(connection: sa.Connection, documents: Collection[str]) -> frozenset[str]:
    """Of these documents, those that were erased from what is learnt: they are learnt from no more, also
    while they are in the index."""
    mine = sa.select(deletions.c.key).where(deletions.c.kind == LEARNT)
    keys = frozenset(connection.execute(mine).scalars())
    return frozenset(meant(documents, keys, LEARNT)) if keys else frozenset()


def known(connection: sa.Connection) -> Deletions:
    """All that a state knows of."""
    gone = {(row.kind, row.key): row.at for row in connection.execute(sa.select(deletions))}
    for row in connection.execute(sa.select(forgotten.c.uri, forgotten.c.at)):
        gone[OUT, kept_out(row.uri)] = aware(row.at).timestamp()
    for row in connection.execute(sa.select(optouts)):
        gone[SILENT, row.digest] = aware(row.at).timestamp()
    return Deletions(gone)


def kept_out(uri: str) -> str:
    """The digest of a document that is not to be indexed; one that is known by it alone is its own."""
    return stood_for(uri) or digest(DOCUMENT, uri)


def save(found: Deletions, folder: Path) -> Path:
    """Writes the list into a folder, joined with one that lies there; whole or not at all, 0600."""
    path = folder / FILE
    with suppress(FileNotFoundError):
        found = load(path).joined(found)
    gone = sorted([kind, key, at] for (kind, key), at in found.gone.items())
    text = json.dumps({"format": _FORMAT, "gone": gone})
    fresh = path.with_name(f".{FILE}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise FootnoteError("The list of deletions cannot be written beside the backups.") from error
    return path


def load(path: Path) -> Deletions:
    """The list in a file. Raises FileNotFoundError, or FootnoteError where it is none."""
    try:
        said = json.loads(path.read_text("utf-8"))
        if said["format"] != _FORMAT:
            raise FootnoteError(f"A newer Footnote wrote {path.name}. Install that version to restore.")
        return Deletions({(str(kind), str(key)): float(at) for kind, key, at in said["gone"]})
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FootnoteError(f"{path.name} is no list of deletions, or not whole.") from error


def meant(names: Collection[str], keys: Collection[str], kind: str) -> list[str]:
    """Of these names, those that a digest stands for."""
    return sorted(name for name in names if digest(kind, name) in keys)
