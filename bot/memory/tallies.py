"""Votes over time: how many of each kind on each day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from model.feedback import ballots


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes of a day that count."""

    day: date
    up: int = 0
    down: int = 0


class Tallies:
    """Counted where the votes lie."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def since(self, day: date) -> list[Tally]:
        """Those of each day that has any, oldest first."""
        of = sa.func.date(ballots.c.at).label("day")
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        counting = (ballots.c.at >= begin) & ballots.c.value.in_(("up", "down"))
        query = sa.select(of, ballots.c.value, sa.func.count().label("many")).where(counting)
        found: dict[str, dict[str, int]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query.group_by(of, ballots.c.value)):
                found.setdefault(str(row.day), {})[row.value] = int(row.many)
        return [Tally(date.fromisoformat(day), **found[day]) for day in sorted(found)]

    def reasons(self, day: date) -> dict[str, int]:
        """Why answers were no help, by reason, the most given first."""
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        given = (ballots.c.at >= begin) & ballots.c.reasons.is_not(None) & (ballots.c.value == "down")
        query = sa.select(ballots.c.reasons, sa.func.count()).where(given).group_by(ballots.c.reasons)
        counted: dict[str, int] = {}
        with self._engine.connect() as connection:
            for listed, many in connection.execute(query):
                for one in json.loads(listed):
                    counted[one] = counted.get(one, 0) + int(many)
        return dict(sorted(counted.items(), key=lambda one: -one[1]))
