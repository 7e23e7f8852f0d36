"""Passages of documents in, the tables in them out: rows with the names of their columns, to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from model.tabular.cells import BAR, CALLED, NAME, figured, names_columns
from model.tabular.cells import cells as cells_of
from model.tabular.cells import values as values_of
from model.tabular.sums import first_sum, sums
from retrieval.passage import Passage

_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_NAMED = re.compile(rf"{CALLED}: [^;\n]*;")
_PAGE = re.compile(r"\W*(?:page|seite|p\.)?\W*\d+\W*(?:(?:of|von|/)\W*\d+)?\W*", re.IGNORECASE)
UNNAMED, SPLIT, UNEVEN, PART = "unnamed", "split", "uneven", "part"  # kinds of doubt
_CAPTION = 120  # characters of a line above a table that says what it is of


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the passage at `passage` (from 0): where it stands in its text, and its cells by column."""

    passage: int
    start: int
    end: int
    cells: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether it may be a heading or a note inside the table."""
        return len(self.cells) > 2 and sum(map(bool, self.cells)) == 1


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` without those that add up others. `name` is what it is called, `about` all that stands above
    it; `doubt` says why its rows may not be all there are, or not be read as they are meant: nothing is
    counted then."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    name: str
    about: str
    doubt: str = ""
    head: tuple[int, int] | None = None  # where the names of the columns stand in its first passage
    odd: str = ""  # the first line that is not surely a row of its own

    def cells(self, column: int) -> list[str]:
        return [row.cells[column] for row in self.rows]

    def parts(self, row: Row) -> list[str]:
        """`Column: cell` for each cell that is not empty."""
        pairs = zip(self.columns, row.cells, strict=True)
        return [f"{name}: {cell}" if name else cell for name, cell in pairs if cell]


def paired(passage: Passage) -> dict[tuple[int, int], tuple[str, ...]]:
    """The rows of one passage whose columns are known: where each stands, and its cells with their names.
    The line that names the columns has none."""
    text = passage.text
    if "|" not in text and not (";" in text and ": " in text and _NAMED.search(text)):
        return {}
    known = [table for table in tables([passage]) if table.doubt not in (UNNAMED, SPLIT)]
    heads = {table.head: () for table in known if table.head}
    return heads | {(row.start, row.end): tuple(table.parts(row)) for table in known for row in table.rows}


def has_row(passage: Passage, start: int, end: int) -> bool:
    """Whether a row of a table stands between these characters of a passage."""
    return any(parts and start <= a and b <= end for (a, b), parts in paired(passage).items())


def tables(passages: Sequence[Passage]) -> list[Table]:
    """The tables of `passages`, which are in the order of their documents."""
    made: list[tuple[_Run, Table]] = []
    for run in _runs(_lines(passages)):
        table = run.table(passages)
        if made and (table is None or table.doubt == UNNAMED) and _torn(made[-1], run):
            before, odd = made[-1][1], made[-1][1].odd or run.lines[0].text.strip()
            made[-1] = made[-1][0], replace(before, doubt=before.doubt or UNEVEN, odd=odd)
        if table is None:
            continue
        if made and _over_page(made[-1], run, table):
            before = made[-1][1]
            doubt, odd = before.doubt or table.doubt, before.odd or table.odd
            made[-1] = run, replace(before, rows=before.rows + table.rows, doubt=doubt, odd=odd)
        elif made and _may_go_on(made[-1], run, table):
            before = made[-1][1]
            made[-1] = made[-1][0], replace(before, doubt=SPLIT)
            made.append((run, replace(table, doubt=SPLIT)))
        else:
            made.append((run, table))
    return [table for _, table in made]


@dataclass(frozen=True, slots=True)
class _Line:
    passage: int
    start: int
    end: int
    text: str
    place: tuple[str, ...]  # its document and headings
    lead: str
    near: bool  # right below the line before it, in one document
    torn: bool = False  # the line before it is the first part of this one


# Names of columns, lines with their cells (None where they do not fit), a kind of doubt.
_Read = tuple[list[str], list[tuple[_Line, tuple[str, ...] | None]], str]


def _lines(passages: Sequence[Passage]) -> Iterator[_Line]:
    before: Passage | None = None
    for i, passage in enumerate(passages):
        goes_on = bool(
            before
            and before.document == passage.document
            and before.end + len(before.gap) == passage.start
            and before.heading == passage.heading
        )
        gap = before.gap if before and goes_on else "\n\n"
        at = 0
        for n, text in enumerate(passage.text.split("\n")):
            near = gap.count("\n") < 2 if n == 0 else True
            start = at + len(text) - len(text.lstrip())
            at += len(text) + 1
            where, torn = (passage.document, *passage.heading), n == 0 and near and "\n" not in gap
            end = start + len(text.strip())
            yield _Line(i, start, end, text, where, passage.lead.strip(), near, torn)
        before = passage


@dataclass
class _Run:
    """Lines of one kind below each other, and the line above them."""

    lines: list[_Line]
    above: str = ""
    between: list[str] = field(default_factory=list)  # what stands between it and the run before
    sure: bool = True  # that its first line names the columns
    near: bool = True  # that no empty line is between it and the run before

    def table(self, passages: Sequence[Passage]) -> Table | None:
        named = "|" not in self.lines[0].text
        columns, lines, doubt = self._named() if named else self._barred()
        rows = [Row(at.passage, at.start, at.end, cells) for at, cells in lines if cells is not None]
        kept = [row for row in rows if not sums(row.cells) and not _repeats(row, columns)]
        if not kept or len(columns) < 2:
            return None
        passage, odd = passages[self.lines[0].passage], _odd(lines, kept)
        doubt = doubt or (UNEVEN if odd else "")
        about = "\n".join((passage.title, *passage.heading, self.above))
        name = (passage.heading or (passage.title,))[-1]
        head = None if named or doubt == PART else (self.lines[0].start, self.lines[0].end)
        return Table(tuple(columns), tuple(kept), name, about, doubt, head, odd)

    def _named(self) -> _Read:
        """Lines as `Column: value; Column: value`."""
        split = [values_of(line.text) for line in self.lines]
        columns: list[str] = []
        for names in ([name for name, _ in values] for values in split):
            at = 0
            for name in names:
                if name in columns:
                    at = columns.index(name) + 1
                elif name:
                    columns.insert(at, name)
                    at += 1
        lines: list[tuple[_Line, tuple[str, ...] | None]] = []
        for line, values in zip(self.lines, split, strict=True):
            names = [name for name, _ in values]
            fits = all(names) and len(set(names)) == len(names)
            held = dict(values)
            lines.append((line, tuple(held.get(name, "") for name in columns) if fits else None))
        return columns, lines, ""

    def _barred(self) -> _Read:
        """Lines with bars between cells; the first names the columns, or what the passage has in `lead`."""
        first, doubt, body = self.lines[0], "", self.lines[1:]
        lead = next((line.lead for line in self.lines if line.lead), "")
        markdown = bool(body) and bool(_RULE.fullmatch(body[0].text))
        if markdown:
            body = body[1:]
        elif lead and "|" in lead and first.text.strip() != lead:
            return self._columns(lead, self.lines, PART)
        elif not lead:
            self.sure = names_columns([cells_of(line.text, False) for line in self.lines])
            doubt = "" if self.sure else UNNAMED
        return self._columns(first.text, body, doubt)

    def _columns(self, header: str, body: Sequence[_Line], doubt: str) -> _Read:
        framed = header.strip().startswith("|") and header.strip().endswith("|")
        columns = cells_of(header, framed)
        lines: list[tuple[_Line, tuple[str, ...] | None]] = []
        for line in body:
            if _RULE.fullmatch(line.text):
                continue
            cells = cells_of(line.text, framed)
            lines.append((line, tuple(cells) if len(cells) == len(columns) else None))
        return columns, lines, doubt


def _runs(lines: Iterator[_Line]) -> Iterator[_Run]:
    run: _Run | None = None
    above, between, near = "", list[str](), True
    for line in lines:
        kind = _kind(line, run)
        if run and kind and line.near and kind == _kind(run.lines[0], None):
            run.lines.append(line)
            continue
        if run:
            yield run
            run, between, near = None, [], True
        if kind:
            run, above = _Run([line], above, between, near=near), ""
        elif not line.text.strip():
            near = False
        else:
            above = line.text.strip()[:_CAPTION]
            between.append(line.text.strip())
    if run:
        yield run


def _kind(line: _Line, run: _Run | None) -> str:
    """What a line is a row of: cells between bars, cells behind their names, or nothing."""
    if BAR.search(line.text.strip()) and not line.text.lstrip().startswith(("#", "```")):
        return "bars"
    if _NAMED.match(line.text):
        return "names"
    inside = run is not None and line.near and "|" not in run.lines[0].text
    return "names" if inside and NAME.fullmatch(line.text) else ""


def _odd(lines: Sequence[tuple[_Line, tuple[str, ...] | None]], kept: Sequence[Row]) -> str:
    """The first line that is broken or has not the cells of a row, or may be a heading or a sum."""
    broken = next((line.text for line, cells in lines if cells is None or line.torn), "")
    adds = first_sum([row.cells for row in kept])
    unclear = next((row for n, row in enumerate(kept) if row.alone or n == adds), None)
    return broken.strip() or ("; ".join(filter(None, unclear.cells)) if unclear else "")


def _repeats(row: Row, columns: Sequence[str]) -> bool:
    return list(row.cells) == list(columns)


def _torn(before: tuple[_Run, Table], run: _Run) -> bool:
    """Whether a line may be the rest of a row of the table right above it, which was broken in two."""
    one, two = before[0].lines[-1], run.lines[0]
    near = two.near and run.near and 0 < sum(map(len, run.between)) < _CAPTION
    return one.place == two.place and near and len(cells_of(two.text, False)) == len(before[1].columns)


def _over_page(before: tuple[_Run, Table], run: _Run, table: Table) -> bool:
    """Whether a table goes on after a page break, its names of columns said again."""
    one, two = before[0].lines[-1], run.lines[0]
    same = before[1].columns == table.columns and one.place == two.place
    return same and all(_PAGE.fullmatch(text) for text in run.between)


def _may_go_on(before: tuple[_Run, Table], run: _Run, table: Table) -> bool:
    """Whether the rows of `run` may be more of the table before it: as many cells, little in between, and a
    first line that could be one of its rows."""
    one, two = before[0].lines[-1], run.lines[0]
    if len(before[1].columns) != len(table.columns) or one.place != two.place:
        return False
    return sum(map(len, run.between)) < _CAPTION and all(
        _fits(cell, [other for other in before[1].cells(n) if other]) for n, cell in enumerate(table.columns)
    )


def _fits(cell: str, column: Sequence[str]) -> bool:
    """Whether `cell` could stand in the column: a figure among figures, one of the few that come again."""
    if figured(column):
        return any(c.isdigit() for c in cell) or not cell
    return cell in column or len(set(column)) == len(column)
