"""A name that may change in, the rung of whoever has it out: an adapter takes over without a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from model.answer import Draft
from model.writing.rung import DRAFTED_S, PROOF_S, Rung
from retrieval.passage import Passage


class Followed(Rung):
    """A Writer. Each question goes to the rung of the name that `named` gives when it comes, and stays with
    it; each name has failures of its own, so that a new adapter does not suffer for the one before."""

    def __init__(self, named: Callable[[], str], made: Callable[[str], Rung]) -> None:
        self._named, self._made = named, made
        self._lock, self._rungs = threading.Lock(), dict[str, Rung]()

    @property
    def name(self) -> str:
        return self._now().name

    def write(
        self, question: str, passages: Sequence[Passage], within_s: float | None = None, tone: str = ""
    ) -> Draft:
        return self._now().write(question, passages, within_s, tone)

    def drafted(self, asked: list[dict[str, str]], within_s: float = DRAFTED_S) -> Draft:
        return self._now().drafted(asked, within_s)

    def aside(self, asked: list[dict[str, str]], within_s: float) -> Draft:
        return self._now().aside(asked, within_s)

    def prove(self, within_s: float = PROOF_S) -> None:
        self._now().prove(within_s)

    def _now(self) -> Rung:
        name = self._named()
        with self._lock:
            if name not in self._rungs:
                self._rungs[name] = self._made(name)
            return self._rungs[name]
