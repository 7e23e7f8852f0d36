"""Passages with everything that a passage can have, and unit vectors for them."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from retrieval.passage import Audience, Passage, Vectors
from retrieval.record import LAYOUT
from retrieval.store import Made, Table

DIMENSION = 32
WORKSPACE = "T024BE7LD"
MADE = Made("tiny", DIMENSION, LAYOUT)
EVERYBODY = Audience()


def passage(
    document: str, text: str, audience: Audience = EVERYBODY, number: int = 0, revision: str = "r1"
) -> Passage:
    return Passage(
        id=f"{document}#{number}",
        document=document,
        source="handbook",
        title="Handbook",
        text=text,
        start=number * 1000,
        end=number * 1000 + len(text),
        url="https://example.com/handbook#leave",
        heading=("People", "Leave"),
        page=number + 1,
        updated_at=datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC),
        audience=audience,
        lead="| country | weeks |",
        revision=revision,
    )


def vectors(count: int, seed: int = 7) -> Vectors:
    print(f"seed {seed}")
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def put(table: Table, *passages: Passage) -> Vectors:
    """Puts the passages and removes other revisions of their documents."""
    made = vectors(len(passages))
    table.put(passages, made)
    table.keep({p.document: p.revision for p in passages})
    return made
