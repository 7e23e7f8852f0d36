"""Failures and successes in, whether to try at all out: what fails again and again is let be for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import Enum

AFTER = 3  # failures in a row
PAUSE_S, LONGEST_S = 10.0, 300.0  # the first pause, which doubles with each trial that fails


class Gate(Enum):
    """Open: go ahead. Trial: the pause is over, and the one who is told so finds out. Shut: let it be."""

    OPEN = "open"
    TRIAL = "trial"
    SHUT = "shut"


class Breaker:
    """Thread-safe. Who is told TRIAL says `failed` or `succeeded`; the others find it shut until then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures, self._until, self._pause_s = 0, 0.0, 0.0
        self._tried = False
        self.reason = ""

    def gate(self) -> Gate:
        with self._lock:
            if not self._pause_s:
                return Gate.OPEN
            if self._tried or self._clock() < self._until:
                return Gate.SHUT
            self._tried = True
            return Gate.TRIAL

    def failed(self, reason: str) -> None:
        """`reason` is what is said while it is shut."""
        with self._lock:
            self._failures, self.reason = self._failures + 1, reason
            begins = self._failures >= AFTER and not self._pause_s
            if begins or self._tried:  # those that were under way when it was shut do not lengthen it
                self._pause_s = min(LONGEST_S, self._pause_s * 2 or PAUSE_S)
                self._until, self._tried = self._clock() + self._pause_s, False

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._pause_s, self._tried = 0, 0.0, False
