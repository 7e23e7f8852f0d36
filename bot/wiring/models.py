"""Settings in, the models that write out, best first: adapter, base, second endpoint."""

from __future__ import annotations

from bot.settings import Settings
from model.writing.breaker import Doubt
from model.writing.rung import Rung
from retrieval.passage import SettingError


def rungs(settings: Settings) -> list[Rung]:
    """Raises SettingError where what is needed to ask one is missing."""
    from model.writing.chat import Chat, Manner, Second
    from model.writing.endpoint import Endpoint

    if not settings.vllm_base_url:
        raise SettingError(
            "VLLM_BASE_URL is empty. Give the model server's address, ending in /v1, "
            "or set FOOTNOTE_WRITER=extract to answer without a model."
        )
    manner = Manner(settings.writer_timeout_s, settings.writer_silence_s, settings.marker_grammar)
    endpoint = Endpoint(settings.vllm_base_url, settings.vllm_api_key.get_secret_value())
    doubt = Doubt()  # one server, one doubt
    names = (settings.model, settings.base_model) if settings.base_model else (settings.model,)
    ladder = [Rung(Chat(endpoint, name, manner), doubt) for name in names]
    if settings.fallback_model:
        ladder.append(Rung(Second(settings.fallback_model, manner), Doubt()))
    return ladder
