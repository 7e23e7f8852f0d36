"""A batch in, bytes that a database keeps out, and back; nothing in them is ever run."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
import zlib
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from retrieval.rows import Batch

VERSION = 2  # of the shape: raise it with retrieval.rows.Batch, then older workers leave batches alone
_LEVEL = 1  # of compression: text shrinks to a third, at 100 MB a second


class OtherShape(Exception):
    """Another version of Footnote packed it."""


def pack(batch: Batch) -> bytes:
    """Without the documents' own text, which nobody asks for once it is cut into passages."""
    rows = tuple(
        dataclasses.replace(row, document=dataclasses.replace(row.document, text="")) for row in batch.rows
    )
    shaped = {"version": VERSION, "batch": _plain(dataclasses.replace(batch, rows=rows))}
    return zlib.compress(json.dumps(shaped).encode("ascii"), _LEVEL)


def unpack(payload: bytes) -> Batch:
    """The batch that was packed; its documents have no text. Raises OtherShape."""
    shaped = json.loads(zlib.decompress(payload))
    if not isinstance(shaped, dict) or shaped.get("version") != VERSION:
        raise OtherShape
    read: Batch = _reader(Batch)(shaped["batch"])
    return read


def _plain(value: Any) -> Any:
    """JSON: a dataclass is the list of its fields."""
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of `kind` of its JSON."""
    if dataclasses.is_dataclass(kind):
        return _fields(kind)
    outer, inner = typing.get_origin(kind), typing.get_args(kind)
    if outer in (tuple, frozenset):
        read = _reader(inner[0])
        return lambda value: outer(read(one) for one in value)
    if outer is types.UnionType:  # of one kind and None
        read = _reader(next(one for one in inner if one is not types.NoneType))
        return lambda value: None if value is None else read(value)
    return datetime.fromisoformat if kind is datetime else lambda value: value


def _fields(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = [_reader(hints[field.name]) for field in dataclasses.fields(kind)]
    return lambda value: kind(*(read(one) for read, one in zip(readers, value, strict=True)))
