"""Neighbours made one: to the letter, and only where nothing unknown lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from retrieval.joined import joined
from retrieval.passage import Audience, Document, Heading, Hit, Passage
from retrieval.split import split

TEXT = "".join(f"Sentence {n} of the rules says what is to be done about matter {n}.\n\n" for n in range(60))
RULES = Document("rules", "s", "Rules", TEXT, "https://x/rules", "d")
PARTS = split(RULES)


def hits(*passages: Passage) -> list[Hit]:
    return [Hit(p, 1 - n / 10, keyword=float(n), vector=None if n else 0.5) for n, p in enumerate(passages)]


def texts(found: Sequence[Hit]) -> list[str]:
    return [hit.passage.text for hit in found]


def test_neighbours_become_one_passage_that_is_the_document_to_the_letter() -> None:
    [found] = joined(hits(PARTS[1], PARTS[0], PARTS[2]), most=3, within=10)

    assert len(PARTS) > 3
    assert found.passage.text == TEXT[found.passage.start : found.passage.end]
    assert (found.passage.start, found.passage.end) == (PARTS[0].start, PARTS[2].end)
    assert (found.passage.id, found.score, found.keyword, found.vector) == (PARTS[1].id, 1.0, 2.0, 0.5)


def test_the_joined_one_stands_where_the_better_stood() -> None:
    found = joined(hits(PARTS[4], PARTS[1], PARTS[0]), most=2, within=10)

    assert [hit.passage.start for hit in found] == [PARTS[4].start, PARTS[0].start]


def test_no_more_are_joined_than_was_said_and_none_that_came_later() -> None:
    assert len(joined(hits(*PARTS[:4]), most=2, within=10)) == 2
    assert len(joined(hits(*PARTS[:4]), most=1, within=10)) == 4
    assert len(joined(hits(PARTS[0], PARTS[2], PARTS[1]), most=3, within=2)) == 3


@pytest.mark.parametrize(
    "other",
    [
        replace(PARTS[1], document="other"),
        replace(PARTS[1], revision="older"),
        replace(PARTS[1], heading=("Another section",)),
        replace(PARTS[1], page=2),
        replace(PARTS[1], url="https://x/rules#L9"),
        replace(PARTS[1], audience=Audience.of("group:hr")),
        replace(PARTS[1], start=PARTS[1].start + 1),
        PARTS[2],
    ],
)
def test_what_does_not_go_on_right_there_stays_apart(other: Passage) -> None:
    assert texts(joined(hits(PARTS[0], other), most=2, within=10)) == [PARTS[0].text, other.text]


def test_sections_are_not_joined_over_their_heading() -> None:
    text = "# One\n\n" + TEXT[:900] + "# Two\n\n" + TEXT[900:1800]
    headings = (Heading(0, 1, "One"), Heading(text.index("# Two"), 1, "Two"))
    parts = split(replace(RULES, text=text, headings=headings))

    found = joined(hits(*parts), most=9, within=99)

    assert {hit.passage.heading for hit in found} == {("One",), ("Two",)}
    assert all(hit.passage.text == text[hit.passage.start : hit.passage.end] for hit in found)


def test_what_nobody_found_next_to_each_other_is_as_it_was() -> None:
    apart = hits(PARTS[0], PARTS[2], PARTS[4])

    assert joined(apart, most=3, within=10) == apart
    assert joined([], most=3, within=10) == []
