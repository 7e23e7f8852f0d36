"""The settings of a start in, a line of the audit out where they are not those of the start before."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping

import sqlalchemy as sa

from bot.memory import audit
from bot.state import switches

NAME = "settings"  # among the switches: what they were at the last start, each by its digest


def digested(values: Mapping[str, str]) -> dict[str, str]:
    """Each value by its digest: what somebody set may name a machine of theirs."""
    return {name: hashlib.sha256(value.encode()).hexdigest()[:12] for name, value in sorted(values.items())}


def started(engine: sa.Engine, who: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The names of settings that have changed since the last start; they are in the audit, with one digest of
    all there is. `values` has no secrets."""
    now, mine = digested(values), switches.c.name == NAME
    with engine.begin() as connection:
        audit.turn(connection)
        kept = connection.scalar(sa.select(switches.c.value).where(mine))
        before = json.loads(kept) if kept else {}
        changed = tuple(name for name in sorted({*now, *before}) if now.get(name) != before.get(name))
        if kept and not changed:
            return ()
        row = {"value": json.dumps(now), "changed_by": who[:32], "changed_at": time.time()}
        connection.execute(switches.delete().where(mine))
        connection.execute(switches.insert().values(name=NAME, **row))
        whole = hashlib.sha256(json.dumps(now).encode()).hexdigest()[:12]
        audit.note(connection, who, NAME, f"{whole} {','.join(changed) if kept else 'first start'}")
    return changed if kept else ()
