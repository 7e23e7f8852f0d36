"""What the last visit to each page found, in a file: so that a page can be asked whether it changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from retrieval.loaders import BY_SUFFIX
from retrieval.sources.web.links import Links, asked

_LAYOUT = 1
_VERSION = 1  # rises when pages are taken over differently
_COMMIT = 200  # visits between two writes to disk


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page said. `content` changes with its bytes, `since` is when it last changed, as far as it says;
    `suffix` and `charset` are how it was read, `asks` is what its server asks of robots."""

    content: str
    suffix: str
    charset: str = ""
    since: str = ""
    etag: str = ""
    modified: str = ""
    asks: str = ""
    links: Links = field(default_factory=Links)

    @property
    def index(self) -> bool:
        """Whether it may be read."""
        return self.links.index and "noindex" not in asked(self.asks)

    @property
    def follow(self) -> bool:
        """Whether its links may be followed."""
        return self.links.follow and "nofollow" not in asked(self.asks)


def digest(visit: Visit) -> str:
    """Changes with the bytes of a page and with the way in which it is read."""
    kind = BY_SUFFIX.get(visit.suffix)
    read = f"{kind.name} {kind.version}" if kind else ""
    return hashlib.sha256(f"{_VERSION} {read} {visit.charset}\n{visit.content}".encode()).hexdigest()


class Visited:
    """The visits of one site. What was written before a crash stands or is missing, both are right."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = _opened(path)
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)
            self._db = _opened(path)
        self._waiting = 0

    def get(self, name: str) -> Visit | None:
        row = self._db.execute("SELECT visit FROM visits WHERE name = ?", (name,)).fetchone()
        return _visit(row[0]) if row else None

    def put(self, name: str, visit: Visit) -> None:
        self._db.execute("INSERT OR REPLACE INTO visits VALUES (?, ?)", (name, json.dumps(asdict(visit))))
        self._wrote()

    def forget(self, names: Iterable[str]) -> None:
        self._db.executemany("DELETE FROM visits WHERE name = ?", ((name,) for name in names))
        self._wrote()

    def names(self) -> list[str]:
        return [row[0] for row in self._db.execute("SELECT name FROM visits ORDER BY name")]

    def close(self) -> None:
        with closing(self._db):
            self._db.commit()

    def _wrote(self) -> None:
        self._waiting += 1
        if self._waiting % _COMMIT == 0:
            self._db.commit()


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30, check_same_thread=False)
    try:
        if db.execute("PRAGMA user_version").fetchone()[0] != _LAYOUT:
            db.executescript(
                "DROP TABLE IF EXISTS visits;"
                "CREATE TABLE visits (name TEXT PRIMARY KEY, visit TEXT NOT NULL) WITHOUT ROWID;"
                f"PRAGMA user_version = {_LAYOUT};"
            )
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _visit(written: str) -> Visit:
    facts = json.loads(written)
    links = facts.pop("links")
    return Visit(**facts, links=Links(**{**links, "urls": tuple(links["urls"])}))
