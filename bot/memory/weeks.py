"""Reports of weeks in and out: figures, ids and names of ours, nobody's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from bot.state import weeks
from model.learning.drift import Advice, Fate, Group, Outcome, Share, Shift, Week


class Weeks:
    """The reports that were made, one a week."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def keep(self, week: Week) -> None:
        """Keeps it in the place of another one of that week."""
        with self._engine.begin() as connection:
            connection.execute(weeks.delete().where(weeks.c.name == week.name))
            line = json.dumps(asdict(week), ensure_ascii=False)
            connection.execute(weeks.insert().values(name=week.name, at=week.at, report=line))

    def of(self, name: str) -> Week | None:
        """That of a week, such as 2026-W48."""
        with self._engine.connect() as connection:
            line = connection.execute(sa.select(weeks.c.report).where(weeks.c.name == name)).scalar()
        return _week(json.loads(line)) if line else None

    def latest(self, most: int) -> list[Week]:
        """The newest first."""
        query = sa.select(weeks.c.report).order_by(weeks.c.at.desc()).limit(most)
        with self._engine.connect() as connection:
            return [_week(json.loads(line)) for line in connection.execute(query).scalars()]


def _week(told: Mapping[str, Any]) -> Week:
    made = {
        "outcomes": tuple(Outcome(o["row"], o["cluster"], Fate(o["fate"])) for o in told["outcomes"]),
        "shifts": tuple(
            Shift(s["name"], Share(**s["before"]), Share(**s["now"]), s["p"]) for s in told["shifts"]
        ),
        "asked": Share(**told["asked"]),
        "votes": Share(**told["votes"]),
        "new": tuple(Group(tuple(g["ids"]), g["refused"]) for g in told["new"]),
        "stale": tuple(told["stale"]),
        "fresh": tuple(told["fresh"]),
        "advice": tuple(map(Advice, told["advice"])),
    }
    return Week(**{**told, **made})
