"""Places that a document loader of LangChain reads in, its documents out as ours; the one door to those."""

from __future__ import annotations

import hashlib
import inspect
import os
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from uuid import uuid4

from retrieval.loaders.declared import address, date
from retrieval.loaders.decoding import clean
from retrieval.passage import Audience, Document, FootnoteError, Loaded, SettingError, Unread
from retrieval.sources.folders import readable

if TYPE_CHECKING:
    from langchain_core.document_loaders import BaseLoader
    from langchain_core.documents import Document as Given

_SUNSET = "`langchain-community` is being sunset"
_DATES = ("updated_at", "last_modified", "lastmod", "last_edited_time", "modified", "moddate", "when", "date")
_PACKAGE = re.compile(r"pip3? install (?:(?:-[\w-]+|langchain-community) +)*([A-Za-z0-9][\w.-]*\w)")
_UNNAMED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_MOST_PAGES = 100_000
_VERSION = 1  # rises when documents are taken over differently


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the loader made for it. Only loading tells what changed, so `digest` is never as before."""

    uri: str
    place: str
    loader: BaseLoader
    digest: str


class LangChainSource:
    """What one document loader finds at some places, under one name.

    `loader` is a class of langchain-community (`MHTMLLoader`) or the dotted path of any BaseLoader. A place
    becomes the first argument of the class that `arguments` does not give.
    """

    def __init__(
        self, name: str, loader: str, arguments: Mapping[str, object], places: Sequence[str]
    ) -> None:
        self.name = name
        self._loader = loader
        self._arguments = dict(arguments)
        self._places = places

    def scan(self, known: Mapping[str, str]) -> Iterator[Place | Unread]:
        """A loader for each place. Raises SettingError where the class or its arguments are not right."""
        if not self._places:
            raise FootnoteError("Nothing to index: name a place that the loader reads.")
        kind = _class(self._loader)
        for uri, place in self._named().items():
            yield self._made(kind, uri, place)

    def load(self, found: Place) -> Loaded:
        """The documents of a place, as far as the loader gets."""
        seen: Counter[str] = Counter()
        try:
            for given in found.loader.lazy_load():
                part = _part(found.place, _source(given.metadata))
                uri = _unique(f"{found.uri}#{readable(part)}" if part else found.uri, seen)
                yield self._document(given, uri, found.place)
        except ImportError as error:
            yield Unread(found.uri, _missing(self._loader, error))
        except Exception as error:
            yield Unread(found.uri, self._failed(error))
        else:
            if not seen:
                yield Unread(found.uri, f"{self._loader} found no document in it.")

    def audience(self, found: Place) -> Audience | None:
        """Everyone's: sources.toml says otherwise."""
        return Audience()

    def close(self) -> None: ...

    def _named(self) -> dict[str, str]:
        """The places by uri: those on this machine by what tells them apart, others as they are written."""
        local = {place: Path(place).resolve() for place in self._places if os.path.exists(place)}
        base = os.path.commonpath([path.parent for path in local.values()]) if local else ""
        names = {p: os.path.relpath(local[p], base) if p in local else _public(p) for p in self._places}
        return {f"{self.name}/{readable(name)}": place for place, name in names.items()}

    def _made(self, kind: Callable[..., BaseLoader], uri: str, place: str) -> Place | Unread:
        names = [n for n, p in inspect.signature(kind).parameters.items() if p.kind not in _UNNAMED]
        free = [n for n in names if n not in self._arguments]
        try:
            loader = kind(**{free[0]: place}, **self._arguments) if free else kind(place, **self._arguments)
        except ImportError as error:
            raise SettingError(_missing(self._loader, error)) from error
        except TypeError as error:
            raise SettingError(_usage(self._loader, names)) from error
        except Exception as error:
            return Unread(uri, self._failed(error))
        return Place(uri, place, loader, uuid4().hex)

    def _document(self, given: Given, uri: str, place: str) -> Document | Unread:
        text, metadata = clean(given.page_content), given.metadata
        if not text.strip():
            return Unread(uri, "It has no text.")
        url = _url(metadata, place)
        document = Document(
            uri=uri,
            source=self.name,
            title=_title(metadata, place),
            text=text,
            url=url,
            digest="",
            updated_at=next(filter(None, (date(metadata.get(key)) for key in _DATES)), None),
            pages=_pages(metadata.get("page")) if url else (),
        )
        return replace(document, digest=_digest(document))

    def _failed(self, error: Exception) -> str:
        kind = type(error).__name__
        return f"{self._loader} failed on it ({kind}): see that it is there, and that the arguments fit it."


def _class(loader: str) -> type[BaseLoader]:
    """The class of that name. Raises SettingError where there is none, or where it loads no documents."""
    module, _, name = loader.rpartition(".")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_SUNSET, category=DeprecationWarning)
        try:
            found: object = getattr(import_module(module) if module else _community(), name)
        except ImportError as error:
            absent = module and f"{module}.".startswith(f"{error.name}.")
            raise SettingError(_absent(module) if absent else _missing(loader, error)) from error
        except AttributeError as error:
            raise SettingError(_unknown(module, name)) from error
        except Exception as error:
            raise SettingError(f"{loader} cannot be imported ({type(error).__name__}).") from error
    from langchain_core.document_loaders import BaseLoader

    if not (isinstance(found, type) and issubclass(found, BaseLoader)):
        raise SettingError(
            f"{loader} is not a document loader: name a class made from LangChain's BaseLoader."
        )
    return found


def _community() -> ModuleType:
    from langchain_community import document_loaders

    return document_loaders


def _absent(module: str) -> str:
    return (
        f"There is no Python module {module}: install the package that has it, or correct the loader's name."
    )


def _unknown(module: str, name: str) -> str:
    if module:
        return f"The Python module {module} has no {name}: correct the loader's name."
    near = get_close_matches(name, _community().__all__, 3)
    meant = (
        f"did you mean {' or '.join(near)}?" if near else "write package.module.Class for one from elsewhere."
    )
    return f"langchain-community has no document loader {name}: {meant}"


def _missing(loader: str, error: ImportError) -> str:
    """Which package to install; of the error's own words only its name is used. A module may be in a package
    of another name, which is not guessed."""
    if said := _PACKAGE.search(str(error)):
        return f"{loader} needs the Python package {said[1]}: run `pip install {said[1]}` and try again."
    if error.name:
        return (
            f"{loader} needs the Python module {error.name}: install the package that has it and try again."
        )
    return f"{loader} needs a Python package that is not installed; LangChain's page about it says which."


def _usage(loader: str, names: Sequence[str]) -> str:
    taken = ", ".join(names) or "one place"
    return (
        f"{loader} does not take these arguments. It takes {taken}. The place becomes the first that is not "
        "given by name; give the others as --with NAME=VALUE."
    )


def _source(metadata: Mapping[str, object]) -> str:
    values = (metadata.get(key) for key in ("source", "url", "file_path"))
    return next((str(value) for value in values if value and isinstance(value, str | Path)), "")


def _part(place: str, source: str) -> str:
    """What `source` says beyond `place`; empty where that is nothing."""
    if os.path.exists(place) and os.path.exists(source):
        return os.path.relpath(source, place).removeprefix(".")
    return _public(source.removeprefix(place)).lstrip("/")


def _unique(uri: str, seen: Counter[str]) -> str:
    seen[uri] += 1
    return uri if seen[uri] == 1 else _unique(f"{uri}#{seen[uri]}", seen)


def _public(place: str) -> str:
    """An address without the name and password in it."""
    return re.sub(r"(?<=://)[^/@\s]*@", "", place)


def _title(metadata: Mapping[str, object], place: str) -> str:
    title = metadata.get("title")
    source = _source(metadata) or place
    if not (isinstance(title, str) and title.strip()):
        named = Path(source).stem.replace("_", " ").replace("-", " ")
        title = named if os.path.exists(source) else _public(source)
    return clean(title).replace("\n", " ").strip()


def _url(metadata: Mapping[str, object], place: str) -> str:
    """What a person opens: an address where there is one, else a file, else nothing."""
    source = _source(metadata)
    for value in (source, metadata.get("url"), place):
        if found := address(value, ""):
            return _public(found)
    return next((Path(p).absolute().as_uri() for p in (source, place) if os.path.exists(p)), "")


def _pages(page: object) -> tuple[int, ...]:
    """Where pages begin in a document that is one page; `page` counts from 0, pages before it are empty."""
    return (0,) * (page + 1) if type(page) is int and 0 <= page < _MOST_PAGES else ()


def _digest(document: Document) -> str:
    taken = (document.title, document.text, document.url, document.updated_at, document.pages)
    return hashlib.sha256(f"{_VERSION}\n{taken!r}".encode()).hexdigest()
