"""Vectors that a search has just met, by their texts: they are asked for next, for cosines and feedback."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LATEST = 2_400  # what twenty questions found: four megabytes


class Recent:
    """The latest vectors by the print of their texts, which never have another."""

    def __init__(self) -> None:
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._guard = threading.Lock()

    def keep(self, vectors: Iterable[tuple[str, ArrayLike]]) -> None:
        with self._guard:
            for one, vector in vectors:
                known = self._vectors.pop(one, None)  # so that it is the latest again
                # A row is a view: it would keep all that was found with it. Of a server they are lists.
                self._vectors[one] = np.array(vector, np.float32) if known is None else known
            for one in list(islice(self._vectors, max(0, len(self._vectors) - _LATEST))):
                del self._vectors[one]

    def among(self, prints: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        with self._guard:
            return {one: self._vectors[one] for one in prints if one in self._vectors}
