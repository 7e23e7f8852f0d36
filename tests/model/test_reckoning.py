"""A question and a table in: looked up, reckoned from every row, or left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sheets

from model.tabular.amounts import amounts, spelt
from model.tabular.asking import alike
from model.tabular.outcome import Reckoned, Refused
from model.tabular.reckoning import reckon
from model.tabular.tables import Table

OFFICES = """City | Manager | Desks | Daily rate (EUR) | Lift | Opened
Oslo | Ada Berg | 12 | 180 | yes | 2019-03-01
Lund | Bo Lind | 140 | 95 | no | 2024-05-01
Bari | Cato Neri | 70 | 110 | yes | 2011-01-20
Gent | Dario Maes | 70 | 95 | no | 2022-09-09"""


def read(text: str, name: str = "Offices") -> list[Table]:
    return sheets.read(text, name)


def figure(question: str, text: str = OFFICES) -> str:
    made = reckon(question, read(text))
    assert isinstance(made, Reckoned)
    return made.figure


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("What is the daily rate for Oslo?", ["Oslo", "180"]),
        ("What’s the daily rate for Oslo?", ["Oslo", "180"]),
        ("Who manages the Lund office?", ["Lund", "Bo Lind"]),
        ("Which office does Cato Neri manage?", ["Bari", "Cato Neri"]),
        ("When did Gent open?", ["Gent", "2022-09-09"]),
        ("How many desks does Bari have?", ["Bari", "70"]),
    ],
)
def test_a_look_up_finds_its_row_and_shows_what_was_asked(question: str, cells: list[str]) -> None:
    made = reckon(question, read(OFFICES))

    assert isinstance(made, Reckoned)
    (row,) = made.rows
    assert [row.cells[n] for n in made.columns] == cells


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("How many offices are there?", "4"),
        ("How many offices have a lift?", "2"),
        ("How many offices do not have a lift?", "2"),
        ("How many offices have more than 60 desks?", "3"),
        ("How many offices with a lift have at least 70 desks?", "1"),
        ("How many offices opened before 2020?", "2"),
        ("How many desks do the offices have in total?", "292"),
        ("What is the average daily rate?", "120 "),
        ("What is the highest daily rate of an office?", "180"),
        ("How many desks are in the largest office?", "140"),
    ],
)
def test_figures_come_from_every_row(question: str, right: str) -> None:
    assert figure(question) == right.strip()


def test_german_questions_are_reckoned_too() -> None:
    table = "Standort | Plätze | Aufzug\nOslo | 12 | ja\nLund | 40 | nein\nBari | 7 | ja"

    assert figure("Wie viele Standorte haben einen Aufzug?", table) == "2"
    assert figure("Wie viele Plätze haben alle Standorte insgesamt?", table) == "59"


@pytest.mark.parametrize(
    "question",
    [
        "How many offices have a garden?",
        "What is the total rent of the offices?",
        "How many offices are in Rome?",
    ],
)
def test_what_the_table_does_not_say_is_not_reckoned(question: str) -> None:
    assert not isinstance(reckon(question, read(OFFICES)), Reckoned)


@pytest.mark.parametrize(
    "question",
    ["What is the parental leave policy?", "Who is the manager of Rome?", "Does Oslo have a garden?"],
)
def test_other_questions_are_left_to_the_writers(question: str) -> None:
    assert reckon(question, read(OFFICES)) is None


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("Elm | 4 EUR\nAsh | 5 USD", "figures"),
        ("Elm | 4 EUR\nFir | 2 EUR\nAsh | to be agreed", "figures"),
        ("Elm | 1.000\nAsh | 2.500", "figures"),
        ("Elm | 4 EUR\nAsh | 5 EUR\nFir | 5 | 6", "uneven"),
    ],
)
def test_a_sum_of_what_is_no_plain_figure_is_refused(rows: str, why: str) -> None:
    made = reckon("What is the total cost of the projects?", read(f"Project | Cost\n{rows}", "Projects"))

    assert isinstance(made, Refused)
    assert made.why == why


def test_two_tables_that_come_to_different_figures_are_not_chosen_between() -> None:
    one, two = read(OFFICES), read("City | Lift\nRome | yes\nPisa | yes\nTurin | yes")

    made = reckon("How many offices have a lift?", [*one, *two])

    assert isinstance(made, Refused)
    assert made.why == "several"


def test_a_row_that_says_neither_yes_nor_no_stops_the_count() -> None:
    made = reckon("How many offices have a lift?", read("City | Lift\nOslo | yes\nLund | no\nBari | "))

    assert isinstance(made, Refused)


def test_rows_without_a_figure_are_said() -> None:
    made = reckon("What is the total cost of all projects?", read("Project | Cost\nElm | 4\nAsh | \nFir | 2"))

    assert isinstance(made, Reckoned)
    assert (made.figure, made.blank) == ("6", 1)


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (["1,200 EUR", "300 EUR"], "1,500 EUR"),
        (["€1,200.50", "€3"], "€1,203.50"),
        (["1.200,50 €", "3,00 €"], "1.203,50 €"),
        (["12", "n/a", "-5"], "7"),
        (["12k", "3k"], None),
        (["4-6", "7"], None),
        (["1.000", "2.000"], None),
        (["1.200 €", "2.100 €"], None),
        (["1.200 €", "300 €"], "1.500 €"),
        (["1.200 €", "0.300 €", "120 €"], None),
        (["", "–"], None),
    ],
)
def test_cells_are_added_as_they_are_written_or_not_at_all(cells: list[str], total: str | None) -> None:
    found = amounts(cells)

    said = found and spelt(sum((v for v in found.values if v is not None), Decimal(0)), found)
    assert said == total


def test_how_many_years_is_in_a_cell_and_no_count() -> None:
    table = "Item | For whom | Replaced after\nLaptop | everybody | 4 years\nPhone | sales | 3 years"

    assert reckon("After how many years do I get a new laptop?", read(table, "Equipment")) is None


PROJECTS = """Project | Department | Lead | Budget | Status
Elm | Marketing | Ada Berg | 1,200 EUR | open
Fir | Marketing | Bo Lind | 800 EUR | closed
Ash | Finance | Cato Neri | 2,500 EUR | open"""


@pytest.mark.parametrize(
    "question",
    [
        "How many projects are not only open?",
        "How many projects were not open?",
        "How many projects weren't open?",
        "How many projects that are not open are not in Marketing?",
        "How many new projects are there?",
        "What is the second highest budget of a project?",
        "How many projects started this year?",
        "What is the total budget of the projects in Rome?",
    ],
)
def test_a_condition_that_is_not_understood_is_never_left_out_of_a_figure(question: str) -> None:
    assert not isinstance(reckon(question, read(PROJECTS, "Projects")), Reckoned)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which projects are not open?", ["Fir"]),
        ("How many projects are not open?", ["Fir"]),
        ("How many projects except Elm are there?", ["Fir", "Ash"]),
        ("Which projects aren't in Marketing?", ["Ash"]),
        ("Which projects do not cost more than 1,000 EUR?", ["Fir"]),
    ],
)
def test_what_is_not_so_is_all_that_is_otherwise(question: str, rows: list[str]) -> None:
    made = reckon(question, read(PROJECTS, "Projects"))

    assert isinstance(made, Reckoned)
    assert [row.cells[0] for row in made.rows] == rows


@pytest.mark.parametrize(
    "more", ["Oak | Finance | Di Orr | 90 EUR | ", "Oak | Finance | Di Orr | 90 EUR | open soon"]
)
def test_where_a_row_may_be_meant_or_not_what_is_not_so_is_not_told(more: str) -> None:
    made = reckon("Which projects are not open?", read(f"{PROJECTS}\n{more}", "Projects"))

    assert isinstance(made, Refused) and made.why == "unclear"


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("How much money is in all Marketing projects?", "2,000 EUR"),
        ("What do the Marketing projects cost in total?", "2,000 EUR"),
        ("How many open projects are there?", "2"),
        ("How many of our projects are still open?", "2"),
        ("Which project has the most money?", "2,500 EUR"),
        ("How many departments are in the projects?", "2"),
    ],
)
def test_what_is_meant_without_its_name_is_reckoned_too(question: str, right: str) -> None:
    made = reckon(question, read(PROJECTS, "Projects"))

    assert isinstance(made, Reckoned)
    assert made.figure == right


CITIES, STATES = ("Oslo", "Lund", "Bari"), ("closed", "open")
ORDERS = "Order | City | Amount | Status\n" + "\n".join(
    f"{1000 + n} | {CITIES[n % 3]} | {n * 7} | {STATES[n % 2]}" for n in range(30)
)


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("How many open orders are there in total?", "15"),
        ("How many orders are open?", "15"),
        ("How many orders from Lund are open in total?", "5"),
        ("How many orders are there altogether?", "30"),
        ("How many orders over 100 are there?", None),
        ("How many orders have a number over 1010?", "19"),
        ("What is the total amount of the open orders?", "1,575"),
        ("What is the average amount of an order?", "101.50"),
        ("What is the highest order number?", "1,029"),
        ("What is the sum of the orders?", None),
        ("What is the average order?", None),
        ("What is the largest order?", None),
        ("How many orders are there on average?", None),
    ],
)
def test_numbers_that_rows_are_called_by_are_never_added_up(question: str, right: str | None) -> None:
    (orders,) = read(ORDERS, "orders")
    made = reckon(question, [orders])

    if right is None:
        assert not isinstance(made, Reckoned)
    else:
        assert isinstance(made, Reckoned)
        assert made.figure == right


def test_so_are_they_in_german() -> None:
    text = ORDERS.replace("Order ", "Bestellung ").replace("Status", "Stand").replace("open", "offen")

    for question in (
        "Wie viele Bestellungen sind offen?",
        "Wie viele offene Bestellungen gibt es insgesamt?",
    ):
        made = reckon(question, read(text, "Bestellungen"))
        assert isinstance(made, Reckoned)
        assert made.figure == "15"


def test_a_number_that_says_how_many_is_added_up_wherever_it_stands() -> None:
    assert (
        figure("How many desks are there in total?", "Desks | City\n12 | Oslo\n140 | Lund\n70 | Bari")
        == "222"
    )


def test_what_stands_in_several_rows_is_not_counted_by_rows() -> None:
    lines = "Order | Item | Pieces\n1000 | pen | 3\n1000 | ink | 1\n1001 | pen | 5"

    made = reckon("How many orders are there?", read(lines, "Order lines"))

    assert isinstance(made, Refused)
    assert figure("How many pieces are there in total?", lines) == "9"


def test_nor_are_numbers_that_rows_of_another_table_are_called_by() -> None:
    lines = "Order no | Customer no | Amount\n1000 | 7 | 3\n1001 | 7 | 1\n1002 | 9 | 5"

    assert figure("How many customers are there in total?", lines) == "2"
    for question in ("What is the average customer number?", "What do the customer numbers add up to?"):
        assert isinstance(reckon(question, read(lines, "Orders")), Refused)


def test_a_half_is_rounded_up() -> None:
    assert spelt(Decimal("5.325"), amounts(["5.3"]) or pytest.fail("no figure")) == "5.33"


COURSES = "course | days | price\nRescue | 2 | €390.00\nFirst aid | 1 | €85.00\nRadar | 3 | €1,150.00"


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which courses cost more than 300 euros?", ["Rescue", "Radar"]),
        ("Which courses are under €300?", ["First aid"]),
        ("Which courses take more than 2 days?", ["Radar"]),
        ("What courses cost less than 300 dollars?", None),
        ("Which courses are over 2?", None),
    ],
)
def test_an_amount_is_compared_with_the_column_of_that_money_or_not_at_all(
    question: str, rows: list[str] | None
) -> None:
    made = reckon(question, read(COURSES, "Courses"))

    assert (
        (made and [row.cells[0] for row in made.rows]) == rows if isinstance(made, Reckoned) else rows is None
    )


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("How much is the equipment in total?", "€95.00"),
        ("What is the cheapest equipment?", "€25.00"),
        ("Which is the cheapest?", None),
        ("How much is the furniture in total?", None),
    ],
)
def test_a_figure_of_all_rows_is_asked_for_by_what_the_table_is_called(
    question: str, right: str | None
) -> None:
    rows = "item | budget | kept for\nVest | €70.00 | 4 years\nBoots | €25.00 | until worn"

    made = reckon(question, read(rows, "equipment"))

    assert (made.figure if isinstance(made, Reckoned) else None) == right


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("Note", "with a permit"),
        ("Bedingung", "mit Schein"),
        ("Boats", "only before nine"),
        ("", "nur im Mai"),
    ],
)
def test_a_row_that_is_looked_up_says_under_what_condition_it_holds(head: str, cell: str) -> None:
    text = f"Pier | Fee | Depth | {head}\nNorth | €12 | 3 m | {cell}\nSouth | €9 | 2 m | \nWest | €9 | 4 m | "
    made = reckon("What is the fee for the north pier?", read(text, "Piers"))

    assert isinstance(made, Reckoned)
    assert [made.rows[0].cells[n] for n in made.columns] == ["North", "€12", cell]


LIVES = "device | life span\nLaptop | 4 years\nTablet | 30 months\nPhone | 3 years\nDock | 1 year"


@pytest.mark.parametrize(
    ("question", "figure", "rows"),
    [
        ("Which device has the longest life span?", "4 years", ["Laptop"]),
        ("Which device has the shortest life span?", "1 year", ["Dock"]),
        ("What is the average life span of the devices?", "31.50 months", None),
        ("Which devices have a life span of more than 30 months?", "", ["Laptop", "Phone"]),
        ("Which devices have a life span of at least 3 years?", "", ["Laptop", "Phone"]),
        ("Which devices last longer than 2 years?", "", ["Laptop", "Tablet", "Phone"]),
        ("How many devices have a life span under 3 years?", "2", ["Tablet", "Dock"]),
    ],
)
def test_years_and_months_are_reckoned_together(question: str, figure: str, rows: list[str] | None) -> None:
    made = reckon(question, read(LIVES, "devices"))

    assert isinstance(made, Reckoned) and made.figure == figure
    assert rows is None or [row.cells[0] for row in made.rows] == rows


@pytest.mark.parametrize(
    "question", ["Which devices last longer than 3?", "Which devices last longer than 100 weeks?"]
)
def test_a_time_of_no_unit_or_of_one_that_is_not_surely_so_many_compares_nothing(question: str) -> None:
    assert not isinstance(reckon(question, read(LIVES, "devices")), Reckoned)


@pytest.mark.parametrize("amount", ["1.500 €", "1.500", "1500 Euro"])
def test_a_thousand_is_compared_as_the_column_writes_it(amount: str) -> None:
    rows = "Gerät | Preis\nNotebook | 1.200 €\nRechner | 2.100 €\nMonitor | 300 €"

    made = reckon(f"Welche Geräte kosten mehr als {amount}?", read(rows, "Geräte"))

    assert isinstance(made, Reckoned) and [row.cells[0] for row in made.rows] == ["Rechner"]


def test_after_so_many_years_is_no_more_than_that() -> None:
    made = reckon(
        "Which devices are replaced after 3 years?", read(LIVES.replace("life span", "replaced after"), "x")
    )

    assert isinstance(made, Reckoned) and [row.cells[0] for row in made.rows] == ["Phone"]


def test_days_and_hours_are_of_no_one_unit() -> None:
    made = reckon("What is the longest reply?", read("level | reply\nP1 | 5 hours\nP2 | 1 day", "replies"))

    assert isinstance(made, Refused) and (made.why, made.column) == ("figures", 1)


def test_who_leads_a_team_is_not_who_leads_its_projects() -> None:
    for question in ("Who leads Marketing?", "Who is head of marketing?"):
        assert reckon(question, read(PROJECTS, "Projects")) is None
    made = reckon("Who leads the Marketing projects?", read(PROJECTS, "Projects"))
    assert isinstance(made, Reckoned) and len(made.rows) == 2


FERRIES = """Ferry | First reply | Fare | Next day | Quay
Alpha | 5 minutes | €4 | 2026-05-02 | closed
Beta | an hour | €6 | 2026-05-20 | open
Gamma | a day | €9 | 2026-06-01 | closed"""


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How quickly does Alpha reply?", ["Alpha"]),
        ("Which days is the quay closed in May?", ["Alpha"]),
        ("Which dates is the quay open in May?", ["Beta"]),
    ],
)
def test_how_soon_and_which_days_are_said_by_the_row_itself(question: str, rows: list[str]) -> None:
    made = reckon(question, read(FERRIES, "Ferries"))

    assert isinstance(made, Reckoned)
    assert [row.cells[0] for row in made.rows] == rows


def test_how_far_apart_two_places_are_is_in_no_row_that_names_them() -> None:
    far, stands = (
        reckon(q, read(OFFICES)) for q in ("How far is Oslo from Lund?", "How far is Oslo, desks?")
    )

    assert (far, isinstance(stands, Reckoned)) == (None, True)


def test_when_somebody_is_paid_is_no_question_for_a_table_with_prices() -> None:
    assert reckon("When are we paid in May 2026?", read(FERRIES, "Ferries")) is None
    assert isinstance(reckon("When does the ferry go in May 2026?", read(FERRIES, "Ferries")), Reckoned)


@pytest.mark.parametrize(
    ("one", "two"), [("respond", "response"), ("extend", "extension"), ("expand", "expansion")]
)
def test_what_is_done_is_known_by_its_noun(one: str, two: str) -> None:
    assert alike(one, two) and not alike(one, "offense")


def test_what_a_row_costs_and_when_it_is_are_shown_though_only_its_kind_is_named() -> None:
    head = "Course | Days | Next date | Place | Price"
    text = f"{head}\nKnots | 2 | 2026-05-02 | Ayr | €40\nSails | 1 | 2026-06-03 | Oban | €95"
    made = reckon("How much does a course in Oban cost and when is it?", read(text, "Courses"))

    assert isinstance(made, Reckoned)
    assert [made.rows[0].cells[n] for n in made.columns] == ["Sails", "2026-06-03", "Oban", "€95"]


@pytest.mark.parametrize(
    "question", ["Which equipment costs more than 500 euros?", "Which item is above €500?"]
)
def test_what_is_more_than_an_amount_is_every_row_that_is(question: str) -> None:
    rows = "item | budget\nLaptop | €1900\nDesk lamp | €40\nChair | €500\nStanding desk | €640"

    made = reckon(question, read(rows, "equipment"))

    assert isinstance(made, Reckoned) and made.listed
    assert [row.cells[0] for row in made.rows] == ["Laptop", "Standing desk"]


def test_a_place_that_is_a_column_of_kinds_is_no_count_of_all_rows() -> None:
    rows = "holiday | Oslo | Lund\nNew Year | closed | closed\nLantern Night | open | closed\n"
    rows += "Labour Day | closed | open\nHarvest | open | open"

    made = reckon("How many holidays does Oslo have?", read(rows, "holidays"))

    assert isinstance(made, Refused)
    assert (made.why, made.table.columns[made.column]) == ("kinds", "Oslo")
    assert figure("How many holidays are there?", rows.replace("holiday |", "holidays |")) == "4"


@pytest.mark.parametrize(
    ("yes", "no"), [("yes", "no"), ("x", ""), ("true", "false"), ("✓", ""), ("✅", "❌")]
)
def test_a_place_that_is_a_column_of_marks_counts_the_rows_that_are_marked(yes: str, no: str) -> None:
    rows = f"holiday | day | Oslo | Lund\nNew Year | Monday | {yes} | {yes}\nLights | Friday | {no} | {yes}"
    rows += f"\nMay Day | Friday | {yes} | {no}\nFlood | Monday | {no} | {no}\nFair | Friday | {yes} | {no}"

    made = reckon("How many public holidays are there in Oslo?", read(rows, "holidays"))

    assert isinstance(made, Reckoned) and made.figure == "3"
    assert [row.cells[0] for row in made.rows] == ["New Year", "May Day", "Fair"]


def test_a_mark_among_other_words_is_one_kind_of_several() -> None:
    rows = "holiday | Oslo\nNew Year | yes\nLantern Night | from noon\nLabour Day | no\nHarvest | till ten"

    made = reckon("How many holidays are there in Oslo?", read(rows, "holidays"))

    assert isinstance(made, Refused) and made.why == "kinds"


def test_a_cell_that_two_columns_have_is_that_of_the_one_that_is_named() -> None:
    rows = "holiday | Oslo | Lund\nNew Year | closed | closed\nLantern Night | open | closed\n"
    rows += "Labour Day | closed | open\nWeir Day | open | closed"

    known = [figure(f"How many holidays are closed in {place}?", rows) for place in ("Oslo", "Lund")]
    either = reckon("How many holidays are closed?", read(rows, "holidays"))
    both = reckon("How many holidays are closed in Oslo and Lund?", read(rows, "holidays"))

    assert known == ["2", "3"]
    listed = reckon("Which holidays are closed?", read(rows, "holidays"))
    assert isinstance(either, Refused) and isinstance(both, Refused)
    assert isinstance(listed, Refused) and listed.why == "ambiguous"
    assert either.why == both.why == "ambiguous"


def test_what_is_said_above_a_table_is_not_what_its_rows_are() -> None:
    text = "Book with the people desk.\n\nCourse | Place\nFirst aid | Oslo\nRescue | Lund\nRadar | Oslo"

    assert not isinstance(reckon("How many desks are in Oslo?", read(text, "Courses")), Reckoned)
    assert figure("How many courses are in Oslo?", text) == "2"


def test_the_most_of_what_rows_are_is_by_the_figures_that_are_meant() -> None:
    goods = "article | product | price (EUR)\n11 | Oat bar | 4.20\n12 | Nut bar | 6.10\n13 | Rye bar | 3.90"
    made = reckon("Which is the most expensive product?", read(goods, "Goods"))

    assert isinstance(made, Reckoned) and [row.cells[1] for row in made.rows] == ["Nut bar"]


def test_how_much_something_is_is_asked_of_the_table_with_prices() -> None:
    prices = read("Course | Price\nFirst aid | €85\nRowing | €120", "Courses")
    numbers = read("Role | Channel\nPilot | #pilot\nMedic | #first-aid", "Directory")

    made = reckon("How much is first aid?", [*numbers, *prices])

    assert isinstance(made, Reckoned)
    assert made.table.name == "Courses"


def test_a_yes_or_no_is_named_directly_behind_its_column_where_other_things_stand_there_too() -> None:
    cells = {"Elm": "yes", "Ash": "yes", "Oak": "broken", "Fir": "no", "Yew": "yes"}
    rows = "| room | beamer |\n|---|---|\n" + "".join(f"| {room} | {one} |\n" for room, one in cells.items())
    asked = (
        "a beamer: yes",
        "beamer: no",
        "beamer: broken",
        "a beamer",
        "a beamer, no discount",
        "no beamer",
    )

    made = [reckon(f"How many rooms have {one}?", read(rows, "rooms")) for one in asked]

    assert [one.figure if isinstance(one, Reckoned) else None for one in made] == ["3", "1", "1", *[None] * 3]


HIRED = """Name | Team | Joined
Ada Berg | Finance | 2020-01-07
Bo Lind | Finance | 2023-06-01
Cato Neri | Support | 2021-03-15"""
STARTED = """Project | Team | Start
Atlas | Finance | 2026-01-05
Borealis | Finance | 2025-04-01
Cirrus | Support | 2024-09-09"""


@pytest.mark.parametrize("question", ["Who is the newest in Finance?", "Wer ist der Neueste in Finance?"])
@pytest.mark.parametrize("turned", [False, True])
def test_who_is_asked_for_is_no_project(question: str, turned: bool) -> None:
    tables = [*read(HIRED, "People"), *read(STARTED, "Projects")]

    assert not isinstance(reckon(question, tables[::-1] if turned else tables), Reckoned)


def test_the_newest_of_what_has_a_day_is_told_beside_people() -> None:
    made = reckon("What is the newest in Finance?", [*read(HIRED, "People"), *read(STARTED, "Projects")])

    assert isinstance(made, Reckoned) and made.rows[0].cells[0] == "Atlas"
