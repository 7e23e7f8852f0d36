"""A file of a hostile format in, its Documents out, parsed in a child that may hang, swell or crash alone."""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Any

from retrieval.loaders import File, Kind
from retrieval.passage import Document, DocumentError, Unread

SECONDS = 20.0  # for one file
BYTES = 3 << 29  # of memory for the child: 1.5 GiB
_HOME = Path(__file__).resolve().parents[2]
_LENGTH = struct.Struct("<Q")


class Apart:
    """One child, started with the first such file, replaced when it had to be ended."""

    def __init__(self, seconds: float = SECONDS, memory: int = BYTES) -> None:
        self._seconds = seconds
        self._memory = memory
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = Lock()

    def load(self, kind: Kind, file: File) -> Iterator[Document | Unread]:
        """As `kind.load`. Raises DocumentError also where the file took too long or too much memory."""
        with self._turn:
            answer = self._ask(kind, file)
        if isinstance(answer, str):
            raise DocumentError(answer)
        yield from answer

    def close(self) -> None:
        with self._turn:
            if self._child:
                _end(self._child)
            self._child = None

    def _ask(self, kind: Kind, file: File) -> list[Document | Unread] | str:
        child = self._child = self._child or self._start()
        assert child.stdin and child.stdout
        expired: list[bool] = []

        def expire() -> None:
            expired.append(True)
            child.kill()

        late = Timer(self._seconds, expire)
        late.start()
        try:
            send(child.stdin, (kind, file))
            answer: list[Document | Unread] | str = receive(child.stdout)
        except (OSError, EOFError):
            _end(child)
            self._child = None
            return _fate(self._seconds, expired=bool(expired))
        finally:
            late.cancel()
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        """The child sees neither our environment, which holds keys, nor our terminal."""
        child = subprocess.Popen(
            [sys.executable, "-m", "retrieval.loaders.child", str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_HOME,
            env={name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ},
        )
        weakref.finalize(self, _end, child)
        return child


def send(stream: IO[bytes], message: object) -> None:
    """Writes one message: its length, then its pickle."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Reads one message. Raises EOFError where the other side has gone."""
    head = stream.read(_LENGTH.size)
    body = stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if not body:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - written by our own code, never by a file


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream:
            with suppress(OSError):
                stream.close()


def _fate(seconds: float, *, expired: bool) -> str:
    if expired:
        return f"It took longer than {seconds:g} s to read."
    return "It made its reader crash; it may be broken."
