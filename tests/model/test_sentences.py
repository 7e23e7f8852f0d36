"""Sentences: what is quoted, drafted and checked, one at a time."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is paid. It lasts 18 weeks.", ["It is paid.", "It lasts 18 weeks."]),
        ("Dr. Who pays 3.5 % on Jan. 3. Then it ends.", ["Dr. Who pays 3.5 % on Jan. 3.", "Then it ends."]),
        ("Use e.g. Slack, i.e. chat. See No. 5. Is it? No. We wait.",
         ["Use e.g. Slack, i.e. chat.", "See No. 5.", "Is it?", "No.", "We wait."]),
        ("J. R. Smith of the U.S. office left at 5 p.m. on Friday.",
         ["J. R. Smith of the U.S. office left at 5 p.m. on Friday."]),
        ("Run node.js v2.1.3 now! Why? Because.", ["Run node.js v2.1.3 now!", "Why?", "Because."]),
        ("Er beginnt am 3. Mai 2024. Danach endet er, z. B. im Juni.",
         ["Er beginnt am 3. Mai 2024.", "Danach endet er, z. B. im Juni."]),
        ("産休は18週間です。「はい。」次の文！", ["産休は18週間です。", "「はい。」", "次の文！"]),
        ('She said "stop." Then left.', ['She said "stop."', "Then left."]),
    ],
)  # fmt: skip
def test_a_full_stop_ends_a_sentence_only_where_a_reader_would_end_it(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_markers_stay_with_the_sentence_they_follow() -> None:
    assert split("It is paid. [1][2] It lasts. [1, 3] End【2】. 終。[1]次。") == [
        "It is paid. [1][2]",
        "It lasts. [1, 3]",
        "End【2】.",
        "終。[1]",
        "次。",
    ]


def test_headings_list_items_and_table_rows_stand_alone() -> None:
    text = (
        "# Leave\nParents get 18\nweeks of leave.\n\n- first item\n- second item that\n  goes on\n1. Step one"
        "\n> A quoted line.\n\n| Meal | EUR |\n|---|---|\n| Lunch | 20 |\n```\nnpm run x\nnpm test\n```\nEnd"
    )

    assert split(text) == [
        "Leave",
        "Parents get 18\nweeks of leave.",
        "first item",
        "second item that\n  goes on",
        "Step one",
        "A quoted line.",
        "| Meal | EUR |",
        "| Lunch | 20 |",
        "npm run x",
        "npm test",
        "End",
    ]


def test_a_short_title_line_does_not_run_into_the_prose_below_it() -> None:
    assert split("Parental leave\nEmployees get 18 weeks.\nContact\nMail Ann.") == [
        "Parental leave",
        "Employees get 18 weeks.",
        "Contact",
        "Mail Ann.",
    ]


@settings(derandomize=True, max_examples=300)
@given(st.text(alphabet=st.sampled_from("aB1 .!?\n\r|-#>。[]*`\t…'e"), max_size=200))
def test_spans_are_ordered_disjoint_trimmed_and_lose_no_letter(text: str) -> None:
    spans = sentences(text)

    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(s < e and text[s:e] == text[s:e].strip() for s, e in spans)
    if "`" not in text:  # the line that opens a fence is layout
        assert sum(text[s:e].count("B") for s, e in spans) == text.count("B")


def test_a_megabyte_without_a_full_stop_is_split_in_a_moment() -> None:
    began = time.perf_counter()

    sentences("word " * 200_000)
    sentences("a. " * 100_000)
    sentences("." * 200_000 + "\n" * 1000 + "[1]" * 50_000)

    assert time.perf_counter() - began < 5


def test_each_row_of_a_table_with_named_columns_is_a_sentence_of_its_own() -> None:
    text = "name: Head of people; extension: 301\nname: Payroll desk; extension: 320"

    assert [text[a:b] for a, b in sentences(text)] == text.split("\n")
