"""Which days of a channel are to be listed again, and what is remembered of them between syncs: no text."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

DAY = 86_400
PERIODS = {"weekly": 7 * DAY, "daily": DAY, "monthly": 30 * DAY, "never": 0}
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """The last sync of a channel: when (`read`), since when it had looked (`since`), what it found
    (`found`, a hash of names and digests), and whether the channel was public then."""

    read: float
    since: float
    found: str
    public: bool


@dataclass(frozen=True, slots=True)
class Window:
    """How far back documents go, how much of that is listed at each sync, and how often every thread of it
    is read again."""

    days: int = 365
    overlap: int = 14
    full: str = "weekly"

    def first(self, now: float) -> int:
        """The first day (counted from 1970) that is read."""
        return int(now - self.days * DAY) // DAY

    def whole(self, since: float, now: float) -> set[int]:
        """Days whose threads are all read again: each has its own moment in the period, so that the work
        is spread over it."""
        period = PERIODS[self.full]
        if not period:
            return set()
        return {
            day
            for day in range(self.first(now), int(now) // DAY + 1)
            if (now - _moment(day, period)) // period > (since - _moment(day, period)) // period
        }

    def recent(self, read: float, now: float) -> set[int]:
        """Days listed at each sync."""
        begin = max(self.first(now), int(read - self.overlap * DAY) // DAY)
        return set(range(begin, int(now) // DAY + 1))


def _moment(day: int, period: int) -> int:
    return day * 40_503 % 9_973 * period // 9_973


def day_of(part: str) -> int:
    """The day (counted from 1970) that a thread began on, or that a day's document is of."""
    if "." in part:
        return int(part.partition(".")[0]) // DAY
    return int(datetime.fromisoformat(part).replace(tzinfo=UTC).timestamp()) // DAY


def ranges(days: set[int]) -> Iterator[tuple[str, str]]:
    """The first and the last moment of each run of days, as Slack writes them."""
    ordered = sorted(days)
    start = 0
    for n, day in enumerate(ordered, 1):
        if n == len(ordered) or ordered[n] != day + 1:
            yield f"{ordered[start] * DAY}.000000", f"{(day + 1) * DAY - 1}.999999"
            start = n


def summed(digests: Mapping[str, str]) -> str:
    """Tells whether what a sync found is what was indexed when it ended."""
    return hashlib.sha256(json.dumps(sorted(digests.items())).encode()).hexdigest()[:32]


class Marks:
    """The marks of a source, by channel, in a file. One that cannot be read is as good as none."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "channels.json"

    def load(self) -> dict[str, Mark]:
        try:
            kept = json.loads(self._path.read_text())
            return (
                {id: Mark(**mark) for id, mark in kept["channels"].items()}
                if kept["version"] == _VERSION
                else {}
            )
        except (OSError, ValueError, TypeError, LookupError, AttributeError):
            return {}

    def save(self, marks: Mapping[str, Mark]) -> None:
        kept = {"version": _VERSION, "channels": {id: asdict(mark) for id, mark in marks.items()}}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(kept))
        os.replace(fresh, self._path)
