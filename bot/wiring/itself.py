"""A question that the bot asks itself: of a document that is built in, through all that answers people."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from model.answer import Answer, Question, Status
from retrieval.passage import Audience, FootnoteError, Passage

if TYPE_CHECKING:
    from bot.listeners.itself import Asking
    from bot.settings import Settings
    from bot.web.watch import Look

PART, EVERY_S, SETTLES_S = "question", 60.0, 90.0
ITSELF = Audience.of("footnote:itself")  # whom no document names
ASKED = "How many lamps does the lighthouse of the self test have?"
TEXT = "The lighthouse of the self test has 4711 lamps. They are counted once a minute."
FIGURE = "4711"
Answering = Callable[[Question], Iterable[Answer]]


def looks(settings: Settings) -> list[Look]:
    """What puts it into the inbox once a minute, where that is wanted."""
    from bot import wiring
    from bot.inbox import Inbox
    from bot.listeners.itself import passed
    from bot.memory.itself import Outcomes
    from bot.web.watch import Look

    if not settings.ask_itself:
        return []
    state = wiring.engine(settings)
    ask = partial(passed, Inbox(state), Outcomes(state))
    return [Look(PART, ask, EVERY_S, settles_s=SETTLES_S)]


def asking(settings: Settings, answer: Answering) -> Asking | None:
    """How whoever takes it out of the inbox asks it, where that is wanted."""
    from bot.listeners.itself import Asking

    ask = partial(asked, answer, model=settings.writer_kind == "chat")
    return Asking(ask, settings.ask_itself_in) if settings.ask_itself else None


def asked(answer: Answering, *, model: bool) -> str:
    """How it went. The search looks through the index, finds nothing that these readers may read, and the
    answer has to come of the built-in document, with its citation, and from a `model` where there is one.
    Raises FootnoteError."""
    from bot.listeners.itself import WAITS_S

    began, whole = time.monotonic(), None
    question = Question(ASKED, ITSELF, "itself", "en-GB", attached=(_passage(),), by=time.time() + WAITS_S)
    for chunk in answer(question):
        whole = whole + chunk if whole else chunk
    took = f"{(time.monotonic() - began) * 1000:.0f} ms"
    if whole is None or FIGURE not in whole.text or not whole.citations:
        status = whole.status if whole else Status.FAILED
        raise FootnoteError(f"A question of our own was not answered from its document: {status}, {took}.")
    if model and whole.status is Status.DEGRADED:
        raise FootnoteError(f"A question of our own was answered without the model, in {took}.")
    return f"answered by {whole.writer} in {took}"


def _passage() -> Passage:
    return Passage(
        id="itself",
        document="footnote:itself",
        source="",
        title="Self test",
        text=TEXT,
        url="",
        start=0,
        end=len(TEXT),
    )
