"""Which tenants of a generation are a workspace's, and which of them answers: an object each says it."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from weaviate.classes.config import ConsistencyLevel

from retrieval.record import key
from retrieval.weaviate.schema import WHOLE
from retrieval.weaviate.server import Server

_POINTERS = "pointers"  # a tenant of its own: workspaces' tenants end with a number


@dataclass(frozen=True, slots=True)
class Turn:
    """Numbers of a workspace's tenants in one generation: 0 is none. One that is neither is being built."""

    live: int = 0
    previous: int = 0


class Turns:
    """The tenants WORKSPACE_1, WORKSPACE_2, ... of the collection `name`.

    A workspace's turn is one object of one write, so that two workspaces rebuilt at once never mix.
    """

    def __init__(self, server: Server, name: str) -> None:
        self._server, self._name = server, name

    def begin(self) -> None:
        """Makes the place of the pointers, in a collection that is new."""
        self._create(_POINTERS)

    def numbers(self) -> dict[str, list[int]]:
        """By workspace, the numbers of its tenants in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for tenant in self._use().tenants.get():
            workspace, _, number = tenant.rpartition("_")
            if workspace and number.isdecimal():
                found[workspace].append(int(number))
        return {workspace: sorted(numbers) for workspace, numbers in found.items()}

    def of(self, workspace: str) -> Turn:
        found = self._pointers().query.fetch_object_by_id(_id(workspace), return_properties=[WHOLE])
        return Turn(**json.loads(found.properties[WHOLE])) if found else Turn()

    def set(self, workspace: str, turn: Turn) -> None:
        said = {"key": workspace, WHOLE: json.dumps(asdict(turn))}
        data = self._pointers().data
        if data.exists(_id(workspace)):
            data.replace(properties=said, uuid=_id(workspace))
        else:
            data.insert(properties=said, uuid=_id(workspace))

    def building(self, workspace: str) -> int:
        """The number of the tenant being built, newer than what answers; 0 if there is none."""
        turn, known = self.of(workspace), self.numbers().get(workspace, [])
        return known[-1] if known and known[-1] > max(turn.live, turn.previous) else 0

    def tidy(self, workspace: str, turn: Turn) -> None:
        """Removes the workspace's tenants but those of `turn`."""
        known = self.numbers().get(workspace, [])
        gone = [tenant_of(workspace, n) for n in known if n not in (turn.live, turn.previous)]
        if gone:
            self._use().tenants.remove(gone)

    def add(self, workspace: str, number: int) -> None:
        self._create(tenant_of(workspace, number))

    def _create(self, tenant: str) -> None:
        self._use().tenants.create(tenant)
        self._server.until(lambda: self._use().tenants.exists(tenant))

    def _use(self) -> Any:
        return self._server.client().collections.use(self._name)

    def _pointers(self) -> Any:
        return self._use().with_tenant(_POINTERS).with_consistency_level(ConsistencyLevel.QUORUM)


def tenant_of(workspace: str, number: int) -> str:
    return f"{workspace}_{number}"


def _id(workspace: str) -> uuid.UUID:
    return uuid.UUID(hex=key(workspace))
