"""A question, passages and a model's room in, the passages that fit out: the worst are left out first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from model.writing import tokens
from model.writing.prompt import messages
from retrieval.passage import Passage

_MARGIN = 1.05  # parts of a prompt differ in how many tokens their characters make


@dataclass(frozen=True, slots=True)
class Room:
    """Tokens that a prompt may have, and what counts those of one: None where nothing can."""

    tokens: int
    count: Callable[[Sequence[dict[str, str]]], int | None]


def packed(question: str, passages: Sequence[Passage], room: Room) -> list[Passage]:
    """The first of `passages`, which come best first, as many as fit beside the question; of the very first,
    its beginning, where even that one is too long. None fit where the question fills the room alone."""
    kept = list(passages)
    asked = messages(question, kept)
    guess = tokens.of_messages(asked)
    if guess <= room.tokens:  # the usual case, in which nobody is asked
        return kept
    rate = _rate(guess, room.count(asked), room.tokens)

    def fits() -> bool:
        return rate * tokens.of_messages(messages(question, kept)) <= room.tokens

    while len(kept) > 1 and not fits():
        kept.pop()
    length = len(kept[0].text) if kept else 0
    while kept and not fits():
        length = length * 2 // 3
        kept = [_begun(kept[0], length)] if length else []
    return kept


def _rate(guess: int, counted: int | None, room: int) -> float:
    """What the guess has to be multiplied by, after what the server has counted."""
    if counted is None:
        return 1.0
    return counted / guess if counted <= room else _MARGIN * counted / guess


def _begun(passage: Passage, length: int) -> Passage:
    """Its beginning, up to a space."""
    cut = passage.text[:length].rpartition(" ")[0] or passage.text[:length]
    return replace(passage, text=cut, end=passage.start + len(cut))
