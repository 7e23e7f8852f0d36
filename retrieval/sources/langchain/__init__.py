"""Places that a document loader of LangChain reads in, its documents out as ours."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from retrieval.passage import Audience, Loaded, Unread
from retrieval.sources import Limits, Spec
from retrieval.sources.folders import readable
from retrieval.sources.langchain.document import public
from retrieval.sources.langchain.process import Call, Manner, Process
from retrieval.sources.options import Mistakes

_OWN: dict[str, tuple[Any, str]] = {
    "loader": (str, "the class of a document loader, such as ConfluenceLoader"),
    "place": (str, "the argument that each location becomes"),
    "with": (dict, "a table of the loader's arguments"),
    "seconds": ((int, float), "how long a loader may give nothing, a number above 0"),
    "memory_mb": (int, "the megabytes of memory it may use, a whole number above 0"),
    "documents": (int, "how many documents of a place are read, a whole number above 0"),
    "readers": (list, "a list of the keys of metadata that say who may read"),
}


def build(spec: Spec, limits: Limits) -> LangChainSource:
    """The source that sources.toml declares: what is no option of ours is an argument of the loader."""
    own = {name: value for name, value in spec.options.items() if name in _OWN}
    arguments = {name: value for name, value in spec.options.items() if name not in _OWN}
    wrong = Mistakes(spec)
    for name, value in own.items():
        form, says = _OWN[name]
        if not isinstance(value, form) or isinstance(value, bool) or (value in (0, "") or _below(value)):
            wrong.say(f"{name} is {says}.")
    if "loader" not in own:
        wrong.say('say which document loader is meant, as in loader = "ConfluenceLoader".')
    wrong.end()
    loader, more = own.pop("loader"), own.pop("with", {})
    if "readers" in own:
        own["readers"] = tuple(map(str, own["readers"]))
    manner = Manner(max_bytes=limits.max_bytes, **own)
    return LangChainSource(spec.name, loader, {**arguments, **more}, spec.location, manner)


def _below(value: object) -> bool:
    return isinstance(value, int | float) and value < 0


@dataclass(frozen=True, slots=True)
class Place:
    """A place to load. Only loading tells what changed, so `digest` is never as before."""

    uri: str
    place: str
    digest: str


class LangChainSource:
    """What one document loader finds at some places, under one name.

    `loader` is a class of langchain-community (`MHTMLLoader`) or the dotted path of any BaseLoader. A place
    becomes the first argument of the class that `arguments` does not give, or the one that `manner` names;
    without places the loader is asked once.
    """

    def __init__(
        self,
        name: str,
        loader: str,
        arguments: Mapping[str, object],
        places: Sequence[str],
        manner: Manner | None = None,
    ) -> None:
        self.name = name
        self._places = tuple(places) or ("",)
        self._process = Process(Call(name, loader, dict(arguments), self._places, manner or Manner()))

    def scan(self, known: Mapping[str, str]) -> Iterator[Place | Unread]:
        """The places. Raises SettingError where the class or its arguments are not right, SourceUnavailable
        where the process that it runs in does not start."""
        self._process.start()
        for uri, place in self._named().items():
            yield Place(uri, place, uuid4().hex)

    def load(self, found: Place) -> Loaded:
        """The documents of a place, as far as the loader gets."""
        return self._process.load(found.uri, found.place)

    def audience(self, found: Place) -> Audience | None:
        """Everyone at most: sources.toml and each document may say less."""
        return Audience()

    def close(self) -> None:
        """Ends the process that the loader runs in; it ends by itself with this one."""
        self._process.close()

    def _named(self) -> dict[str, str]:
        """The places by uri: those on this machine by what tells them apart, others as they are written."""
        local = {place: Path(place).resolve() for place in self._places if place and os.path.exists(place)}
        base = os.path.commonpath([path.parent for path in local.values()]) if local else ""
        names = {p: os.path.relpath(local[p], base) if p in local else public(p) for p in self._places}
        return {
            f"{self.name}/{readable(name)}" if name else self.name: place for place, name in names.items()
        }
