"""What is in the index, as tables: files and documents with their digests, and each source's last sync."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from retrieval.passage import Audience, Document, Unread

metadata = sa.MetaData()

_index = sa.Table(
    "ledger_index",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),  # one row, 1
    sa.Column("made_by", sa.Text, nullable=False),  # embedder, way of cutting
    sa.Column("passages", sa.Integer),  # in the store after the last sync; empty while one runs
)
_files = sa.Table(
    "ledger_files",
    metadata,
    sa.Column("uri", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False, index=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("unread", sa.Text, nullable=False),  # JSON: [[uri, reason], ...]
    sa.Column("notes", sa.Text, nullable=False),  # JSON: [note, ...]
)
_documents = sa.Table(
    "ledger_documents",
    metadata,
    sa.Column("uri", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False, index=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),  # empty while the store is being written
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True)),
    sa.Column("audience", sa.Text, nullable=False),  # JSON: [principal, ...]
    sa.Column("passages", sa.Integer, nullable=False),
    sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
)
_syncs = sa.Table(
    "ledger_syncs",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),  # JSON: counts and seconds
)

_names = sa.Table(
    "ledger_names",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("paths", sa.Text, nullable=False),  # JSON: what this name was given for
)

_AT_ONCE = 500  # values in one statement: SQLite and PostgreSQL both have limits


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that was read to its end, with what could not be read of it."""

    uri: str
    digest: str
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of `file`, and how many passages of it are in the store."""

    document: Document
    file: str
    passages: int


@dataclass(frozen=True, slots=True)
class Known:
    """What a source had in the index: files by uri; for each file its documents' digests by uri."""

    files: Mapping[str, FileRow]
    documents: Mapping[str, Mapping[str, str]]


class Ledger:
    """The tables on `engine`. Each method is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, made_by: str, passages: int) -> list[str]:
        """Starts a sync. Where the ledger and an index of `passages` made by `made_by` disagree, forgets all
        and returns the sources that have to be read again."""
        with self._engine.begin() as db:
            said = db.execute(sa.select(_index.c.made_by, _index.c.passages)).one_or_none()
            recorded = db.scalar(sa.select(sa.func.coalesce(sa.func.sum(_documents.c.passages), 0)))
            lost: list[str] = []
            if said and not _agree(said.made_by == made_by, said.passages, passages, int(recorded or 0)):
                lost = list(db.scalars(sa.select(_documents.c.source).distinct()))
                for table in (_documents, _files, _syncs):
                    db.execute(table.delete())
            db.execute(_index.delete())
            db.execute(_index.insert().values(id=1, made_by=made_by, passages=None))
        return sorted(lost)

    def known(self, source: str) -> Known:
        """What `source` has in the index."""
        with self._engine.connect() as db:
            files = db.execute(sa.select(_files).where(_files.c.source == source)).all()
            rows = db.execute(
                sa.select(_documents.c.uri, _documents.c.file, _documents.c.digest).where(
                    _documents.c.source == source
                )
            ).all()
        documents: dict[str, dict[str, str]] = {}
        for uri, file, digest in rows:
            documents.setdefault(file, {})[uri] = digest
        return Known({row.uri: _file(row) for row in files}, documents)

    def intend(self, rows: Iterable[DocumentRow]) -> None:
        """Says that these documents are about to be put into the store: after a crash they are known of."""
        with self._engine.begin() as db:
            _put(db, _documents, [_values(row) | {"digest": ""} for row in rows])

    def record(
        self, source: str, rows: Iterable[DocumentRow], files: Iterable[FileRow], gone: Iterable[str]
    ) -> None:
        """Says that the store has these documents, that these files were read to their ends, and that the
        documents `gone` are no longer in the store."""
        with self._engine.begin() as db:
            _remove(db, _documents, list(gone))
            _put(db, _documents, [_values(row) for row in rows])
            _put(db, _files, [_file_values(source, file) for file in files])

    def forget(self, documents: Iterable[str], files: Iterable[str]) -> None:
        """Says that these are no longer in the store."""
        with self._engine.begin() as db:
            _remove(db, _documents, list(documents))
            _remove(db, _files, list(files))

    def size(self, source: str) -> tuple[int, int]:
        """Documents and passages of `source`."""
        sums = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_documents.c.passages), 0))
        with self._engine.connect() as db:
            documents, passages = db.execute(sums.where(_documents.c.source == source)).one()
        return int(documents), int(passages)

    def finish(self, source: str, passages: int, summary: Mapping[str, object]) -> None:
        """Ends a sync; the store has `passages` now."""
        with self._engine.begin() as db:
            db.execute(_index.update().values(passages=passages))
            db.execute(_syncs.delete().where(_syncs.c.source == source))
            values = {"source": source, "finished_at": datetime.now(UTC), "summary": json.dumps(summary)}
            db.execute(_syncs.insert().values(**values))

    def knows(self, paths: Sequence[Path], source: str = "") -> bool:
        """Whether these paths were indexed together, or each of them into `source` where that is given."""
        with self._engine.connect() as db:
            if not source:
                known = sa.select(_names.c.source).where(_names.c.paths == _together(paths))
                return db.scalar(known) is not None
            urls = set(db.scalars(sa.select(_documents.c.url).where(_documents.c.source == source)))
        places = [path.resolve().as_uri() for path in paths]
        return all(any(url == place or url.startswith(f"{place}/") for url in urls) for place in places)

    def name_for(self, paths: Sequence[Path]) -> str:
        """The name of a source of `paths`: that of its folder, numbered where other paths have that name."""
        given = _together(paths)
        base = Path(os.path.commonpath(json.loads(given)))
        stem = (
            re.sub(r"[^\w.-]+", "-", base.parent.name if base.is_file() else base.name).strip("-.")
            or "documents"
        )
        with self._engine.begin() as db:
            if known := db.scalar(sa.select(_names.c.source).where(_names.c.paths == given)):
                return str(known)
            taken = {*db.scalars(sa.select(_names.c.source)), *db.scalars(sa.select(_syncs.c.source))}
            numbered = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
            name = next(name for name in numbered if name not in taken)
            db.execute(_names.insert().values(source=name, paths=given))
        return name

    def unfinished(self) -> bool:
        """Whether a sync is under way or was cut off: then not every document is searched."""
        with self._engine.connect() as db:
            return db.execute(sa.select(_index.c.id).where(_index.c.passages.is_(None))).first() is not None

    def searched(self, readers: Audience) -> str:
        """What a search of `readers` covers, as a clause: "the 18 documents of handbook"."""
        with self._engine.connect() as db:
            rows = db.execute(sa.select(_documents.c.source, _documents.c.audience)).all()
        seen = [row.source for row in rows if not readers.principals.isdisjoint(json.loads(row.audience))]
        if not seen:
            return "the documents, of which you may read none"
        *most, last = sorted(set(seen))
        names = f"{', '.join(most)} and {last}" if most else last
        return f"the {len(seen)} documents of {names}" if len(seen) > 1 else f"the one document of {names}"


def _together(paths: Sequence[Path]) -> str:
    return json.dumps(sorted({str(path.resolve()) for path in paths}))


def _agree(same: bool, passages: int | None, stored: int, recorded: int) -> bool:
    """Whether ledger and store are of one piece. After a crash the counts differ by what was under way."""
    if not same:
        return False
    return stored > 0 or recorded == 0 if passages is None else passages == stored


def _file(row: sa.Row[tuple[str, ...]]) -> FileRow:
    unread = tuple(Unread(uri, reason) for uri, reason in json.loads(row.unread))
    return FileRow(row.uri, row.digest, unread, tuple(json.loads(row.notes)))


def _file_values(source: str, file: FileRow) -> dict[str, object]:
    return {
        "uri": file.uri,
        "source": source,
        "digest": file.digest,
        "unread": json.dumps([[one.uri, one.reason] for one in file.unread]),
        "notes": json.dumps(file.notes),
    }


def _values(row: DocumentRow) -> dict[str, object]:
    document = row.document
    return {
        "uri": document.uri,
        "source": document.source,
        "file": row.file,
        "digest": document.digest,
        "title": document.title,
        "url": document.url,
        "updated_at": document.updated_at,
        "audience": json.dumps(sorted(document.audience.principals)),
        "passages": row.passages,
        "indexed_at": datetime.now(UTC),
    }


def _put(db: sa.Connection, table: sa.Table, rows: list[dict[str, object]]) -> None:
    if rows:
        _remove(db, table, [str(row["uri"]) for row in rows])
        db.execute(table.insert(), rows)


def _remove(db: sa.Connection, table: sa.Table, uris: list[str]) -> None:
    for n in range(0, len(uris), _AT_ONCE):
        db.execute(table.delete().where(table.c.uri.in_(uris[n : n + _AT_ONCE])))
