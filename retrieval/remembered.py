"""An embedder in, the same embedder out that remembers its latest texts: a question is embedded once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.passage import Embedder, Speller, Vectors

LATEST = 512  # texts: what a few questions at a time ask for, under a megabyte


class Remembered:
    """An Embedder over another. For questions and sentences; indexing never sees a text twice."""

    def __init__(self, embedder: Embedder, latest: int = LATEST) -> None:
        self._embedder = embedder
        self._latest = latest
        self._vectors: OrderedDict[tuple[bool, str], NDArray[np.float32]] = OrderedDict()
        self._guard = threading.Lock()

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        found = {text: self._known((False, text)) for text in texts}
        new = [text for text, vector in found.items() if vector is None]
        if new:
            for text, vector in zip(new, self._embedder.embed(new), strict=True):
                found[text] = vector
                self._keep((False, text), vector)
        rows = [found[text] for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        vector = self._known((True, text))
        if vector is None:
            vector = self._embedder.embed_query(text)
            self._keep((True, text), vector)
        return vector

    def spells(self, word: str) -> bool:
        return self._embedder.spells(word) if isinstance(self._embedder, Speller) else True

    def _known(self, key: tuple[bool, str]) -> NDArray[np.float32] | None:
        with self._guard:
            if key in self._vectors:
                self._vectors.move_to_end(key)
            return self._vectors.get(key)

    def _keep(self, key: tuple[bool, str], vector: NDArray[np.float32]) -> None:
        with self._guard:
            self._vectors[key] = vector
            while len(self._vectors) > self._latest:
                self._vectors.popitem(last=False)
