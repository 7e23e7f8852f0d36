"""Which tables an embedded index has, and what swapping, going back and discarding make of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from retrieval.passage import IndexMissing
from retrieval.record import key
from retrieval.store import MISSING, Made

NO_EARLIER = "There is no earlier index to go back to. Run `footnote index` to bring this one up to date."
NOTHING_BUILT = "There is no index being built. Run `footnote index --rebuild`."
_PLAIN = re.compile("[a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Turn:
    """Tables of one workspace in a generation, by name; "" where there is none."""

    live: str = ""
    previous: str = ""
    building: str = ""

    def swapped(self) -> Turn:
        if not self.building:
            raise IndexMissing(NOTHING_BUILT)
        return Turn(self.building, self.live)

    def back(self) -> Turn:
        if not self.previous:
            raise IndexMissing(NO_EARLIER)
        return Turn(self.previous, self.live, self.building)

    def names(self) -> Iterator[str]:
        return (name for name in (self.live, self.previous, self.building) if name)


@dataclass(frozen=True, slots=True)
class Generation:
    """A folder of tables that one embedder and layout made; turns by workspace."""

    name: str
    made: Made
    turns: Mapping[str, Turn] = field(default_factory=dict)

    def turn(self, workspace: str) -> Turn:
        return self.turns.get(workspace, Turn())

    def turned(self, workspace: str, turn: Turn) -> Generation:
        return replace(self, turns={**self.turns, workspace: turn})

    def names(self) -> Iterator[str]:
        """Names of all its tables."""
        return (name for turn in self.turns.values() for name in turn.names())

    def workspaces(self) -> list[str]:
        """Those with a table that answers, or will when this generation does."""
        return sorted(workspace for workspace, turn in self.turns.items() if turn.live)


@dataclass(frozen=True, slots=True)
class Pointer:
    """What answers, what did before, what is being built. `count` numbers what is made; `old` is an index of
    an earlier release, which nothing here can read and only a swap removes."""

    live: Generation | None = None
    previous: Generation | None = None
    building: Generation | None = None
    count: int = 0
    old: bool = False

    def generations(self) -> list[Generation]:
        return [one for one in (self.live, self.previous, self.building) if one]

    def holder(self, table: str) -> Generation | None:
        """The generation that has a table of that name."""
        return next((one for one in self.generations() if table in one.names()), None)

    def tables(self, workspace: str) -> list[str]:
        """Names of a workspace's tables, "": of all: the live one, the previous ones, those being built."""
        known = [workspace] if workspace else sorted({w for one in self.generations() for w in one.turns})
        ranked = zip(*(self._ranked(each) for each in known), strict=True)
        return [name for names in ranked for name in names if name]

    def swapped(self, workspace: str) -> Pointer:
        if workspace:
            return self._turned(workspace, self._turn(workspace).swapped())
        if self.building is None:
            raise IndexMissing(NOTHING_BUILT)
        return Pointer(self.building, _halted(self.live), None, self.count)

    def back(self, workspace: str) -> Pointer:
        if workspace:
            return self._turned(workspace, self._turn(workspace).back())
        if self.previous is None:
            raise IndexMissing(NO_EARLIER)
        return replace(self, live=self.previous, previous=_halted(self.live))

    def discarded(self, workspace: str) -> Pointer:
        if not workspace:
            return replace(self, building=None)
        return self._turned(workspace, replace(self._turn(workspace), building="")) if self.live else self

    def begun(self, made: Made, workspace: str) -> Pointer:
        """With a table of that workspace in the generation being built; one that something else made goes."""
        building, count = self.building, self.count
        if building is None or building.made != made:
            count += 1
            name = (
                f"passages-{count}-{secrets.token_hex(3)}"  # never again, even after the folder was deleted
            )
            building = Generation(name, made)
        if building.turn(workspace).live:
            return self
        turn = Turn(live=f"{building.name}/{folded(workspace)}")
        return replace(self, building=building.turned(workspace, turn), count=count)

    def begun_alone(self, workspace: str) -> Pointer:
        """With a table of that workspace being built inside the live generation."""
        turn = self._turn(workspace)
        if turn.building or self.live is None:
            return self
        name = f"{self.live.name}/{folded(workspace)}@{self.count + 1}"
        return replace(self._turned(workspace, replace(turn, building=name)), count=self.count + 1)

    def _ranked(self, workspace: str) -> tuple[str, ...]:
        live, previous, building = (
            one.turn(workspace) if one else Turn() for one in (self.live, self.previous, self.building)
        )
        return (live.live, live.previous, previous.live, previous.previous, live.building, building.live)

    def _turn(self, workspace: str) -> Turn:
        if self.live is None:
            raise IndexMissing(MISSING)
        return self.live.turn(workspace)

    def _turned(self, workspace: str, turn: Turn) -> Pointer:
        if self.live is None:
            raise IndexMissing(MISSING)
        return replace(self, live=self.live.turned(workspace, turn))


def folded(workspace: str) -> str:
    """A workspace's name as every file system tells it from others: lower case, short, without a dot."""
    return workspace if _PLAIN.fullmatch(workspace) else f"_{key(workspace)}"


def _halted(generation: Generation | None) -> Generation | None:
    """Without what was being built inside it: nothing is built in what no longer answers."""
    if generation is None:
        return None
    return replace(generation, turns={w: replace(t, building="") for w, t in generation.turns.items()})
