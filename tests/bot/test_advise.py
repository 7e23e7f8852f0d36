"""Why answers were no help: each cause by what tells it apart, a hundred planted faults, and what to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from golden_rows import passage
from spoken import footnote

from bot import wiring
from bot.measuring.advise import Bad, Cause, Library, advice, cause, complains, reviewed
from bot.settings import load
from docs import advise
from model.answer import Answer, Citation, Status, Vote
from model.feedback import vote
from model.learning.reviews import Review
from model.trail import place
from retrieval.passage import Audience, Hit, Passage

QUESTION = "After how many days is a desk handed out in Oslo?"
RIGHT = replace(passage("desk", "Oslo", 9), revision="now", updated_at=datetime(2026, 1, 1, tzinfo=UTC))
OTHER = replace(passage("badge", "Bern", 4), revision="now")
OLD = replace(
    passage("desk", "Oslo", 7),
    id="old",
    document="kb:Oslo/old.md",
    updated_at=datetime(2023, 1, 1, tzinfo=UTC),
)


def library(*held: Passage, answers: Sequence[Passage] | None = None) -> Library:
    """An index that finds all it has, and an extract that answers from the first of `answers`."""
    hits = [Hit(one, 1.0) for one in held]
    told = held if answers is None else answers
    cited = tuple(Citation.of(one, n, (0, len(one.text))) for n, one in enumerate(told[:1], 1))
    said = Answer("a", QUESTION, Status.ANSWERED if cited else Status.NOT_FOUND, "", cited)
    return Library(lambda _: hits, lambda _: said, lambda uris: {one.document: "now" for one in held})


def bad(*given: Passage, right: str = "After 9 days.", cited: Sequence[Passage] = ()) -> Bad:
    places = tuple(place(Hit(one, 1.0)) for one in given)
    words = dict(enumerate(given, 1))
    return Bad(QUESTION, Audience(), places, words, frozenset(one.document for one in cited), right=right)


@pytest.mark.parametrize("right", ["After 9 days.", ""])
def test_each_cause_is_told_by_what_sets_it_apart(right: str) -> None:
    closed = replace(RIGHT, audience=Audience.of("group:board"))
    stale = replace(RIGHT, revision="before")

    assert cause(bad(OTHER, right=right), library(OTHER, answers=[])) is Cause.MISSING
    assert cause(bad(OTHER, right=right), library(closed, OTHER)) is Cause.RIGHTS
    assert cause(bad(OTHER, right=right), library(RIGHT, OTHER)) is Cause.UNFOUND
    assert cause(bad(RIGHT, OTHER, right=right), library(RIGHT, OTHER)) is Cause.MISWRITTEN
    assert cause(bad(stale, OTHER, right=right), library(RIGHT, OTHER)) is Cause.OUTDATED


def test_an_answer_that_rests_on_an_older_document_is_outdated() -> None:
    assert cause(bad(OLD, RIGHT, cited=[OLD]), library(RIGHT, OLD)) is Cause.OUTDATED
    assert cause(bad(OLD, RIGHT, cited=[RIGHT]), library(RIGHT, OLD)) is Cause.MISWRITTEN


def test_who_said_all_that_there_is_and_was_no_help_shows_that_something_is_missing() -> None:
    told = bad(RIGHT, right="", cited=[RIGHT])

    assert cause(told, library(RIGHT)) is Cause.MISSING
    assert cause(replace(told, struck=True), library(RIGHT)) is Cause.MISWRITTEN


def test_what_a_page_has_every_word_of_is_not_called_missing_where_it_was_not_answered() -> None:
    asked = replace(bad(RIGHT, right=""), question="When is a desk handed out in Oslo?")

    assert cause(asked, library(RIGHT, answers=[])) is Cause.UNANSWERED
    assert cause(asked, library(OTHER, answers=[])) is Cause.MISSING


@pytest.mark.parametrize("question", ["And for lunch?", "Who approves it?", "Was ist mit Lund?"])
def test_what_only_points_at_what_was_said_before_is_not_called_missing(question: str) -> None:
    alone = replace(bad(OTHER, right=""), question=question)

    assert cause(alone, library(OTHER, answers=[])) is Cause.ALONE
    assert (
        cause(replace(alone, question=f"{QUESTION}\n{question}"), library(OTHER, answers=[])) is Cause.MISSING
    )


def test_a_figure_that_stands_somewhere_else_carries_no_correction() -> None:
    elsewhere = replace(OTHER, text="The canteen closes for 9 days in August.")

    assert cause(bad(elsewhere), library(elsewhere)) is Cause.MISSING


def test_a_reviewers_cause_holds_before_all_that_is_looked_at() -> None:
    word = Review("a", "rejected", "U0REV", cause="miswritten")
    judged = replace(bad(OTHER), reviewed=reviewed(word, missed=False))

    assert cause(judged, library(RIGHT, OTHER)) is Cause.MISWRITTEN
    assert reviewed(Review("a", "confirmed", "U0REV"), missed=True) is Cause.MISSING
    assert reviewed(Review("a", "corrected", "U0REV", cause="miswritten", text="NOT_FOUND"), missed=False)
    assert reviewed(Review("a", "rejected", "U0REV", cause="other"), missed=False) is None


@pytest.mark.parametrize(
    ("said", "only"),
    [
        ("It is something else, see the page.", True),
        ("That's not right", True),
        ("Das stimmt so nicht, siehe Seite.", True),
        ("It is 26 weeks, see the page.", False),
        ("See the page on parental leave.", False),
    ],
)
def test_what_only_complains_says_nothing_that_could_be_looked_for(said: str, only: bool) -> None:
    assert complains(said) is only


def test_the_advice_names_what_is_most_wanted_first_and_some_of_the_questions() -> None:
    said = list(advice([("One?", Cause.UNFOUND), *[(f"{n}?", Cause.MISSING) for n in range(5)]]))

    assert said[0].startswith("5 of 6 were about what no document says. Add these documents:\n    0?\n    1?")
    assert said[1].startswith("1 of 6 were in the index and not retrieved. Tune retrieval:\n    One?")
    assert said[0].count("?") == 3


@pytest.mark.slow
def test_of_a_hundred_planted_faults_ninety_are_named(tmp_path: Path) -> None:
    found = advise.confusion(advise.Corpus(tmp_path), seed=2)

    assert found.total() == 100
    assert sum(found[why, why] for why in Cause) >= 90


@pytest.mark.slow
def test_the_command_goes_by_votes_and_what_was_not_found(home: Path) -> None:
    wrong = json.loads(footnote("ask", "How do I report a lost laptop?", "--json").stdout)["id"]
    footnote("ask", "How much may I spend on dinner?")
    missing = "Which orchestra plays at the winter ball in Vienna?"
    footnote("ask", missing)
    with wiring.engine(load(_env_file=None)).begin() as connection:
        vote(connection, Vote(wrong, "U1", "down", datetime.now(UTC), correction="Call 999 at once."))

    done = footnote("advise", "--json")
    said = json.loads(done.stdout)

    assert {row["question"]: row["cause"] for row in said["rows"]} == {
        "How do I report a lost laptop?": "not in the index",
        missing: "not in the index",
    }
    shown = footnote("advise").stdout
    assert "2 of 2 were about what no document says. Add these documents:" in shown and missing in shown

    footnote("review", "reject", wrong, "--cause", "outdated")
    rows = json.loads(footnote("advise", "--json").stdout)["rows"]
    assert {row["cause"] for row in rows} == {"outdated", "not in the index"}
    footnote("review", "confirm", wrong)
    assert [row["question"] for row in json.loads(footnote("advise", "--json").stdout)["rows"]] == [missing]
