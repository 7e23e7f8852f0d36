"""The page of votes: how many found answers helpful, week by week, and why others did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.events.votes import REASONS
from bot.memory.tallies import Tallies, Tally
from bot.pages.listing import Cell, Drawing, Listing, Table
from bot.pages.visit import Entry, Reply, Visit, admins
from bot.phrases import say
from model.learning.plot import NARROW, Bar, drawn
from model.learning.stats import wilson

HERE, WEEKS = "/votes", 12
_COLUMNS = ("page_week", "page_helpful", "page_unhelpful", "page_share")


@dataclass(frozen=True, slots=True)
class Votes:
    """Counts only: nobody's name, and no word of what was asked."""

    tallies: Tallies

    def entries(self) -> list[Entry]:
        return [Entry(HERE, self.shown, may=admins, menu="page_votes")]

    def shown(self, visit: Visit) -> Reply:
        locale, today = visit.who.locale, datetime.now(UTC).date()
        first = monday(today) - timedelta(weeks=WEEKS - 1)
        weeks = by_week(self.tallies.since(first), first)
        rows = [
            (
                *(Cell(f"{one.day:%Y-%m-%d}", "when"), Cell(one.up, "number"), Cell(one.down, "number")),
                Cell(_share(one), "number"),
            )
            for one in reversed(weeks)
        ]
        why = self.tallies.reasons(first)
        said = [
            (Cell(say(f"reason_{key}", locale)), Cell(many, "number"))
            for key, many in why.items()
            if key in REASONS
        ]
        tables = [
            Table("", _COLUMNS, rows),
            Table(say("why_title", locale), ("page_reason", "page_times"), said),
        ]
        some = any(one.up + one.down for one in weeks)
        picture = Drawing(_picture(weeks, locale), "page_votes_picture") if some else None
        return Listing(HERE, "page_votes", "page_votes_why", tables, picture=picture).page()


def monday(day: date) -> date:
    """Of its week."""
    return day - timedelta(days=day.weekday())


def by_week(days: Sequence[Tally], first: date) -> list[Tally]:
    """Twelve weeks from that Monday, each by its Monday, also those without a vote."""
    found = {first + timedelta(weeks=n): Tally(first + timedelta(weeks=n)) for n in range(WEEKS)}
    for one in days:
        week = monday(one.day)
        if before := found.get(week):
            found[week] = Tally(week, before.up + one.up, before.down + one.down)
    return list(found.values())


def _share(one: Tally) -> str:
    return f"{100 * one.up / (one.up + one.down):.0f} %" if one.up + one.down else ""


def _picture(weeks: Sequence[Tally], locale: str) -> str:
    """The share of helpful ones with what it may be, by how many there are."""
    bars = []
    for one in weeks:
        every = one.up + one.down
        if every:
            may = wilson(one.up, every)
            bars.append(
                Bar(f"{one.day:%Y-%m-%d}", may.low, one.up / every, may.high, f"{_share(one)} / {every}")
            )
    return drawn(say("page_votes_picture", locale), bars, within=NARROW)
