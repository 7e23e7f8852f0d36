"""Which collections are generations of an index, and which of them answers: two aliases say it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from weaviate.exceptions import UnexpectedStatusCodeError

from retrieval.store import Made
from retrieval.weaviate.schema import definition
from retrieval.weaviate.server import Server


@dataclass(frozen=True, slots=True)
class Generation:
    """A collection, and what made it."""

    name: str
    made: Made


@dataclass(frozen=True, slots=True)
class Known:
    """The generations that are there; `foreign`: collections of an earlier version of Footnote."""

    live: Generation | None
    previous: Generation | None
    building: Generation | None
    orphans: tuple[Generation, ...]
    foreign: tuple[str, ...]
    number: int  # the highest that a name of them has


class Generations:
    """Collections `prefix`_1, _2, ... The alias `prefix` names the live one, `prefix`_previous the last one.

    What is being built is the newest that no alias names; older ones without an alias were left by a crash.
    """

    def __init__(self, server: Server, prefix: str, replicas: int) -> None:
        self._server = server
        self._live, self._previous = prefix, f"{prefix}_previous"
        self._prefix = f"{prefix}_"
        self._replicas = replicas

    def live(self) -> Generation | None:
        """What the alias names now: one question."""
        return self._described(self._live)

    def named(self, name: str) -> Generation | None:
        return self._described(name) if self._numbered(name) else None

    def all(self) -> Known:
        self.live()  # refuses a key without rights, to which the lists that follow are empty
        client = self._server.client()
        aliases = {alias: each.collection for alias, each in client.alias.list_all().items()}
        names = {n: c.description for n, c in client.collections.list_all().items() if self._numbered(n)}
        found = {name: made for name, text in names.items() if (made := _made(text))}
        ours = [Generation(name, found[name]) for name in sorted(found, key=_number)]
        by_name = {generation.name: generation for generation in ours}
        live, previous = (by_name.get(aliases.get(a, "")) for a in (self._live, self._previous))
        loose = [generation for generation in ours if generation not in (live, previous)]
        newest = _number(ours[-1].name) if ours else 0
        building = loose.pop() if loose and _number(loose[-1].name) == newest else None
        return Known(
            live,
            previous if previous != live else None,
            building,
            tuple(loose),
            tuple(name for name, text in names.items() if "embedder" in _said(text)),
            max(map(_number, names), default=0),
        )

    def begin(self, made: Made, number: int) -> Generation:
        fresh = Generation(f"{self._prefix}{number}", made)
        description = json.dumps({"made": asdict(made)})
        schema = definition(fresh.name, description, self._replicas)
        self._server.client().collections.create_from_dict(schema)
        self._server.until(lambda: self._described(fresh.name))
        return fresh

    def schema(self, generation: Generation) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._use(generation.name).config.get().to_dict()
        return found

    def swap(self, building: Generation, live: Generation | None) -> None:
        """`building` answers, `live` is what answered. After a crash between the two nothing has changed."""
        if live:
            self._name(self._previous, live)
        self._name(self._live, building)

    def back(self, live: Generation, previous: Generation) -> None:
        """`previous` answers again. After a crash between the two, what answered is what is being built."""
        self._name(self._live, previous)
        self._name(self._previous, live)

    def remove(self, *names: str) -> None:
        for name in names:
            self._server.client().collections.delete(name)

    def drop(self) -> None:
        client, known = self._server.client(), self.all()
        for alias in (self._live, self._previous):
            client.alias.delete(alias_name=alias)
        ours = (known.live, known.previous, known.building, *known.orphans)
        self.remove(*(generation.name for generation in ours if generation), *known.foreign)

    def _name(self, alias: str, generation: Generation) -> None:
        aliases = self._server.client().alias
        if not aliases.update(alias_name=alias, new_target_collection=generation.name):
            aliases.create(alias_name=alias, target_collection=generation.name)
        self._server.until(lambda: self._described(alias) == generation)

    def _described(self, name: str) -> Generation | None:
        try:
            found = self._use(name).config.get(simple=True)
        except UnexpectedStatusCodeError as e:
            if e.status_code == 404:
                self._server.refuse_unready()
                return None
            raise
        made = _made(found.description)
        return Generation(found.name, made) if made else None

    def _numbered(self, name: str) -> bool:
        return name.startswith(self._prefix) and name.removeprefix(self._prefix).isdecimal()

    def _use(self, name: str) -> Any:
        return self._server.client().collections.use(name)


def _made(description: str | None) -> Made | None:
    made = _said(description).get("made")
    return Made(**made) if made else None


def _said(description: str | None) -> dict[str, Any]:
    try:
        said = json.loads(description or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _number(at: str) -> int:
    return int(at.rpartition("_")[2])
