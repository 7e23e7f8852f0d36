"""Texts in, vectors out of any server that speaks OpenAI's /v1/embeddings (vLLM, for one)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import httpx
import numpy as np
from numpy.typing import NDArray

from retrieval.embed import prompts, unit
from retrieval.passage import EmbedderUnavailable, SettingError, Vectors

_BATCH = 64  # texts in a request
_ATTEMPTS = 5
_LONGEST_WAIT_S = 30.0


class EndpointEmbedder:
    """The model `name` behind `url` (ending in /v1). The dimension is asked for once, at the start."""

    def __init__(
        self, name: str, url: str, api_key: str = "", *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        if not url:
            raise SettingError("FOOTNOTE_EMBEDDINGS_URL: name the address of the endpoint, ending in /v1.")
        self.name = f"endpoint:{name}"
        self._model, self._sleep = name, sleep
        self._query, self._passage = prompts(name)
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=60)
        self.dimension = self._request(["dimension"]).shape[1]

    def embed(self, texts: Sequence[str]) -> Vectors:
        texts = [self._passage + text for text in texts]
        parts = [self._asked(texts[n : n + _BATCH]) for n in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, self.dimension), np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self._asked([self._query + text])[0]
        return row

    def close(self) -> None:
        self._client.close()

    def _asked(self, texts: list[str]) -> Vectors:
        vectors = self._request(texts)
        if vectors.shape[1] != self.dimension:
            raise EmbedderUnavailable("The embeddings endpoint now serves another model; index again.")
        return vectors

    def _request(self, texts: list[str]) -> Vectors:
        answer = self._posted({"model": self._model, "input": texts, "encoding_format": "float"})
        try:
            rows = sorted(answer.json()["data"], key=lambda row: int(row["index"]))
            vectors = np.array([row["embedding"] for row in rows], np.float32)
        except (ValueError, KeyError, TypeError):
            raise EmbedderUnavailable("The embeddings endpoint does not speak OpenAI's API.") from None
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise EmbedderUnavailable("The embeddings endpoint left out some vectors; try again.")
        return unit(vectors)

    def _posted(self, body: dict[str, object]) -> httpx.Response:
        """The answer to one request; waits and asks again while the endpoint is busy or away."""
        said = "it could not be reached"
        for attempt in range(_ATTEMPTS):
            wait = min(_LONGEST_WAIT_S, 0.5 * 2**attempt)
            try:
                answer = self._client.post("/embeddings", json=body)
            except httpx.TransportError:
                said = "it could not be reached"
            else:
                if answer.is_success:
                    return answer
                said = f"it answered {answer.status_code}"
                if answer.status_code != 429 and answer.status_code < 500:
                    break
                wait = _retry_after(answer) or wait
            if attempt + 1 < _ATTEMPTS:
                self._sleep(min(wait, _LONGEST_WAIT_S))
        raise EmbedderUnavailable(
            f"The embeddings endpoint cannot be used: {said}. "
            "Check FOOTNOTE_EMBEDDINGS_URL, FOOTNOTE_EMBEDDINGS_API_KEY and the model's name."
        )


def _retry_after(answer: httpx.Response) -> float:
    value = answer.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else 0.0
