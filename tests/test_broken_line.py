"""The line that tests break: each fault is what a client of a real network would meet."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from broken_line import Line


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that says back what it is told."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(one: socket.socket) -> None:
            with one:
                while piece := one.recv(4096):
                    one.sendall(piece)

        def serve() -> None:
            while True:
                try:
                    one, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(one,), daemon=True).start()

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def line(echo: int) -> Iterator[Line]:
    with Line(echo) as line:
        yield line


def connected(line: Line) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", line.port), timeout=5)
    client.sendall(b"hello")
    return client


def test_without_a_fault_all_goes_through_and_ends_where_a_side_ends(line: Line) -> None:
    with connected(line) as client:
        heard = client.recv(100)
        client.shutdown(socket.SHUT_WR)

        assert (heard, client.recv(100), line.taken) == (b"hello", b"", 1)


def test_a_slow_line_brings_everything_late(line: Line) -> None:
    line.fault, line.delay_s = "slow", 0.2
    began = time.monotonic()
    with connected(line) as client:
        assert client.recv(100) == b"hello"
    assert time.monotonic() - began >= 0.2


def test_a_reset_reaches_open_connections_and_new_ones(line: Line) -> None:
    with connected(line) as client:
        assert client.recv(100) == b"hello"
        line.fault = "reset"

        with pytest.raises(ConnectionResetError):
            client.recv(100)
    with pytest.raises(ConnectionError), connected(line) as client:
        assert client.recv(100)


def test_a_black_hole_takes_connections_and_says_nothing(line: Line) -> None:
    with connected(line) as old:
        assert old.recv(100) == b"hello"
        line.fault = "black hole"

        with connected(line) as new:
            for client in (old, new):
                client.settimeout(0.2)
                client.sendall(b"anybody?")
                with pytest.raises(TimeoutError):
                    client.recv(100)


def test_half_open_lines_stay_silent_while_new_ones_work(line: Line) -> None:
    with connected(line) as old:
        assert old.recv(100) == b"hello"
        line.fault = "half open"

        with connected(line) as new:
            assert new.recv(100) == b"hello"
        old.settimeout(0.2)
        old.sendall(b"anybody?")
        with pytest.raises(TimeoutError):
            old.recv(100)


def test_a_cut_comes_after_so_many_bytes(line: Line) -> None:
    line.fault, line.limit = "cut", 3
    with connected(line) as client:
        assert (client.recv(100), client.recv(100)) == (b"hel", b"")
