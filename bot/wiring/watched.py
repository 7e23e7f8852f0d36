"""Settings in, what a running process is watched by out: its parts, looked at in turn, and what there is."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.meters import Meters
    from bot.web.watch import Look


def looks(settings: Settings) -> list[Look]:
    """The parts that /readyz tells of. Without the state nothing can be taken; a model is asked for a token,
    because one that hangs still says that it is well."""
    from bot.web.watch import Look
    from bot.wiring import checks, restore, servers

    known = [
        Look("state", partial(checks.state, settings), 5.0, needed=True),
        Look("home", partial(checks.home, settings), 30.0, needed=True),
        Look("room", partial(checks.room, settings), 60.0),
        Look("index", partial(checks.index, settings), 30.0),
        Look("sources", partial(checks.sources, settings), 60.0),
        Look("restore", partial(restore.half, settings), 60.0),
        Look("clock", servers.Clock(settings), 120.0),
    ]
    if settings.slack_bot_token.get_secret_value():
        known.append(Look("token", partial(servers.token, settings), 60.0))
    if settings.writer_kind == "chat":
        known.append(Look("writer", partial(checks.writer, settings), 60.0))
    return known


def started(settings: Settings) -> None:
    """A line of the audit where settings are not those of the last start."""
    from pydantic import SecretStr

    from bot import wiring
    from bot.memory import started
    from bot.wiring.disclosed import bare

    values: dict[str, str] = {}
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        secret = isinstance(value, SecretStr)
        shown = "set" if secret and value.get_secret_value() else bare(str(value))
        values[str(field.validation_alias)] = shown
    started.started(wiring.engine(settings), "start", values)


def meters(settings: Settings) -> Meters:
    """Counters at zero, beside what the state says of how much there is."""
    from bot import wiring
    from bot.census import Census
    from bot.meters import Meters
    from bot.wiring.models import registry

    made, opened = Meters(), lru_cache(wiring.store)

    def live() -> str:
        return opened(settings).live(settings.workspace).name  # to connect anew costs more than all the rest

    def answers() -> str:
        return settings.model or registry(settings).serving().production

    made.add(Census(wiring.engine(settings), settings.home, live, answers))
    return made
