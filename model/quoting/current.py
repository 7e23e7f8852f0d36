"""Sentences that are to be quoted in, the same with those of the newest edition of their page in the place of
what an older one says otherwise out."""

from __future__ import annotations

from collections.abc import Sequence

from model.checking.editions import named, newest
from model.checking.periods import then
from model.checking.succession import EARLIER
from model.quoting.passages import said
from model.quoting.quotable import Quotable
from retrieval.passage import Passage


def current(question: str, chosen: Sequence[Quotable], passages: Sequence[Passage]) -> list[Quotable]:
    """Each once; as they are where it is asked what held at a time or before, or of a named edition."""
    line = question.rpartition("\n")[2]
    if then(question) or named(line) or EARLIER.search(line):
        return [*chosen]
    told = (_newest(one, passages) or one for one in chosen)
    return list({(one.passage, one.start): one for one in told}.values())


def _newest(one: Quotable, passages: Sequence[Passage]) -> Quotable | None:
    found = newest(passages[one.passage], (one.start, one.end), passages)
    if found is None:
        return None
    place, (start, _) = found
    fit = (other for other in said(passages[place]) if other.start <= start < other.end)
    return next((Quotable(place, other.start, other.end, other.text, other.terms) for other in fit), None)
