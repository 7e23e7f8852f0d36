"""One address in front of servers that come and go: each request goes to whichever is in use when it comes.

It reads the head of a request and nothing else, asks for one request a connection, and carries bytes both
ways until one side ends. So whoever asks keeps one address, a request that is under way stays where it is,
and a server is let go when its last request is over.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import threading
import time
from collections import Counter

HOST = "127.0.0.1"
MOST_HEAD, PIECE, PATIENCE_S = 1 << 16, 1 << 16, 30.0
PAUSE_S = 0.1  # before a connection that could not be taken is taken again
_END = b"\r\n\r\n"
_KEPT = re.compile(rb"\r\n(?:Connection|Keep-Alive):[^\r\n]*", re.IGNORECASE)
_AWAY = b'{"error": {"message": "The model server is starting.", "type": "unavailable", "code": 503}}'
_REFUSED = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 5\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_AWAY), _AWAY)
)


class Front:
    """`turn` says which port of this machine is asked from now on; 0: none, and who asks is told so.
    `host` is where it listens itself."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self._listening = socket.create_server((host, port), backlog=128)
        self.port: int = self._listening.getsockname()[1]
        self._to, self._busy, self._lock = 0, Counter[int](), threading.Lock()
        threading.Thread(target=self._accept, name="front", daemon=True).start()

    def turn(self, port: int) -> None:
        with self._lock:
            self._to = port

    def over(self, port: int, within_s: float) -> bool:
        """Waits until no request is under way at that port. Returns whether that came about."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            with self._lock:
                if not self._busy[port]:
                    return True
            time.sleep(0.05)
        return False

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:  # closed, or no descriptor is free for a moment
                if self._listening.fileno() < 0:
                    return
                time.sleep(PAUSE_S)
                continue
            carry = threading.Thread(target=self._carry, args=(client,), name="front-request", daemon=True)
            try:
                carry.start()
            except RuntimeError:  # no thread is to be had: whoever asks is told at once, and asks again
                client.close()

    def _carry(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.settimeout(PATIENCE_S)
            head, body = _head(client)
            if not head:
                return
            with self._lock:
                port = self._to
                self._busy[port] += 1
            try:
                _passed(client, port, _KEPT.sub(b"", head) + b"\r\nConnection: close" + _END + body)
            finally:
                with self._lock:
                    self._busy[port] -= 1


def _head(client: socket.socket) -> tuple[bytes, bytes]:
    """The head of a request, without its end, and what of the body came with it."""
    read = b""
    while _END not in read and len(read) < MOST_HEAD:
        piece = client.recv(PIECE)
        if not piece:
            return b"", b""
        read += piece
    head, _, body = read.partition(_END)
    return head, body


def _passed(client: socket.socket, port: int, request: bytes) -> None:
    try:
        server = socket.create_connection((HOST, port), 5) if port else None
    except OSError:
        server = None
    if server is None:
        client.sendall(_REFUSED)
        return
    with server:
        server.settimeout(None)
        client.settimeout(None)
        server.sendall(request)
        _both_ways(client, server)


def _both_ways(client: socket.socket, server: socket.socket) -> None:
    """Until the server has said all, or whoever asks is gone: then the server sees that, and stops."""
    other = {client: server, server: client}
    while True:
        for side in select.select([client, server], [], [])[0]:
            piece = side.recv(PIECE)
            if not piece:
                return
            other[side].sendall(piece)
