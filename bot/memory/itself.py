"""What came of a question that the bot asked itself: kept in its row until whoever asked has read it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from bot.state import inbox

KIND = "itself"
_OVER_S = 600.0  # after which a row was left by a process that died while it waited
_FREE = inbox.c.executor.is_(None)
_FINAL = inbox.c.state == "final"
_BARE = _FINAL & inbox.c.outcome.is_(None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """In a sentence, and whether all went well."""

    said: str
    well: bool


UNKNOWN = Outcome("", well=False)  # a replica closed the row that does not know such questions


class Outcomes:
    """By the id of the row."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, event_id: str, outcome: Outcome) -> None:
        """The row is at its end; it goes where nobody waits for it any more."""
        mine = inbox.c.event_id == event_id
        end = {"state": "final", "payload": None, "outcome": json.dumps(asdict(outcome))}
        with self._engine.begin() as connection:
            if not connection.execute(inbox.delete().where(mine, _BARE)).rowcount:
                connection.execute(inbox.update().where(mine).values(end))

    def take(self, event_id: str) -> Outcome | None:
        """Read once: the row goes. None: it is not at its end."""
        mine = (inbox.c.event_id == event_id) & _FINAL
        with self._engine.begin() as connection:
            found = connection.execute(sa.select(inbox.c.outcome).where(mine)).first()
            if found is None:
                return None
            connection.execute(inbox.delete().where(mine))
        return Outcome(**json.loads(found.outcome)) if found.outcome else UNKNOWN

    def leave(self, event_id: str) -> None:
        """Nobody waits for it any more: the row goes, or is at its end for whoever works on it."""
        mine = inbox.c.event_id == event_id
        with self._engine.begin() as connection:
            connection.execute(inbox.delete().where(mine, _FREE | _FINAL))
            connection.execute(inbox.update().where(mine).values(state="final", payload=None))

    def sweep(self) -> None:
        """Rows that processes have left which ended while they waited."""
        old = (inbox.c.kind == KIND) & (inbox.c.received_at < time.time() - _OVER_S)
        with self._engine.begin() as connection:
            connection.execute(inbox.delete().where(old, _FREE | _FINAL))
