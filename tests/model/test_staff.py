"""A question about people and a table of them: every row that is meant, or none with the reason."""

from __future__ import annotations

import pytest
import sheets

from model.tabular.outcome import Reckoned, Refused
from model.tabular.reckoning import reckon
from model.tabular.tables import Table

STAFF = """Name | Role | Team | Manager | Office | Joined
Ines Falk | CEO | Leadership |  | Oslo | 2016-01-15
Ada Moreno | Head of Engineering | Engineering | Ines Falk | Oslo | 2019-03-01
Bo Lind | Backend engineer | Engineering | Ada Moreno | Oslo | 2021-05-03
Cato Neri | Frontend engineer | Engineering | Ada Moreno | Lisbon | 2024-09-12
Greta Holm | Head of Support | Support | Ines Falk | Berlin | 2018-06-01
Elif Kaya | Support agent | Support | Greta Holm | Oslo | 2020-11-02
Hugo Brandt | Support agent | Support EMEA | Greta Holm | Berlin | 2025-01-07
Mona Beck | Head of People | People | Ines Falk | Berlin | 2019-12-01
Oda Lie | Finance lead | Finance | Ines Falk | Oslo | 2018-09-03"""
PERSONAL = """Name | Rolle | Team | Vorgesetzte | Standort
Jana Wolf | Leiterin Support | Support | Udo Kern | Köln
Udo Kern | Geschäftsführer | Leitung |  | Bonn
Tim Hahn | Entwickler | Technik | Udo Kern | Köln
Nina Sommer | Softwareentwicklerin | Technik | Udo Kern | Bonn
Max Blum | Kundenberater | Support | Jana Wolf | Köln"""


def read(text: str, name: str = "people") -> list[Table]:
    return sheets.read(text, name)


def names(question: str, text: str = STAFF, name: str = "people") -> list[str] | str | None:
    """Who is told; or why nobody is; None where it is left to writers."""
    made = reckon(question, read(text, name))
    if isinstance(made, Refused):
        return made.why or f"nothing of {' '.join(made.left)}"
    return made and [row.cells[0].split()[0] for row in made.rows]


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Who reports to Ada Moreno?", ["Bo", "Cato"]),
        ("who's managed by ada?", ["Bo", "Cato"]),
        ("Who does Ada Moreno manage?", ["Bo", "Cato"]),
        ("Who reports to Ada in Lisbon?", ["Cato"]),
        ("How many direct reports does Greta have?", ["Elif", "Hugo"]),
        ("Who does Bo Lind report to?", ["Bo"]),
        ("Who manages Ada Moreno?", ["Ada"]),
        ("Who is Ada's manager?", ["Ada"]),
        ("List everyone in support", ["Greta", "Elif"]),
        ("Who is in Support EMEA?", ["Hugo"]),
        ("Who are all the people in finance?", ["Oda"]),
        ("Who leads people?", ["Mona"]),
        ("Who works in Lisbon?", ["Cato"]),
        ("Who works in Lisbon or Berlin?", ["Cato", "Greta", "Hugo", "Mona"]),
        ("Who is an engineer in Oslo or Lisbon?", ["Bo", "Cato"]),
        ("Who isn't in Oslo or Berlin?", ["Cato"]),
        ("Who is not in Oslo?", ["Cato", "Greta", "Hugo", "Mona"]),
        ("Which people work in Berlin?", ["Greta", "Hugo", "Mona"]),
        ("How many people are in Berlin?", ["Greta", "Hugo", "Mona"]),
        ("How many people are in the people team?", ["Mona"]),
        ("Number of people in Lisbon?", ["Cato"]),
        ("How many engineers are there?", ["Bo", "Cato"]),
        ("Show me all support agents in Berlin", ["Hugo"]),
        ("How many work in Oslo and in support?", ["Elif"]),
        ("Who in Lisbon works in support?", []),
        ("How many people joined after 2020?", ["Bo", "Cato", "Hugo"]),
        ("Who joined in 2024?", ["Cato"]),
        ("Who is head of engineering?", ["Ada"]),
        ("Who leads support?", ["Greta"]),
        ("Who is in charge of finance?", ["Oda"]),
        ("Which employees lead engineering?", ["Ada"]),
        ("How many people lead support?", ["Greta"]),
        ("Which people head support?", ["Greta"]),
        ("Who joined Engineering in 2019?", ["Ada"]),
        ("Who joined in March 2021?", []),
        ("How many support agents are in Lisbon?", []),
        ("How many engineers are in Berlin?", []),
        ("Show us all support agents in Berlin", ["Hugo"]),
        ("How many people does engineering have?", ["Ada", "Bo", "Cato"]),
        ("How many employees does Lisbon have?", ["Cato"]),
        ("List everyone in support Oslo", ["Elif"]),
        ("Who is not in Oslo and not in Berlin?", ["Cato"]),
        ("Who does not work in Oslo or in Berlin?", ["Cato"]),
    ],
)
def test_those_who_have_a_value_in_a_column_are_told_and_nobody_else(question: str, right: list[str]) -> None:
    assert names(question) == right


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("Wer berichtet an Jana Wolf?", ["Max"]),
        ("An wen berichtet Jana?", ["Jana"]),
        ("Wer ist der Vorgesetzte von Jana Wolf?", ["Jana"]),
        ("Wer arbeitet in Köln?", ["Jana", "Tim", "Max"]),
        ("Wer arbeitet nicht in Köln?", ["Udo", "Nina"]),
        ("Wie viele arbeiten im Support?", ["Jana", "Max"]),
        ("Wie viele Leute sitzen in Bonn?", ["Udo", "Nina"]),
        ("Wie viele Entwickler gibt es?", ["Tim", "Nina"]),
        ("Liste alle im Support auf", ["Jana", "Max"]),
        ("Nenne mir alle Mitarbeiter in Bonn", ["Udo", "Nina"]),
        ("Wie viele Entwicklerinnen gibt es?", ["Nina"]),
        ("Wie viele Entwicklerinnen gibt es in Bonn?", ["Nina"]),
        ("Wie viele Softwareentwickler gibt es?", ["Nina"]),
        ("Wie viele Kundenberater gibt es?", ["Max"]),
    ],
)
def test_so_they_are_in_german(question: str, right: list[str]) -> None:
    assert names(question, PERSONAL, "Mitarbeitende") == right


@pytest.mark.parametrize(
    "question",
    [
        "Who used to work in Lisbon?",
        "Who can work in Lisbon?",
        "Who works only in Lisbon?",
        "Who works in Lisbon on Fridays?",
        "Who supports Lisbon?",
        "Who leads the Lisbon office?",
        "Who is the manager in Lisbon?",
        "Who heads marketing?",
        "Who reports to the CEO?",
        "Who is in Lisbon in 2024?",
        "Which people support Oslo?",
        "Which employees currently support Oslo?",
        "Which people who support Oslo are there?",
        "Who is supporting Oslo?",
        "List everyone supporting Oslo",
        "Who works with Ada?",
        "Who sits with Ada Moreno?",
        "Which people work with Ada Moreno?",
        "Who was hired by Ada?",
    ],
)
def test_where_more_is_said_than_the_table_says_nobody_is_told(question: str) -> None:
    assert names(question) is None


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("Who works in Oslo or reports to Ada?", "ambiguous"),
        ("Who works in Oslo or in support?", "ambiguous"),
        ("Who wasn't in Oslo?", "ambiguous"),
        ("Who is not in support?", "ambiguous"),
        ("Who is Ines Falk's manager?", "empty"),
        ("How many senior engineers are there?", "nothing of senior"),
        ("How many people are in the marketing team?", "nothing of marketing"),
        ("How many employees support Oslo?", "nothing of support"),
        ("How many of us support Oslo?", "nothing of support"),
        ("Which employees in Oslo support people?", "ambiguous"),
        ("Who works in Lisbon and not in Oslo?", "ambiguous"),
        ("How many people are in Berlin and not in Oslo?", "ambiguous"),
        ("Who is not in Oslo and works in Lisbon?", "ambiguous"),
        ("Who is not in Oslo and in Lisbon?", "ambiguous"),
        ("How many leads are in Berlin?", "ambiguous"),
        ("How many engineers joined in 2019?", "ambiguous"),
        ("How many people in Oslo are engineers?", "nothing of engineers"),
        ("How many people in support joined in 2025?", "ambiguous"),
    ],
)
def test_what_is_not_sure_is_refused_with_the_reason(question: str, why: str) -> None:
    assert names(question) == why


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("Wer arbeitet in Köln und nicht in Bonn?", "ambiguous"),
        ("Wie viele Entwicklerinnen gibt es in Köln?", "ambiguous"),
        ("Wie viele Kundenberaterinnen gibt es?", None),
        ("Wie viele Geschäftsführerinnen gibt es?", None),
        ("Wie viele Mitarbeiterinnen gibt es in Köln?", "nothing of mitarbeiterinnen"),
        ("Alle Kolleginnen in Köln", None),
        ("Wer arbeitet mit Jana Wolf?", None),
        ("Wer arbeitet zusammen mit Jana?", None),
        ("Wer sitzt bei Jana Wolf?", None),
    ],
)
def test_nor_is_it_in_german(question: str, why: str | None) -> None:
    assert names(question, PERSONAL, "Mitarbeitende") == why


def test_what_is_said_again_and_again_is_read_once() -> None:
    for line in ("can you tell me " * 250 + "x", "- " * 2_000, "who is the " * 360):
        assert not names(line)


def test_a_role_that_is_also_a_team_is_not_chosen() -> None:
    more = f"{STAFF}\nEd Poe | Support | Finance | Ines Falk | Oslo | 2024-02-02"

    assert names("How many support people are in Oslo?", more) == "ambiguous"


def test_one_of_two_who_are_called_alike_has_to_be_named_whole() -> None:
    more = f"{STAFF}\nAda Berg | Designer | Product | Ines Falk | Oslo | 2024-02-02"

    assert names("Who reports to Ada?", more) == "namesakes"
    assert names("Who reports to Ada Moreno?", more) == ["Bo", "Cato"]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Where is Bo based?", ["Bo Lind", "Oslo"]),
        ("What's Cato's role?", ["Cato Neri", "Frontend engineer"]),
        ("When did Hugo start?", ["Hugo Brandt", "2025-01-07"]),
        ("Which team is Oda in?", ["Oda Lie", "Finance"]),
        ("Who is Elif?", ["Elif Kaya", "Support agent", "Support", "Greta Holm", "Oslo", "2020-11-02"]),
        ("When will it start?", None),
    ],
)
def test_who_alone_is_called_so_is_looked_up_by_a_part_of_the_name(question: str, shown: list[str]) -> None:
    made = reckon(question, read(f"{STAFF}\nWill Price | Cook | Kitchen | Ines Falk | Oslo | 2020-01-01"))

    cells = [made.rows[0].cells[n] for n in made.columns] if isinstance(made, Reckoned) else None
    assert cells == shown


def test_max_is_a_name_where_somebody_is_called_so() -> None:
    made = reckon("Wo sitzt Max Blum?", read(PERSONAL, "Mitarbeitende"))

    assert isinstance(made, Reckoned) and not made.figure
    assert made.rows[0].cells[0] == "Max Blum"


def test_first_and_last_names_of_their_own_columns_are_both_shown() -> None:
    rows = "First name | Last name | Office\nTia | Ray | Oslo\nTia | Low | Oslo\nUwe | Ott | Bergen"

    made = reckon("Who works in Oslo?", read(rows))

    assert isinstance(made, Reckoned) and made.columns == (0, 1, 2)


def test_a_value_that_two_columns_have_is_not_chosen_between() -> None:
    more = f"{STAFF}\nEd Poe | Designer | Design | Ines Falk | Support | 2024-02-02"

    assert names("Who is in support?", more) == "ambiguous"


def test_who_may_have_left_is_shown_with_it_and_not_counted() -> None:
    rows = "Name | Role | Office | Status\nAnn Lee | Cook | Oslo | active\nBob Ray | Cook | Oslo | left"

    made = reckon("Who works in Oslo?", read(rows))

    assert isinstance(made, Reckoned) and 3 in made.columns
    assert names("How many people are in Oslo?", rows) == "kinds"
    assert names("How many active people are in Oslo?", rows) == ["Ann"]


def test_a_cell_that_names_several_places_is_of_each() -> None:
    rows = "Ann Lee | Cook | Oslo / Bergen\nBob Ray | Cook | Oslo (HQ)\nCy Fox | Cook | Bergen\n"
    rows = f"Name | Role | Office\n{rows}Di Orr | Cook | Bergen and Sons"

    assert names("How many people are in Oslo?", rows) == ["Ann", "Bob"]
    assert names("Who is in Bergen?", rows) == ["Ann", "Cy"]


@pytest.mark.parametrize(
    ("head", "rows", "name"),
    [
        ("Name | Manager | Office", "Blue Harbour | Ann Lee | Oslo\nRed Fox | Bob Ray | Oslo", "projects"),
        ("Name | Team | Cost", "Gateway | Oslo | 100 EUR\nBilling | Oslo | 90 EUR", "services"),
        ("Name | Role | City", "Ann Lee | Buyer | Oslo\nBob Ray | Cook | Oslo", "Customers"),
        (
            "Name | Role | Company | City",
            "Ann Lee | Buyer | Acme | Oslo\nBob Ray | Cook | Acme | Oslo",
            "Press",
        ),
        (
            "Name | Role | Stage | City",
            "Ann Lee | Buyer | open | Oslo\nBob Ray | Cook | open | Oslo",
            "Hiring",
        ),
        ("City | Manager | Desks", "Oslo | Ann Lee | 12\nLund | Bob Ray | 30", "offices"),
    ],
)
def test_rows_that_are_no_people_work_nowhere(head: str, rows: str, name: str) -> None:
    for question in ("Who works in Oslo?", "List everyone in Oslo", "How many employees work in Oslo?"):
        assert not isinstance(reckon(question, read(f"{head}\n{rows}", name)), Reckoned)


def test_of_people_a_table_of_them_is_asked_and_no_other() -> None:
    offices = read("City | Manager | Desks\nOslo | Ann Lee | 12\nLund | Bob Ray | 30", "offices")

    made = reckon("How many people are in Oslo?", [*offices, *read(STAFF)])

    assert isinstance(made, Reckoned)
    assert (made.table.name, made.figure) == ("people", "5")
