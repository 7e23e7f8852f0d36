"""Where the time of a row went, span by span: one trace a row, through whichever processes it goes.

The trace and its root are computed from the row's id, so a process that takes a row over goes on with the
trace that another began. Attributes are numbers, ids and names of ours, never a word of anybody.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

Value = str | int | float | tuple[str, ...]
ERROR = "error.type"


@dataclass(frozen=True, slots=True)
class Span:
    """Something that took time: seconds since 1970, ids in hexadecimal, `parent` empty for the root."""

    trace: str
    id: str
    parent: str
    name: str
    began: float
    ended: float
    attributes: Mapping[str, Value]


Send = Callable[[Span], None]


@dataclass(frozen=True, slots=True)
class Here:
    """The span that this thread is in."""

    trace: str
    id: str
    send: Send
    attributes: dict[str, Value] = field(default_factory=dict)

    def child(self, name: str, began: float, ended: float, attributes: Mapping[str, Value] = {}) -> None:
        """A span below it that has ended."""
        self.send(Span(self.trace, fresh(), self.id, name, began, ended, attributes))


_HERE: ContextVar[Here | None] = ContextVar("footnote-span", default=None)


def here() -> Here | None:
    """The span that this thread is in, where there is one and traces are on."""
    return _HERE.get()


def told(attributes: Mapping[str, Value]) -> None:
    """Adds to the span that this thread is in."""
    if (at := _HERE.get()) is not None:
        at.attributes.update(attributes)


@contextmanager
def span(name: str) -> Iterator[None]:
    """A span below the one that this thread is in; where it is in none, nothing."""
    if (at := _HERE.get()) is None:
        yield
        return
    with _running(Here(at.trace, fresh(), at.send), at.id, name):
        yield


class Traces:
    """The traces of rows. Without `send` there are none."""

    def __init__(self, send: Send | None = None) -> None:
        self._send = send

    @contextmanager
    def step(self, event_id: str, name: str) -> Iterator[None]:
        """A step of a row. An error is named by its kind alone."""
        if self._send is None:
            yield
            return
        trace, root = _ids(event_id)
        with _running(Here(trace, fresh(), self._send), root, name):
            yield

    def part(self, event_id: str, name: str, began: float, attributes: Mapping[str, Value] = {}) -> None:
        """Something about a row that ends now."""
        if self._send is not None:
            trace, root = _ids(event_id)
            Here(trace, root, self._send).child(name, began, time.time(), attributes)

    def whole(self, event_id: str, name: str, began: float, attributes: Mapping[str, Value]) -> None:
        """The root, once the row has its end."""
        if self._send is not None:
            trace, root = _ids(event_id)
            self._send(Span(trace, root, "", name, began, time.time(), attributes))


NONE = Traces()  # off


@contextmanager
def _running(at: Here, parent: str, name: str) -> Iterator[None]:
    token, began = _HERE.set(at), time.time()
    try:
        yield
    except BaseException as error:
        at.attributes[ERROR] = type(error).__name__
        raise
    finally:
        _HERE.reset(token)
        at.send(Span(at.trace, at.id, parent, name, began, time.time(), at.attributes))


def fresh() -> str:
    """An id of a span."""
    return secrets.token_hex(8)


def _ids(event_id: str) -> tuple[str, str]:
    digest = hashlib.sha256(f"footnote trace {event_id}".encode()).hexdigest()
    return digest[:32], digest[32:48]
