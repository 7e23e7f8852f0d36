"""Everyday questions about the sheets of an office: what its rows come to, or why they do not."""

from __future__ import annotations

import pytest

from bot.answering.tabled import Tabled, Untold, tabled
from retrieval.passage import Passage

EQUIPMENT = """Item | Office | Quantity | Price
Laser scanner | Bristol | 1 | 38500
Total station | Graz | 2 | 14200
Drone | Bristol | 1 | 6900
Drone | Graz | 1 | 6900
Harness | Bristol | 6 | 240
Harness | Graz | 4 | 240
Plotter A0 | Graz | 2 | 9500"""
PROJECTS = """Number | Project | City | Fee EUR | Start | Completion | Project lead | Status
2101 | Severn Depot | Bristol | 840000 | 01.09.2021 | 30.11.2025 | Gareth Ollerton | active
2203 | Clifton Library | Bristol | 310000 | 02.05.2022 | 31.03.2026 | Imogen Fairbrass | active
2215 | Taunton Centre | Taunton | 455000 | 10.10.2022 | 20.12.2024 | Imogen Fairbrass | closed
2404 | Weiz School | Graz | 220000 | 01.03.2024 | 31.08.2026 | Annika Reisinger | active"""
DRAWINGS = """Drawing number | Project | Title | Date | Drawn by
2101-S-1001 | 2101 | Foundation plan | 2024-02-12 | Beatrix Lowndes
2101-S-1002 | 2101 | Pile layout | 2023-11-30 | Mirela Dragan
2203-A-2001 | 2203 | Ground floor | 2025-02-10 | Imogen Fairbrass
2404-A-1001 | 2404 | Ground floor | 2025-03-10 | Mirela Dragan"""
STAFF = """Name | Office | Role | Phone | Certifications | Joined
Gareth Ollerton | Bristol | Project director | +44 0112 | CEng; CSCS | 2009-01-12
Imogen Fairbrass | Bristol | Architect | +44 0118 | ARB; CSCS | 2014-06-16
Mirela Dragan | Bristol | Engineer | +44 0123 | CEng; CSCS; Drone pilot | 2018-10-01
Leopold Winkler | Graz | Safety officer | +43 0142 | SFK; Confined space | 2016-01-11
Rufus Pendlebury | Bristol | Safety officer | +44 0130 | CSCS; Confined space | 2012-02-20
Margit Oberhauser | Graz | Finance director | +43 0150 | | 2011-08-22"""
RATES = """Grade | UK | Austria
Partner | £165 | €190
Technician | £72 | €85
Intern | £38 | €45"""
SHARES = """Stage | Name | Share
1 | Briefing | 5 %
2 | Concept design | 15 %
3 | Technical design | 32 %"""
SHEETS = {"equipment": EQUIPMENT, "projects": PROJECTS, "drawing register": DRAWINGS, "staff": STAFF,
          "Hourly rates": RATES, "Shares of the fee": SHARES}  # fmt: skip


def told(question: str, locale: str = "") -> str:
    """What is said to it, each row on a line; empty where tables do not say."""
    sheets = [
        Passage(f"p{n}", f"d{n}", "s", name, text, 0, len(text), "", (name,))
        for n, (name, text) in enumerate(SHEETS.items())
    ]
    made = next(
        (
            found
            for some in (sheets[:3], sheets[1:4], sheets[3:])
            if (found := tabled(question, some, lambda one: [one], locale))
        ),
        None,
    )
    return (
        "\n".join(made.sentences)
        if isinstance(made, Tabled)
        else made.why
        if isinstance(made, Untold)
        else ""
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how many harnesses do we have in total", "10 is the sum of Quantity over the 2 of 7 rows"),
        ("how many total stations do we have", "2 is the sum of Quantity over the 1 of 7 rows"),
        (
            "how many plotters are in the Bristol office",
            "0 of the 7 rows of “equipment” have Office: Bristol",
        ),
        ("most expensive piece of equipment", "38,500 is the highest Price in “equipment”: Laser scanner."),
        (
            "whats the total fee of all active projects",
            "1,370,000 is the sum of Fee EUR over the 3 of 4 rows",
        ),
        (
            "sum of the fees of the projects led by Imogen Fairbrass",
            "765,000 is the sum of Fee EUR over the 2",
        ),
        ("which project finishes first?", "20.12.2024 is the earliest Completion in “projects”: Taunton"),
        ("which active project finishes last", "31.08.2026 is the latest Completion of the 3 of 4 rows"),
        (
            "which stage has the highest share",
            "32% is the highest Share in “Shares of the fee”: Stage 3 (Tech",
        ),
        ("who has drawn the most drawings", "by Drawn by: Mirela Dragan 2, Beatrix Lowndes 1"),
        ("how many projects does Imogen lead", "2 of the 4 rows of “projects” have Project lead: Imogen"),
    ],
)
def test_a_figure_is_reckoned_from_the_table_that_says_what_the_question_is_of(
    question: str, said: str
) -> None:
    assert said in told(question)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("list all of Imogen's projects", ["2203", "2215"]),
        ("imogen's projects?", ["2203", "2215"]),
        ("what projects started in 2024", ["2404"]),
        ("which projects are finished before 2026", ["2101", "2215"]),
        ("projects with a fee over 400000", ["2101", "2215"]),
        ("which projects cost less than 300k", ["2404"]),
        ("who has both CEng and a CSCS card", ["Gareth Ollerton", "Mirela Dragan"]),
        ("who has CEng or SFK", ["Gareth Ollerton", "Mirela Dragan", "Leopold Winkler"]),
        ("who has a confined space certificate", ["Leopold Winkler", "Rufus Pendlebury"]),
        ("list all staff", ["Gareth", "Imogen", "Mirela", "Leopold", "Rufus", "Margit"]),
        ("mobile of rufus?", ["+44 0130"]),
        ("what is the number of the finance director", ["+43 0150"]),
        ("what is the phone number of Mirela Dragan?", ["+44 0123"]),
    ],
)
def test_the_rows_that_are_meant_are_told_and_no_other(question: str, named: list[str]) -> None:
    said = told(question).splitlines()

    assert len(said) == len(named)
    assert all(any(one in line for line in said) for one in named)


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (
            "what is the cheapest hourly rate",
            "which column is meant is not clear to me. Please name it: UK, Aus",
        ),
        (
            "which project is the smallest",
            "which column is meant is not clear to me. Please name it: Number, F",
        ),
        ("who has CEng but not CSCS", "which rows are meant is not clear to me"),
        ("what is the phone number of Mirela Dragan's assistant", "“staff” says nothing of assistant."),
    ],
)
def test_what_a_table_does_not_say_is_refused_with_the_reason(question: str, why: str) -> None:
    assert why in told(question)


@pytest.mark.parametrize("number", ["1" * 9000 + "k", "1,500k", "1.5.5 million"])
def test_a_number_that_is_none_compares_nothing(number: str) -> None:
    assert "2404" not in told(f"which projects cost less than {number}")


def test_rows_of_a_place_do_not_say_what_is_asked_of_the_place() -> None:
    sheet = Passage("p", "d", "s", "staff", STAFF, 0, len(STAFF), "", ("staff",))
    found = tabled("what's the address of the graz office", [sheet], lambda one: [one])

    assert isinstance(found, Untold)
    assert found.said_by("The address of the Graz office is Griesgasse 5.")
    assert not found.said_by("In Graz there is a company bicycle.")


def test_a_name_is_not_what_is_asked_to_be_there() -> None:
    text = PROJECTS.replace("Clifton Library", "Bath Riverside Council")
    sheet = Passage("p", "d", "s", "projects", text, 0, len(text), "", ("projects",))
    council = tabled("do we have a works council", [sheet], lambda one: [one])
    depot = tabled("is there a Severn depot", [sheet], lambda one: [one])

    assert isinstance(council, Untold)
    assert not council.said_by("The council of Bath empties the bins on Mondays.")
    assert not isinstance(depot, Untold)


def test_two_things_about_somebody_are_both_looked_up() -> None:
    said = told("who's our finance director and what's her number")

    assert "Role: Finance director" in said
    assert "Phone: +43 0150" in said
