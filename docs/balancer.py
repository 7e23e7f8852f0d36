"""A TCP balancer in front of ports of this machine: each connection goes to the next that is ready."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Sequence


class Balancer(socketserver.ThreadingTCPServer):
    """Hands each connection on to a node that takes it, as a service in front of a cluster does."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, ports: Sequence[int], ready: Callable[[int], bool]) -> None:
        super().__init__(("127.0.0.1", 0), _Through)
        self.ports, self.ready, self.turn = ports, ready, 0
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def next(self) -> socket.socket:
        """A connection to the next node that is up. Raises OSError where none is."""
        for _ in self.ports:
            self.turn += 1
            place = self.turn % len(self.ports)
            with contextlib.suppress(OSError):
                if self.ready(place):
                    return socket.create_connection(("127.0.0.1", self.ports[place]), 2)
        raise OSError("no node is up")


class _Through(socketserver.BaseRequestHandler):
    server: Balancer

    def handle(self) -> None:
        with contextlib.suppress(OSError), self.server.next() as node:
            node.settimeout(None)
            back = threading.Thread(target=_pour, args=(node, self.request), daemon=True)
            back.start()
            _pour(self.request, node)
            back.join()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while some := source.recv(65536):
            target.sendall(some)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
