"""What tables say to a question, looked up or reckoned, in; the sentences that say it out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.phrases import say
from model.checking.support import bare
from model.quoting.denials import denies
from model.tabular.amounts import amounts
from model.tabular.asking import Op
from model.tabular.criteria import fitting, near
from model.tabular.differences import undiffered
from model.tabular.keys import key
from model.tabular.outcome import LISTED, Reckoned, Refused
from model.tabular.tables import Table
from retrieval.terms import words

_NAMED = LISTED  # rows that a sentence names
_OF_DAYS = {Op.MOST: "latest", Op.LEAST: "earliest"}
_NAMING = (Op.COUNT, Op.MOST, Op.LEAST, Op.GAP)
_LONGEST = 80  # characters of a cell in a sentence


def row(made: Reckoned, n: int) -> str:
    cells = made.rows[n].cells
    names = made.table.columns
    under = [f"{made.table.name}: "] if denies(made.table.name) else []
    said = (f"{names[c]}: {cells[c]}" if names[c] else cells[c] for c in made.columns if cells[c])
    return bare("".join((*under, "; ".join(said))))


def figure(made: Reckoned, locale: str) -> str:
    table, asked = made.table, made.wanted
    column = _short(table.columns[made.columns[0]]) if made.columns else ""
    tests = say("table_and", locale).join(_short(test.text(table)) for test in asked.tests)
    rows = say(
        "table_those" if tests else "table_all",
        locale,
        count=len(fitting(table, asked.tests)) if asked.op in _OF_DAYS else len(made.rows),
        all=len(table.rows),
        tests=tests,
    )
    values = {"figure": made.figure, "column": column, "rows": rows, "name": _short(table.name)}
    if asked.by is not None:
        text = say("table_each_of" if tests else "table_each", locale, **values, all=len(table.rows))
    elif asked.op is Op.COUNT and asked.distinct:
        column = _short(table.columns[asked.column or 0])
        text = say("table_distinct", locale, **{**values, "column": column})
    elif asked.op is Op.COUNT:
        text = say(
            "table_count" if tests else "table_rows", locale, **values, all=len(table.rows), tests=tests
        )
    else:
        text = say(f"table_{_said(made)}", locale, **values)
    if said := names(made):
        text = f"{text.removesuffix('.')}: {', '.join(said)}."
    blank = " " + say("table_blank", locale, count=made.blank) if made.blank else ""
    return bare(text + blank)


def _said(made: Reckoned) -> str:
    """What a figure is: of days the latest and the earliest, and of some rows only theirs."""
    op = made.wanted.op
    if op not in (Op.MOST, Op.LEAST):
        return op
    like = amounts(made.table.cells(made.columns[0]))
    named = _OF_DAYS[op] if like and like.dates else op.value
    return f"{named}_of" if made.wanted.tests else named


def names(made: Reckoned) -> list[str]:
    """What a figure names: what is counted, or has it; empty where that is too many."""
    found = _names(made) if made.wanted.op in _NAMING and made.wanted.by is None else []
    return found if len(found) <= _NAMED else []


def _names(made: Reckoned) -> list[str]:
    """The different cells, or what each row is called, if all are."""
    if made.wanted.distinct:
        cells = (row.cells[made.wanted.column or 0] for row in made.rows)
        return list(dict.fromkeys(_short(cell) for cell in cells if cell))
    called = [n for n in made.wanted.columns if n in _naming(made.table) and n not in made.columns]
    numbered = all(cell.isdecimal() for cell in made.table.cells(0))
    naming = key(made.table) if numbered or made.wanted.op is Op.GAP else 0
    naming = called[0] if called and made.wanted.op is not Op.GAP else naming
    names = [_called(row.cells, naming or 0, made) for row in made.rows]
    if made.wanted.op is Op.GAP:
        return [f"{name} {row.cells[made.columns[0]]}" for name, row in zip(names, made.rows, strict=True)]
    return names if all(names) else []


def _called(cells: Sequence[str], naming: int, made: Reckoned) -> str:
    """What a row is called; of one that has the most or the least, what a number or a code stands for too."""
    table, other = made.table, key(made.table)
    coded = all(any(c.isdigit() for c in cell) for cell in table.cells(naming))
    if made.wanted.op not in _OF_DAYS or not coded or other in (None, naming, *made.columns):
        return _short(cells[naming])
    number = f"{table.columns[naming]} {cells[naming]}" if cells[naming].isdecimal() else cells[naming]
    return f"{_short(number)} ({_short(cells[other or 0])})"


def _naming(table: Table) -> list[int]:
    """The columns that tell all rows apart."""
    return [n for n in range(len(table.columns)) if len(set(table.cells(n))) == len(table.rows)]


def refusal(made: Refused, locale: str) -> str:
    """Why there is no figure, of which table, and what to do about it; empty where that is not known."""
    if not (made.why or made.left):
        return ""
    cells = [one for one in made.table.cells(made.column) if words(one)]  # a question cannot name ✅
    values = {
        "name": _title(made.table),
        "other": _title(made.other) if made.other else "",
        "left": ", ".join(made.left),
        "columns": ", ".join(_short(name) for name in _choice(made)[:_NAMED] if name),
        "column": _short(made.table.columns[made.column]),
        "kinds": ", ".join([*dict.fromkeys(_short(one) for one in cells)][:_NAMED]),
        "kind": _short(made.kind),
        "told": ", ".join(_short(one) for one in made.told[:_NAMED]),
        "line": _short(made.table.odd),
        "odd": _odd(made) if made.why == "figures" else "",
    }
    why = "odd" if values["odd"] else made.why or "nothing"
    return say(f"table_{why}", locale, **values)


def _choice(made: Refused) -> Sequence[str]:
    """The columns of which one is to be named: those with figures, where these are reckoned with."""
    columns, table = made.table.columns, made.table
    figured = [name for n, name in enumerate(columns) if amounts(table.cells(n))]
    return (figured if made.why == "unclear" else []) or columns


def _odd(made: Refused) -> str:
    """The first row whose cell is no figure, or one of another unit than those before it."""
    held = list[str]()
    for row in made.table.rows:
        cell = row.cells[made.column]
        if cell and amounts([*held, cell]) is None:
            return f"{_short(row.cells[0])}: {_short(cell)}"
        held += [cell] if amounts([cell]) else []
    return ""


def _title(table: Table) -> str:
    """What a table is called, behind its document where that has another name."""
    document = table.about.partition("\n")[0]
    same = document.casefold() in ("", table.name.casefold())
    return _short(table.name if same else f"{document}: {table.name}")


def _short(text: str) -> str:
    text = bare(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def noticed(made: Reckoned, question: str, told: Sequence[str], number: int, locale: str) -> str:
    """What a reader should know of what is told: that it is a part, what is not among it, and that a
    difference which is asked for is not reckoned. `number`: of the place of the whole."""
    plain = made.wanted.op is Op.LOOK and undiffered(question, told)
    said = (
        refusal(Refused(made.table, left=made.left), locale),
        _part(made, locale, number) if made.part else "",
        _beside(made, locale),
        say("no_difference", locale) if plain else "",
    )
    return " ".join(filter(None, said))


def _beside(made: Reckoned, locale: str) -> str:
    """Which rows are not among those that are told, though they may be meant too: those whose cells say more
    than what was asked for."""
    told = {row.cells for row in made.rows}
    columns = made.table.columns
    found = [
        f"{_short(columns[test.column])}: {_short(cell)}"
        for test in made.wanted.tests
        if test.sign == "=" and (made.listed or made.wanted.op is not Op.LOOK)
        for cell in near(test, made.table)
        if not any(cells[test.column] == cell for cells in told)
    ]
    return bare(say("table_beside", locale, rows=", ".join(found[:_NAMED]))) if found else ""


def _part(made: Reckoned, locale: str, number: int) -> str:
    """That there are more than are shown, or may be."""
    shown, count = min(len(made.rows), LISTED), len(made.rows)
    if count > shown and not made.others and not made.table.doubt:
        return say("list_part", locale, shown=shown, all=count, number=number)
    return say("list_perhaps", locale, number=number)
