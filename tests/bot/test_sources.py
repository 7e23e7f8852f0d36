"""Where a quote stands and how old its source is, in words: the same in Slack and on a terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from bot.blocks import Look
from bot.blocks import render as slack
from bot.cli.ask import render as terminal
from bot.sources import age, headings, page
from model.answer import Answer, Citation, Status

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LEAVE = Citation(
    1, "p", "d", "Parental leave", "https://d.example/leave", ("parental leave", "Weeks"), 3, 0, 9,
    "It is 26 weeks.", datetime(2026, 11, 10),
)  # fmt: skip
ANSWER = Answer("a1", "q", Status.ANSWERED, "It is 26 weeks. [1]", (LEAVE,), "extract")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (None, ""),
        (datetime(2026, 11, 20, tzinfo=UTC), "updated today"),
        (datetime(2026, 11, 18), "updated 2 days ago"),
        (datetime(2026, 11, 10, tzinfo=UTC), "updated 1 week ago"),
        (datetime(2024, 1, 1, tzinfo=UTC), "updated 2 years ago"),
        (datetime(2027, 1, 1, tzinfo=UTC), "updated today"),
    ],
)
def test_age_is_said_in_words(when: datetime | None, said: str) -> None:
    assert age(when, NOW) == said


def test_a_heading_that_says_the_title_again_is_left_out() -> None:
    assert headings(LEAVE) == ("Weeks",)


def test_a_page_that_nobody_knows_is_not_named() -> None:
    assert (page(LEAVE), page(replace(LEAVE, page=None))) == ("page 3", "")


def test_slack_and_the_terminal_say_the_same_of_a_source_even_where_its_date_has_no_zone() -> None:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(terminal(ANSWER, NOW))

    said = [slack(ANSWER, Look(now=NOW))[0].text, captured.get()]

    assert [text.count("updated 1 week ago") for text in said] == [1, 1]
    assert [text.count("page 3") for text in said] == [1, 1]
    assert [text.casefold().count("parental leave") for text in said] == [1, 1]
