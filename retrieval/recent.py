"""Vectors that a search has just met, by their texts: cosines of what only words found are asked for next."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LATEST = 2_000  # what words found in twenty questions: three megabytes


class Recent:
    """The latest vectors by the print of their texts, which never have another."""

    def __init__(self) -> None:
        self._vectors: dict[str, ArrayLike] = {}
        self._guard = threading.Lock()

    def keep(self, vectors: Iterable[tuple[str, ArrayLike]]) -> None:
        with self._guard:
            for one, vector in vectors:
                self._vectors.pop(one, None)  # so that it is the latest again
                self._vectors[one] = vector
            for one in list(islice(self._vectors, max(0, len(self._vectors) - _LATEST))):
                del self._vectors[one]

    def among(self, prints: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        with self._guard:
            known = {one: self._vectors[one] for one in prints if one in self._vectors}
        return {one: np.asarray(vector, np.float32) for one, vector in known.items()}
