"""What a load left behind in, lines of figures out: of each stage, of each minute, of what grows."""

from __future__ import annotations

import contextlib
import os
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from docs.asking import ended
from docs.capacity import used
from docs.slope import LEAST, slope, spread

if TYPE_CHECKING:
    from storm_checker import Asked

    from docs.busy import Glance, Office

HOUR = 60.0  # minutes
OTHERS, IDLE = "all else on the machine", "idle"
_ANSWERED = re.compile(r"answered: event=\S+ status=(\w+) .*?queue_ms=(\d+) embed_ms=(\d+) search_ms=(\d+) "
                       r"write_ms=(\d+) total_ms=(\d+)")  # fmt: skip
_STAGES = ("until it is begun", "embedding", "search", "writing", "search to answer")


def logged(log: str) -> dict[str, list[float]]:
    """Milliseconds of each stage of the answers that a log tells of."""
    found = [list(map(float, row[1:])) for row in _ANSWERED.findall(log)]
    return {name: [row[n] for row in found] for n, name in enumerate(_STAGES)}


def stages(office: Office, asked: Sequence[Asked], since: float, log: str) -> dict[str, list[float]]:
    """Milliseconds of each stage, from the event to the final post. What Slack saw is Slack's word, the rest
    is the log's."""
    acks = [
        one.acked_ms
        for one in office.slack.deliveries
        if one.acked_ms is not None and one.started >= since and one.kind == "events_api"
    ]
    visible = ended(office.slack, asked)
    return {
        "acknowledged": acks,
        "first sign": [1000 * one.sign for one in visible],
        **logged(log),
        "final post": [1000 * one.final for one in visible],
    }


def staged(office: Office, asked: Sequence[Asked], since: float, log: str) -> Iterator[str]:
    """A line for each stage, and how the answers ended."""
    for name, times in stages(office, asked, since, log).items():
        p50, p95, p99 = spread(times)
        yield f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, n {len(times)}"
    counts = Counter(row[0] for row in _ANSWERED.findall(log))
    yield "status: " + ", ".join(f"{count} {status}" for status, count in counts.most_common())


def by_minute(glances: Sequence[Glance], seconds: float) -> list[list[Glance]]:
    """The glances of each whole minute; of less than a minute, all of them."""
    whole = max(1, int(seconds // 60))
    parts: list[list[Glance]] = [[] for _ in range(whole)]
    for glance in glances:
        if glance.at < whole * 60:
            parts[int(glance.at // 60)].append(glance)
    return [part for part in parts if part]


def minutes(glances: Sequence[Glance], seconds: float) -> Iterator[str]:
    """Each minute's memory and handles, on average, and the longest queue."""
    for number, part in enumerate(by_minute(glances, seconds), 1):
        memory = statistics.mean(one.memory for one in part)
        handles = statistics.mean(one.handles for one in part)
        waiting = [one.waiting for one in part]
        yield (
            f"minute {number}: memory {memory:.0f} MB, handles {handles:.1f}, in the inbox "
            f"{statistics.mean(waiting):.1f} on average and {max(waiting)} at most"
        )


def open_files(pid: int) -> str:
    """What a process has open, by kind: the names of files, without what numbers them."""
    kinds: Counter[str] = Counter()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed since
            kinds[_kind(os.readlink(each))] += 1
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())


def _kind(target: str) -> str:
    name = target.partition(":")[0] if ":[" in target else Path(target).name
    return re.sub(r"[0-9a-f]{8,}|\d+", "#", name)


def drifts(glances: Sequence[Glance], seconds: float) -> Iterator[str]:
    """How much memory, handles and the queue grow in an hour, with an interval of 95 %; the first minute, in
    which everything is used for the first time, is left out where there are more than four. Of many minutes
    the second half is told too: a leak goes on in it, what fills caches and pools does not."""
    parts = by_minute(glances, seconds)
    parts = parts[1:] if len(parts) > 4 else parts
    if len(parts) > 1:
        yield from _grown(parts, f"from {len(parts)} minutes")
    if len(parts) > 2 * LEAST:
        half = parts[len(parts) // 2 :]
        yield from _grown(half, f"from the last {len(half)} minutes")
    yield f"the inbox: at most {max((one.waiting for one in glances), default=0)} rows"


def _grown(parts: Sequence[Sequence[Glance]], of: str) -> Iterator[str]:
    at = [statistics.mean(one.at for one in part) / 60 for part in parts]
    for name, unit in (("memory", "MB"), ("handles", "handles"), ("waiting", "rows")):
        means = [statistics.mean(float(getattr(one, name)) for one in part) for part in parts]
        yield f"{name}: {slope([minute / HOUR for minute in at], means)} {unit} an hour, {of}"


class Costs:
    """CPU seconds of each part from now on; the stand-in for Slack and the people in it are this process,
    and what others on this machine take is told too."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._before = self._now()

    def spent(self) -> dict[str, float]:
        return {name: value - self._before[name] for name, value in self._now().items()}

    def _now(self) -> dict[str, float]:
        parts = {name: used(process) for name, process in self._office.parts.items()}
        parts["Slack's stand-in and people"] = sum(psutil.Process().cpu_times()[:2])
        machine = psutil.cpu_times()
        others = machine.user + machine.nice + machine.system - sum(parts.values())
        return parts | {OTHERS: others, IDLE: machine.idle + machine.iowait}
