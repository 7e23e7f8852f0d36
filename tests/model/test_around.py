"""What comes with a sentence that is quoted: where it does not hold, and what holds on which occasion."""

from __future__ import annotations

import pytest

from model.quoting.extract import Extract
from retrieval.passage import Embedder, Passage

PAD = "The office in the harbour has a view of the lighthouse. Visitors sign in at the reception desk."
CORRECTED = (
    "Submit it by Friday. A timesheet can be corrected until the month is closed. "
    "After that only Finance can change it. The canteen opens at noon."
)
DOGS = "Dogs may be brought. However, not into the lab. Tea is free."
CAR = "Das Auto darf privat genutzt werden. Ausgenommen sind Reisen ins Ausland. Die Kantine öffnet um elf."
HOME = (
    "You may work from home up to three days a week once your probation is over. "
    "During probation, one day a week. Tuesday is office day for everybody."
)


def passage(text: str) -> Passage:
    name = f"hb/{abs(hash(text))}.md"
    return Passage(name, name, "hb", "Handbook", text, 0, len(text), "")


def quoted(embedder: Embedder, question: str, *texts: str) -> str:
    return Extract(embedder).write(question, [passage(text) for text in (*texts, PAD)]).text


@pytest.mark.parametrize(
    ("question", "text", "behind"),
    [
        ("Can I correct my timesheet after the month is closed?", CORRECTED, "After that only Finance"),
        ("May I bring a dog?", DOGS, "However, not"),
        ("Darf ich das Auto privat nutzen?", CAR, "Ausgenommen sind Reisen"),
    ],
)
def test_who_asks_whether_something_is_so_reads_where_it_is_not(
    minilm: Embedder, question: str, text: str, behind: str
) -> None:
    assert behind in quoted(minilm, question, text)


def test_who_asks_for_a_time_does_not_read_what_holds_after_it(minilm: Embedder) -> None:
    said = quoted(minilm, "Until when can a timesheet be corrected?", CORRECTED)

    assert said == "A timesheet can be corrected until the month is closed. [1]"


@pytest.mark.parametrize(
    "question", ["May I work from home during probation?", "Home office in my probation?"]
)
def test_what_holds_on_the_occasion_that_is_asked_about_comes_with_the_rule(
    minilm: Embedder, question: str
) -> None:
    assert "During probation, one day a week. [1]" in quoted(minilm, question, HOME)
    assert "During probation" not in quoted(minilm, "May I work from home after two years?", HOME)


def test_what_is_to_be_done_adds_something_to_what_is_not(minilm: Embedder) -> None:
    text = "Sick days are booked on 9000-SICK. Do not book sick days on a project."

    said = quoted(minilm, "Where do I book sick days?", text)

    assert "booked on 9000-SICK" in said and "Do not book" in said


def test_a_follow_up_with_the_word_of_one_row_is_about_that_row(minilm: Embedder) -> None:
    rows = (
        "| Phase | Visits | By whom |\n|---|---|---|\n| Foundations | twice a week | structural engineer |\n"
        "| Shell | weekly | structural engineer |\n| Snagging | daily | architect |"
    )
    first = "How often does the structural engineer visit during the shell phase?"

    assert quoted(minilm, first, rows).startswith("Phase: Shell")
    assert quoted(minilm, f"{first}\nand during snagging?", rows).startswith("Phase: Snagging")


def test_what_is_not_taken_costs_nothing_by_that(minilm: Embedder) -> None:
    text = "Rhino licences are floating. If none is free, ask the help desk."

    assert quoted(minilm, "How much does a Rhino licence cost?", text) == ""
    assert "free" in quoted(minilm, "How much does a Rhino licence cost?", "A Rhino licence is free for all.")
