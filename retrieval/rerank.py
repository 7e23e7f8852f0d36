"""The best hits in, the same hits out in a better order: a model that reads question and passage together.

It is blended with the fused score and never replaces it, and where it fails or is late that score stands.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import replace
from typing import Any, Protocol

import httpx

from retrieval.passage import FootnoteError, Hit, SettingError

TOP = 20  # hits that are read again
_AT_ONCE = 4  # questions; more are answered as they were fused
_REST_S = 30.0  # after a failure nothing is asked for so long: a dead server costs one deadline, not each
_CHECK = "Check FOOTNOTE_RERANK_URL, FOOTNOTE_RERANK_API_KEY and the model's name."
_log = logging.getLogger(__name__)


class RerankerUnavailable(FootnoteError):
    """The reranker could not be loaded or asked."""


class Reranker(Protocol):
    """Scores how well each text answers a question."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """A number for each text, in their order, higher is better. Raises RerankerUnavailable."""
        ...


def load(spec: str, *, url: str = "", api_key: str = "", timeout_s: float = 2.0) -> Reranker:
    """The reranker that `spec` names: hf:NAME or endpoint:NAME, which `url` and `api_key` belong to."""
    kind, _, name = spec.partition(":")
    if kind == "hf" and name:
        return CrossEncoderReranker(name)
    if kind == "endpoint" and name:
        return EndpointReranker(name, url, api_key, timeout_s=timeout_s)
    raise SettingError("FOOTNOTE_RERANKER is hf:NAME or endpoint:NAME, or empty for none.")


def entailment(spec: str, *, url: str = "", api_key: str = "", timeout_s: float = 2.0) -> Reranker:
    """What says how surely a text bears out a claim, 0 to 1: hf:NAME, a cross-encoder for inference, or
    endpoint:NAME, in the form of a reranker."""
    kind, _, name = spec.partition(":")
    if kind == "hf" and name:
        return Inference(name)
    if kind == "endpoint" and name:
        return EndpointReranker(name, url, api_key, timeout_s=timeout_s)
    raise SettingError("FOOTNOTE_ENTAILMENT is hf:NAME or endpoint:NAME, or empty for none.")


class Reranking:
    """Asks `reranker` about the best hits and blends its order in by `weight`, within `deadline_s`."""

    def __init__(
        self,
        reranker: Reranker,
        weight: float = 0.5,
        deadline_s: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reranker, self._weight, self._deadline_s = reranker, weight, deadline_s
        self._clock = clock
        self._free = threading.Semaphore(_AT_ONCE)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="footnote-rerank")
        self._rests_until = float("-inf")
        self.left = 0  # times that the fused order stood

    def of(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """`hits`, the first TOP in their blended order."""
        top, rest = list(hits[:TOP]), list(hits[TOP:])
        scores = self.scores(question, [hit.passage.indexed_text for hit in top]) if len(top) > 1 else None
        return [*(blended(top, scores, self._weight) if scores else top), *rest]

    def scores(self, question: str, texts: Sequence[str]) -> list[float] | None:
        """A number for each text within the deadline; None where it fails or is late, and a while after."""
        if self._clock() < self._rests_until or not self._free.acquire(blocking=False):
            self.left += 1
            return None
        asked: Future[Any] = self._threads.submit(self._reranker.scores, question, texts)
        asked.add_done_callback(lambda _: self._free.release())
        try:
            scores = [float(score) for score in asked.result(self._deadline_s)]
            if len(scores) != len(texts) or not all(abs(score) < float("inf") for score in scores):
                raise RerankerUnavailable("The reranker did not score every passage.")
        except (TooLate, FootnoteError, ValueError, TypeError) as error:
            self._rest(type(error).__name__)
            return None
        return scores

    def _rest(self, kind: str) -> None:
        self.left += 1
        self._rests_until = self._clock() + _REST_S
        _log.warning("reranker left out: %s; asked again in %.0f s; %d so far", kind, _REST_S, self.left)


def blended(hits: Sequence[Hit], scores: Sequence[float], weight: float) -> list[Hit]:
    """`hits` by their fused scores and `scores`, each scaled to 0..1 among them and weighted.

    The scores of the places stay: what follows these hits still follows them.
    """
    fused, again = _scaled([hit.score for hit in hits]), _scaled(scores)
    mixed = [(1 - weight) * a + weight * b for a, b in zip(fused, again, strict=True)]
    order = sorted(range(len(hits)), key=lambda n: (-mixed[n], n))
    places = sorted((hit.score for hit in hits), reverse=True)
    return [replace(hits[n], score=place) for n, place in zip(order, places, strict=True)]


def _scaled(scores: Sequence[float]) -> list[float]:
    low, high = min(scores), max(scores)
    return [(score - low) / (high - low) if high > low else 0.0 for score in scores]


class CrossEncoderReranker:
    """A cross-encoder of sentence-transformers (extra `torch`)."""

    def __init__(self, name: str) -> None:
        try:
            import torch  # type: ignore[import-not-found,unused-ignore]
            from sentence_transformers import CrossEncoder
        except ImportError:
            raise RerankerUnavailable(
                f"The reranker hf:{name} needs torch: run `pip install footnote[torch]`, "
                "or leave FOOTNOTE_RERANKER empty."
            ) from None
        half = {"torch_dtype": torch.bfloat16} if torch.cuda.is_available() else {}
        try:
            self._model: Any = CrossEncoder(name, model_kwargs=half)
        except Exception:
            raise RerankerUnavailable(
                f"The reranker {name} is not on this machine and could not be downloaded; "
                "check FOOTNOTE_RERANKER or connect this machine once."
            ) from None
        self._guard = threading.Lock()  # one batch at a time: two would each be late

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        pairs = [(question, text) for text in texts]
        try:
            with self._guard:
                return [float(score) for score in self._model.predict(pairs, show_progress_bar=False)]
        except Exception:
            raise RerankerUnavailable("The reranker failed; it may lack memory.") from None


class Inference(CrossEncoderReranker):
    """A cross-encoder for natural language inference: the probability of its label `entailment`."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """`question` is the claim, each text what it may follow from."""
        pairs = [(text, question) for text in texts]
        try:
            with self._guard:
                rows = self._model.predict(pairs, apply_softmax=True, show_progress_bar=False)
            labels: dict[int, str] = self._model.config.id2label
            column = next(n for n, label in labels.items() if label.casefold().startswith("entail"))
            return [float(row[column]) for row in rows]
        except StopIteration:
            raise RerankerUnavailable("That model has no label for entailment.") from None
        except Exception:
            raise RerankerUnavailable("The model for inference failed; it may lack memory.") from None


class EndpointReranker:
    """The model `name` behind `url` (ending in /v1) in the form of Cohere and Jina, as vLLM serves it."""

    def __init__(self, name: str, url: str, api_key: str = "", *, timeout_s: float = 2.0) -> None:
        if not url:
            raise SettingError("FOOTNOTE_RERANK_URL: name the address of the reranker, ending in /v1.")
        self._model = name
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=timeout_s)

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        body = {"model": self._model, "query": question, "documents": list(texts), "top_n": len(texts)}
        try:
            answer = self._client.post("/rerank", json=body)
        except httpx.HTTPError:
            raise RerankerUnavailable(
                "The reranker could not be reached; check FOOTNOTE_RERANK_URL."
            ) from None
        if not answer.is_success:
            raise RerankerUnavailable(f"The reranker answered {answer.status_code}. {_CHECK}")
        try:
            found = {int(row["index"]): float(row["relevance_score"]) for row in answer.json()["results"]}
            return [found[n] for n in range(len(texts))]
        except (ValueError, KeyError, TypeError):
            raise RerankerUnavailable("The reranker does not speak the form of Cohere and Jina.") from None

    def close(self) -> None:
        self._client.close()
