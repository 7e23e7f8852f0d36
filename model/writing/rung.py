"""A writer on a server in, one that is let be while it fails out: a rung of the ladder."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from model.answer import Draft, WriterUnavailable
from model.writing.breaker import Breaker, Doubt, Gate
from model.writing.completion import Away, TooLong, Unusable
from retrieval.passage import Passage

DRAFTED_S = 20.0  # for what is not the answer to a question
PROOF_S = 3.0  # in which a server that is doubted has to give one token
_log = logging.getLogger(__name__)


class Served(Protocol):
    """A writer on a server of its own or of others: Chat and Second."""

    @property
    def name(self) -> str: ...

    def write(
        self, question: str, passages: Sequence[Passage], within_s: float | None = None, tone: str = ""
    ) -> Draft: ...

    def drafted(self, asked: list[dict[str, str]], within_s: float | None = None) -> Draft: ...

    def prove(self, within_s: float) -> None:
        """Returns where the model gives a token within that time; raises WriterUnavailable."""
        ...

    def forget(self) -> None: ...


class Rung:
    """A Writer. After failures in a row its writer is not asked for a growing while.

    `doubt` is shared by the rungs on one server: where that was silent or broken for one of them, the next
    who comes asks it for a single token first, and leaves within seconds where there is none; whoever comes
    in the seconds after that leaves at once.
    """

    def __init__(self, writer: Served, doubt: Doubt, breaker: Breaker | None = None) -> None:
        self._writer, self._doubt, self._breaker = writer, doubt, breaker or Breaker()

    @property
    def name(self) -> str:
        return self._writer.name

    def write(
        self, question: str, passages: Sequence[Passage], within_s: float | None = None, tone: str = ""
    ) -> Draft:
        """Raises WriterUnavailable, at once while it is let be."""
        return self._asked(lambda: self._writer.write(question, passages, within_s, tone), within_s)

    def drafted(self, asked: list[dict[str, str]], within_s: float = DRAFTED_S) -> Draft:
        """The same for messages of other kinds."""
        return self._asked(lambda: self._writer.drafted(asked, within_s), within_s)

    def aside(self, asked: list[dict[str, str]], within_s: float) -> Draft:
        """The same for what an answer can do without: it is not asked while there is a doubt, and what comes
        of it counts for nothing."""
        if self._breaker.shut or self._doubt.doubted:
            raise WriterUnavailable(self._breaker.reason or "The model server is doubted.")
        return self._writer.drafted(asked, within_s)

    def _asked(self, ask: Callable[[], Draft], within_s: float | None) -> Draft:
        gate = self._breaker.gate()
        if gate is Gate.SHUT:
            raise WriterUnavailable(self._breaker.reason)
        try:
            if gate is Gate.TRIAL or self._doubt.doubted:
                self._proven(PROOF_S if within_s is None else min(PROOF_S, within_s))
            draft = ask()
        except (Unusable, TooLong):
            self._well()
            raise
        except WriterUnavailable as error:
            self._ill(error)
            raise
        except BaseException:  # a bug: whoever comes next finds out
            self._breaker.failed("The model could not be used.")
            raise
        self._well()
        return draft

    def prove(self, within_s: float = PROOF_S) -> None:
        """Raises WriterUnavailable where its model gives no token within that time."""
        self._writer.prove(within_s)
        self._doubt.end()

    def _proven(self, within_s: float) -> None:
        if reason := self._doubt.was_dead(PROOF_S):  # another rung or question has waited just now
            raise Away(reason)
        try:
            self.prove(within_s)
        except Away as error:
            self._doubt.dead(str(error))
            raise

    def _well(self) -> None:
        self._doubt.end()
        self._breaker.succeeded()

    def _ill(self, error: WriterUnavailable) -> None:
        if isinstance(error, Away):
            self._doubt.begin()
        self._writer.forget()
        self._breaker.failed(str(error))
        _log.warning("%s did not write: %s", self.name, error)
