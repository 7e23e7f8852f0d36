"""Passages in, general texts out: there an adapter is held to what its base model says, so that it forgets
less. No fact is learnt from them: what is kept is how the base reads them, right or wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence

from model.learning.near import normalised
from model.learning.row import Row
from model.learning.sieve import order
from retrieval.passage import Passage


def texts(passages: Sequence[Passage], golden: Sequence[Row], seed: int) -> list[Row]:
    """Each text once, in an order of chance that is the same each time, as a row that asks nothing. What a
    golden row shows is left out: forgetting is measured on it."""
    measured = {normalised(shown.text) for row in golden for shown in row.passages}
    every = {normalised(one.text): one for one in passages}
    left = [Row("", (one,), "", origin="general") for key, one in every.items() if key not in measured]
    return sorted(left, key=lambda row: order(seed, f"general {row.id}"))


def lines(rows: Sequence[Row]) -> str:
    """A line of JSON each: the text, and the document that it is of."""
    return "".join(_line(row.id, row.passages[0]) for row in rows)


def _line(key: str, of: Passage) -> str:
    told = {"id": key, "text": of.text, "passages": [{"document": of.document}]}
    return json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n"
