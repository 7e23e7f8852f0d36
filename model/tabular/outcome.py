"""What comes of a question to a table: rows, looked up or reckoned from, or why not; and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.checking.citations import Quote
from model.checking.support import QUOTE
from model.tabular.amounts import amounts
from model.tabular.asking import Op
from model.tabular.purpose import Wanted
from model.tabular.tables import PART, SPLIT, UNEVEN, Row, Table

QUOTES = 4  # places that a figure is cited by
LISTED = 20  # and one that is for all of a kind


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The `rows` that fit, of a table; `figure` is what was made of them, written as its cells are. `blank`:
    how many of them have no figure. `columns`: those a look-up shows."""

    table: Table
    wanted: Wanted
    rows: tuple[Row, ...]
    figure: str = ""
    blank: int = 0
    columns: tuple[int, ...] = ()
    left: tuple[str, ...] = ()  # of what it was asked and says nothing
    others: bool = False  # whether other tables list such things too

    @property
    def listed(self) -> bool:
        """Whether its rows are all of a kind that were asked for."""
        return self.wanted.op is Op.LOOK and self.wanted.every

    @property
    def part(self) -> bool:
        """Whether there are more than are shown, or may be."""
        doubt = self.others or self.table.doubt in (PART, SPLIT, UNEVEN)
        return self.listed and (len(self.rows) > LISTED or doubt)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a table that was asked about is not reckoned with: a kind of doubt. Empty: it does not say, of what
    is `left` of the question; nothing is left where it may not be meant at all. `other`: one that differs;
    `column`: one that has several kinds of cells, none of which is named.
    `needs`: the words without which no other text says it; `kind`: what rows have that
    it has instead, `told`."""

    table: Table
    why: str = ""
    left: tuple[str, ...] = ()
    other: Table | None = None
    column: int = 0
    needs: tuple[str, ...] = ()
    kind: str = ""
    told: tuple[str, ...] = ()


def cited(rows: Sequence[Row], table: Table, most: int = QUOTES) -> tuple[Quote, ...]:
    """Where `rows` of a table stand: neighbours together while quotable, the first `most` places."""
    quotes: list[Quote] = []
    wanted, near = {(row.passage, row.start) for row in rows}, False
    for row in sorted({*rows, *table.rows}, key=lambda one: (one.passage, one.start)):
        last = quotes[-1] if quotes and near else None
        near = (row.passage, row.start) in wanted
        if not near:
            continue
        if last and last.passage == row.passage and row.end - last.start <= QUOTE:
            quotes[-1] = Quote(row.passage, last.start, row.end)
        else:
            quotes.append(Quote(row.passage, row.start, row.end))
    return tuple(quotes[:most])


def by_place(made: Reckoned, place: int) -> Reckoned | None:
    """Of the rows that were listed or counted, the first (0) or the last (-1): by their one column of days,
    else as they stand. None where there may be more of them."""
    table = made.table
    if made.part or table.doubt or not made.rows or not (made.listed or made.wanted.op is Op.COUNT):
        return None
    dated = [a.values for n in range(len(table.columns)) if (a := amounts(table.cells(n))) and a.dates]
    held = dict(zip(table.rows, dated[0], strict=True)) if len(dated) == 1 else {}
    known = [(value, row) for row in made.rows if (value := held.get(row)) is not None]
    rows = [row for _, row in sorted(known, key=lambda one: one[0])] if known else list(made.rows)
    asked = replace(made.wanted, op=Op.LOOK, every=False)
    return replace(made, wanted=asked, rows=(rows[place],), columns=tuple(range(len(table.columns))))
