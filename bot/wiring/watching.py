"""Settings in, what watches the adapter in production out: it takes one back that answers badly."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.indexing.schedules import Seldom
    from bot.measuring.conduct import Conduct
    from model.learning.registry import Event, Registry
    from model.learning.watch import Look

EVERY_S = 60.0
log = logging.getLogger("footnote.adapters")


@dataclass(frozen=True, slots=True)
class Watched:
    """An adapter since its promotion: how answers went, each look that was due, whether it was taken back."""

    adapter: str
    conduct: Conduct
    looks: tuple[Look, ...]
    taken_back: bool = False


def watched(settings: Settings, *, dry: bool = False) -> Watched | None:
    """Looks at the adapter in production and takes it back where answers have got worse, unless `dry`. None
    where none was promoted, as what a rollback led to is not watched, and where another model is set."""
    from bot import wiring
    from bot.measuring.conduct import conduct, moment
    from bot.memory.audit import Audit
    from bot.wiring.models import registry
    from model.learning.folders import alone
    from model.learning.watch import looks

    kept = registry(settings)
    if settings.model:  # whatever the registry says, that is what answers
        return None
    with alone(kept.folder, ".watch"):  # two processes would go back twice
        event = _promoted(kept)
        if event is None:
            return None
        with wiring.engine(settings).connect() as connection:
            seen = conduct(connection, moment(event.at), event.adapter)
        every = tuple(looks(seen.before, seen.since))
        worse = bool(every) and every[-1].worse
        if worse and not dry:
            kept.rollback("watch", every[-1].sentence, only=event.adapter)
            Audit(wiring.engine(settings)).note("watch", "rollback", event.adapter)
            log.warning("%s was taken back: %s", event.adapter, every[-1].sentence)
        return Watched(event.adapter, seen, every, worse and not dry)


def _promoted(kept: Registry) -> Event | None:
    """The promotion that production stands on."""
    now = kept.serving().production
    led = [event for event in kept.events() if event.serving.production == now]
    changes = [event for event in led if event.what in ("promote", "rollback")]
    return changes[-1] if now and changes and changes[-1].what == "promote" else None


def watch(settings: Settings) -> Seldom:
    """Looks once a minute, where any adapter was ever promoted."""
    from bot.indexing.schedules import Seldom
    from bot.wiring.models import models_of

    def promoted() -> bool:
        return (models_of(settings) / "serving.json").is_file()

    wrong = partial(log.error, "the adapter is not watched: %s")
    return Seldom(EVERY_S, partial(watched, settings), wrong, promoted)
