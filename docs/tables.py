"""Questions about tables, with their answers: companies are invented, their files made and really read.

python -m docs.tables                 150 questions for each of the seeds that figures are reported on
python -m docs.tables 1               those of one seed; 1 is what was developed on
python -m docs.tables 1 --wrong       and each that was not answered right
python -m docs.tables --otherwise     the same questions in words that are not those of the table

A look-up is right where the answer has the right cell, none of another row, and cites the row. A count, a
sum, a mean, a maximum is right where the figure is; no answer is a refusal; anything else is wrong.
"""

from __future__ import annotations

import csv
import io
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from model.answer import Answer, Question

SEEDS = (2, 3, 4)
QUESTIONS = 150
FORMATS = ("csv", "xlsx", "docx", "pdf")
_ONSETS = "b br c d dr f g gr h k l m n p qu r s st t tr v w z".split()
_VOWELS = "a e i o u ai ea ou".split()
_CODAS = "l n r m s th nd rk lt x sk v".split()
_FIRST = """Ada Bela Cato Dario Edda Falk Gerda Hugo Ines Jarl Kaia Lino Mona Nils Oda Piet Runa Sven Tilda
Uwe""".split()
_THINGS = {
    "offices": ("Office", "office"),
    "rooms": ("Room", "room"),
    "services": ("Service", "service"),
    "projects": ("Project", "project"),
    "vehicles": ("Vehicle", "vehicle"),
    "suppliers": ("Supplier", "supplier"),
}


def _word(draw: random.Random, syllables: int = 2) -> str:
    made = "".join(draw.choice(_ONSETS) + draw.choice(_VOWELS) for _ in range(syllables)) + draw.choice(
        _CODAS
    )
    return made.capitalize()


def _words(draw: random.Random, count: int, syllables: int = 2) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < count:
        made[_word(draw, syllables)] = None
    return list(made)


@dataclass(frozen=True)
class Sheet:
    """One table of a company: what it is about, its columns and its rows as they are written."""

    company: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str  # csv, xlsx, docx, pdf
    trap: str = ""  # total: a row adds up the others; hidden: some rows are; text: a figure is no figure


@dataclass(frozen=True)
class Asked:
    """A question: for a look-up `right` is the cell, `wrong` those of other rows, `row` what a citation has
    to hold; for a figure `right` is it. `refuse`: it must not be answered."""

    question: str
    right: str
    wrong: frozenset[str] = frozenset()
    row: tuple[str, ...] = ()
    figure: bool = False
    refuse: bool = False
    sheet: Sheet | None = field(default=None, compare=False)

    @property
    def kind(self) -> str:
        return "look-ups" if not self.figure else "to be refused" if self.refuse else "figures"


def _money(draw: random.Random, low: int, high: int, step: int, style: str) -> str:
    value = draw.randrange(low, high, step)
    return {"eur": f"{value:,} EUR", "sign": f"€{value:,}", "plain": f"{value}", "thousands": f"{value:,}"}[
        style
    ]


def _offices(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    yes = draw.choice((("yes", "no"), ("Yes", "No"), ("x", "")))
    yes = ("yes", "no") if kind == "pdf" else yes  # an empty cell of a PDF leaves no trace
    style = draw.choice(("eur", "sign", "plain"))
    name = draw.choice(("City", "Office", "Location"))
    rate = draw.choice(("Daily rate", "Hotel limit per night", "Parking fee"))
    rate += " (EUR)" if style == "plain" else ""
    rows = [
        (city, f"{draw.choice(_FIRST)} {_word(draw)}", str(draw.randrange(12, 180)),
         _money(draw, 40, 380, 5, style),
         draw.choice(yes), str(draw.randrange(1988, 2026)))
        for city in _words(draw, count)
    ]  # fmt: skip
    return Sheet(company, "Offices", (name, "Manager", "Desks", rate, "Lift", "Opened"), tuple(rows), kind)


def _rooms(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    sites = _words(draw, 4)
    rows = [
        (
            room,
            draw.choice(sites),
            str(draw.randrange(2, 40)),
            str(draw.randrange(0, 7)),
            draw.choice(("yes", "no")),
        )
        for room in _words(draw, count)
    ]
    return Sheet(
        company, "Meeting rooms", ("Room", "Office", "Seats", "Floor", "Projector"), tuple(rows), kind
    )


def _services(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    teams = _words(draw, 4)
    names = [f"{word} {draw.choice(('API', 'service', 'portal', 'queue'))}" for word in _words(draw, count)]
    rows = [
        (name, f"{draw.choice(_FIRST)} {_word(draw)}", draw.choice(teams),
         draw.choice(("gold", "silver", "bronze")),
         _money(draw, 100, 9000, 10, "eur"))
        for name in names
    ]  # fmt: skip
    return Sheet(company, "Services", ("Service", "Owner", "Team", "Tier", "Monthly cost"), tuple(rows), kind)


def _projects(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    style = draw.choice(("thousands", "eur", "sign"))
    budget = "Budget (EUR)" if style == "thousands" else "Budget"
    rows = [
        (name, draw.choice(("Marketing", "Finance", "Logistics", "Research")),
         f"{draw.choice(_FIRST)} {_word(draw)}",
         _money(draw, 2000, 90000, 250, style), draw.choice(("open", "closed", "paused")),
         f"202{draw.randrange(2, 7)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}")
        for name in _words(draw, count)
    ]  # fmt: skip
    return Sheet(
        company,
        "Projects",
        ("Project", "Department", "Lead", budget, "Status", "Start date"),
        tuple(rows),
        kind,
    )


def _suppliers(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    rows = [
        (f"{word} {draw.choice(('Ltd', 'AG', 'Works', 'Partners'))}",
         draw.choice(("paper", "cables", "catering", "travel")),
         str(draw.randrange(7, 60)), f"{draw.randrange(10, 99) / 10:.1f}", draw.choice(("yes", "no")))
        for word in _words(draw, count)
    ]  # fmt: skip
    columns = ("Supplier", "Category", "Payment term (days)", "Rating", "Certified")
    return Sheet(company, "Suppliers", columns, tuple(rows), kind)


def _orders(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    """Rows that are called by numbers, some in a row and some not."""
    cities, number, step = _words(draw, 4), draw.randrange(1000, 9000), draw.choice((1, 7))
    rows = []
    for _ in range(count):
        number += draw.randrange(1, step + 1)
        state = draw.choice(("open", "shipped", "returned"))
        rows.append((str(number), draw.choice(cities), _money(draw, 20, 900, 5, "eur"), state,
                     str(draw.randrange(1, 30))))  # fmt: skip
    name = draw.choice(("Order", "Order no", "Order number"))
    return Sheet(company, "Orders", (name, "City", "Amount", "Status", "Pieces"), tuple(rows), kind)


MAKERS: tuple[Callable[[random.Random, str, str, int], Sheet], ...] = (
    _offices, _rooms, _services, _projects, _suppliers, _orders,
)  # fmt: skip
SIZES = (7, 12, 18, 30, 55)


def sheets(seed: int) -> list[Sheet]:
    """Twenty-four tables of four companies, in every format and of every size, some with traps."""
    draw = random.Random(seed)
    made = []
    for c, company in enumerate(_words(draw, 4, 3)):
        for m, maker in enumerate(MAKERS):
            kind = FORMATS[(c + m) % len(FORMATS)]
            made.append(maker(draw, company, kind, SIZES[(2 * c + m) % len(SIZES)] + draw.randrange(3)))
    return [_trapped(draw, n, sheet) for n, sheet in enumerate(made)]


def _trapped(draw: random.Random, number: int, sheet: Sheet) -> Sheet:
    if sheet.about == "Projects" and number % 2 == 0:
        return Sheet(sheet.company, sheet.about, sheet.columns, sheet.rows, sheet.kind, "total")
    if sheet.about == "Suppliers" and sheet.kind == "xlsx":
        return Sheet(sheet.company, sheet.about, sheet.columns, sheet.rows, sheet.kind, "hidden")
    if sheet.about == "Services" and number % 3 == 0:
        row = draw.randrange(len(sheet.rows))
        rows = [(*r[:4], "to be agreed") if n == row else r for n, r in enumerate(sheet.rows)]
        return Sheet(sheet.company, sheet.about, sheet.columns, tuple(rows), sheet.kind, "text")
    return sheet


def _written(sheet: Sheet) -> list[list[str]]:
    """The rows as they are in the file."""
    rows = [list(row) for row in sheet.rows]
    if sheet.trap == "total":
        n = next(i for i, c in enumerate(sheet.columns) if c.startswith("Budget"))
        total = sum(_value(row[n]) for row in sheet.rows)
        last = ["Total"] + ["–" if sheet.kind == "pdf" else ""] * (len(sheet.columns) - 1)
        last[n] = re.sub(r"[\d,]+", f"{total:,.0f}", sheet.rows[0][n])
        rows.append(last)
    return rows


def _value(cell: str) -> float:
    return float(re.sub(r"[^\d.]", "", cell))


def write(sheet: Sheet, folder: Path) -> Path:
    """The table as a file of its kind, with a little prose where that has room for it."""
    path = folder / f"{sheet.company.lower()}-{sheet.about.lower().replace(' ', '-')}.{sheet.kind}"
    path.write_bytes({"csv": _csv, "xlsx": _xlsx, "docx": _docx, "pdf": _pdf}[sheet.kind](sheet))
    return path


def _csv(sheet: Sheet) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([sheet.columns, *_written(sheet)])
    return made.getvalue().encode()


def _xlsx(sheet: Sheet) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet.about
    book.properties.title = f"{sheet.company}: {sheet.about}"
    for row in [sheet.columns, *_written(sheet)]:
        page.append([int(cell) if cell.isdecimal() else cell for cell in row])
    if sheet.trap == "hidden":
        for number in (3, 5):
            page.row_dimensions[number].hidden = True
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _prose(sheet: Sheet) -> tuple[str, str]:
    about = f"the {sheet.about.lower()} of {sheet.company}"
    above = f"This page lists {about}. Ask the office team where something is missing."
    below = (
        "The list is looked at every quarter. What has changed since is in the minutes of the last meeting."
    )
    return above, below


def _docx(sheet: Sheet) -> bytes:
    word = docx.Document()
    word.core_properties.title = f"{sheet.about} of {sheet.company}"
    above, below = _prose(sheet)
    word.add_heading(f"{sheet.about} of {sheet.company}", 1)
    word.add_paragraph(above)
    rows = [list(sheet.columns), *_written(sheet)]
    table = word.add_table(len(rows), len(sheet.columns))
    for line, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, cells, strict=True):
            cell.text = text
    word.add_paragraph(below)
    made = io.BytesIO()
    word.save(made)
    return made.getvalue()


def _pdf(sheet: Sheet) -> bytes:
    styles = getSampleStyleSheet()
    above, below = _prose(sheet)
    made = io.BytesIO()
    story: list[Any] = [
        Paragraph(f"{sheet.about} of {sheet.company}", styles["Heading1"]),
        Paragraph(above, styles["BodyText"]),
        Table([list(sheet.columns), *_written(sheet)], repeatRows=1),
        Paragraph(below, styles["BodyText"]),
    ]
    SimpleDocTemplate(made, title=f"{sheet.about} of {sheet.company}", invariant=1).build(story)
    return made.getvalue()


# --- questions ---------------------------------------------------------------------------------------


def asked(made: Sequence[Sheet], seed: int) -> list[Asked]:
    """QUESTIONS of them: three in five are look-ups."""
    draw = random.Random(seed * 1000 + 7)
    looks = [one for sheet in made for one in _looks(draw, sheet)]
    figures = [one for sheet in made for one in _figures(draw, sheet)]
    draw.shuffle(looks)
    draw.shuffle(figures)
    count = QUESTIONS * 3 // 5
    return looks[:count] + figures[: QUESTIONS - count]


def _seen(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row for n, row in enumerate(sheet.rows) if not (sheet.trap == "hidden" and n + 2 in (3, 5))]


def _look(sheet: Sheet, question: str, row: tuple[str, ...], column: int) -> Asked:
    others = frozenset(r[column] for r in sheet.rows) - {row[column]}
    others = frozenset(o for o in others if o and o not in row)
    return Asked(question, row[column], others, (row[0], row[column]), sheet=sheet)


def _looks(draw: random.Random, sheet: Sheet) -> Iterator[Asked]:
    """Up to seven for a table."""
    key, of = sheet.columns, f" at {sheet.company}"
    for row in draw.sample(_seen(sheet), min(7, len(_seen(sheet)))):
        name = row[0]
        if sheet.about == "Offices":
            rate = re.sub(r" \(.*", "", key[3]).lower()
            forms = [
                (f"What is the {rate} for {name}?", 3), (f"Who is the manager in {name}?", 1),
                (f"How many desks does {name} have?", 2), (f"When did {name} open?", 5),
                (f"Who manages the {name} office{of}?", 1), (f"How much is the {rate} in {name}?", 3),
            ]  # fmt: skip
        elif sheet.about == "Meeting rooms":
            forms = [
                (f"Which office has the room {name}?", 1), (f"How many seats does the room {name} have?", 2),
                (f"On which floor is {name}?", 3), (f"Where is the meeting room {name}?", 1),
            ]  # fmt: skip
        elif sheet.about == "Services":
            forms = [
                (f"Who is the owner of the {name}?", 1), (f"Who owns the {name}{of}?", 1),
                (f"What is the monthly cost of the {name}?", 4), (f"Which team runs the {name}?", 2),
                (f"What tier is the {name}?", 3),
            ]  # fmt: skip
        elif sheet.about == "Projects":
            forms = [
                (f"What is the budget of {name}?", 3), (f"Who leads the project {name}?", 2),
                (f"Which department runs {name}?", 1), (f"What is the status of the project {name}{of}?", 4),
                (f"When does the project {name} start?", 5),
            ]  # fmt: skip
        elif sheet.about == "Orders":
            forms = [
                (f"What is the status of order {name}{of}?", 3),
                (f"What is the amount of order {name}{of}?", 2),
                (f"How many pieces does order {name}{of} have?", 4),
                (f"Which city is order {name}{of} for?", 1),
            ]  # fmt: skip
        else:
            forms = [
                (f"What is the payment term of {name}?", 2), (f"What does {name} supply?", 1),
                (f"Which category is the supplier {name} in?", 1), (f"What rating does {name} have?", 3),
            ]  # fmt: skip
        question, column = draw.choice(forms)
        yield _look(sheet, question, row, column)


@dataclass(frozen=True)
class _Ask:
    """Makes the questions of one table that a figure answers."""

    sheet: Sheet
    draw: random.Random

    @property
    def of(self) -> str:
        return f" at {self.sheet.company}"

    def count(self, question: str, true: Callable[[tuple[str, ...]], bool]) -> Asked:
        return self.figure(question, sum(map(true, self.sheet.rows)))

    def figure(self, question: str, value: float, *, text: bool = False) -> Asked:
        refuse = self.sheet.trap == "hidden" or (text and self.sheet.trap == "text")
        return Asked(question, f"{value:.2f}", figure=True, refuse=refuse, sheet=self.sheet)

    def none(self, question: str) -> Asked:
        return Asked(question, "", figure=True, refuse=True, sheet=self.sheet)

    def one_of(self, column: int) -> str:
        return self.draw.choice(sorted({row[column] for row in self.sheet.rows}))

    def column(self, column: int, only: Callable[[tuple[str, ...]], bool] = lambda _: True) -> list[float]:
        return [_value(row[column]) for row in self.sheet.rows if row[column][-1:].strip() and only(row)]


def _figures(draw: random.Random, sheet: Sheet) -> Iterator[Asked]:
    """Counts, sums, means, most and least of one table."""
    yield from _FIGURES[sheet.about](_Ask(sheet, draw))


def _of_offices(ask: _Ask) -> Iterator[Asked]:
    of, lift = ask.of, {"yes", "Yes", "x"}
    yield ask.count(f"How many offices{of} have a lift?", lambda r: r[4] in lift)
    yield ask.count(f"How many offices of {ask.sheet.company} have no lift?", lambda r: r[4] not in lift)
    yield ask.count(f"How many offices{of} have more than 60 desks?", lambda r: int(r[2]) > 60)
    yield ask.figure(f"How many desks are there in the offices{of} in total?", sum(ask.column(2)))
    yield ask.figure(f"What is the highest number of desks in an office{of}?", max(ask.column(2)))
    yield ask.none(f"How many offices{of} have a garden?")


def _of_rooms(ask: _Ask) -> Iterator[Asked]:
    of, site = ask.of, ask.one_of(1)
    seats = ask.column(2, lambda r: r[1] == site)
    yield ask.count(f"How many meeting rooms are in the {site} office{of}?", lambda r: r[1] == site)
    yield ask.count(f"How many meeting rooms{of} have a projector?", lambda r: r[4] == "yes")
    yield ask.figure(f"How many seats do the meeting rooms in {site} have in total?", sum(seats))
    yield ask.count(f"How many rooms{of} have at least 20 seats?", lambda r: int(r[2]) >= 20)
    yield ask.figure(f"How many seats does the largest meeting room{of} have?", max(ask.column(2)))


def _of_services(ask: _Ask) -> Iterator[Asked]:
    of, tier, team = ask.of, ask.draw.choice(("gold", "silver", "bronze")), ask.one_of(2)
    yield ask.count(f"How many {tier} services does {ask.sheet.company} have?", lambda r: r[3] == tier)
    yield ask.count(f"How many services{of} belong to the team {team}?", lambda r: r[2] == team)
    costs = ask.column(4, lambda r: r[4][0].isdigit())
    yield ask.figure(f"What is the total monthly cost of all services{of}?", sum(costs), text=True)
    mean = sum(costs) / len(costs)
    yield ask.figure(f"What is the average monthly cost of a service{of}?", mean, text=True)


def _of_projects(ask: _Ask) -> Iterator[Asked]:
    of, department = ask.of, ask.one_of(1)
    own = ask.column(3, lambda r: r[1] == department)
    yield ask.figure(f"What is the total budget of the {department} projects{of}?", sum(own))
    yield ask.figure(f"What is the average budget of {department} projects{of}?", sum(own) / len(own))
    yield ask.count(f"How many projects{of} are open?", lambda r: r[4] == "open")
    question = f"How many {department} projects does {ask.sheet.company} have?"
    yield ask.count(question, lambda r: r[1] == department)
    yield ask.figure(f"What is the largest budget of a project{of}?", max(ask.column(3)))
    yield ask.figure(f"What do all projects{of} add up to in budget?", sum(ask.column(3)))
    yield ask.count(f"How many projects{of} started before 2024?", lambda r: r[5] < "2024")
    yield ask.none(f"How many projects{of} are cancelled?")


def _of_suppliers(ask: _Ask) -> Iterator[Asked]:
    of, goods, ratings = ask.of, ask.one_of(1), ask.column(3)
    yield ask.count(f"How many suppliers{of} are certified?", lambda r: r[4] == "yes")
    yield ask.count(f"How many {goods} suppliers does {ask.sheet.company} have?", lambda r: r[1] == goods)
    mean = sum(ratings) / len(ratings)
    yield ask.figure(f"What is the average rating of the suppliers{of}?", mean)
    yield ask.figure(f"What is the longest payment term of a supplier{of}?", max(ask.column(2)))


def _of_orders(ask: _Ask) -> Iterator[Asked]:
    of, city = ask.of, ask.one_of(1)
    yield ask.count(f"How many orders{of} are open?", lambda r: r[3] == "open")
    yield ask.count(f"How many open orders are there{of} in total?", lambda r: r[3] == "open")
    yield ask.count(f"How many orders from {city} are there{of} altogether?", lambda r: r[1] == city)
    question = f"How many orders from {city} does {ask.sheet.company} have?"
    yield ask.count(question, lambda r: r[1] == city)
    yield ask.figure(f"What is the total amount of the orders{of}?", sum(ask.column(2)))
    own = ask.column(2, lambda r: r[1] == city)
    yield ask.figure(f"What is the average amount of orders from {city}{of}?", sum(own) / len(own))
    yield ask.figure(f"How many pieces do the orders{of} have in total?", sum(ask.column(4)))
    yield ask.none(f"What is the sum of the orders{of}?")
    yield ask.none(f"How many orders{of} are lost?")


_FIGURES = {
    "Offices": _of_offices,
    "Meeting rooms": _of_rooms,
    "Services": _of_services,
    "Projects": _of_projects,
    "Suppliers": _of_suppliers,
    "Orders": _of_orders,
}


# The same questions in words that are not those of the table, as people ask.
_OTHERWISE = (
    (
        r"What is the (daily rate|hotel limit per night|parking fee) for (\w+)\?",
        (r"How much may the \1 in \2 be?", r"I need the \1 of \2, please.", r"\2: what \1 do we have there?"),
    ),
    (r"How much is the (.+) in (\w+)\?", (r"Tell me the \1 we pay in \2.", r"What do we pay as \1 in \2?")),
    (r"Who is the manager in (\w+)\?", (r"Who runs our office in \1?", r"Who is in charge of \1?")),
    (r"Who manages the (\w+) office at (\w+)\?", (r"Who is the head of \2's \1 office?",)),
    (
        r"How many desks does (\w+) have\?",
        (r"What is the number of desks in \1?", r"How many people can work in \1?"),
    ),
    (r"When did (\w+) open\?", (r"Since when do we have \1?", r"In which year was \1 opened?")),
    (r"Which office has the room (\w+)\?", (r"In which office do I find \1?", r"What office is \1 in?")),
    (
        r"How many seats does the room (\w+) have\?",
        (r"How many people fit into \1?", r"How many can sit in \1?"),
    ),
    (r"On which floor is (\w+)\?", (r"What floor is \1 on?", r"How high up is the room \1, which floor?")),
    (r"Where is the meeting room (\w+)\?", (r"Where do I find \1?", r"\1, where is that?")),
    (r"Who is the owner of the (.+)\?", (r"Who looks after the \1?", r"Who do I ask about the \1?")),
    (r"Who owns the (.+) at (\w+)\?", (r"Who is responsible for the \1 at \2?",)),
    (
        r"What is the monthly cost of the (.+)\?",
        (r"How much does the \1 cost us each month?", r"What does the \1 cost?"),
    ),
    (
        r"Which team runs the (.+)\?",
        (r"What team does the \1 belong to?", r"Who are the people behind the \1?"),
    ),
    (r"What tier is the (.+)\?", (r"Is the \1 gold, silver or bronze?", r"Which tier does the \1 have?")),
    (r"What is the budget of (\w+)\?", (r"How much money does \1 have?", r"How big is the budget for \1?")),
    (r"Who leads the project (\w+)\?", (r"Who is leading \1?", r"Whose project is \1?")),
    (r"Which department runs (\w+)\?", (r"What department is \1 in?", r"Is \1 a marketing project?")),
    (
        r"What is the status of the project (\w+) at (\w+)\?",
        (r"Is \1 at \2 still open?", r"How far is \1, is it closed?"),
    ),
    (
        r"When does the project (\w+) start\?",
        (r"What is the start date of \1?", r"When do we begin with \1?"),
    ),
    (
        r"What is the payment term of (.+)\?",
        (r"How many days do we have to pay \1?", r"By when must we pay \1?"),
    ),
    (r"What does (.+) supply\?", (r"What do we buy from \1?", r"What is \1 for?")),
    (
        r"How many offices at (\w+) have a lift\?",
        (r"In how many of \1's offices is there a lift?", r"Count the offices of \1 with a lift."),
    ),
    (
        r"How many offices of (\w+) have no lift\?",
        (r"How many of \1's offices are without a lift?", r"How many \1 offices lack a lift?"),
    ),
    (
        r"How many offices at (\w+) have more than 60 desks\?",
        (r"How many of \1's offices are larger than 60 desks?", r"How many \1 offices have over 60 desks?"),
    ),
    (
        r"How many desks are there in the offices at (\w+) in total\?",
        (r"What is the total number of desks at \1?", r"How many desks do all offices of \1 have together?"),
    ),
    (
        r"What is the highest number of desks in an office at (\w+)\?",
        (r"Which office of \1 has the most desks?", r"What is the maximum of desks in one office of \1?"),
    ),
    (
        r"How many meeting rooms are in the (\w+) office at (\w+)\?",
        (
            r"What is the number of meeting rooms in \1 at \2?",
            r"How many of \2's meeting rooms does \1 have?",
        ),
    ),
    (
        r"How many meeting rooms at (\w+) have a projector\?",
        (
            r"How many meeting rooms of \1 come with a projector?",
            r"How many of the rooms at \1 are without a projector?",
        ),
    ),
    (
        r"How many seats do the meeting rooms in (\w+) have in total\?",
        (
            r"How many people can sit in all meeting rooms of \1 together?",
            r"What do the seats in \1's meeting rooms sum up to?",
        ),
    ),
    (
        r"How many seats does the largest meeting room at (\w+) have\?",
        (r"How large is the biggest meeting room of \1?", r"Which meeting room at \1 has the most seats?"),
    ),
    (
        r"How many (\w+) services does (\w+) have\?",
        (r"How many of \2's services are \1?", r"How many services at \2 have the tier \1?"),
    ),
    (
        r"How many services at (\w+) belong to the team (\w+)\?",
        (r"How many services does \2 run at \1?", r"What number of services of \1 has the team \2?"),
    ),
    (
        r"What is the total monthly cost of all services at (\w+)\?",
        (
            r"What do all services of \1 cost per month in total?",
            r"How much does \1 pay each month for its services altogether?",
        ),
    ),
    (
        r"What is the average monthly cost of a service at (\w+)\?",
        (r"What does a service of \1 cost per month on average?",),
    ),
    (
        r"What is the total budget of the (\w+) projects at (\w+)\?",
        (
            r"How much budget do \2's \1 projects have in total?",
            r"How much money is in all \1 projects of \2?",
        ),
    ),
    (
        r"How many projects at (\w+) are open\?",
        (r"How many open projects does \1 have?", r"How many of \1's projects are still open?"),
    ),
    (
        r"What is the largest budget of a project at (\w+)\?",
        (r"Which project of \1 has the most money?", r"What is the highest budget among \1's projects?"),
    ),
    (
        r"How many orders at (\w+) are open\?",
        (r"How many of \1's orders are still open?", r"What is the number of open orders at \1 altogether?"),
    ),
    (
        r"How many pieces do the orders at (\w+) have in total\?",
        (r"How many pieces are in all orders of \1 together?",),
    ),
    (
        r"What is the amount of order (\d+) at (\w+)\?",
        (r"How much is order \1 at \2?", r"What did order number \1 of \2 cost?"),
    ),
    (r"How many pieces does order (\d+) at (\w+) have\?", (r"How many pieces are in order \1 of \2?",)),
    (
        r"How many suppliers at (\w+) are certified\?",
        (r"How many certified suppliers does \1 have?", r"How many of \1's suppliers are not certified?"),
    ),
)
_DENIED = ("without a projector", "not certified")


def reworded(draw: random.Random, one: Asked) -> Asked | None:
    """The same question in other words; None where there are none for it."""
    for pattern, forms in _OTHERWISE:
        if found := re.fullmatch(pattern, one.question, re.IGNORECASE):
            question = found.expand(draw.choice(forms))
            right = one.right
            if one.sheet and any(part in question for part in _DENIED):
                right = f"{len(one.sheet.rows) - float(right):.2f}"
            return replace(one, question=question, right=right)
    return None


# --- asked ----------------------------------------------------------------------------------------


def judged(one: Asked, answer: Answer) -> str:
    """right, refused or wrong; where a figure is asked for, words without one are no wrong number."""
    text = re.sub(r"\s*\[\d+\]", "", answer.text)
    if not answer.citations:
        return "refused"
    if one.figure:
        said = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
        if one.refuse or not said:
            return "wrong" if said else "refused"
        return "right" if abs(said[0] - round(float(one.right), 2)) < 0.006 else "wrong"
    quotes = " ".join(c.quote for c in answer.citations)
    has = one.right in text and all(part in quotes for part in one.row)
    others = any(re.search(rf"(?<![\w.]){re.escape(other)}(?!\w|\.\d)", text) for other in one.wrong)
    return "right" if has and not others else "wrong"


def chain(made: Sequence[Sheet], place: Path) -> Runnable[Question | str, Answer]:
    """The whole chain over the files of these tables, the extract its writer."""
    from bot import wiring
    from bot.settings import load
    from retrieval.sources.files import FileSource

    folder = place / "files"
    folder.mkdir()
    for sheet in made:
        write(sheet, folder)
    settings = load(home=place / "home")
    wiring.index(settings).sync(FileSource("files", [folder], 50 << 20))
    return wiring.chain(settings)


def measure(seed: int, *, wrong: bool = False, otherwise: bool = False) -> Iterator[str]:
    """The questions of a seed, asked and judged."""
    made, draw = sheets(seed), random.Random(seed)
    questions = asked(made, seed)
    if otherwise:
        questions = [other for one in questions if (other := reworded(draw, one))]
    found: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory(prefix="footnote-tables-") as place:
        asking = chain(made, Path(place))
        for one in questions:
            answer = asking.invoke(one.question)
            verdict = judged(one, answer)
            found[one.kind, verdict] += 1
            if wrong and verdict != ("refused" if one.refuse else "right"):
                where = f"{one.sheet.kind} {one.sheet.trap}" if one.sheet else ""
                yield f"{verdict}: {one.question} [{one.right}; {where}] -> {answer.text[:300]!r}"
    for kind in ("look-ups", "figures", "to be refused"):
        row = {verdict: found[kind, verdict] for verdict in ("right", "refused", "wrong")}
        said = ", ".join(f"{n} {verdict}" for verdict, n in row.items())
        yield f"seed {seed}, {sum(row.values())} {kind}: {said}"


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    for number in given or SEEDS:
        for line in measure(number, wrong="--wrong" in sys.argv, otherwise="--otherwise" in sys.argv):
            print(line, flush=True)
