"""Messages in, in any order; threads and days out, one at a time: on disk, so that memory does not grow."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from retrieval.sources.slack.said import Gone, Said
from retrieval.sources.slack.text import Words
from retrieval.sources.slack.thread import day

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE said (channel TEXT, part TEXT, ts TEXT, edited TEXT, words TEXT,
                   PRIMARY KEY (channel, part, ts)) WITHOUT ROWID;
CREATE TABLE gone (channel TEXT, ts TEXT, PRIMARY KEY (channel, ts)) WITHOUT ROWID;
"""
_ADD = """
INSERT INTO said VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
SET edited = excluded.edited, words = excluded.words WHERE excluded.edited >= said.edited
"""
_JOIN = """
UPDATE OR REPLACE said SET part = ts WHERE channel = ? AND part LIKE '%-%'
AND EXISTS (SELECT 1 FROM said AS reply WHERE reply.channel = said.channel AND reply.part = said.ts)
"""
_DROP = """
DELETE FROM said WHERE channel = ?
AND EXISTS (SELECT 1 FROM gone WHERE gone.channel = said.channel AND gone.ts = said.ts)
"""
_ROWS = "SELECT channel, part, ts, edited, words FROM said"


class Spool:
    """One sync's messages. What was edited is kept in its last form. The file has no name while it is open,
    so nothing of it stays behind, not even after a crash."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(prefix="spool-", dir=folder, ignore_cleanup_errors=True)
        self._lock = threading.Lock()
        self._tables = sqlite3.connect(Path(self._folder.name) / "said", check_same_thread=False)
        self._tables.executescript(_TABLES)
        with contextlib.suppress(OSError):  # where an open file cannot be removed, `close` does it
            self._folder.cleanup()

    def put(self, channel: str, one: Said | Gone) -> None:
        with self._lock:
            if isinstance(one, Gone):
                self._tables.execute("INSERT OR IGNORE INTO gone VALUES (?, ?)", (channel, one.ts))
                return
            told = json.dumps([one.author, one.words.text, one.words.code, one.thread])
            part = one.thread or day(one.ts)
            self._tables.execute(_ADD, (channel, part, one.ts, one.edited, told))

    def parts(self, channel: str) -> Iterator[tuple[str, list[Said]]]:
        """The threads and days of a channel, in a fixed order. To be called once all of it is in: roots join
        their replies, what was deleted goes."""
        with self._lock:
            self._tables.execute(_DROP, (channel,))
            self._tables.execute(_JOIN, (channel,))
        rows = self._tables.execute(f"{_ROWS} WHERE channel = ? ORDER BY part, ts", (channel,))
        for part, some in groupby(rows, key=lambda row: str(row[1])):
            yield part, [_said(row) for row in some]

    def part(self, channel: str, part: str) -> list[Said]:
        """The messages of one thread or day, in order."""
        with self._lock:
            found = self._tables.execute(
                f"{_ROWS} WHERE channel = ? AND part = ? ORDER BY ts", (channel, part)
            ).fetchall()
        return [_said(row) for row in found]

    def close(self) -> None:
        self._tables.close()
        self._folder.cleanup()


def _said(row: tuple[str, str, str, str, str]) -> Said:
    author, text, code, thread = json.loads(row[4])
    return Said(row[2], author, Words(text, tuple((a, b) for a, b in code)), thread, row[3])
