"""The kinds of file Footnote reads: a suffix in, the loader that reads it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import PurePosixPath

from retrieval.passage import Document, Unread


@dataclass(frozen=True, slots=True)
class File:
    """One file, read: where it lies, what a person opens, its bytes."""

    uri: str
    source: str
    url: str
    digest: str
    modified: datetime
    content: bytes

    def document(self, text: str, title: str = "") -> Document:
        """A document with what the folder knows; the loader adds what the content knows."""
        return Document(
            uri=self.uri,
            source=self.source,
            title=title or self.title,
            text=text,
            url=self.url,
            digest=self.digest,
            updated_at=self.modified,
        )

    @property
    def title(self) -> str:
        """What the file is called: its name without suffix, the folder's where the name says nothing."""
        path = PurePosixPath(self.uri)
        named = path.parent if path.stem.casefold() in ("index", "readme") and len(path.parts) > 2 else path
        return named.stem.replace("_", " ").replace("-", " ")


Load = Callable[[File], Iterator[Document | Unread]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. `version` rises when bytes are read differently; `apart`: in a child process."""

    name: str
    suffixes: tuple[str, ...]
    version: int = 1
    apart: bool = False

    def load(self, file: File) -> Iterator[Document | Unread]:
        """Documents in the file. Raises DocumentError with the reason."""
        load: Load = import_module(f"{__name__}.{self.name}").load
        yield from load(file)


KINDS = (
    Kind("markdown", (".md", ".markdown", ".mdx")),
    Kind("html", (".html", ".htm", ".xhtml"), apart=True),
    Kind("pdf", (".pdf",), version=2, apart=True),
    Kind("docx", (".docx",), version=2, apart=True),
    Kind("xlsx", (".xlsx", ".xlsm"), version=2, apart=True),
    Kind("pptx", (".pptx",), apart=True),
    Kind("text", (".txt", ".text", ".rst")),
    Kind("csv", (".csv", ".tsv"), version=2),
    Kind("jsonl", (".jsonl", ".ndjson")),
)

BY_SUFFIX = {suffix: kind for kind in KINDS for suffix in kind.suffixes}
