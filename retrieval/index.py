"""A source in, the store and the ledger brought up to it: reads, cuts and embeds only what has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from retrieval import split
from retrieval.ledger import DocumentRow, FileRow, Known, Ledger
from retrieval.passage import Embedder, Passage, Store, Unread, Vectors
from retrieval.reading import Ahead, Ended, Item, Read
from retrieval.sources import FileT, Source

_BATCH = 256  # passages embedded and written together
_DOCUMENTS = 500  # documents written together at most


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is: files done of `total` (None at first), passages, passages a second."""

    done: int = 0
    total: int | None = None
    passages: int = 0
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a sync did, counted in documents; `documents` and `passages` are what the source has now."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    documents: int = 0
    passages: int = 0
    seconds: float = 0.0


Show = Callable[[Progress], None]


class Index:
    """Brings store and ledger up to a source. One sync at a time: the store holds its writer's lock."""

    def __init__(self, store: Store, embedder: Embedder, ledger: Ledger) -> None:
        self._store = store
        self._embedder = embedder
        self._ledger = ledger

    def sync(self, source: Source[FileT], progress: Show | None = None) -> Summary:
        """Does what changed in `source`. Raises what source, store and embedder raise: what was done until
        then is kept, the rest is as it was, and the next sync goes on from there."""
        began = time.monotonic()
        show = progress or _unseen
        show(Progress())
        found, unread = _scanned(source)
        self._store.open(self._embedder.name, self._embedder.dimension, create=True)
        lost = self._ledger.begin(f"{self._embedder.name} cut {split.VERSION}", self._store.count())
        run = _Run(self._store, self._embedder, self._ledger, source.name, show)
        run.notes += [f"Source {name} has to be indexed again." for name in lost if name != source.name]
        run.all(source, found, unread)
        self._store.settle()
        summary = replace(self._counted(run), seconds=time.monotonic() - began)
        self._ledger.finish(source.name, self._store.count(), _counts(summary))
        return summary

    def _counted(self, run: _Run) -> Summary:
        documents, passages = self._ledger.size(run.source)
        return Summary(
            new=run.new,
            changed=run.changed,
            unchanged=run.unchanged,
            removed=run.removed,
            failed=tuple(run.failed),
            notes=tuple(run.notes),
            documents=documents,
            passages=passages,
        )


@dataclass
class _Batch:
    """What is written in one step: documents, their passages, files that end with them, documents gone."""

    rows: list[DocumentRow] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    files: list[FileRow] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def full(self) -> bool:
        return len(self.passages) >= _BATCH or len(self.rows) + len(self.files) >= _DOCUMENTS


@dataclass
class _OneFile:
    """What has come of the file that is being read."""

    documents: set[str] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)  # each once, in order


class _Run:
    """One sync: takes items in order, writes them in batches, counts."""

    def __init__(self, store: Store, embedder: Embedder, ledger: Ledger, source: str, show: Show) -> None:
        self.source = source
        self.new = self.changed = self.unchanged = self.removed = 0
        self.failed: list[Unread] = []
        self.notes: list[str] = []
        self._store, self._embedder, self._ledger = store, embedder, ledger
        self._known: Known = ledger.known(source)
        self._show = show
        self._batch, self._file = _Batch(), _OneFile()
        self._seen: set[str] = set()
        self._progress = Progress()
        self._began = time.monotonic()

    def all(self, source: Source[FileT], found: Sequence[FileT], unread: Sequence[Unread]) -> None:
        self._progress = Progress(total=len(found))
        self.failed += unread
        self._drop_vanished({file.uri for file in found}, {one.uri for one in unread})
        fresh = [file for file in found if not self._as_before(file.uri, file.digest)]
        self._progress = replace(self._progress, done=len(found) - len(fresh))
        self._show(self._progress)
        self._began = time.monotonic()
        for item in Ahead(source, fresh):
            self._take(item)
            if self._batch.full():
                self._write()
        self._write()

    def _drop_vanished(self, found: set[str], unread: set[str]) -> None:
        """A file that is gone or cannot be read any more loses its documents before the long part."""
        files = (set(self._known.files) | set(self._known.documents)) - found
        for uri in sorted(files):
            documents = list(self._known.documents.get(uri, ()))
            for some in _chunks(documents):
                self._store.replace(some, (), self._no_vectors())
            self._ledger.forget(documents, [uri])
            self.removed += 0 if uri in unread else len(documents)

    def _as_before(self, uri: str, digest: str) -> bool:
        """Whether a file needs no reading; then what was said of it is said again."""
        before = self._known.files.get(uri)
        if before is None or before.digest != digest:
            return False
        self.unchanged += len(self._known.documents.get(uri, ()))
        self.failed += before.unread
        self.notes += before.notes
        return True

    def _take(self, item: Item) -> None:
        if isinstance(item, Read):
            self._document(item)
        elif isinstance(item, Unread):
            self._file.unread.append(item)
        else:
            self._ended(item)

    def _document(self, read: Read) -> None:
        document = read.document
        if document.uri in self._seen:
            self._file.unread.append(Unread(document.uri, "Its name appears twice; the first one was kept."))
            return
        self._seen.add(document.uri)
        self._file.documents.add(document.uri)
        self._file.notes |= dict.fromkeys(f"{read.file}: {note}" for note in document.notes)
        before = self._known.documents.get(read.file, {}).get(document.uri)
        if before == document.digest:
            self.unchanged += 1
            return
        self.changed, self.new = self.changed + bool(before), self.new + (not before)
        self._batch.rows.append(DocumentRow(document, read.file, len(read.passages)))
        self._batch.passages += read.passages

    def _ended(self, ended: Ended) -> None:
        file, self._file = self._file, _OneFile()
        gone = set(self._known.documents.get(ended.uri, ())) - file.documents
        self._batch.gone += sorted(gone)
        self._batch.files.append(FileRow(ended.uri, ended.digest, tuple(file.unread), tuple(file.notes)))
        self.removed += 0 if file.unread else len(gone)
        self.failed += file.unread
        self.notes += file.notes

    def _write(self) -> None:
        """Store first, ledger second: what the ledger has is in the store, whatever dies in between. The
        intent comes before both, so that a document is known of once the store may have it."""
        batch, self._batch = self._batch, _Batch()
        if not (batch.rows or batch.files):
            return
        vectors = self._embedded(batch.passages)
        self._ledger.intend(batch.rows)
        uris = [row.document.uri for row in batch.rows] + batch.gone
        if uris:
            self._store.replace(uris, batch.passages, vectors)
        self._ledger.record(self.source, batch.rows, batch.files, batch.gone)
        self._progress = replace(self._progress, done=self._progress.done + len(batch.files))
        self._show(self._progress)

    def _embedded(self, passages: Sequence[Passage]) -> Vectors:
        made = [self._no_vectors()]
        for n in range(0, len(passages), _BATCH):
            made.append(self._embedder.embed([p.indexed_text for p in passages[n : n + _BATCH]]))
            count = self._progress.passages + len(made[-1])
            rate = count / max(1e-3, time.monotonic() - self._began)
            self._progress = replace(self._progress, passages=count, rate=rate)
            self._show(self._progress)
        return np.concatenate(made)

    def _no_vectors(self) -> Vectors:
        return np.empty((0, self._embedder.dimension), np.float32)


def _scanned(source: Source[FileT]) -> tuple[list[FileT], list[Unread]]:
    found: list[FileT] = []
    unread: list[Unread] = []
    for one in source.scan({}):
        if isinstance(one, Unread):
            unread.append(one)
        else:
            found.append(one)
    return found, unread


def _counts(summary: Summary) -> dict[str, object]:
    names = ("new", "changed", "unchanged", "removed", "documents", "passages", "seconds")
    return {name: getattr(summary, name) for name in names} | {"failed": len(summary.failed)}


def _chunks(uris: Sequence[str]) -> Iterable[Sequence[str]]:
    return (uris[n : n + _DOCUMENTS] for n in range(0, len(uris), _DOCUMENTS))


def _unseen(_: Progress) -> None: ...
