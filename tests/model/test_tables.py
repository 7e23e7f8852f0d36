"""Passages in, the tables a reader sees in them out, and where they may not be all there is."""

from __future__ import annotations

import pytest

from model.tabular.tables import PART, SPLIT, UNEVEN, UNNAMED, paired, tables
from retrieval.passage import Block, Document, Passage
from retrieval.split import split

OFFICES = "City | Desks | Lift\nOslo | 12 | yes\nLund | 40 | no\nBari | 7 | yes"


def passage(text: str, lead: str = "", start: int = 0, gap: str = "") -> Passage:
    heading = ("Offices",)
    return Passage(
        f"p{start}", "d", "s", "Handbook", text, start, start + len(text), "", heading, lead=lead, gap=gap
    )


@pytest.mark.parametrize(
    "text",
    [
        OFFICES,
        f"Where we work.\n\n{OFFICES}\n\nAsk at the desk.",
        "| City | Desks | Lift |\n|---|--:|---|\n| Oslo | 12 | yes |\n| Lund | 40 | no |\n| Bari | 7 | yes |",
        "City: Oslo; Desks: 12; Lift: yes\nCity: Lund; Desks: 40; Lift: no\nCity: Bari; Desks: 7; Lift: yes",
    ],
)
def test_a_table_is_read_with_the_names_of_its_columns(text: str) -> None:
    (table,) = tables([passage(text)])

    assert table.columns == ("City", "Desks", "Lift")
    assert [row.cells for row in table.rows] == [
        ("Oslo", "12", "yes"),
        ("Lund", "40", "no"),
        ("Bari", "7", "yes"),
    ]
    assert table.doubt == ""
    assert "Offices" in table.about


def test_each_row_stands_where_it_says() -> None:
    one = passage(f"Where we work.\n\n{OFFICES}")

    (table,) = tables([one])

    assert [one.text[row.start : row.end] for row in table.rows] == OFFICES.split("\n")[1:]
    assert paired(one)[(table.rows[1].start, table.rows[1].end)] == ("City: Lund", "Desks: 40", "Lift: no")


def test_a_table_over_many_passages_is_one() -> None:
    rows = [f"Town {n} | {n} | yes" for n in range(120)]
    text = "City | Desks | Lift\n" + "\n".join(rows)
    document = Document("d", "s", "Offices", text, "", "x", blocks=(Block(0, len(text), "table", 20),))
    passages = split(document)

    (table,) = tables(passages)

    assert len(passages) > 3
    assert len(table.rows) == 120
    assert table.doubt == ""


def test_a_later_slice_alone_is_known_to_be_a_part() -> None:
    (table,) = tables([passage("Lund | 40 | no\nBari | 7 | yes", lead="City | Desks | Lift")])

    assert table.columns == ("City", "Desks", "Lift")
    assert table.doubt == PART


def test_empty_cells_are_cells_and_a_sum_is_no_row() -> None:
    (barred,) = tables([passage("City | Desks | Lift\nOslo | 12 | \nLund |  | x\nTotal | 12 |")])
    (named,) = tables(
        [passage("City: Oslo; Desks: 12\nCity: Lund; Desks: 3; Lift: x\nCity: Total; Desks: 15")]
    )

    assert [row.cells for row in barred.rows] == [("Oslo", "12", ""), ("Lund", "", "x")]
    assert [row.cells for row in named.rows] == [("Oslo", "12", ""), ("Lund", "3", "x")]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("City | Desks | Lift\nOslo | 12 | yes\nLund | 40", UNEVEN),
        ("City | Desks | Lift\nNorth |  | \nOslo | 12 | yes", UNEVEN),
        ("City | Desks\nOslo | 12\nTotal Oslo | 40", UNEVEN),  # another row is called so
        ("City | Desks\nOslo | 12\nLund | 40\nNordic total | 52", UNEVEN),  # the sum of those above
        ("City | Desks | Lift\nOslo | 12 | yes\nLund | 40 | no\nTotal North | 50 |", UNEVEN),  # lacks a cell
        ("City | Desks\nOslo | 12\nLund | 40\n\nBari | 7\nGent | 8", SPLIT),
        ("Oslo | Ada\nLund | Bo", UNNAMED),
        ("Trip over 400 km | rail\nTrip by 2 | car\nTrip by 3 | car", UNNAMED),
        ("Ada | Room B2\nBo | Room C2\nBo | Room C4", UNNAMED),
    ],
)
def test_where_rows_may_be_missing_or_misread_the_table_is_in_doubt(text: str, doubt: str) -> None:
    assert {table.doubt for table in tables([passage(text)])} == {doubt}


@pytest.mark.parametrize("called", ["Total station", "Total Works", "Mean time meter", "Sum Insured"])
def test_a_row_that_only_begins_like_a_total_is_one_of_the_rows(called: str) -> None:
    (table,) = tables([passage(f"Item | Quantity\nDrone | 2\n{called} | 3\nHarness | 6")])

    assert (len(table.rows), table.doubt, table.odd) == (3, "", "")


@pytest.mark.parametrize(
    "called", ["Total:", "Total 2024", "Totals (all sites)", "Summe Q1 2025", "Total for May"]
)
def test_a_total_of_a_period_is_no_row(called: str) -> None:
    (table,) = tables([passage(f"Item | Quantity\nDrone | 2\nHarness | 6\n{called} | 9")])

    assert [row.cells[0] for row in table.rows] == ["Drone", "Harness"]


def test_a_table_in_doubt_names_the_line_that_is_at_fault() -> None:
    found = [
        tables([passage(f"City | Desks | Lift\nOslo | 12 | yes\n{line}\nBari | 4 | no")])[0].odd
        for line in ("Lund | 40", "North |  | ", "Total Oslo | 12 | ")
    ]

    assert found == ["Lund | 40", "North", "Total Oslo; 12"]


def test_a_name_of_a_column_may_have_a_figure_in_it_over_figures() -> None:
    (table,) = tables([passage("team | budget | used by June 2026\nField | €1,400 | 62%\nShop | €900 | 71%")])

    assert (table.columns[2], len(table.rows), table.doubt) == ("used by June 2026", 2, "")


def test_another_table_below_is_another_table() -> None:
    found = tables([passage(f"{OFFICES}\n\nRoom | Seats | Floor\nElm | 4 | 2\nAsh | 9 | 1")])

    assert [(table.columns[0], len(table.rows), table.doubt) for table in found] == [
        ("City", 3, ""),
        ("Room", 2, ""),
    ]


def test_a_header_that_a_page_break_repeats_is_not_a_row() -> None:
    (table,) = tables([passage("City | Desks\nOslo | 12\nCity | Desks\nLund | 40")])

    assert [row.cells[0] for row in table.rows] == ["Oslo", "Lund"]


def test_prose_is_no_table() -> None:
    assert tables([passage("We meet at noon; bring lunch. Note: the lift is slow.\n\nNothing more.")]) == []


def test_a_row_that_was_broken_in_two_puts_its_table_in_doubt_and_prose_below_does_not() -> None:
    (torn,) = tables([passage(f"{OFFICES}\nStation in the far\nnorth | 9 | no\nAsk at the desk.")])
    (whole,) = tables([passage(f"{OFFICES}\nAsk at the desk.")])

    assert (torn.doubt, whole.doubt) == (UNEVEN, "")
