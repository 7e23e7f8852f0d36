"""A question and passages in, a whole draft out, from an OpenAI-compatible server or a LangChain model."""

from __future__ import annotations

import contextvars
import logging
import queue
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from model import prompt
from model.answer import Draft, WriterUnavailable
from retrieval.passage import Passage, SettingError

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

MAX_TOKENS = 700
MAX_CHARACTERS = 20_000
CONNECT_S = 5.0
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)|\A.*?</think>", re.DOTALL)
# A date or a tag, as providers put it behind the name that was asked for: gpt-4o -> gpt-4o-2024-08-06.
_DATED = re.compile(r"-\d{4}(?:-?\d{2}(?:-?\d{2})?)?|:.+")
_NOT_FOUND = re.compile(rf"[\s\"'`*.]*{prompt.NOT_FOUND}\b")


_KEY = "The model server refused the key; VLLM_API_KEY has to be checked."
_SECOND_KEY = "The second model refused the key; the key of its provider has to be checked."
_TOO_SLOW = "The model server took too long."
_FINISHED = frozenset({"stop", "end_turn", "STOP"})  # as OpenAI, Anthropic and Google say it
_log = logging.getLogger(__name__)


class Chat:
    """A Writer. `name` is the model it asks for; a draft counts only when the model says it has finished."""

    def __init__(self, base_url: str, api_key: str, model: str, timeout_s: float) -> None:
        """Raises SettingError where address or name is missing: an empty name silently means the base."""
        if not model.strip():
            raise SettingError(
                "FOOTNOTE_MODEL: is empty. Name the model or adapter that the server is to use."
            )
        if not base_url.startswith(("http://", "https://")):
            raise SettingError("VLLM_BASE_URL: is no http address. Give the model server's, ending in /v1.")
        self.name = model.strip()
        self._address, self._key, self._timeout_s = base_url, api_key, timeout_s

    @cached_property
    def _model(self) -> BaseChatModel:
        import httpx
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            base_url=self._address,
            # Never the OPENAI_API_KEY that may be lying in the environment.
            api_key=SecretStr(self._key or "none"),
            model=self.name,
            temperature=0,
            max_completion_tokens=MAX_TOKENS,
            timeout=httpx.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s)),
            max_retries=0,
            use_responses_api=False,
        )

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        """A whole draft; its text is empty where the model says that the passages do not carry an answer.

        Raises WriterUnavailable where there is no finished draft by this very model within the time.
        """
        return self.drafted(prompt.messages(question, passages))

    def drafted(self, asked: list[dict[str, str]]) -> Draft:
        """What it makes of these messages. Raises WriterUnavailable."""
        whole = _collected(self._model, asked, self._timeout_s, _KEY)
        text = _answer(whole)
        if not same_model(self.name, whole.model):
            raise WriterUnavailable("The model server answered with another model than it was asked for.")
        return Draft(text, self.name)


class Second:
    """A Writer on any chat model that LangChain's `init_chat_model` names, such as `anthropic:claude-...`."""

    def __init__(self, model: str, timeout_s: float) -> None:
        if not model.strip():
            raise SettingError("FOOTNOTE_FALLBACK_MODEL: is empty. Name a chat model, as provider:model.")
        self.name = model.strip()
        self._timeout_s = timeout_s

    @cached_property
    def _model(self) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        try:
            return init_chat_model(
                self.name, temperature=0, max_tokens=MAX_TOKENS, timeout=self._timeout_s, max_retries=0
            )
        except Exception as error:
            _log.warning("the second model cannot be loaded: %s", type(error).__name__)
            raise WriterUnavailable(
                "The second model cannot be loaded: check FOOTNOTE_FALLBACK_MODEL, its package and its key."
            ) from None

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        """As `Chat.write`."""
        return self.drafted(prompt.messages(question, passages))

    def drafted(self, asked: list[dict[str, str]]) -> Draft:
        """As `Chat.drafted`, but providers answer under longer names of their own: no name is compared."""
        return Draft(_answer(_collected(self._model, asked, self._timeout_s, _SECOND_KEY)), self.name)


def second(model_name: str, timeout_s: float = 60.0) -> Second:
    """The writer for FOOTNOTE_FALLBACK_MODEL."""
    return Second(model_name, timeout_s)


def same_model(asked: str, answered: str) -> bool:
    """Whether the model asked for has answered: under its name, or that with a date or a tag behind it."""
    return answered == asked or (
        answered.startswith(asked) and _DATED.fullmatch(answered, len(asked)) is not None
    )


@dataclass(frozen=True, slots=True)
class _Whole:
    """Everything a model said: text, why it stopped ("" where it did not say), under which name."""

    text: str
    finish: str
    model: str


def _answer(whole: _Whole) -> str:
    """The text of a finished draft, without what the model thought; "" where it says NOT_FOUND."""
    if whole.finish == "length":
        raise WriterUnavailable("The model did not come to an end of its answer.")
    if whole.finish not in _FINISHED:
        raise WriterUnavailable("The model server broke off in the middle of its answer.")
    text = _THOUGHT.sub("", whole.text).strip()
    if not text:
        raise WriterUnavailable("The model server returned an empty answer.")
    if _NOT_FOUND.match(text):
        return ""
    return text.replace(prompt.NOT_FOUND, "").strip()


def _collected(model: BaseChatModel, messages: list[dict[str, str]], timeout_s: float, key: str) -> _Whole:
    """The whole stream, at the latest after `timeout_s`. `key` is what to say where it is refused.

    A thread reads it, because no timeout of the client bounds the whole. One that has run out of time is left
    to end by itself: at the next word the server sends, or at the client's timeout for the next byte.
    """
    done: queue.SimpleQueue[_Whole | Exception] = queue.SimpleQueue()
    late = threading.Event()

    def read() -> None:
        try:
            done.put(_read(model, messages, late))
        except Exception as error:
            done.put(error)

    context = contextvars.copy_context()  # callbacks, such as a trace, reach the model through it
    threading.Thread(target=context.run, args=(read,), name="draft", daemon=True).start()
    try:
        result = done.get(timeout=timeout_s)
    except queue.Empty:
        late.set()
        raise WriterUnavailable(_TOO_SLOW) from None
    if isinstance(result, Exception):
        _log.warning("no draft: %s", type(result).__name__)
        raise WriterUnavailable(_reason(result, key)) from None
    return result


def _read(model: BaseChatModel, messages: list[dict[str, str]], late: threading.Event) -> _Whole:
    parts: list[str] = []
    finish = name = ""
    length = 0
    for chunk in model.stream(messages):
        parts.append(chunk.text)
        length += len(parts[-1])
        about = chunk.response_metadata
        finish = about.get("finish_reason") or about.get("stop_reason") or finish
        name = about.get("model_name") or name
        if late.is_set() or length > MAX_CHARACTERS:
            return _Whole("".join(parts), "length", name)
    return _Whole("".join(parts), finish, name)


def _reason(error: Exception, key: str) -> str:
    """A sentence about `error` for a person: without its text, which may hold an address or a key."""
    status = getattr(error, "status_code", None)
    kinds = {kind.__name__ for cause in _causes(error) for kind in type(cause).__mro__}
    if status in (401, 403):
        return key
    if status == 404:
        return "The model server does not know the model it was asked for."
    if status in (429, 503):
        return "The model server is overloaded."
    if isinstance(status, int):
        return f"The model server refused the request (HTTP {status})."
    if kinds & {
        "ConnectError",
        "ConnectTimeout",
        "ConnectionRefusedError",
        "UnsupportedProtocol",
        "InvalidURL",
    }:
        return "The model server could not be reached."
    if kinds & {"APITimeoutError", "TimeoutException", "TimeoutError"}:
        return _TOO_SLOW
    return "The model server broke off in the middle of its answer."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was raised from, outermost first: LangChain, client, HTTP, socket."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
