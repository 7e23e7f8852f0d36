"""A safetensors file in, its tensors out, read without torch and without trusting a byte of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

MOST_HEADER = 100_000_000  # bytes, as safetensors itself allows
_SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
_FLOATS = {"F64": np.float64, "F32": np.float32, "F16": np.float16}
_INFINITE, _SIGN = np.uint16(0x7F80), np.uint16(0x7FFF)  # the exponent of bfloat16, and all but its sign
LARGEST = 1000.0  # a weight of an adapter: those that are trained are below ten
_LARGEST = np.uint16(0x447A)  # the same as bfloat16
_PIECE = 1 << 22  # values that are looked at together


class Corrupt(ValueError):
    """It is no safetensors file, or not the whole of one."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor in a file, from byte `start` to `end`."""

    file: Path
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int

    def pieces(self) -> Iterator[np.ndarray[Any, Any]]:
        """Its bytes, a part after the other."""
        if self.end == self.start:
            return
        whole = np.memmap(self.file, np.uint8, "r", self.start, (self.end - self.start,))
        for at in range(0, len(whole), _PIECE * 8):
            yield whole[at : at + _PIECE * 8]

    @property
    def zero(self) -> bool:
        """Whether each value is zero, of either sign."""
        if self.dtype == "BF16":
            return not any((piece.view(np.uint16) & _SIGN).any() for piece in self.pieces())
        return not any(self._floats(piece).any() for piece in self.pieces())

    @property
    def finite(self) -> bool:
        """Whether each value is a number."""
        if self.dtype == "BF16":
            parts = (piece.view(np.uint16) & _INFINITE for piece in self.pieces())
            return not any((part == _INFINITE).any() for part in parts)
        return all(np.isfinite(self._floats(piece)).all() for piece in self.pieces())

    @property
    def huge(self) -> bool:
        """Whether a value is larger than any that a training ends with."""
        if self.dtype == "BF16":
            return any(((piece.view(np.uint16) & _SIGN) > _LARGEST).any() for piece in self.pieces())
        return any((np.abs(self._floats(piece)) > LARGEST).any() for piece in self.pieces())

    def _floats(self, piece: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return piece.view(_FLOATS.get(self.dtype, np.uint8))


def read(file: Path) -> dict[str, Tensor]:
    """The tensors by name. Raises Corrupt, OSError."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if size < 8 or length > min(MOST_HEADER, size - 8):
            raise Corrupt("it ends within its header")
        header = _header(opened.read(length))
    begin = 8 + length
    found = {name: _tensor(file, one, begin) for name, one in header.items() if name != "__metadata__"}
    _gapless(found, begin, size)
    return found


def _header(given: bytes) -> dict[str, Any]:
    try:
        header = json.loads(given)
    except (ValueError, RecursionError):
        raise Corrupt("its header is no JSON") from None
    if not isinstance(header, dict):
        raise Corrupt("its header is no table")
    return header


def _tensor(file: Path, one: Any, begin: int) -> Tensor:
    try:
        dtype, shape, (start, end) = str(one["dtype"]), tuple(one["shape"]), one["data_offsets"]
        fits = end - start == prod(shape) * _SIZES[dtype] and min((start, *shape)) >= 0
    except (KeyError, TypeError, ValueError):
        raise Corrupt("its header has an entry that is no tensor") from None
    if not fits or not all(type(one) is int for one in (start, end, *shape)):
        raise Corrupt("its header gives a tensor another size than it has")
    return Tensor(file, dtype, shape, begin + start, begin + end)


def _gapless(found: dict[str, Tensor], begin: int, size: int) -> None:
    """Bytes that belong to no tensor could be anything, such as a program."""
    at = begin
    for one in sorted(found.values(), key=lambda one: (one.start, one.end)):
        if one.start != at:
            raise Corrupt("its tensors overlap or leave gaps")
        at = one.end
    if at != size:
        raise Corrupt("it ends within a tensor" if at > size else "it goes on behind its tensors")
