"""Tables of invented companies in, questions about them with their answers out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from docs.companies import Sheet, value

QUESTIONS = 150


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
        return [value(row[column]) for row in self.sheet.rows if row[column][-1:].strip() and only(row)]


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
