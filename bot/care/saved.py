"""State and index of one moment into an archive, while both go on being written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.care import passages, rows
from bot.care.archive import Indexed, Writing
from bot.care.kinds import SAVED
from bot.care.passages import Seen
from retrieval.rows import documents
from retrieval.store import Table

_HELD = ("ledger_files", "ledger_documents", "ledger_syncs")


@dataclass
class Saved:
    """What has been written of it: how many rows of each table, which tables of the index."""

    archive: Writing
    engine: sa.Engine
    counts: dict[str, int] = field(default_factory=dict)
    indexes: list[Indexed] = field(default_factory=list)
    _seen: dict[str, Seen] = field(default_factory=dict)
    _again: dict[str, int] = field(default_factory=dict)

    def save(self, live: Sequence[tuple[str, Table]]) -> str:
        """Everything: the state as it was when this began, with the tables of the index, by workspace. The
        index is read later than the state: a document of which it has another reading by then is taken as
        the state knows it now, or else is read again by the first sync after a restore. Returns the schema.
        """
        with rows.snapshot(self.engine) as db:
            schema = str(db.execute(sa.text("SELECT version_num FROM alembic_version")).scalar())
            for number, (_, table) in enumerate(live):
                self._seen[table.name] = passages.write(self.archive, table, f"index/{number}")
            for name, of_state in rows.tables(db, SAVED).items():
                lines = rows.lines(db, of_state, self._kept)
                self.archive.add(f"state/{name}.jsonl", self._counted(name, lines))
        self.indexes = [self._indexed(workspace, table) for workspace, table in live]
        return schema

    def _indexed(self, workspace: str, table: Table) -> Indexed:
        own, count = table.made, sum(self._seen[table.name].counts.values())
        again = self._again.get(table.name, 0)
        return Indexed(workspace, table.name, own.embedder, own.dimension, own.layout, count, again)

    def _counted(self, name: str, lines: Iterator[bytes]) -> Iterator[bytes]:
        self.counts[name] = 0
        for line in lines:
            self.counts[name] += 1
            yield line

    def _kept(self, name: str, row: rows.Row) -> rows.Row | None:
        """Of the index only what is known of the tables that are in the archive."""
        if name not in _HELD:
            return row
        seen = self._seen.get(row["held_in"])
        if seen is None or name != "ledger_documents" or _there(seen, row):
            return row if seen else None
        now = self._now(row)
        if now is None:  # it was taken out meanwhile
            return None
        if _there(seen, now):
            return now
        self._again[row["held_in"]] = self._again.get(row["held_in"], 0) + 1
        return {**now, "digest": "", "revision": ""}

    def _now(self, row: Mapping[str, object]) -> rows.Row | None:
        same = (documents.c.held_in == row["held_in"]) & (documents.c.uri == row["uri"])
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(documents).where(same)).mappings().first()
        return dict(found) if found else None


def _there(seen: Seen, row: Mapping[str, object]) -> bool:
    revision = str(row["revision"])
    return not revision or seen.whole(str(row["uri"]), revision, int(str(row["passages"])))
