"""A question in, more texts to search for it out, where a chat model is set to write some."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.ladder import LEAST_S, RESERVE_S, left_s
from bot.meaning.followup import asked, before, searched
from model.answer import Question, Writer, WriterUnavailable
from model.writing.queries import messages, texts
from model.writing.rung import Rung

log = logging.getLogger("footnote.expansion")
WITHIN_S = 5.0  # for all kinds: without them the question is searched as it stands
_SEVERAL = re.compile(r"\b(?:and|as well as|und|sowie)\b|\?.*\?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expansion:
    """`kinds` are of model.writing.queries.KINDS; the first of `writers` that is a chat model writes them."""

    writers: Sequence[Writer]
    kinds: tuple[str, ...] = ()

    def texts(self, question: Question) -> tuple[str, ...]:
        """None where nothing is set, or the model does not write any in time."""
        models = [one for one in self.writers if isinstance(one, Rung)]
        return tuple(self._written(models[0], question)) if models else ()

    def _written(self, model: Rung, question: Question) -> Iterator[str]:
        """Of the time, half is the writer's."""
        until = time.monotonic() + min(WITHIN_S, left_s(question, RESERVE_S) / 2)
        for kind in (one for one in self.kinds if _fits(one, question)):
            if (left := until - time.monotonic()) < LEAST_S:
                return
            yield from _texts(model, kind, question, left)


def _fits(kind: str, question: Question) -> bool:
    """A follow-up only is rewritten, and only what asks several things is taken apart."""
    if kind == "rewrite":
        return bool(question.earlier and before(question))
    return kind != "parts" or bool(_SEVERAL.search(question.text))


def _texts(model: Rung, kind: str, question: Question, within_s: float) -> tuple[str, ...]:
    lines = f"{before(question)}\n{searched(question)}" if kind == "rewrite" else asked(question)
    try:
        return texts(model.aside(messages(kind, lines), within_s).text, question.text)
    except WriterUnavailable as error:
        log.info("not expanded: %s: %s", kind, error)
        return ()
