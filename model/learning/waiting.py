"""Golden items that people added and nobody has frozen yet: a line each, and the set that they become."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from model.learning import golden
from model.learning.folders import NAMED, alone, fits, still
from model.learning.golden import NotGolden, Parts, called, folders, freeze, opened, unsealed
from model.learning.near import clusters
from model.learning.pairs import paired
from model.learning.row import Row

_FILE = "waiting.jsonl"
NAME = "team"  # what the first set is called where nobody says
GENERAL = 200  # texts that stand for everything a model knew before
_LEAST = 30  # characters of one


def add(place: Path, row: Row, *, locked: bool) -> bool:
    """Whether it is new: the same item is not added twice. Another item of the same answer takes the place of
    the one that waits."""
    with alone(place):
        every = waiting(place)
        if any(row.id == one.id for one, _ in every):
            return False
        others = [one for one in every if not row.answer_id or one[0].answer_id != row.answer_id]
        _put(place, [*others, (row, locked)])
        return True


def _put(place: Path, every: Sequence[tuple[Row, bool]]) -> None:
    """These and no others wait, all at once."""
    lines = (json.dumps({"locked": held, "row": row.to_line()}, ensure_ascii=False) for row, held in every)
    fresh = place / f".{_FILE}"
    with fresh.open("w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, place / _FILE)


def waiting(place: Path) -> list[tuple[Row, bool]]:
    """Items and whether each is locked, in the order in which they came. A line that was cut is none."""
    path, found = place / _FILE, []
    for line in path.read_text(encoding="utf-8").split("\n") if path.is_file() else ():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        found.append((Row.of_line(told["row"]), bool(told["locked"])))
    return found


def drop(place: Path, meant: Callable[[Row], bool]) -> int:
    """Takes those out that are `meant`; how many."""
    with alone(place):
        every = waiting(place)
        left = [(row, locked) for row, locked in every if not meant(row)]
        if len(left) < len(every):
            _put(place, left)
        return len(every) - len(left)


def frozen(
    place: Path,
    name: str = "",
    general: Sequence[str] = (),
    canaries: Sequence[str] = (),
    kept: Callable[[Row], bool] = lambda _: True,
) -> Path:
    """The set `name` with what is waiting added to its last version, of both what may be `kept`; without a
    name, the newest set, which one that is damaged may be. An item in both parts, or that asks what a locked
    one does, is locked: what is locked is never shown by the other part. Raises NotGolden where there is no
    item, the last version is damaged, or nothing may be called so."""
    with still(place.parent), alone(place):
        names = [called(one) for one in folders(place)]
        name = name or _newest(place)
        if name not in names and not fits(name):
            raise NotGolden(f"{name} is no name of a golden set: {NAMED}")
        parts = _together(place, name, (general, canaries), kept)
        if not parts.items and not parts.locked:
            raise NotGolden("No item waits to be frozen. Make some of answers: footnote eval add ID.")
        folder = freeze(place, name, parts)
        (place / _FILE).unlink(missing_ok=True)
        return folder


def _together(
    place: Path, name: str, given: tuple[Sequence[str], Sequence[str]], kept: Callable[[Row], bool]
) -> Parts:
    general, canaries = given
    before = _last(place, name)
    opens = [*before.items, *(row for row, locked in waiting(place) if not locked)]
    shut = [*before.locked, *(row for row, locked in waiting(place) if locked)]
    opens, shut = _clustered(_once(filter(kept, opens)), _once(filter(kept, shut)))
    texts = tuple(general) or before.general or _texts(opens)
    return Parts(opens, shut, list(paired(opens)), texts, tuple(canaries) or before.canaries)


def _newest(place: Path) -> str:
    """The name of the newest set; of one that is damaged nobody knows how old it is. Raises NotGolden."""
    for folder in golden.every(place):
        try:
            golden.manifest(folder)
        except NotGolden as why:
            raise NotGolden(f"{why} Or name the set that goes on: footnote eval freeze NAME.") from None
    return next(map(called, folders(place)), NAME)


def _last(place: Path, name: str) -> Parts:
    for folder in golden.every(place):
        if called(folder) == name:
            golden.manifest(folder)  # where one cannot be read, it may be the last
    for folder in folders(place):
        if called(folder) == name:
            one = opened(folder)
            return Parts(one.items, unsealed(folder), (), one.general, one.canaries)
    return Parts()


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({row.id: row for row in rows}.values())


def _clustered(opens: Sequence[Row], shut: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Both parts, each row grouped with those that ask the same."""
    every = [*shut, *opens]
    leaders = clusters([row.question for row in every])
    named = [replace(row, cluster=every[leader].id) for row, leader in zip(every, leaders, strict=True)]
    locked = {row.cluster for row in named[: len(shut)]}
    return (
        [row for row in named[len(shut) :] if row.cluster not in locked],
        _once([*named[: len(shut)], *(row for row in named[len(shut) :] if row.cluster in locked)]),
    )


def _texts(rows: Sequence[Row]) -> tuple[str, ...]:
    """The passages' own words, each once, where nobody gave others."""
    every = (passage.text for row in rows for passage in row.passages if len(passage.text) >= _LEAST)
    return tuple(dict.fromkeys(every))[:GENERAL]
