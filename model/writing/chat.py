"""A question and passages in, a whole draft out, from an OpenAI-compatible server or a LangChain model."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from model.answer import Draft, WriterUnavailable
from model.writing import prompt
from model.writing.completion import BROKE_OFF, Away, Completion, Patience, TooLong, Unusable, collected
from model.writing.endpoint import Endpoint
from model.writing.pack import Room, packed
from retrieval.passage import Passage, SettingError

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

MAX_TOKENS = 700
CONTEXT = 8192  # tokens of a model whose server does not say how many it takes
CONNECT_S = 5.0
SILENCE_S = 15.0
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)|\A.*?</think>", re.DOTALL)
# A date or a tag, as providers put it behind the name that was asked for: gpt-4o -> gpt-4o-2024-08-06.
_DATED = re.compile(r"-\d{4}(?:-?\d{2}(?:-?\d{2})?)?|:.+")
_NOT_FOUND = re.compile(rf"[\s\"'`*.]*{prompt.NOT_FOUND}\b")
_KEY = "The model server refused the key; VLLM_API_KEY has to be checked."
_SECOND_KEY = "The second model refused the key; the key of its provider has to be checked."
_FINISHED = frozenset({"stop", "end_turn", "STOP"})  # as OpenAI, Anthropic and Google say it
_CUT = frozenset({"length", "max_tokens", "MAX_TOKENS"})
_HELLO = [{"role": "user", "content": "Hello"}]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a draft is asked for: seconds in all and of silence, and whether markers are held by a grammar."""

    timeout_s: float = 60.0
    silence_s: float = SILENCE_S
    grammar: bool = False

    def patience(self, within_s: float | None) -> Patience:
        """With `within_s` in the place of the usual seconds, where there are fewer."""
        total = min(self.timeout_s, within_s) if within_s is not None else self.timeout_s
        return Patience(total, self.silence_s)


class Chat:
    """A Writer. `name` is the model it asks for; a draft counts only when the model says it has finished."""

    def __init__(self, endpoint: Endpoint, model: str, manner: Manner = Manner()) -> None:
        """Raises SettingError where the name is missing: an empty one silently means the base."""
        if not model.strip():
            raise SettingError(
                "FOOTNOTE_MODEL: is empty. Name the model or adapter that the server is to use."
            )
        self.name = model.strip()
        self._endpoint, self._manner = endpoint, manner

    @cached_property
    def _model(self) -> BaseChatModel:
        import httpx
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        silence = min(self._manner.silence_s, self._manner.timeout_s)
        return ChatOpenAI(
            base_url=self._endpoint.base_url,
            # Never the OPENAI_API_KEY that may be lying in the environment.
            api_key=SecretStr(self._endpoint.api_key or "none"),
            model=self.name,
            temperature=0,
            timeout=httpx.Timeout(silence, connect=min(CONNECT_S, silence)),
            max_retries=0,
            stream_usage=True,
            use_responses_api=False,
        )

    def write(
        self, question: str, passages: Sequence[Passage], within_s: float | None = None, tone: str = ""
    ) -> Draft:
        """A whole draft; its text is empty where the model says that the passages do not carry an answer.

        The worst passages are left out where the model's context does not hold them all. Raises
        WriterUnavailable where there is no finished draft by this very model within the time.
        """
        patience = self._manner.patience(within_s)
        try:
            return self._written((question, tone), _fitting(question, passages, self._room(1.0)), patience)
        except TooLong:  # the guess was too low, and the server does not count
            return self._written((question, tone), _fitting(question, passages, self._room(0.5)), patience)

    def prove(self, within_s: float) -> None:
        """Returns where the model gives a token within that time. A hung engine still says it is healthy."""
        model, patience = self._model, Patience(within_s, within_s)
        said = collected(lambda: model.stream(_HELLO, max_completion_tokens=1), patience, _KEY)
        _alive(said)
        self._own(said)

    def forget(self) -> None:
        """What the server has said of itself is asked for anew."""
        self._endpoint.forget()

    def _room(self, share: float) -> Room:
        length = self._endpoint.card(self.name).context or CONTEXT
        tokens = int((length - _answer_tokens(length)) * share)
        return Room(tokens, lambda messages: self._endpoint.count(self.name, messages))

    def drafted(self, asked: list[dict[str, str]], within_s: float | None = None) -> Draft:
        """What it makes of these messages. Raises WriterUnavailable."""
        return self._draft(asked, self._manner.patience(within_s), {})

    def _written(self, asked: tuple[str, str], passages: Sequence[Passage], patience: Patience) -> Draft:
        question, tone = asked
        held = {"structured_outputs": {"grammar": prompt.grammar(len(passages))}}
        draft = self._draft(
            prompt.messages(question, passages, tone),
            patience,
            {"extra_body": held} if self._manner.grammar else {},
        )
        made = {"prompt": prompt.version(), "passages": len(passages), "grammar": self._manner.grammar}
        made |= {"tone": tone} if tone else {}
        return replace(draft, made={**draft.made, **made})

    def _draft(self, asked: list[dict[str, str]], patience: Patience, more: dict[str, Any]) -> Draft:
        model, card = self._model, self._endpoint.card(self.name)
        options: dict[str, Any] = {"max_completion_tokens": _answer_tokens(card.context or CONTEXT)}
        whole = collected(lambda: model.stream(asked, **options, **more), patience, _KEY)
        text = _answer(whole)
        self._own(whole)
        parameters = {"temperature": 0, **options}
        made = {"model": whole.model, "base": card.base, "parameters": parameters}
        return Draft(text, self.name, made=made, tokens=whole.tokens)

    def _own(self, whole: Completion) -> None:
        if not same_model(self.name, whole.model):
            raise WriterUnavailable("The model server answered with another model than it was asked for.")


class Second:
    """A Writer on any chat model that LangChain's `init_chat_model` names, such as `anthropic:claude-...`."""

    def __init__(self, model: str, manner: Manner = Manner()) -> None:
        if not model.strip():
            raise SettingError("FOOTNOTE_FALLBACK_MODEL: is empty. Name a chat model, as provider:model.")
        self.name = model.strip()
        self._manner = manner

    @cached_property
    def _model(self) -> BaseChatModel:
        return self._made(MAX_TOKENS)

    def _made(self, tokens: int) -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        limit = self._manner.timeout_s  # some providers' clients take it for the whole, not for each silence
        try:
            return init_chat_model(self.name, temperature=0, max_tokens=tokens, timeout=limit, max_retries=0)
        except Exception as error:
            _log.warning("the second model cannot be loaded: %s", type(error).__name__)
            raise WriterUnavailable(
                "The second model cannot be loaded: check FOOTNOTE_FALLBACK_MODEL, its package and its key."
            ) from None

    def write(
        self, question: str, passages: Sequence[Passage], within_s: float | None = None, tone: str = ""
    ) -> Draft:
        """As `Chat.write`, but providers answer under longer names of their own: the name is not compared."""
        shown = _fitting(question, passages, Room(CONTEXT - MAX_TOKENS, lambda messages: None))
        draft = self.drafted(prompt.messages(question, shown, tone), within_s)
        return replace(draft, made={**draft.made, "prompt": prompt.version(), "passages": len(shown)})

    def drafted(self, asked: list[dict[str, str]], within_s: float | None = None) -> Draft:
        """As `Chat.drafted`."""
        model = self._model
        whole = collected(lambda: model.stream(asked), self._manner.patience(within_s), _SECOND_KEY)
        parameters = {"temperature": 0, "max_tokens": MAX_TOKENS}
        made = {"model": whole.model, "parameters": parameters}
        return Draft(_answer(whole), self.name, made=made, tokens=whole.tokens)

    def prove(self, within_s: float) -> None:
        """As `Chat.prove`."""
        model = self._made(1)
        _alive(collected(lambda: model.stream(_HELLO), Patience(within_s, within_s), _SECOND_KEY))

    def forget(self) -> None:
        """Nothing is known of its server."""


def same_model(asked: str, answered: str) -> bool:
    """Whether the model asked for has answered: under its name, or that with a date or a tag behind it."""
    return answered == asked or (
        answered.startswith(asked) and _DATED.fullmatch(answered, len(asked)) is not None
    )


def _fitting(question: str, passages: Sequence[Passage], room: Room) -> list[Passage]:
    shown = packed(question, passages, room)
    if passages and not shown:
        raise TooLong("The question is longer than the model takes.")
    return shown


def _answer_tokens(context: int) -> int:
    """What of a model's context is left to the answer."""
    return min(MAX_TOKENS, context // 3)


def _alive(said: Completion) -> None:
    if said.finish not in _FINISHED | _CUT:
        raise Away(BROKE_OFF)


def _answer(whole: Completion) -> str:
    """The text of a finished draft, without what the model thought; "" where it says NOT_FOUND."""
    if whole.finish in _CUT:
        raise Unusable("The model did not come to an end of its answer.")
    if whole.finish not in _FINISHED:
        raise Away(BROKE_OFF)
    text = prompt.restored(_THOUGHT.sub("", whole.text)).strip()
    if not text:
        raise Unusable("The model server returned an empty answer.")
    if prompt.OPENING in text:
        raise Unusable("The model repeated what it was given.")
    if _NOT_FOUND.match(text):
        return ""
    return text.replace(prompt.NOT_FOUND, "").strip()
