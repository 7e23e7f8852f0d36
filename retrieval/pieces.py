"""Text in, an estimate of its word pieces out: what an embedder of the BERT family will count."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

_TOKEN = re.compile(r"([A-Z]?[a-z]{1,23}|[A-Z]{1,24})|([0-9]{1,8})|\S")
# Means over 200,000 words of a handbook and of abstracts, rounded up: common words of up to eight letters are
# mostly one piece, rare long ones fall apart; a capital inside a word begins a new one.
# Punctuation and every character beyond ASCII count one.
_COMMON = (1.0, 1.1, 1.2, 1.2, 1.2, 1.2, 1.2, 1.3, 1.5, 1.7, 2.0, 2.2, 2.5, 3.0)
_WEIGHTS = (
    (0.0, 1.0),  # anything else
    (0.0, *_COMMON, *(n / 2 for n in range(15, 25))),  # letters, by length
    (0.0, 1.0, 1.0, 1.4, 1.6, 3.0, 3.4, 4.0, 5.0),  # digits, by length
)


class Pieces:
    """The word pieces of one text, countable between any two offsets in logarithmic time."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._sums = [0.0]
        total = 0.0
        for found in _TOKEN.finditer(text):
            start, end = found.span()
            total += _WEIGHTS[found.lastindex or 0][end - start]
            self._starts.append(start)
            self._ends.append(end)
            self._sums.append(total)

    @property
    def total(self) -> float:
        return self._sums[-1]

    def count(self, start: int, end: int) -> float:
        """Pieces of the characters from `start` to `end`; a word cut by either counts whole."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return self._sums[last] - self._sums[first] if last > first else 0.0

    def reach(self, start: int, limit: float) -> int:
        """The furthest offset that keeps within `limit` from `start`; at least one word further."""
        first = bisect_right(self._ends, start)
        last = max(bisect_right(self._sums, self._sums[first] + limit) - 1, first + 1)
        return self._starts[last] if last < len(self._starts) else self._length


def estimate(text: str) -> float:
    """Word pieces of `text`, a little too many rather than too few."""
    return Pieces(text).total
