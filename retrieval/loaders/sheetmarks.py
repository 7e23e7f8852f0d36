"""The XML of a sheet in, what its cells do not tell out: hidden rows and columns, merged cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from lxml import etree
from openpyxl.utils.cell import range_boundaries

_TAGS = ("{*}row", "{*}col", "{*}mergeCell")
_COLUMNS = 16_384


@dataclass(frozen=True, slots=True)
class Marks:
    """Numbers count from 1. `tall`: by row and column where it begins, the last row of a merged cell;
    `unsaved`: formulas without a stored result."""

    rows: frozenset[int]
    columns: frozenset[int]
    tall: Mapping[tuple[int, int], int]
    unsaved: int


@dataclass
class _Found:
    row: int = 0
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    tall: dict[tuple[int, int], int] = field(default_factory=dict)
    unsaved: int = 0


def marks(part: IO[bytes]) -> Marks:
    """Goes through the part and keeps none of it. Raises SyntaxError or ValueError where it is broken."""
    found = _Found()
    for _, node in etree.iterparse(part, tag=_TAGS, resolve_entities=False, no_network=True):
        _TAKE[etree.QName(node).localname](found, node)
        node.clear()
        while node.getprevious() is not None:
            del node.getparent()[0]
    return Marks(frozenset(found.rows), frozenset(found.columns), found.tall, found.unsaved)


def _row(found: _Found, node: Any) -> None:
    found.row = int(node.get("r") or found.row + 1)
    if _hidden(node):
        found.rows.add(found.row)
    else:
        found.unsaved += sum(map(_unsaved, node.iter("{*}f")))


def _column(found: _Found, node: Any) -> None:
    if _hidden(node):
        first, last = int(node.get("min")), int(node.get("max"))
        found.columns.update(range(first, min(last, _COLUMNS) + 1))


def _merged(found: _Found, node: Any) -> None:
    left, top, _, bottom = range_boundaries(node.get("ref"))
    if bottom > top:
        found.tall[top, left] = bottom


def _unsaved(formula: Any) -> bool:
    result = formula.getnext()
    return result is None or not (result.text or formula.getparent().get("t") == "str")


def _hidden(node: Any) -> bool:
    return node.get("hidden") in ("1", "true")


_TAKE = {"row": _row, "col": _column, "mergeCell": _merged}
