"""Settings in, models to be judged and the bench they are judged on out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from model.answer import Draft
    from model.learning.evaluate import Subject
    from model.learning.gate import Rules
    from model.learning.row import Row
    from model.learning.trial import Bench

PRODUCTION = "production"  # whoever is that today


def models(settings: Settings) -> Path:
    """The folder of all that is learnt."""
    return settings.home / "models"


def bench(settings: Settings, golden: str, against: str, rules: Rules) -> Bench:
    """The newest golden set, or the one of that name, and production or who stands for it. Raises
    NotGolden."""
    from model.learning.golden import newest
    from model.learning.trial import Bench

    place = models(settings)
    name = production(settings) if against == PRODUCTION else against
    return Bench(place, newest(place / "golden", golden), subject(settings, name), rules)


def subject(settings: Settings, name: str) -> Subject:
    """A model as it is served under that name. Raises SettingError where there is no server."""
    from bot.wiring.models import BASE, endpoint
    from model.learning.evaluate import Subject
    from model.writing.chat import Chat, Manner

    at = endpoint(settings)
    served = (settings.base_model or BASE) if name == BASE else name
    manner = Manner(settings.writer_timeout_s, settings.writer_silence_s, settings.marker_grammar)
    chat = Chat(at, served, manner)

    def write(row: Row) -> Draft:
        return chat.write(row.question, row.passages)

    return Subject(name, write, lambda text: at.loss(served, text))


def production(settings: Settings) -> str:
    """The adapter in production; `base` where there is none."""
    from bot.wiring.models import BASE, registry

    return registry(settings).serving().production or BASE
