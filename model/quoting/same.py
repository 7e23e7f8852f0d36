"""Two sentences that could be quoted in, whether they say the same, or one corrects the other, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.checking.statement import negated
from model.quoting.quotable import Quotable
from model.tabular.cells import NAMED
from retrieval.passage import Passage
from retrieval.terms import words

_ROW = re.compile(NAMED)
ALIKE = 0.85  # cosine from which two sentences say the same


def alike(one: Quotable, other: Quotable) -> bool:
    """Whether `one` adds little to `other`: it means the same, or nearly all of its words are there. What is
    to be done adds something to what is not."""
    rows = _ROW.match(one.text) and _ROW.match(other.text)  # a cell that says no denies nothing
    if not rows and negated(one.text) != negated(other.text):
        return False
    if len(one.terms & other.terms) >= 0.75 * len(one.terms):
        return True
    return one.vector is not None and other.vector is not None and float(one.vector @ other.vector) >= ALIKE


def corrects(one: Quotable, other: Quotable, passages: Sequence[Passage]) -> bool:
    """Whether `one` says the same with other figures and stands in the newer passage."""
    new, old = passages[one.passage].updated_at, passages[other.passage].updated_at
    figures = [{w for w in words(q.text) if w[0].isdigit()} for q in (one, other)]
    return bool(new and old and new > old and figures[0] and figures[1] and figures[0] != figures[1])
