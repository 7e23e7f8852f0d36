"""Failures and successes in, whether to try at all out: what fails again and again is let be for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import Enum

AFTER = 3  # failures in a row
PAUSE_S, LONGEST_S = 10.0, 300.0  # the first pause, which doubles with each trial that fails


class Doubt:
    """Whether a server is doubted, and when one last found it dead: shared by all who ask it. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._event = clock, threading.Event()
        self._dead_at, self._reason = float("-inf"), ""

    def begin(self) -> None:
        self._event.set()

    def end(self) -> None:
        self._event.clear()
        self._dead_at = float("-inf")

    def dead(self, reason: str) -> None:
        """It gave no sign of life just now."""
        self._dead_at, self._reason = self._clock(), reason

    @property
    def doubted(self) -> bool:
        return self._event.is_set()

    def was_dead(self, within_s: float) -> str:
        """Why it was found dead within these last seconds; empty where it was not."""
        return self._reason if self._clock() - self._dead_at < within_s else ""


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

    @property
    def shut(self) -> bool:
        """Whether it is let be, or is to be tried by the next one who needs it."""
        with self._lock:
            return bool(self._pause_s)

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
