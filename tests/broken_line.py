"""A TCP line between a client and a server on this machine, which goes wrong in the ways that networks do."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from types import TracebackType
from typing import Self

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST and nothing that was written before it


class Line:
    """`with Line(server_port) as line:` clients connect to `line.port`.

    `fault` is what happens from now on, to connections that are open too:

        ""           all goes through
        "slow"       what the server says comes `delay_s` late, each piece
        "reset"      connections are reset, open ones and new ones
        "black hole" connections are taken, nothing comes or goes, nobody is told
        "half open"  connections that are open now are in a black hole, new ones go through
        "cut"        a connection ends once the server has said `limit` bytes on it
    """

    def __init__(self, server_port: int) -> None:
        self.delay_s, self.limit, self.taken = 0.0, 0, 0
        self._fault, self._server_port = "", server_port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._open: set[_Connection] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def fault(self) -> str:
        return self._fault

    @fault.setter
    def fault(self, name: str) -> None:
        with self._guard:
            self._fault, open_now = name, list(self._open)
        for one in open_now:
            one.lost = one.lost or name == "half open"
            if name == "reset":
                one.end(reset=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        with self._guard:
            left = list(self._open)
        for one in left:
            one.end()
        for one in left:
            one.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.taken += 1
            with self._guard:
                self._begin(client)

    def _begin(self, client: socket.socket) -> None:
        if self._fault == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port), timeout=5)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        self._open.add(_Connection(self, client, server))

    def forget(self, connection: _Connection) -> None:
        """Of a connection that has ended."""
        with self._guard:
            self._open.discard(connection)


class _Connection:
    """One connection, and a thread for each direction."""

    def __init__(self, line: Line, client: socket.socket, server: socket.socket) -> None:
        self._line, self._client, self._server = line, client, server
        self.lost, self._said, self._ended = False, 0, 0
        self._guard = threading.Lock()
        self._threads = [
            threading.Thread(target=self._carry, args=way, daemon=True)
            for way in ((client, server), (server, client))
        ]
        for thread in self._threads:
            thread.start()

    def end(self, *, reset: bool = False) -> None:
        """Both sides are told, the client by RST where that is wanted."""
        with contextlib.suppress(OSError):
            if reset:  # sent when the last thread lets go of the socket
                self.lost = True
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._client.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)

    def join(self) -> None:
        for thread in self._threads:
            thread.join(10)

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if source is self._server:
                    piece = self._late(piece)
                if not self._swallowing:
                    sink.sendall(piece)
            if not self._swallowing:
                sink.shutdown(socket.SHUT_WR)
        self._over()

    def _late(self, piece: bytes) -> bytes:
        """What of a piece of the server's goes on, after what it waits."""
        if self._line.fault == "slow":
            time.sleep(self._line.delay_s)
        before, self._said = self._said, self._said + len(piece)
        if self._line.fault == "cut" and self._said >= self._line.limit:
            with contextlib.suppress(OSError):
                self._client.sendall(piece[: max(0, self._line.limit - before)])
            self.end()
            return b""
        return piece

    @property
    def _swallowing(self) -> bool:
        return self.lost or self._line.fault == "black hole"

    def _over(self) -> None:
        """Of a direction; with the second one the connection is."""
        with self._guard:
            self._ended += 1
            if self._ended < 2:
                return
        self._client.close()
        self._server.close()
        self._line.forget(self)
