"""Generations of passages, each a collection, each workspace a tenant: the store of a team, Weaviate."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from retrieval.passage import IndexMismatch, IndexMissing, SettingError
from retrieval.record import LAYOUT
from retrieval.store import MISSING, Made, matched
from retrieval.weaviate.errors import DENIED
from retrieval.weaviate.generations import Generation, Generations, Known
from retrieval.weaviate.schema import matching
from retrieval.weaviate.server import Server
from retrieval.weaviate.table import WeaviateTable
from retrieval.weaviate.turns import Turn, Turns, tenant_of

NOTHING_BUILT = "Nothing has been built that could answer. Run `footnote index --rebuild`."
NOTHING_BEFORE = "There is no earlier index to go back to."
OLD = "The index was made by an earlier version of Footnote. Run `footnote index --rebuild`."
MISNAMED = "FOOTNOTE_WORKSPACE is not a name of at most 48 letters, digits, hyphens and underscores."
_WORKSPACE = re.compile(r"[A-Za-z0-9_-]{1,48}")
_FRESH_S = 0.8  # a swap by another process is seen after this


@dataclass(frozen=True, slots=True)
class Cluster:
    """How a Weaviate of several nodes is used: copies of each tenant, and gRPC's host if not the url's."""

    replicas: int = 1
    grpc_host: str = ""


class WeaviateStore:
    """A Store in the collections `collection`_1, _2, ... of the server at `url`."""

    def __init__(
        self, url: str, grpc_port: int, api_key: str, collection: str, cluster: Cluster | None = None
    ) -> None:
        cluster = cluster or Cluster()
        self._replicas = cluster.replicas
        self._server = Server(url, grpc_port, api_key, cluster.grpc_host)
        self._generations = Generations(self._server, collection, cluster.replicas)
        self._guard = threading.RLock()
        self._seen: dict[str, tuple[float, WeaviateTable]] = {}

    def live(self, workspace: str) -> WeaviateTable:
        at, seen = time.monotonic(), self._seen.get(workspace)
        if seen and at - seen[0] < _FRESH_S:
            return seen[1]
        with self._server.asking():
            generation = self._live()
            turn = self._turns(generation).of(workspace)
        if not turn.live:
            raise IndexMissing(MISSING)
        table = self._table(generation, tenant_of(workspace, turn.live))
        self._seen[workspace] = (at, table)
        return table

    def table(self, name: str) -> WeaviateTable:
        collection, _, tenant = name.partition("/")
        workspace, _, number = tenant.rpartition("_")
        with self._server.asking():
            generation = self._generations.named(collection)
            known = self._turns(generation).numbers().get(workspace, []) if generation else []
        if generation is None or not number.isdecimal() or int(number) not in known:
            raise IndexMissing(MISSING)
        return self._table(generation, tenant)

    def tables(self, workspace: str) -> list[str]:
        with self._server.asking():
            known = self._generations.all()
            order = ((known.live, 0, 1, 4), (known.previous, 2, 3, 6), (known.building, 5, 5, 5))
            found = [each for g, *ranks in order if g for each in self._ranked(g, workspace, ranks)]
        return [name for _, name in sorted(found)]

    def workspaces(self, *, building: bool = False) -> list[str]:
        with self._server.asking():
            known = self._generations.all()
            generation = known.building if building else known.live
            if generation is None:
                return []
            turns = self._turns(generation)
            return sorted(each for each in turns.numbers() if turns.of(each).live)

    def build(self, made: Made, workspace: str, *, alone: bool = False) -> WeaviateTable:
        if not _WORKSPACE.fullmatch(workspace):
            raise SettingError(MISNAMED)
        with self._guard, self._server.asking(DENIED):
            if alone:
                return self._build_alone(made, workspace)
            generation = self._begun(made)
            turns = self._turns(generation)
            if workspace not in turns.numbers():
                turns.add(workspace, 1)
            turns.set(workspace, Turn(1))
            return self._table(generation, tenant_of(workspace, 1))

    def swap(self, workspace: str = "") -> None:
        with self._changing():
            if workspace:
                self._swap_alone(workspace)
                return
            known = self._generations.all()
            if known.building is None:
                raise IndexMissing(NOTHING_BUILT)
            self._generations.swap(known.building, known.live)
            older = [known.previous, *known.orphans]
            self._generations.remove(*(g.name for g in older if g), *known.foreign)

    def discard(self, workspace: str = "") -> None:
        with self._changing():
            known = self._generations.all()
            if not workspace:
                self._generations.remove(*(g.name for g in (known.building, *known.orphans) if g))
            elif known.live:
                turns = self._turns(known.live)
                turns.tidy(workspace, turns.of(workspace))

    def back(self, workspace: str = "") -> None:
        with self._changing():
            known = self._generations.all()
            if workspace and known.live:
                turns = self._turns(known.live)
                turn = turns.of(workspace)
                if turn.previous:
                    turns.set(workspace, Turn(turn.previous, turn.live))
                    return
            elif known.live and known.previous:
                self._generations.back(known.live, known.previous)
                return
            raise IndexMissing(NOTHING_BEFORE)

    def check(self) -> None:
        with self._server.asking():
            generation = self._generations.live()
            if generation is None:
                _refuse_foreign(self._generations.all())
                return
            matched(generation.made, replace(generation.made, layout=LAYOUT))
            matching(self._generations.schema(generation), self._replicas)

    def drop(self) -> None:
        with self._changing():
            self._generations.drop()

    def close(self) -> None:
        self._server.close()
        self._seen.clear()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._guard, self._server.asking(DENIED):
            try:
                yield
            finally:
                self._seen.clear()

    def _live(self) -> Generation:
        found = self._generations.live()
        if found is None:
            _refuse_foreign(self._generations.all())
            raise IndexMissing(MISSING)
        return found

    def _begun(self, made: Made) -> Generation:
        """The generation being built; one that something else made is of no use and removed."""
        known = self._generations.all()
        if known.building and known.building.made == made:
            return known.building
        if known.building:
            self._generations.remove(known.building.name)
        fresh = self._generations.begin(made, known.number + 1)
        self._turns(fresh).begin()
        return fresh

    def _build_alone(self, made: Made, workspace: str) -> WeaviateTable:
        generation = self._live()
        matched(generation.made, made)
        turns = self._turns(generation)
        number = turns.building(workspace)
        if not number:
            number = max(turns.numbers().get(workspace, [0])) + 1
            turns.add(workspace, number)
        return self._table(generation, tenant_of(workspace, number))

    def _swap_alone(self, workspace: str) -> None:
        turns = self._turns(self._live())
        built = turns.building(workspace)
        if not built:
            raise IndexMissing(NOTHING_BUILT)
        turn = Turn(built, turns.of(workspace).live)
        turns.set(workspace, turn)
        turns.tidy(workspace, turn)

    def _ranked(
        self, generation: Generation, workspace: str, ranks: Sequence[int]
    ) -> Iterator[tuple[int, str]]:
        """Names of tables with their rank: of the one that answers, the one before, one being built."""
        turns = self._turns(generation)
        for each, numbers in turns.numbers().items():
            if workspace in ("", each):
                turn = turns.of(each)
                for number in numbers:
                    rank = {turn.live: ranks[0], turn.previous: ranks[1]}.get(number, ranks[2])
                    yield rank, f"{generation.name}/{tenant_of(each, number)}"

    def _turns(self, generation: Generation) -> Turns:
        return Turns(self._server, generation.name)

    def _table(self, generation: Generation, tenant: str) -> WeaviateTable:
        place = (generation.name, tenant)
        return WeaviateTable(self._server, place, generation.made, self._replicas, self._seen.clear)


def _refuse_foreign(known: Known) -> None:
    if known.foreign:
        raise IndexMismatch(OLD)
