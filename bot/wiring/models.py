"""Settings in, the models that write out, best first: adapter, base, second endpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import Settings
from model.writing.breaker import Doubt
from model.writing.endpoint import BASE, Endpoint
from model.writing.rung import Rung
from retrieval.passage import SettingError

if TYPE_CHECKING:
    from model.learning.probe import Probe
    from model.learning.registry import Registry
    from model.writing.chat import Manner


def models_of(settings: Settings) -> Path:
    """Where all that is learnt lies. Raises SettingError where that cannot be."""
    models = settings.home / "models"
    for place in (settings.home, models):
        if place.exists() and not place.is_dir():
            raise SettingError(f"FOOTNOTE_HOME: {place} is no folder. Remove it, or set another.")
    return models


def registry(settings: Settings) -> Registry:
    """The adapters of this home."""
    from bot.failpoint import failpoint
    from model.learning.registry import Registry

    return Registry(models_of(settings), failpoint)


def trained(kept: Registry) -> dict[str, Any]:
    """The train.json of the adapter in production; empty where the base model is."""
    now = kept.serving().production
    return kept.training(now) if now in kept.adapters() else {}


def rungs(settings: Settings, writer: str = "") -> list[Rung]:
    """`writer`: an adapter that is asked first, where the registry has it. Raises SettingError where what is
    needed to ask one is missing."""
    from model.writing.chat import Chat, Second

    how, at = manner(settings), endpoint(settings)
    doubt = Doubt()  # one server, one doubt

    def rung(name: str) -> Rung:
        at.forget()  # of an adapter that has come since, the server has told nothing
        return Rung(Chat(at, name, how), doubt)

    ladder = [_first(settings, rung)]
    if settings.base_model:
        ladder.append(rung(settings.base_model))
    if settings.fallback_model:
        ladder.append(Rung(Second(settings.fallback_model, how), Doubt()))
    if writer and writer not in [one.name for one in ladder] and writer in registry(settings).adapters():
        ladder.insert(0, rung(writer))
    return ladder


def endpoint(settings: Settings) -> Endpoint:
    """The model server. Raises SettingError."""
    if not settings.vllm_base_url:
        raise SettingError(
            "VLLM_BASE_URL is empty. Give the model server's address, ending in /v1, "
            "or set FOOTNOTE_WRITER=extract to answer without a model."
        )
    return Endpoint(settings.vllm_base_url, settings.vllm_api_key.get_secret_value())


def prober(settings: Settings) -> Probe:
    """What measures an adapter's effect at the model server. Raises SettingError."""
    from model.learning.probe import Probe

    at = endpoint(settings)
    return Probe(at.base_url, at.api_key, settings.base_model or BASE)


def manner(settings: Settings) -> Manner:
    """How drafts are asked for."""
    from model.writing.chat import Manner

    return Manner(settings.writer_timeout_s, settings.writer_silence_s, settings.marker_grammar)


def _first(settings: Settings, rung: Callable[[str], Rung]) -> Rung:
    """The model that is set, or whichever adapter is in production, or the base. An unset name with neither
    registry nor base is refused: a server would answer an empty one with the base, silently."""
    from model.learning.pointer import Pointer
    from model.writing.followed import Followed

    file = models_of(settings) / "serving.json"
    if settings.model or not (settings.base_model or file.exists()):
        return rung(settings.model)
    pointer, base = Pointer(file), settings.base_model or BASE
    return Followed(lambda: pointer.production() or base, rung)
