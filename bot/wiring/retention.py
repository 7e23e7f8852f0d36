"""Settings in, what is kept for how long, and who sees to it each day, out."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.care.kinds import TABLES, Kind
from bot.care.retention import Due, Retention
from bot.settings import Settings
from bot.state import switches
from retrieval.passage import FootnoteError
from retrieval.turns import Busy, Turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.indexing.schedules import Seldom

EVERY_S = 900.0
DONE = "retention"  # a switch: the day on which it was seen to last
WORKFLOWS = "durable work that is over"
SETTINGS = {
    Kind.WORDS: "FOOTNOTE_RECORD_DAYS",
    Kind.EVENTS: "FOOTNOTE_EVENT_DAYS",
    Kind.FIGURES: "FOOTNOTE_FIGURE_DAYS",
    Kind.WEEKS: "FOOTNOTE_WEEK_DAYS",
    Kind.AUDIT: "FOOTNOTE_AUDIT_DAYS",
}
log = logging.getLogger("footnote.retention")


def days(settings: Settings) -> dict[Kind, int]:
    """How long each kind is kept; kinds that are not named are kept until somebody takes them out. An
    event knows whose words they are: it is kept as long as they are."""
    events = max(settings.event_days, settings.record_days)
    return {
        Kind.WORDS: settings.record_days,
        Kind.EVENTS: events,
        Kind.FIGURES: max(settings.figure_days, events),
        Kind.WEEKS: settings.week_days,
        Kind.AUDIT: settings.audit_days,
    }


def retention(settings: Settings, *, apply: bool) -> list[Due]:
    """What has been kept for longer than its kind may be; `apply`: and is gone now."""
    from bot import wiring
    from bot.care.workflows import over

    engine = wiring.engine(settings)
    kept = Retention(engine, days(settings))
    found = kept.apply() if apply else kept.due()
    before = datetime.now(UTC) - timedelta(days=settings.event_days)
    where = settings.home if engine.dialect.name == "sqlite" else settings.database_url
    count = over(where, before, go=apply)
    return [*found, Due(Kind.EVENTS, WORKFLOWS, (), settings.event_days, count)]


def columns(settings: Settings) -> list[tuple[str, str, Kind, int | None, bool]]:
    """Every table and column of the state: its kind, for how many days, and whether a backup has it."""
    kept = days(settings)
    return [
        (table, column, kind, kept.get(kind), held.saved)
        for table, held in TABLES.items()
        for column in held.names
        for kind in [held.sooner.get(column, held.kind)]
    ]


def daily(settings: Settings) -> Seldom:
    """Sees to it once a day, whichever replica comes first."""
    return _often(partial(_seen_to, settings))


def words(settings: Settings) -> Seldom:
    """Sees to the words of passages on their last day."""
    from bot import wiring

    return _often(lambda: wiring.expire(settings))


def dated(settings: Settings) -> bool:
    """Whether the clock is right enough to remove something for its age; the log says why where it is not."""
    from bot.wiring import servers

    try:
        servers.dated(settings)
    except FootnoteError as error:
        log.warning("nothing is removed for its age: %s", error)
        return False
    return True


def _often(do: Callable[[], object]) -> Seldom:
    from bot.indexing.schedules import Seldom

    return Seldom(EVERY_S, do, partial(log.error, "what is too old could not be removed: %s"))


def _seen_to(settings: Settings) -> None:
    from bot import wiring

    engine, today = wiring.engine(settings), datetime.now(UTC).date().isoformat()
    with suppress(Busy), Turns(engine).take(DONE, wait=False):
        mine = switches.c.name == DONE
        with engine.connect() as connection:
            if connection.execute(sa.select(switches.c.value).where(mine)).scalar() == today:
                return
        if not dated(settings):
            return
        gone = sum(one.count for one in retention(settings, apply=True))
        with engine.begin() as connection:
            connection.execute(switches.delete().where(mine))
            row = {"name": DONE, "value": today, "changed_by": "", "changed_at": time.time()}
            connection.execute(switches.insert().values(**row))
        log.info("retention: %s rows or words of rows are gone", gone)
