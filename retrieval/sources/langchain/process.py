"""A call of a LangChain loader in, its documents out, from a child that may hang, swell or crash."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from retrieval.loaders.apart import send
from retrieval.passage import Audience, Document, SettingError, SourceUnavailable, Unread
from retrieval.sources.langchain.document import READERS
from retrieval.sources.langchain.failure import STANDS

_HOME = Path(__file__).resolve().parents[3]  # where our packages lie, and none that Python has itself
_OURS = ("FOOTNOTE_", "SLACK_", "WEAVIATE_", "VLLM_", "DATABASE_URL", "PYTHONPATH", "PYTHONWARNINGS")
_START = "from retrieval.sources.langchain.child import main; main()"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a loader is run: which of its arguments a place becomes; the seconds without a document, megabytes
    of memory, documents of a place and bytes of one that it keeps to; which metadata says who may read."""

    place: str = ""
    seconds: float = 300.0
    memory_mb: int = 4096
    documents: int = 100_000
    max_bytes: int = 50 << 20
    readers: tuple[str, ...] = READERS


@dataclass(frozen=True, slots=True)
class Call:
    """What the child is told first: which class to make with which arguments (never shown: they may hold
    secrets), and for which places."""

    source: str
    loader: str
    arguments: Mapping[str, object] = field(repr=False)
    places: tuple[str, ...] = field(repr=False)
    manner: Manner


class Process:
    """One child, started with the first question, replaced when it had to be ended."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = Lock()

    def start(self) -> None:
        """Raises SettingError where the arguments are wrong, SourceUnavailable where nothing starts."""
        with self._turn:
            self._ready()

    def load(self, uri: str, place: str) -> Iterator[Document | Unread]:
        """The documents of a place as they come; how it ended, where that was not by itself, last."""
        with self._turn:
            whole = False
            try:
                child = self._ready()
                send(_open(child.stdin), (uri, place))
                while "end" not in (said := self._heard(child)):
                    yield heard(said)
                whole = True
            except SourceUnavailable as reason:
                yield Unread(uri, str(reason), kept=True)
            finally:
                if not whole:
                    self.close()

    def close(self) -> None:
        """Ends the child and what it started."""
        child, self._child = self._child, None
        if child:
            _end(child)

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child:
            return self._child
        self._child = child = self._started()
        try:
            send(_open(child.stdin), self._call)
            said = self._heard(child)
        except (pickle.PicklingError, TypeError, AttributeError):
            self.close()
            raise SettingError(
                f"An argument of {self._call.loader} cannot be handed to the process it runs in: "
                "give it texts, numbers, lists and tables."
            ) from None
        except SourceUnavailable:
            self.close()
            raise
        if "refused" in said:
            self.close()
            raise SettingError(str(said["refused"]))
        return child

    def _started(self) -> subprocess.Popen[bytes]:
        """The child sees the environment, which loaders take keys from, without Footnote's own settings."""
        seen = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        paths = [str(_HOME), *(path or os.getcwd() for path in sys.path)]
        child = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(self._call.manner.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**seen, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        weakref.finalize(self, _end, child)
        return child

    def _heard(self, child: subprocess.Popen[bytes]) -> dict[str, Any]:
        """The child's next line. Raises SourceUnavailable where none comes in time, or no more."""
        expired: list[bool] = []

        def expire() -> None:
            expired.append(True)
            _kill(child)

        late = Timer(self._call.manner.seconds, expire)
        late.start()
        try:
            line = _open(child.stdout).readline()
        except (OSError, ValueError):
            line = b""
        finally:
            late.cancel()
        if not line.endswith(b"\n"):
            raise SourceUnavailable(self._fate(expired=bool(expired)))
        said: dict[str, Any] = json.loads(line)
        return said

    def _fate(self, *, expired: bool) -> str:
        loader, manner = self._call.loader, self._call.manner
        if expired:
            return f"{loader} gave nothing for {manner.seconds:g} s and was ended; {STANDS}"
        return f"{loader} made its process crash, or needed more than {manner.memory_mb} MB; {STANDS}"


def spoken(one: Document | Unread) -> dict[str, object]:
    """A document as JSON: no object of a loader's own comes with it."""
    if isinstance(one, Unread):
        return {"unread": [one.uri, one.reason, one.kept]}
    moment = one.updated_at.isoformat() if one.updated_at else ""
    facts = {name: getattr(one, name) for name in ("uri", "source", "title", "text", "url", "digest")}
    return {"document": facts, "moment": moment, "audience": [*one.audience.principals], "pages": one.pages}


def heard(said: Mapping[str, Any]) -> Document | Unread:
    """What `spoken` made."""
    if "unread" in said:
        return Unread(*said["unread"])
    return Document(
        **said["document"],
        updated_at=datetime.fromisoformat(said["moment"]) if said["moment"] else None,
        audience=Audience.of(*said["audience"]),
        pages=tuple(said["pages"]),
    )


def _open(stream: Any) -> Any:
    assert stream is not None
    return stream


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Ends the child's whole session, with browsers and shells that a loader started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        _kill(child)
    child.wait()
    for stream in (child.stdin, child.stdout):
        with suppress(OSError):
            _open(stream).close()
