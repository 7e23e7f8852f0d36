"""What came of a question that the bot asked itself: kept in its row until whoever asked has read it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from bot.state import inbox


@dataclass(frozen=True, slots=True)
class Outcome:
    """In a sentence, and whether all went well."""

    said: str
    well: bool


class Outcomes:
    """By the id of the row."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, event_id: str, outcome: Outcome) -> None:
        """The row is at its end."""
        end = {"state": "final", "payload": None, "outcome": json.dumps(asdict(outcome))}
        with self._engine.begin() as connection:
            connection.execute(inbox.update().where(inbox.c.event_id == event_id).values(end))

    def take(self, event_id: str) -> Outcome | None:
        """Read once: the row goes. None: it is not at its end."""
        mine = inbox.c.event_id == event_id
        with self._engine.begin() as connection:
            found = connection.scalar(sa.select(inbox.c.outcome).where(mine))
            if found:
                connection.execute(inbox.delete().where(mine))
        return Outcome(**json.loads(found)) if found else None
