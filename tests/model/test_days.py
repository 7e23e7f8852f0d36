"""A day that a question names is the row of that day, however the table writes it."""

from __future__ import annotations

import pytest
import sheets

from model.tabular.days import Day
from model.tabular.outcome import Reckoned, Refused
from model.tabular.reckoning import reckon
from model.tabular.tables import Table

ROTA = """date: Mon 2 Mar 2026; gate: North; early 06:00-14:00: Ilse; late 14:00-22:00: Bo
date: Mon 2 Mar 2026; gate: South; early 06:00-14:00: Per; late 14:00-22:00: nobody
date: Tue 3 Mar 2026; gate: North; early 06:00-14:00: Bo; late 14:00-22:00: Ilse
date: Tue 3 Mar 2026; gate: South; early 06:00-14:00: nobody; late 14:00-22:00: Per"""
DIENST = """Tag | Tor | Früh 6:00-14:00 | Spät 14:00-22:00
Mo 02.03. | Nord | Ilse | Bo
Di 03.03. | Nord | Bo | Ilse"""


def read(text: str) -> list[Table]:
    return sheets.read(text, "Rota")


def test_a_column_may_be_called_by_hours() -> None:
    (table,) = read(ROTA)

    assert table.columns == ("date", "gate", "early 06:00-14:00", "late 14:00-22:00")


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("Who has the late shift at gate North on Monday?", ["Mon 2 Mar 2026", "North", "Bo"]),
        ("Who has the late shift at gate North on Tuesday 3 March?", ["Tue 3 Mar 2026", "North", "Ilse"]),
        ("Who works the early shift at gate South on 2 March 2026?", ["Mon 2 Mar 2026", "South", "Per"]),
        ("Who has the late shift at gate South on 03.03.2026?", ["Tue 3 Mar 2026", "South", "Per"]),
        ("Who has the late shift at gate South on 2026-03-03?", ["Tue 3 Mar 2026", "South", "Per"]),
        ("Is anyone early at gate South on Tuesday?", ["Tue 3 Mar 2026", "South", "nobody"]),
    ],
)
def test_the_row_of_a_day_is_found(question: str, cells: list[str]) -> None:
    made = reckon(question, read(ROTA))

    assert isinstance(made, Reckoned)
    (row,) = made.rows
    assert [row.cells[n] for n in made.columns] == cells


def test_whoever_stands_in_several_columns_is_not_told_by_the_rows_of_one() -> None:
    assert not isinstance(reckon("Who is Bo?", read(ROTA)), Reckoned)


def test_in_german_too() -> None:
    made = reckon("Wer hat am Dienstag am Tor Nord spät?", read(DIENST))

    assert isinstance(made, Reckoned) and [row.cells[0] for row in made.rows] == ["Di 03.03."]


@pytest.mark.parametrize("day", ["Sunday", "Tuesday 4 March", "3 April", "03.03.2027"])
def test_rows_of_other_days_stand_for_none(day: str) -> None:
    """A weekday and a date that are not one day are no day of the table."""
    made = reckon(f"Who has the late shift at gate North on {day}?", read(ROTA))

    assert isinstance(made, Refused)


PLACES = """Place | Opened | Desks
Oslo | 2016-01-17 | 12
Lund | 2019-03-04 | 14"""
OPEN = """day | from | until
Monday to Friday | 8:00 | 18:00
Saturday | 9:00 | 12:00"""


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which places are open on Sunday?", PLACES),  # 17 January 2016 was one
        ("How many places are open on Monday?", PLACES),
        ("When do you open on Wednesday?", OPEN),  # among Monday to Friday
        ("Who has the late shift at gate North on Monday and Tuesday?", ROTA),
        ("Who has the late shift at gate North from Monday to Tuesday?", ROTA),
        ("Who has the late shift at gate North on 2 March or 3 April?", ROTA),
        ("Who has the late shift at gate North every day except Monday?", ROTA),
        ("Who does not have the late shift at gate North on Monday?", ROTA),
        ("Who is on at gate North on " + "9" * 5_000 + "?", ROTA),
    ],
)
def test_what_is_not_one_day_of_the_table_finds_no_row(question: str, text: str) -> None:
    assert not isinstance(reckon(question, read(text)), Reckoned)


def test_a_day_that_something_happened_is_found_where_that_is_asked() -> None:
    made = reckon("Which place opened on 4 March 2019?", read(PLACES))

    assert isinstance(made, Reckoned) and [row.cells[0] for row in made.rows] == ["Lund"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on Thursday", Day(3)),
        ("26 November", Day(None, 26, 11)),
        ("November 26, 2026", Day(3, 26, 11, 2026)),
        ("on 26.11.2026", Day(3, 26, 11, 2026)),
        ("do we work so late", None),  # two German days, and English words
        ("in November", None),
        ("on 31.02.2026", None),
    ],
)
def test_what_is_said_of_a_day(text: str, day: Day | None) -> None:
    assert Day.of(text) == day
