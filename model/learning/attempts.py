"""Who was looked at on which golden set in, how many there were before it out: what luck has to pay for."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from model.learning.golden import Golden, NotGolden, every, manifest

SHARED = 0.5  # of its items: a golden set that has as many in common with an older one goes on counting


@dataclass(frozen=True, slots=True)
class Attempt:
    """A candidate that was looked at beside a production on a golden set, and its number, from 1."""

    golden: str
    candidate: str
    production: str
    number: int
    at: str
    by: str  # gate or eval: who looks, selects


def attempt(place: Path, golden: Golden, pair: tuple[str, str], *, by: str, again: bool = False) -> Attempt:
    """The attempt of this pair (candidate, production), written down before anything is looked at. The same
    pair on the same set keeps its number, so that a gate that was killed costs nothing; `again` counts anew.

    The number is given at the first look, gate or not: who looks at ten and gates the best has tried ten.
    """
    with _opened(place) as (file, told):
        known = [Attempt(**one) for one in told]
        kin = _kin(place, golden)
        mine = [one for one in known if one.golden == golden.name and (one.candidate, one.production) == pair]
        if mine and not again:
            return mine[-1]
        number = 1 + sum(one.golden in kin for one in known)
        new = Attempt(golden.name, *pair, number, datetime.now(UTC).isoformat(timespec="seconds"), by)
        _added(file, [asdict(new)])
    return new


def carry(place: Path, old: str, new: str) -> None:
    """What was tried on the set `old` counts as tried on `new`, which takes its place."""
    with _opened(place) as (file, known):
        if not any(one["golden"] == new for one in known):
            _added(file, [one | {"golden": new} for one in known if one["golden"] == old])


def _kin(place: Path, golden: Golden) -> set[str]:
    """This set and those that it shares so many items with: one more item is no new set. One that is damaged
    may share them."""
    mine = {row.id for row in golden.items}
    kin = {golden.name}
    for folder in every(place / "golden"):
        try:
            theirs = set(manifest(folder)["ids"])
        except NotGolden:
            theirs = mine
        if len(mine & theirs) >= SHARED * max(1, min(len(mine), len(theirs))):
            kin.add(folder.name)
    return kin


@contextmanager
def _opened(place: Path) -> Iterator[tuple[IO[bytes], list[dict[str, Any]]]]:
    """The file of attempts, to add to, and what it says; one at a time. A line that was cut when a process
    died is none: nobody had looked at anything yet."""
    path = place / "evals" / "attempts.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        whole, _, _ = file.read().rpartition(b"\n")
        file.truncate(len(whole) + 1 if whole else 0)
        yield file, [json.loads(line) for line in whole.splitlines() if line.strip()]


def _added(file: IO[bytes], rows: Sequence[Mapping[str, Any]]) -> None:
    """These are on disk when it returns."""
    file.write("".join(json.dumps(one, sort_keys=True) + "\n" for one in rows).encode())
    file.flush()
    os.fsync(file.fileno())
