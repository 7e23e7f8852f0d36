"""What a question wants of a table: which of its rows, which column, and what to make of them."""

from __future__ import annotations

from dataclasses import dataclass

from model.tabular.asking import Op
from model.tabular.criteria import Test
from model.tabular.keys import Called


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question wants of a table. `left`: words that the table says nothing about; `doubt`: why it
    may be meant otherwise; `distinct`: different cells of `column` are counted, not rows."""

    op: Op
    column: int | None
    tests: tuple[Test, ...]
    left: frozenset[str]
    used: int  # words of the question that cells, names of columns and what rows are called have
    doubt: str = ""
    distinct: bool = False
    columns: tuple[int, ...] = ()  # all that are named
    every: bool = False  # all rows that fit are asked for, or all there are
    dated: bool = False  # a day is named, and the rows of that day are meant
    people: bool = False  # those who have what is named are asked for, and nothing more of them
    lacking: Called | None = None  # what is asked about as if it were a row, and none is
    by: int | None = None  # the column by whose values rows are counted
    apart: bool = False  # a row is named, and behind a preposition what it may not have

    @property
    def sure_of(self) -> bool:
        """Whether rows are meant that are named, and all of them: in doubt they are not shown."""
        return bool(self.tests) and (self.every or self.people)

    def of_kind(self, column: int | None) -> bool:
        """Whether several rows are meant that are called alike, by that column."""
        return any(test.column == column and len(test.values) > 1 for test in self.tests)

    @property
    def absent(self) -> bool:
        """Whether something is named that no row has, such as a day: other rows say nothing to it."""
        return any(test.sign == "=" and not test.values for test in self.tests)

    @property
    def reckons(self) -> bool:
        """Whether rows of this very table are to be counted, or figures of a column of it."""
        return self.op is Op.COUNT or (self.op is not Op.LOOK and self.column is not None)
