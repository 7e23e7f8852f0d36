"""What a claim may not say: another number, unit, date or name; what is denied, or the reverse."""

from __future__ import annotations

import pytest

from model.answer import Fault
from model.checking.citations import check
from retrieval.passage import Passage

TEXT = (
    "Laptops are replaced after 36 months, and monitors after 5 years. Staff aged 16-24 years get 10% off. "
    "The Lending Club Office (LCO) in São Paulo opened on September 28 , 2010 and is led by Ines Moreau. "
    "Employees may not export data without approval by the Data Protection Office. "
    "Overtime is allowed before 8 p.m. and increases the holiday allowance by 2 percentage points. "
    "Batteries hold up to 750 mg of lithium in rooms of 10 ° C. Ordinary badges open the inner doors. "
    "The AMPK assay measures interleukin IL-10, IFN-gamma and NF-κB on the HX4K9 reader (TDBX). "
    "Citizens of the U.S. need a visa. A ten - year audit was ordered in 2004, and the Lisbon branch "
    "closed in 2011 after the second audit of that branch."
)
PASSAGES = (Passage("p", "d", "s", "Handbook", TEXT, 0, len(TEXT), "https://x"),)

BEFORE = "Ines Moreau runs the harbour club, and Carter is a guest of it."
APART = (*PASSAGES, Passage("q", "e", "s", "Club", BEFORE, 0, len(BEFORE), "https://y"))


@pytest.mark.parametrize(
    "claim",
    [
        "Laptops are replaced after 3 years.",
        "Monitors are replaced after five years.",
        "Staff between 16 and 24 get ten percent off.",
        "The office in São Paulo was opened on 28 September 2010.",
        "The LendingClub office opened in 2010.",
        "The LCO in São Paulo opened in September 2010.",
        "Without approval by the DPO employees cannot export data.",
        "Overtime is permitted before 20:00.",
        "The holiday allowance is increased by 2 percentage points through overtime.",
        "Batteries hold up to 0.75 g of lithium.",
        "AMP-dependent assays measure IL10, IFN-γ and NF-kB.",
        "The assay measures interferon on the HX 4K9 reader.",
        "The assay measures interleukin on the tidal depth BX.",
        "Citizens of the United States need a visa.",
        "American citizens need a visa.",
        "The São Paulo office is led by Moreau.Citizens need a visa.",
        "The ten-year audit was ordered in 2004.",
        "Laptops are replaced in two ways: after 36 months and by approval.",
        "The RLCO in São Paulo opened in September 2010.",
    ],
)
def test_what_the_passage_says_in_other_words_is_kept(claim: str) -> None:
    assert check(f"{claim} [1]", PASSAGES).fault is None


def test_two_sentences_without_a_space_between_them_may_rest_on_two_passages() -> None:
    claim = "The Lending Club Office opened in Lisbon.Carter is a guest of the harbour club."

    assert check(f"{claim} [1][2]", APART).fault is None


def test_a_time_below_the_line_that_names_its_day_is_the_time_of_that_day() -> None:
    text = "The gate opens at these times.\n\nSunday\n\n5 a.m. – 8:30 p.m.\n\nMonday\n\n4 a.m. – 10 p.m.\n"
    passages = [Passage("p", "d", "s", "Gate", text, 0, len(text), "https://x")]

    claim = "The times at which visitors pass the gate of the harbour museum on foot are Sundays from {} a.m."

    assert check(f"{claim.format(5)} [1]", passages).fault is not Fault.FIGURE
    assert check(f"{claim.format(6)} [1]", passages).fault is Fault.FIGURE


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        ("Laptops are replaced after 36 weeks.", Fault.FIGURE),
        ("Staff aged 16-34 years get 10% off.", Fault.FIGURE),
        ("The office in São Paulo opened on September 29, 2010.", Fault.FIGURE),
        ("Overtime increases the holiday allowance by 2%.", Fault.FIGURE),
        ("Batteries hold up to 750 g of lithium.", Fault.FIGURE),
        ("Batteries hold up to 750 mg of lithium in rooms of 10 °F.", Fault.FIGURE),
        ("The office is led by Ines Morel.", Fault.NAME),
        ("The assay measures interleukin IL-11.", Fault.NAME),
        ("The office (HQX) in São Paulo opened in 2010.", Fault.NAME),
        ("Employees may export data without approval by the Data Protection Office.", Fault.OPPOSITE),
        ("Laptops are replaced in three ways: after 36 months and by approval.", Fault.FIGURE),
        ("The Lisbon branch closed in 2004 after the second audit.", Fault.FIGURE),
        ("A visa is for British citizens.", Fault.NAME),
        ("The assay measures interleukin on the HX 4K8 reader.", Fault.NAME),
        ("Ordinary badges do not open the inner doors.", Fault.OPPOSITE),
        ("Ordinary badges fail to open the inner doors.", Fault.OPPOSITE),
        ("Ordinary badges no longer open the inner doors.", Fault.OPPOSITE),
        ("Overtime is forbidden before 8 p.m.", Fault.OPPOSITE),
        ("Overtime is allowed after 8 p.m.", Fault.OPPOSITE),
        ("Overtime reduces the holiday allowance by 2 percentage points.", Fault.OPPOSITE),
        ("Ordinary badges close the inner doors.", Fault.OPPOSITE),
    ],
)
def test_what_it_does_not_say_is_struck_out_and_the_reason_named(claim: str, fault: Fault) -> None:
    assert check(f"{claim} [1]", PASSAGES).fault is fault
