"""The nouns of retrieval: what goes in (Document), what comes out (Passage, Hit), and who may see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:  # whoever only reads files does without it
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
VERIFIED = "verified-answers"  # the source of what experts confirmed in Slack: no other's name begins so
Vectors: TypeAlias = "NDArray[np.float32]"  # shape (n, dimension), rows of length one


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
    each page begins (empty where there are none); `places` holds where parts with an address of their own
    begin, in order (the messages of a thread); `digest` changes with the content or the way it is read.
    """

    uri: str
    source: str
    title: str
    text: str
    url: str
    digest: str
    updated_at: datetime | None = None
    audience: Audience = field(default_factory=Audience)
    own: Audience | None = None  # what it says of readers itself, where sources.toml allows fewer of them
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    places: tuple[tuple[int, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    line: str = (
        ""  # ends a passage's url with the line it begins at: "L{line}"; empty where lines say nothing
    )
    notes: tuple[str, ...] = ()  # what a person should know about the reading: "page 3 has no text (a scan)"


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved and quoted: `text == document.text[start:end]`, except that a later slice of a table
    carries the table's header in `lead`, which is searched and shown to the model but never quoted. `places`:
    where sections joined in it begin, as offsets into the document, with what opens there, as in Document."""

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
    gap: str = ""  # the few spaces and line ends that follow it: so what goes on right there can be joined
    places: tuple[tuple[int, str], ...] = ()

    def address(self, at: int) -> str:
        """What opens at character `at` of the document."""
        return next((url for start, url in reversed(self.places) if start <= at), self.url)

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
    (cosine) are absolute; a leg that did not return it leaves its own None, but search asks for the cosine of
    what only words found."""

    passage: Passage
    score: float
    keyword: float | None = None
    vector: float | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that could not be read: where it is and why, as a sentence. `kept`: what was read of it
    before still stands, because only the way to it failed (a time-out, a rate limit). `files`: how many it
    stands for."""

    uri: str
    reason: str
    kept: bool = False
    files: int = 1


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


@runtime_checkable
class Speller(Protocol):
    """An embedder that knows words by their spelling. Two bodies: the one of the BERT family, and what
    remembers texts over it."""

    def spells(self, word: str) -> bool:
        """Whether `word`, in small letters, is one it was made with; true where nothing is known of words."""
        ...


Loaded = Iterator[Document | Unread]
