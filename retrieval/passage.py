"""The nouns of retrieval: what goes in (Document), what comes out (Passage, Hit), and who may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# FootnoteError                     has a sentence for the person and says what to do next
# +-- SettingError                  a setting is wrong: stops the start
# +-- DocumentError                 one document cannot be read: named, the rest goes on
# +-- IndexMissing                  nothing has been indexed yet
# +-- IndexMismatch                 the index was made by another embedder or an older layout
# +-- SourceUnavailable             a whole source does not answer: nothing of it is touched
# +-- SearchUnavailable             the store cannot be asked: never the same as "nothing found"
# +-- EmbedderUnavailable           the embedder cannot be loaded or asked


class FootnoteError(Exception):
    """An error whose text is a sentence for a person and says what to do next."""


class SettingError(FootnoteError):
    """A setting is wrong; the text names it and the fix."""


class DocumentError(FootnoteError):
    """One document cannot be read; the text is the reason, without the path."""


class SourceUnavailable(FootnoteError):
    """A source could not be asked at all; what was read of it before still stands."""


class IndexMissing(FootnoteError):
    """There is no index yet."""


class IndexMismatch(FootnoteError):
    """The index was made by another embedder or in an older layout."""


class SearchUnavailable(FootnoteError):
    """The store could not be asked."""


class EmbedderUnavailable(FootnoteError):
    """The embedder could not be loaded or asked."""


EVERYONE = "everyone"
Vectors = NDArray[np.float32]  # shape (n, dimension), rows of length one


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can read: principals such as `everyone`, `user:U1`, `channel:C1`, `group:S1`. Empty: nobody."""

    principals: frozenset[str] = frozenset({EVERYONE})

    def admits(self, readers: Audience) -> bool:
        """Whether somebody who holds the principals of `readers` may read."""
        return not self.principals.isdisjoint(readers.principals)

    @classmethod
    def of(cls, *principals: str) -> Audience:
        return cls(frozenset(principals))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document; `start` is the offset of its line, `anchor` what a link to it ends with."""

    start: int
    level: int
    title: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A span of a document that is kept whole (`code`), cut between rows with its header repeated (`table`),
    or in no passage (`hidden`: front matter, comments).

    `header` is the number of characters at the start of a table that head its columns.
    """

    start: int
    end: int
    kind: str
    header: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one source. Every offset anywhere counts characters of `text`.

    `uri` is stable and unique in an index; `url` is what a person opens; `pages` holds the offset at which
    each page begins (empty where there are none); `digest` changes with the content or the way it is read.
    """

    uri: str
    source: str
    title: str
    text: str
    url: str
    digest: str
    updated_at: datetime | None = None
    audience: Audience = field(default_factory=Audience)
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()
    line: str = (
        ""  # ends a passage's url with the line it begins at: "L{line}"; empty where lines say nothing
    )
    notes: tuple[str, ...] = ()  # what a person should know about the reading: "page 3 has no text (a scan)"


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved and quoted: `text == document.text[start:end]`, except that a later slice of a table
    carries the table's header in `lead`, which is searched and shown to the model but never quoted."""

    id: str
    document: str
    source: str
    title: str
    text: str
    start: int
    end: int
    url: str
    heading: tuple[str, ...] = ()
    page: int | None = None
    updated_at: datetime | None = None
    audience: Audience = field(default_factory=Audience)
    lead: str = ""
    revision: str = ""  # of its document: which reading of it this passage is of

    @property
    def indexed_text(self) -> str:
        """What is embedded and searched: title and heading path, then the text."""
        path = list(self.heading)
        if not path or path[0].casefold() != self.title.casefold():
            path.insert(0, self.title)
        return "\n".join(part for part in (" > ".join(path), self.lead, self.text) if part)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a query found. `score` is relative to its result set; `keyword` (BM25) and `vector`
    (cosine) are absolute and None where that leg did not return it."""

    passage: Passage
    score: float
    keyword: float | None = None
    vector: float | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that could not be read: where it is and why, as a sentence. `kept`: what was read of it
    before still stands, because only the way to it failed (a time-out, a rate limit)."""

    uri: str
    reason: str
    kept: bool = False


class Embedder(Protocol):
    """Turns texts into vectors of length one."""

    @property
    def name(self) -> str:
        """What the index remembers: model, precision, version. Embedders of one name are interchangeable."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts`, in their order, shape (len(texts), dimension)."""
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Vector of one question, shape (dimension,). Models with a query prefix add it here."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """What made a generation. Vectors and columns of two that are equal mean the same."""

    embedder: str
    dimension: int
    layout: int  # of retrieval.record


class Table(Protocol):
    """One generation of one workspace's index: passages with their vectors.

    Both legs filter by audience inside the query and fail closed. A document's old revision stays beside its
    new one from `put` until `keep`: the ledger says which of them is answered from.
    Every method raises SearchUnavailable where the store cannot be asked.
    """

    @property
    def name(self) -> str:
        """Unique among the generations and workspaces of this index; what the ledger's rows are kept under."""
        ...

    @property
    def made(self) -> Made: ...

    def put(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Adds passages, each under its id and revision; what is there under both already stays one."""
        ...

    def keep(self, revisions: Mapping[str, str]) -> None:
        """Removes all passages of these documents (uris) but those of the revision; "" keeps none."""
        ...

    def permit(self, audiences: Mapping[str, Audience]) -> None:
        """Changes who may read these documents (uris), all revisions, without touching vectors."""
        ...

    def keyword(self, text: str, readers: Audience, limit: int) -> list[Hit]:
        """Best first by BM25; `score` equals `keyword`."""
        ...

    def vector(self, vector: NDArray[np.float32], readers: Audience, limit: int) -> list[Hit]:
        """Best first by cosine; `score` equals `vector`."""
        ...

    def vectors(self, prints: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors already here of texts, by `retrieval.record.fingerprint` of the indexed text."""
        ...

    def around(self, document: str, revision: str, start: int, end: int) -> list[Passage]:
        """Passages of one reading of a document that overlap or touch its characters start to end, in order.
        Checks no audience: asked only for documents that a hit was found in."""
        ...

    def count(self) -> int:
        """Passages, of all revisions."""
        ...

    def settle(self) -> None:
        """Compacts and refreshes search structures after a run of changes."""
        ...


class Store(Protocol):
    """The generations of an index: one answers, one is kept to go back to, one may be being built.

    A generation holds a table for each workspace. `workspace` "" in what follows means the whole generation.
    Any process sees a swap within a second. Every method raises SearchUnavailable where it cannot be asked.
    """

    def live(self, workspace: str) -> Table:
        """What answers now. Raises IndexMissing."""
        ...

    def table(self, name: str) -> Table:
        """The table of that name, whichever it is. Raises IndexMissing."""
        ...

    def tables(self, workspace: str) -> list[str]:
        """Names of all its tables: the live one first, then the previous ones, then one being built."""
        ...

    def build(self, made: Made, workspace: str, *, alone: bool = False) -> Table:
        """A table of the generation being built, begun if there is none. `alone`: of this workspace only,
        inside the live generation (raises IndexMismatch where `made` is not that of the live one)."""
        ...

    def swap(self, workspace: str = "") -> None:
        """What is built answers from here on, at once for all readers; what answered is kept as the previous
        one, older ones are removed. A workspace: only that one, built `alone`."""
        ...

    def discard(self, workspace: str = "") -> None:
        """Removes what is being built."""
        ...

    def back(self, workspace: str = "") -> None:
        """The previous one answers again, and what answered is the previous one. Raises IndexMissing."""
        ...

    def check(self) -> None:
        """Compares what is there with what is expected. Raises IndexMismatch with the fix."""
        ...

    def drop(self) -> None:
        """Removes the index."""
        ...

    def close(self) -> None: ...


Loaded = Iterator[Document | Unread]
