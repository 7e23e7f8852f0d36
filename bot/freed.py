"""Memory that this process has freed in, memory that the machine has again out."""

from __future__ import annotations

import ctypes

EVERY_S = 60.0


def give_back() -> None:
    """glibc keeps what was freed in the heap of the thread that asked for it (on two cores up to sixteen),
    and each heap stays as large as it ever was: hours of questions look like a leak. Takes some milliseconds;
    does nothing where the C library has no such call (macOS, musl)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
