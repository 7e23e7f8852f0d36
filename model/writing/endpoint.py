"""An OpenAI-compatible address in, what its server says of its models out: their length, their base."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from model.answer import WriterUnavailable
from retrieval.passage import SettingError

BASE = "base"  # what the model without an adapter is called, by servers and in verdicts
_PATIENCE_S = 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Card:
    """What a server says of a model: tokens of prompt and answer together, and the base of an adapter."""

    context: int | None = None
    base: str = ""


class Endpoint:
    """One for all models behind an address. What it is told it remembers until `forget`; thread-safe."""

    def __init__(self, base_url: str, api_key: str) -> None:
        """Raises SettingError where the address is none."""
        if not base_url.startswith(("http://", "https://")):
            raise SettingError("VLLM_BASE_URL: is no http address. Give the model server's, ending in /v1.")
        self.base_url, self.api_key = base_url.rstrip("/"), api_key
        self._lock = threading.Lock()
        self._cards: dict[str, Card] | None = None
        self._counts = True

    def card(self, model: str) -> Card:
        """Of a model; an empty one where the server does not say."""
        with self._lock:
            known = self._cards
        if known is None:
            said = self._asked("GET", f"{self.base_url}/models")
            known = _cards(said or {})
            with self._lock:
                self._cards = None if said is None else known  # who was slow once may say it the next time
        return known.get(model, Card())

    def names(self) -> frozenset[str]:
        """Of the models that it says it has, asked anew; none where it does not answer."""
        return frozenset(_cards(self._asked("GET", f"{self.base_url}/models") or {}))

    def version(self) -> str:
        """What vLLM says it is, such as 0.32.0; empty where another server stands there, or none."""
        said = self._asked("GET", f"{self.base_url.removesuffix('/v1')}/version")
        return str((said or {}).get("version") or "")

    def count(self, model: str, messages: Sequence[dict[str, str]]) -> int | None:
        """Tokens of a chat as the server counts them; None where it does not say, which is remembered."""
        if not self._counts:
            return None
        body = {"model": model, "messages": list(messages)}
        said = self._asked("POST", f"{self.base_url.removesuffix('/v1')}/tokenize", json=body)
        count = (said or {}).get("count")
        self._counts = said is None or isinstance(count, int)
        return count if isinstance(count, int) else None

    def loss(self, model: str, text: str, within_s: float = 60.0) -> float:
        """Mean negative log-likelihood of the tokens of `text`, without a prompt, as vLLM reckons it. Raises
        WriterUnavailable where it is not told."""
        body = {"model": model, "prompt": text, "max_tokens": 1, "temperature": 0, "prompt_logprobs": 0}
        said = self._asked("POST", f"{self.base_url}/completions", json=body, timeout=within_s) or {}
        try:
            places = [place for place in said["choices"][0]["prompt_logprobs"] if place]
            found = [float(next(iter(place.values()))["logprob"]) for place in places]
            return -sum(found) / len(found)
        except (LookupError, TypeError, ValueError, StopIteration, ZeroDivisionError):
            raise WriterUnavailable("The model server does not say how likely a text is.") from None

    def forget(self) -> None:
        """After a failure: another server, with other models, may stand there when it answers again."""
        with self._lock:
            self._cards, self._counts = None, True

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Whose certificates are. Read once: for each request, it took longer than most answers."""
        import httpx

        return httpx.create_ssl_context()

    def _asked(self, method: str, url: str, **more: Any) -> dict[str, Any] | None:
        """What it answers, {} where that is a refusal or no object; None where it does not answer in time."""
        import httpx

        headers = {"Authorization": f"Bearer {self.api_key or 'none'}"}
        given: dict[str, Any] = {"timeout": _PATIENCE_S, "headers": headers, "verify": self._trusted}
        try:
            answer = httpx.request(method, url, **given | more)
            said = answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            _log.info("%s is not told: %s", url.rpartition("/")[2], type(error).__name__)
            return None if isinstance(error, httpx.TransportError) else {}
        return said if isinstance(said, dict) else {}


def _cards(said: dict[str, Any]) -> dict[str, Card]:
    """By name. vLLM gives an adapter's base as its parent, and the length with the base alone."""
    given = said.get("data")
    listed = [card for card in given if isinstance(card, dict)] if isinstance(given, list) else []
    lengths = {str(card.get("id")): card.get("max_model_len") for card in listed}
    found = {}
    for card in listed:
        base = str(card.get("parent") or "")
        length = card.get("max_model_len") or lengths.get(base)
        found[str(card.get("id"))] = Card(length if isinstance(length, int) else None, base)
    return found
