"""Ports of loopback for servers that are started here.

A port that the system hands out for asking is from the range it takes clients' ports from, so a connection
made a moment later may sit on it when the server starts. Ours lie below that range, and what was given to
one process is given to no other as long as that one lives: a server may take a minute until it listens.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import socket
import tempfile
from pathlib import Path

LOWEST, CLIENTS_FROM = 15_000, 32_768  # Linux gives its clients ports from 32768 on


def free(count: int = 1) -> int:
    """A port that nobody listens on now, with `count - 1` free ones after it."""
    while True:
        first = LOWEST + secrets.randbelow(CLIENTS_FROM - LOWEST - count)
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for port in range(first, first + count):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
                _lock(port)
            return first


def _lock(port: int) -> None:
    """Held until this process ends. Raises OSError where another one, or this one, has it."""
    folder = Path(tempfile.gettempdir(), f"footnote-ports-{os.getuid()}")
    folder.mkdir(exist_ok=True)
    held = os.open(folder / str(port), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise
