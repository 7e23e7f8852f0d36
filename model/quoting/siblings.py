"""Rows of tables that are to be quoted: those that a question looks up, and those beside one that may be
meant as well; lines with labels too."""

from __future__ import annotations

from collections.abc import Sequence

from model.checking.citations import markers
from model.checking.support import bare
from model.quoting.passages import labelled, said
from model.quoting.quotable import Quotable
from model.quoting.traits import Said
from model.tabular.asking import Op, alike
from model.tabular.outcome import Reckoned
from model.tabular.reckoning import reckon
from model.tabular.tables import SPLIT, UNNAMED, Table, paired, tables
from retrieval.passage import Passage
from retrieval.terms import STOP, terms, words


def looked_up(question: str, found: Sequence[Quotable], passages: Sequence[Passage]) -> list[Quotable]:
    """Those of `found` that are rows which the question looks up, of the table that has the first of them."""
    read: dict[int, set[tuple[int, int]]] = {}
    for one in found:
        if one.passage not in read:
            read[one.passage] = _looked(question, passages[one.passage])
        if (one.start, one.end) in (rows := read[one.passage]):
            return [
                other for other in found if other.passage == one.passage and (other.start, other.end) in rows
            ]
    return []


def of_the_same(above: str, told: str, passages: Sequence[Passage]) -> str:
    """What of quotes has a content word of the question `above`, of rows most of them; of a sentence, its
    page may have it."""
    asked = [word for word in words(above) if word not in STOP]
    kept, rows = list[str](), dict[str, int]()
    for quote in told.split("\n\n"):
        pages = [passages[n - 1] for n in markers(quote) if 0 < n <= len(passages)]
        around = [f"{one.title} {' '.join(one.heading)}" for one in pages if not paired(one)]
        every = words(" ".join((quote, *around)))
        has = sum(any(alike(one, other) for other in every) for one in asked)
        kept += [quote] if has else []
        rows |= {quote: has} if pages and not around else {}
    most = max(rows.values(), default=0)  # of rows those that have most of it
    return "\n\n".join(one for one in kept if rows.get(one, most) == most)


def siblings(question: str, one: Quotable, passage: Passage, most: int) -> list[str]:
    """The rows of its table that the question may mean as well, as they are quoted, up to `most`: where it
    has no word by which this row differs from all others. Those that have the same of its words as this one;
    all of a table of which no row has more of them than another."""
    table = next((t for t in tables([passage]) if _has(t, one)), None)
    if table is None or table.doubt in (UNNAMED, SPLIT):
        return []
    asked = frozenset(terms(question))
    if (_own(one, table, 1) | _own(one, table, len(table.columns))) & asked:
        return []
    has = _said(table, len(table.columns))
    told = (has[one.start] & asked) - frozenset.intersection(*has.values())
    rows = [row for row in table.rows if told <= has[row.start]]
    return [bare("; ".join(table.parts(row))) for row in rows] if 1 < len(rows) <= most else []


def entries(question: str, one: Quotable, passage: Passage, most: int) -> list[str]:
    """The lines with labels beside it, itself among them, up to `most`: where it is one that has no word of
    the question. Chair: Kim. Present: Bo. Apologies: Ada. to who was absent."""
    if not labelled(one.text) or one.terms & frozenset(terms(question)) or one.traits.get("kin"):
        return []
    every = said(passage)
    first = last = next(n for n, other in enumerate(every) if other.start == one.start)
    while first and _beside(passage, every[first - 1], every[first]):
        first -= 1
    while last + 1 < len(every) and _beside(passage, every[last + 1], every[last]):
        last += 1
    run = [other.text for other in every[first : last + 1]]
    return run if 1 < len(run) <= most else []


def _beside(passage: Passage, other: Said, one: Said) -> bool:
    """Whether `other` is a line with a label too, of the same paragraph."""
    between = passage.text[min(other.end, one.end) : max(other.start, one.start)]
    return labelled(other.text) and between.count("\n") < 2


def _looked(question: str, passage: Passage) -> set[tuple[int, int]]:
    """Where the rows of a passage stand that the question looks up."""
    made = reckon(question, tables([passage]))
    if not isinstance(made, Reckoned) or made.wanted.op is not Op.LOOK:
        return set()
    return {(row.start, row.end) for row in made.rows}


def _own(one: Quotable, table: Table, columns: int) -> frozenset[str]:
    """The terms that its first cells have, and those of no other row."""
    has = _said(table, columns)
    return has[one.start].difference(*(other for start, other in has.items() if start != one.start))


def _said(table: Table, columns: int) -> dict[int, frozenset[str]]:
    """The terms of the first cells of each row, by where it begins."""
    return {row.start: frozenset(terms(" ".join(row.cells[:columns]))) for row in table.rows}


def _has(table: Table, one: Quotable) -> bool:
    return any((row.start, row.end) == (one.start, one.end) for row in table.rows)
