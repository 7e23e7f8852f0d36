"""Tables that do not say what they are asked in, why not out: another row or column than they have."""

from __future__ import annotations

import re
from collections.abc import Sequence

from model.tabular.amounts import marks
from model.tabular.asking import SOFT, Asked, Op, alike, same
from model.tabular.criteria import fitting
from model.tabular.keys import key
from model.tabular.lookups import WHETHER
from model.tabular.outcome import Reckoned, Refused
from model.tabular.purpose import Wanted
from model.tabular.tables import Table
from retrieval.terms import words

_FEW = 2  # words of what is asked for, and no column says
_MUCH = re.compile(r"\A\W*(?:how (?:much|many)|wie ?viele?|is there|are there|gibt es)\b.*\s(?:in|im)\s")
_HAS = re.compile(r"\b(?:contain(?:s|ed)?|includes?d?|ha(?:s|ve|d)|hat|haben|enth[aä]lt(?:en)?)\b")
_THEIRS = re.compile(r"(?<=['’]s )[^\W\d_]+")
_ITS = re.compile(
    r"\A\W*(?:(?:what|which|was|wie|where|wo)\s\w+\s)?(?:the|die|der|das)\s([^\W\d_]+)\s(?:of|for|von|der|des)\b"
)
_HAVE = re.compile(
    r"\A\W*(?:do (?:we|you|they) have|have we(?: got)?|is there|are there|gibt es|haben wir)\s"
    r"(?:an?|any|ein\w*)\s(?P<what>(?:[^\W\d_]+\s){1,3}[^\W\d_]+)\W*\Z"
)
_MORE = re.compile(r"\b(?:more|less|than|mehr|weniger|als)\b")


def lacking(read: Sequence[tuple[Table, Wanted]]) -> Refused | None:
    """The table that says what is asked, and has no row of what that is asked about; none where another one
    may have it."""
    found = [(t, w, w.lacking) for t, w in read if w.lacking and w.op is Op.LOOK]
    if not found:
        return None
    table, _, one = max(found, key=lambda of: len(of[1].columns) + len(of[1].tests))
    said = {word for other, _ in read for row in other.rows for cell in row.cells for word in words(cell)}
    if any(alike(word, other) for word in one.strange for other in said):
        return None
    told = [cell for cell in table.cells(one.column) if any(same(one.kind, part) for part in words(cell))]
    return Refused(table, "row", (one.said,), needs=one.strange, kind=one.kind, told=tuple(told))


def unmarked(question: str, read: Sequence[tuple[Table, Wanted]]) -> Reckoned | None:
    """The one row that is named, of a table that says of each what it has and what not, where the question is
    whether it has something else: how much sugar is in it."""
    asked = Asked.of(question)
    found = [(t, w) for t, w in read if w.op is Op.LOOK and not (w.doubt or t.doubt) and _sole(w, t)]
    whether = (WHETHER.match(asked.text) and _HAS.search(asked.text)) or _MUCH.match(asked.text)
    if len(found) != 1 or not whether or _MORE.search(asked.text):
        return None
    ((table, made),) = found
    figured = any(c.isdigit() for word in made.left for c in word)
    if figured or not 0 < len(made.left) <= _FEW:
        return None
    rows = fitting(table, made.tests)
    name = asked.run(words(rows[0].cells[made.tests[0].column]))
    if name and {*asked.words[max(name) + 1 : max(name) + 2]} & made.left:
        return None  # the label of it
    left = tuple(word for word in asked.words if word in made.left)
    return Reckoned(table, made, tuple(rows), columns=(*range(len(table.columns)),), left=left)


def owned(question: str, read: Sequence[tuple[Table, Wanted]]) -> Refused | None:
    """The table that has a row of somebody and nothing of what is theirs: the number of Ada's assistant; or
    that has rows of a place and nothing of that place: the address of the Oslo office."""
    text = Asked.of(question).text
    theirs, its = {*_THEIRS.findall(text)}, {*_ITS.findall(text)}
    for table, asked in read:
        if asked.op is not Op.LOOK or asked.every or not asked.tests or not 0 < len(asked.left) <= _FEW:
            continue
        cells = [table.cells(test.column) for test in asked.tests]
        if any(len(set(one)) == len(one) for one in cells):
            if asked.columns and (left := asked.left & theirs):
                return Refused(table, left=tuple(left))
        elif left := asked.left & its:
            return Refused(table, needs=tuple(left))
    return None


def namesake(question: str, read: Sequence[tuple[Table, Wanted]]) -> Refused | None:
    """The table in which only somebody's name has the last word of what is asked to be there: a works
    council, and a client called Bath Riverside Council. Whatever says that there is one has all its words."""
    found = _HAVE.match(Asked.of(question).text)
    said = words(found["what"]) if found else []
    if len(said) < _FEW:
        return None
    having = [(t, cell) for t, _ in read for row in t.rows for cell in row.cells if _has(cell, said[-1])]
    names = [name for t, _ in read for name in t.columns if _has(name, said[-1])]
    every = [*(cell for _, cell in having), *names]
    own = all(_proper(cell) and not any(_has(cell, one) for one in said[:-1]) for cell in every)
    return Refused(having[0][0], needs=tuple(said)) if having and own else None


def _has(text: str, word: str) -> bool:
    return any(same(word, one) for one in words(text))


def _proper(cell: str) -> bool:
    parts = cell.split()
    return len(parts) >= _FEW and all(part[0].isupper() for part in parts)


def _sole(made: Wanted, table: Table) -> bool:
    """Whether one row is named and nothing else, of a table with columns of yes and no."""
    one = [test for test in made.tests if test.column == key(table) and len(test.values) == 1]
    checks = sum(marks(table.cells(n)) for n in range(len(table.columns)))
    return len(one) == len(made.tests) == 1 and checks > 1 and made.columns == ()


def near(question: str, read: Sequence[tuple[Table, Wanted]]) -> Refused | None:
    """The table that says most of what a figure is asked of, and not all; or of which all rows are asked for
    by a mark and something more: one of its rows alone would say what is not so."""
    for table, asked in read:
        named = {*asked.columns, *(test.column for test in asked.tests)}
        if asked.every and any(marks(table.cells(n)) for n in named):
            return Refused(table)
    near = [(t, w) for t, w in read if w.op in (Op.SUM, Op.MEAN) or (w.reckons and len(w.left) < 3)]
    if not near:
        return None
    table, asked = max(near, key=lambda one: (-len(one[1].left), one[1].used, titled(question, one[0])))
    known = len(asked.left) < 3 and (asked.used or titled(question, table)[0])
    return Refused(table, left=tuple(w for w in Asked.of(question).words if w in asked.left) if known else ())


def titled(question: str, table: Table) -> tuple[int, int]:
    """How many words of the question the table is called by, and how few others it is called by."""
    asked = {word for word in Asked.of(question).words if word not in SOFT}
    said = words(table.about)
    return sum(any(alike(word, one) for one in said) for word in asked), -len(said)


def apart(table: Table, asked: Wanted) -> Refused:
    """No row is what one is named by and what is said of it; and what rows are that have the latter."""
    said = tuple(test.said for test in asked.tests)
    *_, last = sorted(asked.tests, key=lambda test: len(fitting(table, [test])))
    column = key(table) or 0
    told = tuple(row.cells[column] for row in fitting(table, [last]))
    needs = tuple(dict.fromkeys(words(" ".join(said))))
    return Refused(table, "apart", said, needs=needs, kind=last.text(table), told=told)
