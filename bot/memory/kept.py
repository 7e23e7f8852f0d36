"""An answer in, its record out, without the words of what nothing is answered from any more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import sqlalchemy as sa

from model.answer import Answer
from model.record import erase, record_answer
from retrieval.ledger import hidden

# The documents of a table, of those named, that nothing is answered from any more.
Hidden = Callable[[sa.Connection, str, Collection[str]], Sequence[str]]


def keep(
    connection: sa.Connection,
    answer: Answer,
    ref: str,
    *,
    gone: Hidden = hidden,
    keep_question: bool = False,
) -> None:
    """As `record_answer`. What was taken out of the index while it was written loses its words at once; what
    is taken out from here on waits for this transaction, and then erases them. `gone` is for records that lie
    elsewhere than the ledger."""
    record_answer(connection, answer, ref, keep_question=keep_question)
    if answer.trail:
        found = answer.trail.hits[answer.trail.attached :]
        erase(connection, gone(connection, answer.trail.table, {hit.passage.document for hit in found}))
