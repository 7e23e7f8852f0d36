"""One reading of a source: what is there compared with what is known, only the difference handed over."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from retrieval import split
from retrieval.batch import Batches, Works
from retrieval.passage import EVERYONE, Audience, Document, Passage, Unread
from retrieval.reading import Ahead, Ended, Item, Read, Slow
from retrieval.rows import Batch, DocumentRow, FileRow, Held, Known, keepable, stands_for, storable, unnamed
from retrieval.sources import FileT, Source
from retrieval.sources.access import narrowed

_PASSAGES = 256  # handed over together
_DOCUMENTS = 500  # handed over together at most
_NAMELESS = "Its name is longer than 2,000 bytes, or has characters that no database keeps: give it another."
_SHOWN = 100  # characters of such a name
_FORGOTTEN = "it was forgotten and stays out; `footnote forget --undo` would bring it back."


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
    permitted: int = 0  # other people may read them now
    failed: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    documents: int = 0
    passages: int = 0
    seconds: float = 0.0

    @property
    def changes(self) -> int:
        return self.new + self.changed + self.removed + self.permitted


Show = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Into:
    """Where a sync goes: the table it brings up to the source, and all tables of that workspace, which every
    deletion and every change of rights reaches. `budget`: word pieces of a passage."""

    held_in: str
    tables: tuple[str, ...]
    others: tuple[Known, ...] = ()  # what the others of them have of the source
    budget: int = split.BUDGET

    def cut(self, digest: str) -> str:
        """A digest that changes with the way documents are cut, too."""
        sized = "" if self.budget == split.BUDGET else f"/{self.budget}"
        return f"{split.VERSION}{sized} {digest}"


@dataclass
class _Waiting:
    """What is handed over next: documents, their passages, files that end with them, documents gone."""

    rows: list[DocumentRow] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    files: list[FileRow] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def full(self) -> bool:
        return len(self.passages) >= _PASSAGES or len(self.rows) + len(self.files) >= _DOCUMENTS


@dataclass
class _OneFile:
    """What has come of the file that is being read."""

    documents: set[str] = field(default_factory=set)
    unread: list[Unread] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)  # each once, in order


class Sync:
    """Takes items in order, hands them over in batches, counts. Good for one run."""

    def __init__(self, into: Into, known: Known, works: Works, batches: Batches, show: Show) -> None:
        self.done = Summary()
        self._into, self._known = into, known
        self._works, self._batches, self._show = works, batches, show
        self._forgotten: frozenset[str] = frozenset()
        self._waiting, self._file = _Waiting(), _OneFile()
        self._failed: list[Unread] = []
        self._notes: list[str] = []
        self._permits: dict[str, Audience] = {}
        self._most: dict[str, Audience] = {}  # who may at most read a file, where that is not everyone
        self._seen: set[str] = set()
        self._progress = Progress()
        self._began = time.monotonic()

    def run(self, source: Source[FileT], forgotten: frozenset[str] = frozenset()) -> Summary:
        """Does what changed. Raises what source, store and embedder raise: what was done until then is kept,
        the rest is as it was, and the next sync goes on from there."""
        self._forgotten = forgotten
        self._show(self._progress)
        found, unread = _scanned(source, self._known, self._into.cut(""))
        self._failed += unread
        vanished = self._vanished({file.uri for file in found}, unread)
        documents = sorted(
            {uri for known in self._all for file in vanished for uri in known.documents.get(file, ())}
        )
        self._works.hide(self._into.tables, documents)
        self._narrow(source, found)
        fresh = [file for file in found if not self._as_before(file.uri, file.digest)]
        self._progress = Progress(len(found) - len(fresh), len(found))
        self._show(self._progress)
        self._began = time.monotonic()
        for item in Ahead(source, fresh, self._into.budget):
            if self._waiting.passages and _apart(item):
                self._hand_over(source.name)
            self._take(item, source.name)
            if self._waiting.full():
                self._hand_over(source.name)
        self._hand_over(source.name)
        self._failed += self._batches.finish()
        self._permit()
        self._works.leave(self._into.tables, documents, vanished)  # last: a file that moved has its vectors
        return replace(self.done, failed=tuple(self._failed), notes=tuple(self._notes))

    @property
    def _all(self) -> tuple[Known, ...]:
        """What any table has: a deletion and a narrower audience hold for all, whichever is brought up."""
        return (self._known, *self._into.others)

    def _vanished(self, found: set[str], unread: Sequence[Unread]) -> list[str]:
        """Files that are gone, or cannot be read any more and are not only out of reach."""
        kept = tuple(one.uri for one in unread if one.kept)
        lost = {uri for known in self._all for uri in (*known.files, *known.documents)} - found
        lost = {uri for uri in lost if not any(_within(uri, place) for place in kept)}
        broken = {one.uri for one in unread}
        gone = sum(len(self._known.documents.get(uri, ())) for uri in lost - broken)
        self._count(removed=gone)
        return sorted(lost)

    def _narrow(self, source: Source[FileT], found: Sequence[FileT]) -> None:
        """Changes of who may read what is there, before the long part: a page made private stays so."""
        for file in found:
            audience = source.audience(file)
            if audience and EVERYONE not in audience.principals:
                self._most[file.uri] = audience
            for held in (one for known in self._all for one in known.documents.get(file.uri, {}).values()):
                self._compare(held, held.audience if audience is None else narrowed(audience, held.own))
        self._permit()

    def _compare(self, held: Held, audience: Audience) -> None:
        if held.revision and (held.untold or held.audience != audience):
            self._permits[held.uri] = audience

    def _permit(self) -> None:
        permits, self._permits = self._permits, {}
        if permits:
            self._count(permitted=len(permits))
            self._works.permit(self._into.tables, permits)

    def _as_before(self, uri: str, digest: str) -> bool:
        """Whether a file needs no reading; then what was said of it is said again."""
        before, documents = self._known.files.get(uri), self._known.documents.get(uri, {})
        if (
            before is None
            or before.digest != self._into.cut(digest)
            or not all(one.digest for one in documents.values())
        ):
            return False
        self._count(unchanged=len(documents))
        self._failed += before.unread
        self._notes += before.notes
        return True

    def _take(self, item: Item, source: str) -> None:
        if isinstance(item, Read):
            self._document(item)
        elif isinstance(item, Unread):
            self._file.unread.append(item)
        elif isinstance(item, Ended):
            self._ended(item)

    def _document(self, read: Read) -> None:
        document = read.document
        if document.uri in self._seen:
            self._file.unread.append(Unread(document.uri, "Its name appears twice; the first one was kept."))
            return
        if not keepable(document.uri):
            self._file.unread.append(Unread(storable(document.uri)[:_SHOWN], _NAMELESS))
            return
        self._seen.add(document.uri)
        if {document.uri, unnamed(stands_for(document.uri))} & self._forgotten:
            self._file.notes[f"{document.uri}: {_FORGOTTEN}"] = None
            return
        self._file.documents.add(document.uri)
        self._file.notes |= dict.fromkeys(f"{read.file}: {note}" for note in document.notes)
        before = self._known.documents.get(read.file, {}).get(document.uri)
        document = self._for_its_readers(document, read.file)
        if before and (before.digest, before.own) == (document.digest, document.own):
            self._count(unchanged=1)
            self._compare(before, document.audience)
            return
        known = bool(before and before.revision)
        self._count(changed=int(known), new=int(not known))
        revision = uuid4().hex
        self._waiting.rows.append(DocumentRow(document, read.file, len(read.passages), revision))
        for passage in read.passages:
            mine = replace(passage, revision=revision, audience=document.audience)
            self._waiting.passages.append(mine)

    def _for_its_readers(self, document: Document, file: str) -> Document:
        """With the digest that is kept, and for nobody whom its file is not for."""
        own, readers = document.own or document.audience, document.audience
        if file in self._most:
            readers = narrowed(self._most[file], readers)
        return replace(document, digest=self._into.cut(document.digest), audience=readers, own=own)

    def _ended(self, ended: Ended) -> None:
        file, self._file = self._file, _OneFile()
        self._failed += file.unread
        self._notes += file.notes
        self._progress = replace(self._progress, done=self._progress.done + 1)
        if any(one.kept for one in file.unread):
            return  # only out of reach: what it had stays, and the next sync reads it again
        gone = set(self._known.documents.get(ended.uri, ())) - file.documents
        self._waiting.gone += sorted(gone)
        row = FileRow(ended.uri, self._into.cut(ended.digest), tuple(file.unread), tuple(file.notes))
        self._waiting.files.append(row)
        self._count(removed=0 if file.unread else len(gone))

    def _hand_over(self, source: str) -> None:
        batch, self._waiting = self._waiting, _Waiting()
        if not (batch.rows or batch.files):
            return
        parts = (tuple(batch.rows), tuple(batch.passages), tuple(batch.files), tuple(batch.gone))
        self._batches.hand(Batch(self._into.held_in, self._into.tables, source, *parts))
        passages = self._progress.passages + len(batch.passages)
        rate = passages / max(1e-3, time.monotonic() - self._began)
        self._progress = replace(self._progress, passages=passages, rate=rate)
        self._show(self._progress)

    def _count(self, **more: int) -> None:
        self.done = replace(self.done, **{name: getattr(self.done, name) + n for name, n in more.items()})


def _apart(item: Item) -> bool:
    """Whether what waits is handed over before it: it takes long, and who stops it keeps what was there."""
    return isinstance(item, Slow) or (isinstance(item, Read) and len(item.passages) >= _PASSAGES)


def _scanned(source: Source[FileT], known: Known, mark: str) -> tuple[list[FileT], list[Unread]]:
    before: Mapping[str, str] = {
        uri: file.digest.removeprefix(mark)
        for uri, file in known.files.items()
        if file.digest.startswith(mark)
    }
    found: list[FileT] = []
    unread: list[Unread] = []
    for one in source.scan(before):
        if isinstance(one, Unread):
            unread.append(one)
        elif keepable(one.uri):
            found.append(one)
        else:
            unread.append(Unread(storable(one.uri)[:_SHOWN], _NAMELESS))
    return found, unread


def _within(uri: str, place: str) -> bool:
    return uri == place or uri.startswith((f"{place}/", f"{place}#"))
