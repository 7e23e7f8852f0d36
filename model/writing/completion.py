"""A stream of a chat model in, everything it said out: whole, or an error with a sentence about why not."""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from model.answer import WriterUnavailable

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

# WriterUnavailable    no draft by this writer: it was refused
# +-- Away             nor by another on its server: it cannot be reached, is silent, too slow or broken
# +-- Unusable         the server is well, but what the model wrote cannot be used
# +-- TooLong          the prompt is longer than the model takes
MAX_CHARACTERS = 20_000
_TOO_SLOW = "The model server took too long."
BROKE_OFF = "The model server broke off in the middle of its answer."
_UNREACHED = {"ConnectError", "ConnectTimeout", "ConnectionRefusedError", "UnsupportedProtocol", "InvalidURL"}
_LATE = {"APITimeoutError", "TimeoutException", "TimeoutError"}
_log = logging.getLogger(__name__)


class Away(WriterUnavailable):
    """The server cannot be reached, is silent, too slow, overloaded or broken."""


class Unusable(WriterUnavailable):
    """The server is well; what the model wrote cannot be used."""


class TooLong(WriterUnavailable):
    """The prompt is longer than the model takes."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for everything, and for each silence: before the first word and between two."""

    total: float
    silence: float


@dataclass(frozen=True, slots=True)
class Completion:
    """Everything a model said: text, why it stopped ("" where it did not say), under which name, and how many
    tokens it read and wrote, where it said so."""

    text: str
    finish: str
    model: str
    tokens: Mapping[str, int] = field(default_factory=dict)


Stream = Callable[[], "Iterator[AIMessageChunk]"]
Event = Completion | Exception | None  # None: a sign of life


def collected(stream: Stream, patience: Patience, key: str) -> Completion:
    """The whole stream, or WriterUnavailable at the latest where `patience` ends. `key` is what to say where
    the key is refused.

    A thread reads it, because no timeout of a client bounds the whole. One that has run out of time is left
    to end by itself: at the next word the server sends, or at the client's timeout for the next byte.
    """
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    late = threading.Event()

    def read() -> None:
        try:
            events.put(_read(stream, events, late))
        except Exception as error:
            events.put(error)

    context = contextvars.copy_context()  # callbacks, such as a trace, reach the model through it
    threading.Thread(target=context.run, args=(read,), name="draft", daemon=True).start()
    try:
        result = _awaited(events, patience)
    except queue.Empty:
        late.set()
        raise Away(_TOO_SLOW) from None
    if isinstance(result, Exception):
        _log.warning("no draft: %s", type(result).__name__)
        raise _unavailable(result, key) from None
    return result


def _awaited(events: queue.SimpleQueue[Event], patience: Patience) -> Completion | Exception:
    end = time.monotonic() + patience.total
    while (left := end - time.monotonic()) > 0:
        if (event := events.get(timeout=min(left, patience.silence))) is not None:
            return event
    raise queue.Empty


def _read(stream: Stream, events: queue.SimpleQueue[Event], late: threading.Event) -> Completion:
    parts: list[str] = []
    finish = name = ""
    length, tokens = 0, dict[str, int]()
    for chunk in stream():
        events.put(None)
        parts.append(chunk.text)
        length += len(parts[-1])
        about = chunk.response_metadata
        finish = about.get("finish_reason") or about.get("stop_reason") or finish
        name = about.get("model_name") or name
        if used := chunk.usage_metadata:  # with the last, or what was read with the first
            both = {"read": used["input_tokens"], "written": used["output_tokens"]}
            tokens = {kind: tokens.get(kind, 0) + count for kind, count in both.items()}
        if late.is_set() or length > MAX_CHARACTERS:
            return Completion("".join(parts), "length", name, tokens)
    return Completion("".join(parts), finish, name, tokens)


def _unavailable(error: Exception, key: str) -> WriterUnavailable:
    """With a sentence for a person: not the error's own, which may hold an address or a key."""
    status = getattr(error, "status_code", None)
    kinds = {kind.__name__ for cause in _causes(error) for kind in type(cause).__mro__}
    if status in (401, 403):
        return WriterUnavailable(key)
    if status == 404:
        return WriterUnavailable("The model server does not know the model it was asked for.")
    if status in (429, 503):
        return Away("The model server is overloaded.")
    if status in (400, 413, 422) and "context length" in str(error):
        return TooLong("The question and its passages are longer than the model takes.")
    if isinstance(status, int):
        kind = Away if status >= 500 else WriterUnavailable
        return kind(f"The model server refused the request (HTTP {status}).")
    if kinds & _UNREACHED:
        return Away("The model server could not be reached.")
    return Away(_TOO_SLOW if kinds & _LATE else BROKE_OFF)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was raised from, outermost first: LangChain, client, HTTP, socket."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
