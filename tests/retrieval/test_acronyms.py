"""What acronyms stand for, read out of what was found."""

from __future__ import annotations

import pytest

from retrieval.acronyms import added, meanings, spelt_out, worded
from retrieval.passage import Passage


def passage(text: str) -> Passage:
    return Passage(text[:20], text[:20], "s", "T", text, 0, len(text), "")


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Everybody gets Paid Time Off (PTO) each year.", "PTO", "Paid Time Off"),
        ("The PTO (paid time off) is counted in days.", "PTO", "paid time off"),
        ("At ours, PTO stands for paid time off.", "PTO", "paid time off"),
        ("- **PTO**: paid time off", "PTO", "paid time off"),
        ("PTO | Paid time off | days", "PTO", "Paid time off"),
        ("Acronym: PTO; Meaning: Paid time off", "PTO", "Paid time off"),
        ("We set Objectives and Key Results (OKRs) each quarter.", "OKR", "Objectives and Key Results"),
        ("Research and Development (R&D) is upstairs.", "R&D", "Research and Development"),
        ("A non-disclosure agreement (NDA) is signed first.", "NDA", "non-disclosure agreement"),
        ("Betriebliches Lernmanagement (BLM)", "BLM", "Betriebliches Lernmanagement"),
        ("BV steht für Betriebsvereinbarung.", "BV", "Betriebsvereinbarung"),
        ("Das Arbeitszeitkonto (kurz AZK) wird geführt.", "AZK", "Arbeitszeitkonto"),
    ],
)  # fmt: skip
def test_a_page_explains_its_acronyms_in_many_ways(text: str, short: str, long: str) -> None:
    assert list(meanings(text)) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "Ask in the office (see PTO).",
        "The meeting is in Berlin (EU).",
        "It is open to all (NB: not on Fridays).",
        "THE END (AND MORE).",
        "Call the desk (HR) first.",
    ],
)
def test_what_only_stands_in_brackets_explains_nothing(text: str) -> None:
    assert list(meanings(text)) == []


PTO = passage("Everybody gets Paid Time Off (PTO) each year.")


@pytest.mark.parametrize(
    ("question", "spelt"),
    [
        ("How much PTO do I get?", "How much PTO do I get? (paid time off)"),
        ("how much pto do I get?", "how much pto do I get? (paid time off)"),
        ("How much paid time off do I get?", "How much paid time off do I get? (PTO)"),
        ("How much PTO (paid time off) do I get?", "How much PTO (paid time off) do I get?"),
        ("Wer führt das PTO-Konto?", "Wer führt das PTO-Konto? (paid time off)"),
        ("Is the office closed?", "Is the office closed?"),
        ("Who paid for the time?", "Who paid for the time?"),
    ],
)
def test_a_question_is_asked_with_the_other_form_too(question: str, spelt: str) -> None:
    assert spelt_out(question, [PTO, passage("The office is open.")]) == spelt


def test_an_acronym_with_two_meanings_is_asked_with_both() -> None:
    pages = [passage("Each purchase order (PO) is signed."), passage("The product owner (PO) decides.")]

    assert spelt_out("Who signs the PO?", pages) == "Who signs the PO? (purchase order; product owner)"


def test_a_common_word_in_small_letters_is_no_acronym() -> None:
    pages = [passage("Acute lymphoblastic leukaemia (ALL) is rare."), passage("It is seen at all ages.")]

    assert spelt_out("Is it seen at all ages?", pages) == "Is it seen at all ages?"


@pytest.mark.parametrize(
    ("question", "put"),
    [
        ("What is the PTO carry-over?", "What is the paid time off carry-over?"),
        ("how much pto can I carry over?", "how much paid time off can I carry over?"),
        ("How much paid time off do I get?", "How much PTO do I get?"),
    ],
)
def test_a_question_is_worded_as_the_other_form_has_it(question: str, put: str) -> None:
    told = spelt_out(question, [PTO])

    assert worded(question, added([question], [told])) == [put]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("role: Fire safety warden; floor: 2", "fire safety warden"),
        ("| Fire safety warden | 2 |", "fire safety warden"),
        ("Fire Safety Warden: see floor 2.", "fire safety warden"),
        ("Few sailors wait. From some windows you see far.", ""),
        ("Ask the fire safety warden and the facilities desk for all.", ""),
        ("Fire safety warden | 2\nField support writer | 3", ""),
        ("The FSW sits on floor 2.\nFire safety warden | 2", ""),
    ],
)
def test_what_nobody_explains_is_told_by_the_one_name_that_has_its_letters(text: str, told: str) -> None:
    asked = "Who is the FSW?"

    assert spelt_out(asked, [passage(text)]) == (f"{asked} ({told})" if told else asked)
