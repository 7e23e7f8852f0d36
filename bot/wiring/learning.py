"""Settings in, what learns from people out."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from bot.settings import Settings
from retrieval.passage import EVERYONE, IndexMismatch, IndexMissing

if TYPE_CHECKING:
    from bot.learning.desk import Desk
    from model.learning.case import Terms


def desk(settings: Settings) -> Desk:
    """Where answers are reviewed."""
    from bot import wiring
    from bot.learning.desk import Desk

    return Desk(wiring.engine(settings), partial(terms, settings))


def terms(settings: Settings) -> Terms:
    """What holds for learning, by the index that answers now."""
    from bot import wiring
    from bot.learning.desk import asked
    from model.learning.case import Terms

    weighed = wiring.meaning(settings, wiring.embedder_of(settings))
    everyone = partial(public, settings, _live(settings))
    given = (settings.record_days, settings.train_slack_text, settings.learn_unreviewed)
    return Terms(everyone, asked, *given, weighed)


def public(settings: Settings, table: str, documents: Collection[str]) -> frozenset[str]:
    """Of these documents, those that everyone may read now, as the ledger says; without an index, none."""
    from bot import wiring

    shown = wiring.ledger(settings).shown(table, documents) if table else {}
    return frozenset(uri for uri, now in shown.items() if EVERYONE in now.audience.principals)


def _live(settings: Settings) -> str:
    """The table that answers; empty where there is none."""
    from bot import wiring

    opened = wiring.store(settings)
    try:
        return opened.live(settings.workspace).name
    except (IndexMissing, IndexMismatch):
        return ""
    finally:
        opened.close()
