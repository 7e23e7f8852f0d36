"""The ledger's tables, and a row of each as the rest of the code knows it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from retrieval.passage import Audience, Document, Passage, Unread

metadata = sa.MetaData()
_LONGEST = 2_000  # bytes of a uri
_UNNAMED = "sha256:"

files = sa.Table(
    "ledger_files",
    metadata,
    sa.Column("held_in", sa.String(200), primary_key=True),  # the name of a table of the store
    sa.Column("uri", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("digest", sa.String(200), nullable=False),
    sa.Column("unread", sa.Text, nullable=False),  # JSON: [[uri, reason], ...]
    sa.Column("notes", sa.Text, nullable=False),  # JSON: [note, ...]
    sa.Index("ledger_files_source", "held_in", "source"),
)
documents = sa.Table(
    "ledger_documents",
    metadata,
    sa.Column("held_in", sa.String(200), primary_key=True),
    sa.Column("uri", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("digest", sa.String(200), nullable=False),  # empty: something is still to be done
    sa.Column("revision", sa.String(32), nullable=False),  # what is answered from; empty: nothing yet
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True)),
    sa.Column("audience", sa.Text, nullable=False),  # JSON: [principal, ...]
    sa.Column("own", sa.Text, nullable=False),  # the same, as the document itself has it
    sa.Column("untold", sa.Boolean, nullable=False),  # the store does not know this audience yet
    sa.Column("passages", sa.Integer, nullable=False),
    sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ledger_documents_source", "held_in", "source"),
)
forgotten = sa.Table(
    "ledger_forgotten",
    metadata,
    sa.Column("uri", sa.Text, primary_key=True),  # of a document that is never to be indexed again
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
syncs = sa.Table(
    "ledger_syncs",
    metadata,
    sa.Column("held_in", sa.String(200), primary_key=True),
    sa.Column("source", sa.String(200), primary_key=True),
    sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True)),  # of the last one that came to its end
    sa.Column("changes", sa.Integer, nullable=False),  # rises with every sync that changed something
    sa.Column("error", sa.Text, nullable=False),  # why the last one did not come to its end; empty: it did
    sa.Column("summary", sa.Text, nullable=False),  # JSON: counts and seconds; failures since, failed_at
    sa.Column("reached", sa.Text),  # JSON: at, and how far a sync was then
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that was read to its end, with what could not be read of it."""

    uri: str
    digest: str
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of `file`: its reading `revision` and how many passages of that are in the store."""

    document: Document
    file: str
    passages: int
    revision: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents with their passages, for the table `held_in`. `files` are read to their ends once this batch
    is done, and the documents `gone` are then to leave `tables`: all of the workspace."""

    held_in: str
    tables: tuple[str, ...]
    source: str
    rows: tuple[DocumentRow, ...]
    passages: tuple[Passage, ...]
    files: tuple[FileRow, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A document that a table has: `digest` is empty where something is still to be done about it, `untold`
    says that the store does not know the audience yet."""

    uri: str
    digest: str
    revision: str
    audience: Audience
    untold: bool = False
    own: Audience = field(default_factory=Audience)  # as the document itself has it: never more than that


@dataclass(frozen=True, slots=True)
class Reading:
    """What is answered from of a document, and who may read it now."""

    revision: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Known:
    """What a source has in a table: files by uri; for each file its documents by uri."""

    files: Mapping[str, FileRow]
    documents: Mapping[str, Mapping[str, Held]]


@dataclass(frozen=True, slots=True)
class Found:
    """A document as people ask about it."""

    uri: str
    source: str
    title: str
    url: str
    audience: Audience
    passages: int
    digest: str
    revision: str
    indexed_at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A document that is not to be indexed, since when."""

    uri: str
    url: str
    at: datetime


def stands_for(uri: str) -> str:
    """The digest of a document's name, 64 hex digits: what is left of one that must not be indexed where a
    backup was older than its name."""
    return hashlib.sha256(f"footnote document {uri}".encode("utf-8", "surrogatepass")).hexdigest()


def unnamed(digest: str) -> str:
    """What stands in the place of a name that is not known."""
    return f"{_UNNAMED}{digest}"


def stood_for(uri: str) -> str:
    """The digest that stands in the place of a name; empty where it is a name."""
    return uri.removeprefix(_UNNAMED) if uri.startswith(_UNNAMED) else ""


def held(row: Any) -> Held:
    """A row of `holding`."""
    audience, own = audience_of(row.audience), audience_of(row.own)
    return Held(row.uri, row.digest, row.revision, audience, row.untold, own)


def found(row: Any) -> Found:
    """A row of `documents`."""
    audience = audience_of(row.audience)
    own = (row.digest, row.revision, aware(row.indexed_at))
    return Found(row.uri, row.source, row.title, row.url, audience, row.passages, *own)


def file(row: Any) -> FileRow:
    """A row of `files`."""
    unread = tuple(Unread(uri, reason) for uri, reason in json.loads(row.unread))
    return FileRow(row.uri, row.digest, unread, tuple(json.loads(row.notes)))


def file_values(held_in: str, source: str, file: FileRow) -> dict[str, object]:
    """The row of a file."""
    unread = json.dumps([[one.uri, one.reason] for one in file.unread])
    own: dict[str, object] = {"held_in": held_in, "source": source, "uri": file.uri, "digest": file.digest}
    return own | {"unread": unread, "notes": json.dumps(file.notes)}


def values(held_in: str, row: DocumentRow) -> dict[str, object]:
    """The row of a document that is answered from."""
    document = row.document
    return {
        "held_in": held_in,
        "uri": document.uri,
        "source": document.source,
        "file": row.file,
        "digest": document.digest,
        "revision": row.revision,
        "title": storable(document.title),
        "url": storable(document.url),
        "updated_at": document.updated_at,
        "audience": listed(document.audience),
        "own": listed(document.own or document.audience),
        "untold": False,
        "passages": row.passages,
        "indexed_at": datetime.now(UTC),
    }


def aware(moment: datetime) -> datetime:
    """A moment as a database gives it: SQLite's have no zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=4096)  # many documents, few kinds of readers
def audience_of(listed: str) -> Audience:
    """What `listed` wrote."""
    return Audience(frozenset(json.loads(listed)))


def listed(audience: Audience) -> str:
    """As the column `audience` has it."""
    return json.dumps(sorted(audience.principals))


def keepable(uri: str) -> bool:
    """Whether a name can be a key: PostgreSQL's have at most 2,704 bytes, together with the table's name."""
    return len(uri) <= _LONGEST and uri == storable(uri) and len(uri.encode()) <= _LONGEST


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot keep."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def titled(db: sa.Connection, held_in: str, words: str, most: int) -> list[Found]:
    """Documents of the table with these words in their title, whatever their case, the first by name."""
    wanted = sa.func.lower(documents.c.title).contains(words.lower(), autoescape=True)
    query = sa.select(documents).where(documents.c.held_in == held_in, wanted)
    return [found(row) for row in db.execute(query.order_by(documents.c.uri).limit(most))]
