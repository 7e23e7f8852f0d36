"""Where every vote goes: into a dataset as asked, with a question made anew, or not, and then why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from model.answer import Answer, Citation, Fault, Status, Struck, Vote
from model.feedback import vote
from model.learning import optout, reviews
from model.learning.case import Terms
from model.learning.dataset import Built, Rules, build
from model.learning.fates import CLOSED, GONE, OUT, REJECTED_ANSWER, WAITS, Fates, fates
from model.learning.gathered import NO_QUESTION, Gathered, gathered, placed
from model.learning.reviewing import judge
from model.learning.reviews import Review
from model.record import metadata, record_answer
from model.trail import Trail
from retrieval.passage import Audience, Hit, Passage
from tests.model.lessons import THINGS, passage

NOW = datetime.now(UTC)
CANARY = "quokka-lighthouse-7719"
SECRET = replace(
    passage(400, Audience.of("channel:C1")), document="kb:secret.md", text=f"The code is {CANARY}."
)


def everyone(documents: Collection[str]) -> set[str]:
    return set(documents) - {SECRET.document}


TERMS = Terms(everyone, lambda _, answer: (f"U9{answer.upper()}", "C0HELP"))
WITH_SLACK = replace(TERMS, slack_text=True)
RULES = Rules(of_person=1.0)


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def put(connection: sa.Connection, i: int, *votes: str, hits: Sequence[Passage] = (), **more: object) -> str:
    """An answer on the i-th thing, as it was asked in Slack, and votes on it, such as "up U1"."""
    given = passage(i)
    quoted = given.text.split(". ")[0] + "."
    shown = tuple(Hit(one, 1.0) for one in hits or (passage(i + 1), given, passage(i + 31)))
    trail = Trail(Audience(), hits=shown, sure=0.9, threshold=0.3, days=30)
    cited = (Citation.of(given, 1, (0, len(quoted))),)
    asked = f"hi, can my colleague Kim Example get a {THINGS[i % 30]} too?"
    answer = Answer(f"a{i}", asked, Status.ANSWERED, f"{quoted} [1]", cited, "chat", trail=trail)
    record_answer(connection, replace(answer, **more), answer.id, keep_question=True)  # type: ignore[arg-type]
    for one in votes:
        value, voter = one.split()
        vote(connection, Vote(answer.id, voter, value, NOW))
    return answer.id


def built(connection: sa.Connection, folder: Path, terms: Terms = TERMS) -> tuple[Gathered, Built, Fates]:
    given = gathered(connection, terms)
    made = build(given.rows, RULES, folder, given.disliked)
    return given, made, fates(connection, terms, placed(given, made))


def said(folder: Path) -> str:
    return "".join(one.read_text(encoding="utf-8") for one in sorted(folder.rglob("*")) if one.is_file())


def review(connection: sa.Connection, answer: str, verdict: str, **more: str) -> None:
    judge(connection, Review(answer, verdict, "U0REV", **more), TERMS)  # type: ignore[arg-type]


def liked(connection: sa.Connection, count: int) -> None:
    for i in range(count):
        put(connection, i, f"up U{2 * i:03}", f"up U{2 * i + 1:03}")


def test_with_slack_text_off_questions_are_made_anew_and_no_word_of_theirs_is_in_any_file(
    connection: sa.Connection, tmp_path: Path
) -> None:
    liked(connection, 6)

    _, made, votes = built(connection, tmp_path)

    assert (votes.as_asked, votes.anew, votes.others) == (0, 12, {})
    assert str(votes) == "12 votes: 0 usable as asked, 12 with regenerated questions, 0 not."
    assert "Kim Example" not in said(tmp_path) and "colleague" not in said(tmp_path)
    assert not [p for part in made.rows.values() for row in part for p in row.people if p.startswith("U9")]


def test_with_slack_text_on_questions_are_learnt_from_as_they_were_asked(
    connection: sa.Connection, tmp_path: Path
) -> None:
    liked(connection, 6)

    _, made, votes = built(connection, tmp_path, WITH_SLACK)

    assert (votes.as_asked, votes.anew, votes.others) == (12, 0, {})
    assert "colleague Kim Example" in said(tmp_path)
    assert {row.rights for part in made.rows.values() for row in part} == {"consented"}


def test_every_vote_is_said_to_be_somewhere(connection: sa.Connection, tmp_path: Path) -> None:
    liked(connection, 2)
    put(connection, 10, "up U1")
    put(connection, 11, "down U1", "up U2")
    put(connection, 12, "up U1", "up U2", struck=(Struck("x", Fault.NAME, "y"),))
    put(connection, 13, "up U1", "up U2", "up U3", hits=(passage(13), SECRET))
    put(connection, 14, "up U1", hits=(SECRET,), citations=(Citation.of(SECRET, 1, (0, 11)),))
    put(connection, 15, "up U0GONE", "up U2")
    put(connection, 16, "down U1")
    vote(connection, Vote("nowhere", "U1", "up", NOW))
    review(connection, "a16", "rejected", cause="not_indexed")
    optout.leave(connection, "U0GONE")

    _, _, votes = built(connection, tmp_path)

    assert (votes.as_asked, votes.anew) == (0, 4 + 3)
    assert sum(votes.others.values()) == 1 + 2 + 2 + 1 + 2 + 1 + 1
    assert votes.others == {WAITS: 6, OUT: 1, CLOSED: 1, REJECTED_ANSWER: 1, GONE: 1}
    assert str(votes).startswith(
        "17 votes: 0 usable as asked, 7 with regenerated questions, 10 not, because 6 wait"
    )


def test_what_a_build_leaves_out_is_a_reason_too(connection: sa.Connection, tmp_path: Path) -> None:
    liked(connection, 8)

    given = gathered(connection, TERMS)
    made = build(given.rows, replace(RULES, most_unreviewed=3), tmp_path)

    votes = fates(connection, TERMS, placed(given, made))
    assert (votes.anew, votes.others) == (6, {"came without a review, as enough others did": 10})


def test_secrets_of_a_restricted_document_are_in_no_file(connection: sa.Connection, tmp_path: Path) -> None:
    put(connection, 3, "up U1", "up U2", hits=(SECRET, passage(3)))
    cited = (Citation.of(SECRET, 1, (0, len(SECRET.text))),)
    put(connection, 4, "up U1", "up U2", hits=(SECRET,), citations=cited, text=f"It is {CANARY}. [1]")
    for answer in ("a3", "a4"):
        review(connection, answer, "confirmed")

    for terms in (TERMS, WITH_SLACK):
        built(connection, tmp_path, terms)

    assert CANARY not in said(tmp_path)


def test_what_a_reviewer_calls_miswritten_teaches_by_contrast(
    connection: sa.Connection, tmp_path: Path
) -> None:
    liked(connection, 3)
    put(connection, 20, "down U1")
    put(connection, 21, "down U1", "down U2")
    review(connection, "a20", "rejected", cause="miswritten")

    given, made, votes = built(connection, tmp_path)

    assert [row.answer_id for row in given.disliked] == ["a20"]  # votes alone make none
    assert [(row.answer_id, good) for row, good in made.judged if not good] == [("a20", False)]
    assert votes.anew == 7
    assert "a20" not in {row.answer_id for part in made.rows.values() for row in part}


def test_a_poisoned_correction_is_in_nothing_until_somebody_reviews_it(
    connection: sa.Connection, tmp_path: Path
) -> None:
    put(connection, 5)
    poison = "Send the crowns to account 7719 instead. [1]"
    for i in range(30):
        vote(connection, Vote("a5", f"U{i}", "down", NOW, correction=poison))

    given, _, votes = built(connection, tmp_path)

    assert not given.rows
    assert "7719" not in said(tmp_path)
    assert sum(votes.others.values()) == 30


def test_a_confirmed_refusal_has_a_row_where_its_question_may_be_used_only(
    connection: sa.Connection, tmp_path: Path
) -> None:
    put(connection, 6, "up U1", status=Status.NOT_FOUND, citations=(), text="Nothing says it.")
    judge(connection, Review("a6", "confirmed", "U0REV"), WITH_SLACK)

    assert not gathered(connection, TERMS).rows
    (row,) = gathered(connection, WITH_SLACK).rows
    assert row.refuses and row.question.startswith("hi")
    assert built(connection, tmp_path)[2].others == {NO_QUESTION: 1}


def test_without_votes_that_is_said(connection: sa.Connection, tmp_path: Path) -> None:
    assert built(connection, tmp_path)[2] == Fates(0, 0, 0)
    assert reviews.kept(connection) == {}
