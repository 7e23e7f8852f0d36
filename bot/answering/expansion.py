"""A question in, more texts to search for it out, where a chat model is set to write some."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.meaning.followup import asked, before
from model.answer import Question, Writer, WriterUnavailable
from model.writing.queries import messages, texts
from model.writing.rung import Rung

log = logging.getLogger("footnote.expansion")
WITHIN_S = 5.0  # for each kind: without them the question is searched as it stands
_SEVERAL = re.compile(r"\b(?:and|as well as|und|sowie)\b|\?.*\?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expansion:
    """`kinds` are of model.writing.queries.KINDS; the first of `writers` that is a chat model writes them."""

    writers: Sequence[Writer]
    kinds: tuple[str, ...] = ()

    def texts(self, question: Question) -> tuple[str, ...]:
        """None where nothing is set, or the model does not write any in time."""
        models = [one for one in self.writers if isinstance(one, Rung)]
        kinds = [kind for kind in self.kinds if _fits(kind, question)] if models else []
        return tuple(text for kind in kinds for text in _written(models[0], kind, question))


def _fits(kind: str, question: Question) -> bool:
    """A follow-up only is rewritten, and only what asks several things is taken apart."""
    if kind == "rewrite":
        return bool(before(question))
    return kind != "parts" or bool(_SEVERAL.search(question.text))


def _written(model: Rung, kind: str, question: Question) -> tuple[str, ...]:
    lines = f"{before(question)}\n{question.text}" if kind == "rewrite" else asked(question)
    try:
        return texts(model.drafted(messages(kind, lines), WITHIN_S).text, question.text)
    except WriterUnavailable as error:
        log.info("not expanded: %s: %s", kind, error)
        return ()
