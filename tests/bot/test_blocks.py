"""An answer as Slack shows it: within its limits, with its sources, nothing live that we did not make."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import PART, plain, render
from bot.play.slack_blocks import complaints, text_length
from bot.play.slack_text import links, shown
from model.answer import Answer, Citation, Status

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LEAVE = Citation(
    1, "p", "d", "Parental leave", "https://d.example/leave#weeks", ("Leave", "Weeks"), 3, 0, 9,
    "It is 26 weeks.", datetime(2026, 9, 1, tzinfo=UTC),
)  # fmt: skip
ANSWER = Answer("a1", "q", Status.ANSWERED, "It is **26** weeks. [1]", (LEAVE,), "extract")


def words(answer: Answer) -> str:
    return "\n".join(shown("", m.blocks) for m in render(answer, NOW))


def test_a_source_shows_number_title_place_age_and_quote() -> None:
    assert "[1] Parental leave · Leave > Weeks · page 3 · updated 2 months ago" in words(ANSWER)
    assert "It is 26 weeks." in words(ANSWER)


def test_markers_and_titles_link_to_the_source_and_nothing_else_does() -> None:
    found = [
        link.url
        for m in render(replace(ANSWER, text="See [x](http://e.example) http://e.example [1] [7]"), NOW)
        for link in links("", m.blocks)
    ]

    assert set(found) == {LEAVE.url} and len(found) == 2


def test_a_file_is_named_by_the_end_of_its_path_and_is_no_link() -> None:
    [message] = render(
        replace(ANSWER, citations=(replace(LEAVE, url="file:///srv/secret/handbook/leave.md#weeks"),)), NOW
    )

    assert links("", message.blocks) == [] and "handbook/leave.md" in shown("", message.blocks)
    assert "/srv" not in json.dumps(message.blocks) + message.text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://x.example/a b", "https://x.example/<!here>", "https://x/" + "a" * 4000],
)
def test_an_address_that_is_none_is_no_link(url: str) -> None:
    [message] = render(replace(ANSWER, citations=(replace(LEAVE, url=url),)), NOW)

    assert links("", message.blocks) == []


def test_the_plain_text_says_all_of_it() -> None:
    [message] = render(replace(ANSWER, notice="The model is away.", writer="handbook-1"), NOW)

    for part in (
        "26",
        "[1]",
        "Sources",
        "Parental leave",
        "It is 26 weeks.",
        "The model is away.",
        "AI-made",
    ):
        assert part in message.text


def test_each_answer_is_labelled_by_who_wrote_it() -> None:
    quoted, written = (render(replace(ANSWER, writer=w), NOW)[-1].text for w in ("extract", "handbook-1"))

    assert "quoted word for word" in quoted
    assert "AI-made" in written


def test_a_refusal_has_no_sources_and_can_be_voted_on_a_failure_cannot() -> None:
    refusal, failure = (
        render(replace(ANSWER, status=s, text="I did not find it.", citations=()), NOW)[0]
        for s in (Status.NOT_FOUND, Status.FAILED)
    )

    assert "Sources" not in refusal.text
    assert [b["type"] for b in refusal.blocks] == ["rich_text", "context_actions"]
    assert [b["type"] for b in failure.blocks] == ["rich_text"]


def test_a_long_answer_is_split_after_sentences_and_ends_with_all_its_sources() -> None:
    text = " ".join(f"Sentence number {n} says something useful. [1]" for n in range(200))
    citations = tuple(replace(LEAVE, number=n, quote="A long quote. " * 60) for n in range(1, 7))

    *first, last = render(replace(ANSWER, text=text, citations=citations), NOW)

    cut = [m.text.split("\n")[0] for m in first]
    assert len(first) >= 2 and all(text.endswith("[1]") for text in cut)
    assert all(f"[{n}] Parental leave" in "".join(m.text for m in (*first, last)) for n in range(1, 7))
    assert [b["type"] for m in (*first, last) for b in m.blocks].count("context_actions") == 1
    assert last.blocks[-1]["type"] == "context_actions"


def test_lists_stay_lists() -> None:
    [message] = render(replace(ANSWER, text="Do this:\n- pack\n- go [1]\n\n1. one\n2. two"), NOW)

    lists = [e for b in message.blocks for e in b.get("elements", []) if e.get("type") == "rich_text_list"]
    assert [(e["style"], len(e["elements"])) for e in lists] == [("bullet", 2), ("ordered", 2)]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    text=st.text(max_size=200).map(lambda t: t * 40) | st.text(alphabet="a<>&@!#[1]()*`|\n .-", max_size=400),
    title=st.text(max_size=300),
    quote=st.text(max_size=900),
    count=st.integers(0, 45),
)
def test_whatever_is_in_an_answer_slack_takes_it_and_nothing_in_it_is_live(
    text: str, title: str, quote: str, count: int
) -> None:
    citations = tuple(
        replace(LEAVE, number=n, title=title, quote=quote, heading=(title,)) for n in range(1, count + 1)
    )

    for message in render(replace(ANSWER, text=text, citations=citations), NOW):
        assert complaints(list(message.blocks)) == []
        assert text_length(message.blocks) <= 12_000 and len(message.text) <= 4_000 and message.text.strip()
        assert {link.url for link in links("", message.blocks)} <= {LEAVE.url}
        assert "<" not in message.text


def test_the_placeholder_is_words() -> None:
    assert plain("<!here> a & b").text == "&lt;!here&gt; a &amp; b"


def test_parts_are_no_longer_than_they_may_be() -> None:
    assert PART < 4_000
