"""A text in, the tables that are read in it out."""

from __future__ import annotations

from model.tabular.tables import Table, tables
from retrieval.passage import Passage


def read(text: str, name: str) -> list[Table]:
    """Of one passage below a heading of that name."""
    return tables([Passage("p", "d", "s", name, text, 0, len(text), "", (name,))])
