"""The time that a question asks about, and from when on a document says to hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from model.checking.periods import another_year, applies, begun, since, then, told
from model.checking.succession import held, in_force
from retrieval.passage import Passage


def page(name: str, title: str, text: str, changed: int | None = None) -> Passage:
    at = datetime(changed, 5, 1, tzinfo=UTC) if changed else None
    return Passage(name, name, "hb", title, text, 0, len(text), "", updated_at=at)


@pytest.mark.parametrize(
    ("question", "time"),
    [
        ("How much was the allowance in 2023?", "2023"),
        ("What was our 2023 allowance?", "2023"),
        ("What held on 1 March 2024?", "2024-03-01"),
        ("Wie hoch war der Zuschuss im März 2023?", "2023-03"),
        ("What changed since 2023?", ""),
        ("Was galt vor 2023?", "2022"),
        ("What held before 1 March 2024?", "2024-02-29"),
        ("What held before January 2024?", "2023-12"),
        ("How did 2022 differ from 2023?", ""),
        ("May I spend 2023 euros?", ""),
        ("Who sits in room 2023?", ""),
        ("How much is the allowance?", ""),
    ],
)
def test_a_question_may_name_the_time_it_asks_about(question: str, time: str) -> None:
    assert then(question) == time


@pytest.mark.parametrize(
    ("title", "text", "time"),
    [
        ("Allowance 2023", "Effective from 1 May 2024.", "2023"),
        ("Allowance", "Effective 1 May 2024. It is €30.", "2024-05-01"),
        ("Zuschuss", "Gilt ab 01.05.2024.", "2024-05-01"),
        ("Allowance", "Valid until 1 May 2024.", ""),
        ("Allowance", "It was €30 in 2019.", ""),
    ],
)
def test_a_document_may_say_from_when_on_it_holds(title: str, text: str, time: str) -> None:
    some = [page("a", title, text, 2025)]

    assert (told(some), since(some)) == (time, time or "2025-05-01")


def test_what_begins_within_a_time_has_begun_by_it() -> None:
    assert [begun(time, "2023") for time in ("2022-12-31", "2023", "2023-07", "2024", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_of_three_documents_of_one_name_the_one_that_held_at_the_time_is_left() -> None:
    three = [page(f"d{year}", f"Allowance {year}", "It is paid.") for year in (2026, 2023, 2020)]

    lost = {year: in_force(f"How much was it in {year}?", three) for year in (2021, 2023, 2025, 2027)}

    assert lost[2021] == {"d2026": "d2020", "d2023": "d2020"}
    assert lost[2023] == lost[2025] == {"d2026": "d2023", "d2020": "d2023"}
    assert lost[2027] == {"d2023": "d2026", "d2020": "d2026"}
    assert held("How much was it in 2025?", three) == {"d2023": "2023"}
    assert held("How much was it in 2027?", three) == {}


def test_documents_of_other_names_and_those_that_only_were_changed_stay() -> None:
    others = [page("a", "Travel 2026", "It is paid."), page("b", "Meals 2023", "It is paid.")]
    changed = [page("a", "Meals", "It is paid.", 2026), page("b", "Meals", "It is paid.", 2023)]

    assert in_force("How much was it in 2023?", others) == in_force("How much was it in 2023?", changed) == {}


@pytest.mark.parametrize(
    ("question", "title", "text", "quote", "year"),
    [
        ("Is it closed on Good Friday 2027?", "Days", "date: 2026-04-03; day: Good Friday", "", "2026"),
        ("Is it closed on Good Friday 2026?", "Days", "date: 2026-04-03; day: Good Friday", "", ""),
        ("Is it closed on Good Friday?", "Days", "date: 2026-04-03; day: Good Friday", "", ""),
        (
            "When is July paid in 2027?",
            "Pay",
            "In 2026:\n\n- June: the 5th\n- July: the 6th",
            "July: the 6th",
            "2026",
        ),
        (
            "When is July paid in 2026?",
            "Pay",
            "In 2026:\n\n- June: the 5th\n- July: the 6th",
            "July: the 6th",
            "",
        ),
        (
            "When is July paid in 2025?",
            "Pay",
            "PAY 2026\nAs of 2025-12-01\n\nOn the 25th.",
            "On the 25th.",
            "2026",
        ),
        ("How long was it in 2027?", "Leave", "It is ten weeks for births after 1 May 2026.", "", ""),
        ("How long was it in 2025?", "Leave", "It is ten weeks for births after 1 May 2026.", "", "2026"),
        ("How long was it in 2025?", "Leave", "From 1 May 2024 to 30 June 2026 it was ten weeks.", "", ""),
        (
            "How long was it in 2028?",
            "Leave",
            "From 1 May 2024 to 30 June 2026 it was ten weeks.",
            "",
            "2026",
        ),
        ("How long was it in 2023?", "Leave", "It was ten weeks until 30 June 2024.", "", ""),
        ("How long is it in 2027?", "Leave", "It is ten weeks.", "", ""),
        ("Wann ist 2027 Betriebsfest?", "Feste 2026", "Das Betriebsfest ist am 4. Juli.", "", "2026"),
        ("Wie lange war es im Jahr 2025?", "Urlaub", "Seit 2024 sind es zehn Wochen.", "", ""),
    ],
)
def test_what_is_quoted_may_be_of_another_year_than_is_asked_about(
    question: str, title: str, text: str, quote: str, year: str
) -> None:
    one, said = page("a", title, text), quote or text
    start = text.index(said)

    assert another_year(question, one, (start, start + len(said))) == year


def test_a_document_that_holds_only_from_a_later_year_on_is_of_that_year() -> None:
    one = page("a", "Leave", "It is ten weeks.")

    years = [another_year(f"How long was it in {year}?", one, (0, 16), "2026-01-01") for year in (2025, 2027)]

    assert years == ["2026", ""]


@pytest.mark.parametrize(
    ("question", "text", "ahead", "holds"),
    [
        ("I was born in March 2025.", "Born before 1 April 2025: ten weeks.", "", True),
        ("I was born in May 2025.", "Born before 1 April 2025: ten weeks.", "", False),
        ("I was born in May 2025.", "After that it is twenty weeks.", "Before 1 April 2025 it is ten.", True),
        (
            "I was born in March 2025.",
            "After that it is twenty weeks.",
            "Before 1 April 2025 it is ten.",
            False,
        ),
        ("I was born in March 2025.", "Born from 1 July 2025 on: six weeks until 30 June 2026.", "", False),
        (
            "I was born in March 2025.",
            "Ten weeks before 1 April 2025, twenty from 1 April 2025 on.",
            "",
            True,
        ),
        ("I was born on 1 April 2025.", "From 1 April 2025 on it is twenty weeks.", "", True),
        ("I was born in March 2025.", "It is ten weeks, since a vote in 2019.", "", None),
        ("I was born in 2025.", "Born before 1 April 2025: ten weeks.", "", None),  # or after it
        ("I was born in March.", "Born before 1 April 2025: ten weeks.", "", None),
        ("Ich bin im März 2025 geboren.", "Vor dem 1. April 2025 sind es zehn Wochen.", "", True),
        ("Ich bin im Mai 2025 geboren.", "Vor dem 1. April 2025 sind es zehn Wochen.", "", False),
        ("Ich bin im Mai 2025 geboren.", "Danach sind es zwanzig.", "Vor dem 1. April 2025 zehn.", True),
    ],
)
def test_a_rule_may_be_bounded_in_time(question: str, text: str, ahead: str, holds: bool | None) -> None:
    assert applies(question, text, ahead) == holds
