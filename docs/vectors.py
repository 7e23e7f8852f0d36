"""Vectors that are computed once and stay in a file: what is measured again is measured in seconds."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.passage import Embedder, Speller, Vectors
from retrieval.shape import GRAPH


class Kept:
    """An embedder that computes each vector once; they stay in a file in `folder`. Threads take turns at it:
    the two texts of a follow-up are embedded beside each other."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder, self.name, self.dimension = embedder, embedder.name, embedder.dimension
        folder.mkdir(parents=True, exist_ok=True)
        # One name, two precisions, and a graph that changes.
        kind = f"{embedder.name}/{getattr(embedder, 'precision', '')}/{GRAPH}"
        name = hashlib.sha256(kind.encode()).hexdigest()[:12]
        self._file = sqlite3.connect(folder / f"vectors-{name}.db", timeout=60, check_same_thread=False)
        self._turn = threading.Lock()
        self._file.execute("CREATE TABLE IF NOT EXISTS v (k TEXT PRIMARY KEY, b BLOB)")

    def embed(self, texts: Sequence[str]) -> Vectors:
        keys = [f"p{_digest(text)}" for text in texts]
        have = {key: found for key in dict.fromkeys(keys) if (found := self._found(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in have}
        if missing:
            made = self._embedder.embed(list(missing.values()))
            have |= self._keep(dict(zip(missing, made, strict=True)))
        return np.array([have[key] for key in keys], np.float32).reshape(len(keys), self.dimension)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        key = f"q{_digest(text)}"
        found = self._found(key)
        if found is None:
            found = self._keep({key: self._embedder.embed_query(text)})[key]
        return found

    def spells(self, word: str) -> bool:
        return self._embedder.spells(word) if isinstance(self._embedder, Speller) else True

    def _found(self, key: str) -> NDArray[np.float32] | None:
        with self._turn:
            row = self._file.execute("SELECT b FROM v WHERE k = ?", [key]).fetchone()
        return np.frombuffer(row[0], np.float32) if row else None

    def _keep(self, vectors: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        with self._turn, self._file:
            self._file.executemany("INSERT OR IGNORE INTO v VALUES (?, ?)", rows)
        return vectors


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
