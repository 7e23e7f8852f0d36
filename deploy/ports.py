"""Ports of loopback for servers that are started here.

A port that the system hands out for asking is from the range it takes clients' ports from, so a connection
made a moment later may sit on it when the server starts. Ours lie below that range.
"""

from __future__ import annotations

import contextlib
import secrets
import socket

LOWEST, CLIENTS_FROM = 15_000, 32_768  # Linux gives its clients ports from 32768 on


def free(count: int = 1) -> int:
    """A port that nobody listens on now, with `count - 1` free ones after it."""
    while True:
        first = LOWEST + secrets.randbelow(CLIENTS_FROM - LOWEST - count)
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for port in range(first, first + count):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
