"""What LangChain says of the chain's steps in; spans and counts of tokens out. No word is looked at."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

from bot.tracing import ERROR, Here, Span, Value, fresh, here

STEPS = ("understand", "retrieve", "clarify", "reckon", "extract", "check", "reshape", "fit")
_OPEN = 4096  # runs whose end has not been told; those of answers that nobody waits for any more never are
Used = Callable[[str, int, int], None]  # by which model, tokens read and written


@dataclass(slots=True)
class _Run:
    """A run of something of LangChain's. One without a `name` is no span: what is below it is below `at`."""

    name: str
    at: Here | None
    id: str
    parent: str
    began: float
    attributes: dict[str, Value]


class Steps(BaseCallbackHandler):
    """To be given to the chain once; `used` is told what each call of a model took, `embedder` is the name of
    what embeds questions."""

    raise_error = False

    def __init__(self, used: Used, embedder: str = "") -> None:
        self._used, self._embedder = used, embedder
        self._runs: OrderedDict[UUID, _Run] = OrderedDict()
        self._ended: OrderedDict[str, float] = OrderedDict()  # by the span above, when the last below it did
        self._guard = threading.Lock()

    def on_chain_start(
        self, serialized: Any, inputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **more: Any
    ) -> None:
        name = str(more.get("name") or "")
        self._begun(run_id, parent_run_id, name if name in STEPS else "", {})

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        self._over(run_id, {})

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        self._over(run_id, {ERROR: _kind(error)})

    def on_retriever_start(
        self, serialized: Any, query: str, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any
    ) -> None:
        self._begun(run_id, parent_run_id, "retrieval", {"gen_ai.operation.name": "retrieval"})

    def on_retriever_end(self, documents: Sequence[Any], *, run_id: UUID, **_: Any) -> None:
        about: dict[str, Value] = {"footnote.passages": len(documents)}
        if documents and (run := self._runs.get(run_id)) and run.at:
            spent = documents[0].metadata
            about["gen_ai.data_source.id"] = str(spent["table"])
            ended = run.began + float(spent["embed_ms"]) / 1000
            below = {"gen_ai.operation.name": "embeddings", "gen_ai.request.model": self._embedder}
            span = Span(run.at.trace, fresh(), run.id, "embeddings", run.began, ended, below)
            run.at.send(span)
        self._over(run_id, about)

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        self._over(run_id, {ERROR: _kind(error)})

    def on_chat_model_start(
        self, serialized: Any, messages: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **more: Any
    ) -> None:
        about = more.get("metadata") or {}
        model = str(about.get("ls_model_name") or "")
        said: dict[str, Value] = {"gen_ai.operation.name": "chat", "gen_ai.request.model": model}
        said["gen_ai.provider.name"] = str(about.get("ls_provider") or "openai")
        self._begun(run_id, parent_run_id, f"chat {model}", said)

    def on_llm_new_token(self, token: Any, *, run_id: UUID, **_: Any) -> None:
        run = self._runs.get(run_id)
        if run and "gen_ai.response.time_to_first_chunk" not in run.attributes:
            run.attributes["gen_ai.response.time_to_first_chunk"] = time.time() - run.began

    def on_llm_end(self, response: Any, *, run_id: UUID, **_: Any) -> None:
        run, message = self._runs.get(run_id), _message(response)
        about, usage = (
            getattr(message, "response_metadata", {}),
            getattr(message, "usage_metadata", None) or {},
        )
        said: dict[str, Value] = {}
        if finish := about.get("finish_reason") or about.get("stop_reason"):
            said["gen_ai.response.finish_reasons"] = (str(finish),)
        if model := about.get("model_name"):
            said["gen_ai.response.model"] = str(model)
        if usage:
            read, written = int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0))
            said |= {"gen_ai.usage.input_tokens": read, "gen_ai.usage.output_tokens": written}
            self._used(str(run.attributes["gen_ai.request.model"]) if run else "", read, written)
        self._over(run_id, said)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        self._over(run_id, {ERROR: _kind(error)})

    def _begun(self, id: UUID, above: UUID | None, name: str, attributes: dict[str, Value]) -> None:
        """A step of a stream is told to begin when the whole does: it has really begun where the one before
        it has ended."""
        with self._guard:
            upper = self._runs.get(above) if above else None
            at = upper.at if upper else here()
            parent = (upper.id if upper else at.id) if at else ""
            own = fresh() if name else parent
            self._runs[id] = _Run(name, at, own, parent, time.time(), attributes)
            while len(self._runs) > _OPEN:
                self._runs.popitem(last=False)

    def _over(self, id: UUID, attributes: dict[str, Value]) -> None:
        with self._guard:
            run = self._runs.pop(id, None)
            if run is None or run.at is None or not run.name:
                return
            now = time.time()
            began = max(run.began, self._ended.get(run.parent, 0.0)) if run.name in STEPS else run.began
            self._ended[run.parent] = now
            while len(self._ended) > _OPEN:
                self._ended.popitem(last=False)
        run.at.send(
            Span(run.at.trace, run.id, run.parent, run.name, began, now, {**run.attributes, **attributes})
        )


def _kind(error: BaseException) -> str:
    """The status that a server refused with, or what kind of error it is; never its text. A stream that its
    reader closed, mostly for its time being up, was cut off: Python calls that a generator's exit."""
    if isinstance(error, GeneratorExit):
        return "cut_off"
    status = getattr(error, "status_code", None)
    return str(status) if isinstance(status, int) else type(error).__name__


def _message(response: Any) -> Any:
    generations = getattr(response, "generations", None) or [[]]
    return getattr(generations[0][0], "message", None) if generations[0] else None
