"""Where documents come from: what sources.toml says of a place in, the Source that reads it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeVar

from retrieval.passage import Audience, Document, Unread


class File(Protocol):
    """A file, page or thread of a source, as it was found. `digest` changes with what it says."""

    @property
    def uri(self) -> str: ...

    @property
    def digest(self) -> str: ...


FileT = TypeVar("FileT", bound=File)


class Source(Protocol[FileT]):
    """Documents under one name. Raises SourceUnavailable where the whole place does not answer."""

    @property
    def name(self) -> str: ...

    def scan(self, known: Mapping[str, str]) -> Iterator[FileT | Unread]:
        """What is there now, in a fixed order; `known` has the digests by uri of the last sync, so that a
        source may ask only for what changed since. What is not yielded has left the source."""
        ...

    def load(self, found: FileT, /) -> Iterator[Document | Unread]:
        """The documents of a file. Raises DocumentError."""
        ...

    def audience(self, found: FileT, /) -> Audience | None:
        """Who may at most read the documents of `found`, whose uris are that of `found` or begin with it and
        #; a document itself may say less. None where only loading it tells."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Spec:
    """What one entry of sources.toml says. `access` narrows the audience of paths (glob, audience), the
    last that matches wins; `schedule` is empty, "every 6h" or five cron fields; `link` is a template of
    the address people open, with {uri}, {path} and {title}; `options` belong to the kind."""

    name: str
    kind: str
    location: tuple[str, ...]
    audience: Audience = field(default_factory=Audience)
    access: tuple[tuple[str, Audience], ...] = ()
    schedule: str = ""
    boost: float = 1.0
    link: str = ""
    workspace: str = ""
    owner: str = ""  # the Slack id of who is asked where it does not say
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)  # may hold secrets


@dataclass(frozen=True, slots=True)
class Limits:
    """What every source keeps to: bytes of one file, and a folder of its own for what it keeps."""

    max_bytes: int
    cache: Path


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: the module `retrieval.sources.<module>` has `build(spec, limits) -> Source`."""

    name: str
    module: str
    says: str  # what `location` is, for a person

    def build(self, spec: Spec, limits: Limits) -> Source[Any]:
        """The source. Raises SettingError where an option is missing, wrong or unknown."""
        built: Source[Any] = import_module(f"{__name__}.{self.module}").build(spec, limits)
        return built


KINDS = {
    kind.name: kind
    for kind in (
        Kind("files", "files", "files and folders"),
        Kind("web", "web", "the address of a site, or of its sitemap"),
        Kind("git", "git", "the address or path of a repository"),
        Kind("slack-export", "slack.export", "the ZIP file of a Slack export"),
        Kind("slack", "slack", "channel ids; the app must be a member of each"),
        Kind("langchain", "langchain", "what the document loader is to read"),
    )
}
