"""Passages with tables in, what they say beside their rows out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from model.tabular.tables import paired
from retrieval.passage import Passage
from retrieval.terms import words

_WRITTEN = re.compile(r"[^\n]")


def has_rows(passage: Passage) -> bool:
    """Whether a passage has rows of a table whose columns are known."""
    return bool(passage.lead) or bool(paired(passage))


def without_rows(passage: Passage) -> Passage | None:
    """What a passage says beside its tables, at the same offsets; None where that is nothing."""
    if passage.lead:
        return None
    text = passage.text
    for start, end in paired(passage):
        text = f"{text[:start]}{_WRITTEN.sub(' ', text[start:end])}{text[end:]}"
    return replace(passage, text=text) if words(text) else None


def beside(passages: Sequence[Passage]) -> Iterator[str]:
    """What passages say beside their tables."""
    return (one.text for one in map(without_rows, passages) if one)
