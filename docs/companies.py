"""Invented companies with tables, each written to a file as its owner would: CSV, Excel, Word or PDF."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

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


def words(draw: random.Random, count: int, syllables: int = 2) -> list[str]:
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
        for city in words(draw, count)
    ]  # fmt: skip
    return Sheet(company, "Offices", (name, "Manager", "Desks", rate, "Lift", "Opened"), tuple(rows), kind)


def _rooms(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    sites = words(draw, 4)
    rows = [
        (
            room,
            draw.choice(sites),
            str(draw.randrange(2, 40)),
            str(draw.randrange(0, 7)),
            draw.choice(("yes", "no")),
        )
        for room in words(draw, count)
    ]
    return Sheet(
        company, "Meeting rooms", ("Room", "Office", "Seats", "Floor", "Projector"), tuple(rows), kind
    )


def _services(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    teams = words(draw, 4)
    names = [f"{word} {draw.choice(('API', 'service', 'portal', 'queue'))}" for word in words(draw, count)]
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
        for name in words(draw, count)
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
        for word in words(draw, count)
    ]  # fmt: skip
    columns = ("Supplier", "Category", "Payment term (days)", "Rating", "Certified")
    return Sheet(company, "Suppliers", columns, tuple(rows), kind)


def _orders(draw: random.Random, company: str, kind: str, count: int) -> Sheet:
    """Rows that are called by numbers, some in a row and some not."""
    cities, number, step = words(draw, 4), draw.randrange(1000, 9000), draw.choice((1, 7))
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
    for c, company in enumerate(words(draw, 4, 3)):
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
        total = sum(value(row[n]) for row in sheet.rows)
        last = ["Total"] + ["–" if sheet.kind == "pdf" else ""] * (len(sheet.columns) - 1)
        last[n] = re.sub(r"[\d,]+", f"{total:,.0f}", sheet.rows[0][n])
        rows.append(last)
    return rows


def value(cell: str) -> float:
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
