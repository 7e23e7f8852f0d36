"""When a source is read again: the words of its schedule and its last sync in, the next moment out. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from retrieval.passage import SettingError

FORM = (
    'write "every 15m", "every 6h" or "every 1d", five cron fields such as "0 3 * * 1-5" (UTC; a time zone '
    'may follow: "0 3 * * 1-5 Europe/Berlin"), or leave it out to read it by hand only'
)
AHEAD = timedelta(minutes=5)  # a clock of another machine may be; what lies further on a wrong one has said
_EVERY = re.compile(r"every (\d{1,4}) ?(m|h|d|w)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Every:
    """So long after the last sync ended."""

    pause: timedelta

    def after(self, last: datetime) -> datetime:
        return last + self.pause


@dataclass(frozen=True, slots=True)
class Cron:
    """By the clock of a zone. A moment that the clock skips in spring comes just after; one that it shows
    twice in autumn counts once, where the fields name an hour."""

    fields: str
    zone: ZoneInfo

    def after(self, last: datetime) -> datetime:
        from cronsim import CronSim

        return next(CronSim(self.fields, last.astimezone(self.zone))).astimezone(UTC)


def parsed(schedule: str) -> Every | Cron | None:
    """None for an empty one. Raises SettingError, with the reason and the form."""
    words = schedule.split()
    if not words:
        return None
    if found := _EVERY.fullmatch(" ".join(words)):
        return _every(int(found[1]), found[2])
    if len(words) not in (5, 6):
        raise SettingError(f"{schedule!r} is not understood: {FORM}.")
    fields = " ".join(words[:5])
    _met(fields)
    return Cron(fields, _zone(words[5] if words[5:] else "UTC"))


def next_run(schedule: str, last: datetime | None, now: datetime) -> datetime | None:
    """When a source is due whose last sync (or try) ended at `last`: at once where there was none or
    the clock was ahead then, never by itself (None) without a schedule. What is not after `now` is due; runs
    that were missed are one run."""
    plan = parsed(schedule)
    if plan is None:
        return None
    return now if last is None or last > now + AHEAD else plan.after(min(last, now))


def due(schedule: str, last: datetime | None, now: datetime) -> bool:
    """Whether the source is to be read now."""
    moment = next_run(schedule, last, now)
    return moment is not None and moment <= now


def _every(count: int, unit: str) -> Every:
    if not count:
        raise SettingError(f"every 0{unit} would never end: {FORM}.")
    return Every(count * _UNITS[unit])


def _met(fields: str) -> None:
    """Raises SettingError for fields that are wrong, or that no day ever meets."""
    from cronsim import CronSim, CronSimError

    try:
        next(CronSim(fields, datetime(2000, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        raise SettingError(f"{fields!r} is no cron schedule ({error}): {FORM}.") from None
    except StopIteration:
        raise SettingError(f"{fields!r} names a day that never comes: {FORM}.") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        near = get_close_matches(name, available_timezones(), 1)
        meant = f"did you mean {near[0]}?" if near else "write one such as Europe/Berlin."
        raise SettingError(f"There is no time zone {name!r}: {meant}") from None
