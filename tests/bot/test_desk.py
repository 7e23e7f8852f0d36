"""Where reviewers work, over a real database: two at once, and who is shown what."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.inbox import Inbox
from bot.learning.desk import Desk, asked
from bot.measuring.conduct import askable, unhelpful
from bot.memory.audit import Audit
from bot.state import connect, upgrade
from model.answer import Answer, Citation, Status, Vote
from model.feedback import vote
from model.learning.case import Terms
from model.learning.reviews import Overtaken, Review, reviews
from model.record import record_answer, recorded
from model.trail import Trail
from retrieval.passage import Audience, Hit, Passage

PAY = Passage("p1", "kb/pay.md", "kb", "Pay", "Pay is made on the 25th.", 0, 24, "https://k.example/pay")
BOARD = replace(PAY, id="p2", document="kb/board.md", text="The board meets on 3 May.", end=25)
TRAIL = Trail(Audience(), hits=(Hit(PAY, 1.0),), sure=0.9, days=30)
ANSWER = Answer(
    *("a1", "when is pay?", Status.ANSWERED, "Pay is made on the 25th. [1]", (Citation.of(PAY, 1, (0, 24)),)),
    trail=TRAIL,
)


@pytest.fixture
def desk(place: str | Path) -> Iterator[Desk]:
    engine = connect(place)
    upgrade(engine)
    yield Desk(engine, lambda: Terms(lambda documents: set(documents) - {"kb/board.md"}))
    engine.dispose()


def put(desk: Desk, answer: Answer) -> None:
    with desk.engine.begin() as connection:
        record_answer(connection, answer, answer.id)
        vote(connection, Vote(answer.id, "U1", "down", datetime.now(UTC)))


def speaking(desk: Desk, *words: Review) -> tuple[list[Review], list[Review]]:
    """Those that count and those that the others were told of, where all are said in one moment."""
    said, told, start = list[Review](), list[Review](), threading.Barrier(len(words))

    def speak(word: Review) -> None:
        start.wait()
        try:
            said.append(desk.judge(word).review)
        except Overtaken as other:
            told.append(other.by)

    threads = [threading.Thread(target=speak, args=(word,)) for word in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said, told


def test_of_two_reviewers_in_one_moment_one_is_told_and_one_word_is_kept(desk: Desk) -> None:
    for n in range(10):
        id = f"a{n}"
        put(desk, replace(ANSWER, id=id))

        said, told = speaking(
            desk, Review(id, "confirmed", "U0ONE"), Review(id, "rejected", "U0TWO", cause="other")
        )

        assert len(said) == 1 and [one.reviewer for one in told] == [one.reviewer for one in said]
        with desk.engine.connect() as connection:
            kept = connection.execute(sa.select(reviews.c.reviewer).where(reviews.c.answer == id)).scalars()
            assert kept.all() == [one.reviewer for one in said]
    assert len(Audit(desk.engine).latest()) == 10


def test_what_reviewers_are_shown_in_slack_everyone_may_read(desk: Desk) -> None:
    put(desk, replace(ANSWER, id="closed", trail=replace(TRAIL, hits=(Hit(PAY, 1.0), Hit(BOARD, 0.5)))))

    assert [one.record.id for one in desk.waiting()] == ["closed"]
    assert desk.next(shared=True) is None and desk.case("closed", shared=True) is None
    put(desk, ANSWER)
    shown = desk.next(shared=True)
    assert shown is not None and shown.record.id == "a1"


def test_the_next_answer_is_found_behind_many_that_nobody_may_be_shown_without_reading_them(
    desk: Desk,
) -> None:
    for n in range(60):
        put(desk, replace(ANSWER, id=f"a{n:02}", trail=replace(TRAIL, hits=(Hit(BOARD, 0.5),))))
    put(desk, replace(ANSWER, id="z"))
    asked_: list[str] = []
    sa.event.listen(desk.engine, "before_cursor_execute", lambda *of: asked_.append(of[2]))
    shown = desk.next(shared=True)

    assert shown is not None and shown.record.id == "z"
    assert len(asked_) < 15


def test_what_was_unsure_waits_behind_all_that_is_voted_on_and_only_until_somebody_looked(desk: Desk) -> None:
    put(desk, ANSWER)
    with desk.engine.begin() as connection:
        for n in range(60):
            record_answer(
                connection, replace(ANSWER, id=f"b{n:02}", trail=replace(TRAIL, threshold=0.85)), f"b{n:02}"
            )
    first = desk.waiting(3)
    desk.judge(Review("b59", "confirmed", "U0REV"))

    assert [one.record.id for one in first] == ["a1", "b59", "b58"]
    assert [one.record.id for one in desk.waiting(2)] == ["a1", "b58"]


def test_what_was_passed_over_is_not_shown_again(desk: Desk) -> None:
    put(desk, ANSWER)

    assert desk.next(but={"a1"}) is None


def test_an_opt_out_may_be_said_twice_at_once(desk: Desk) -> None:
    threads = [threading.Thread(target=desk.optout, args=("U1", True)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    put(desk, ANSWER)

    assert desk.waiting() == []


def test_nothing_that_was_asked_by_who_opted_out_is_used_or_kept(desk: Desk) -> None:
    said = {"type": "message", "channel": "D1", "ts": "1.1", "user": "U7", "text": "", "channel_type": "im"}
    for id in ("a1", "a2", "a3"):
        event = {"type": "event_callback", "event_id": id, "team_id": "T1", "event": said | {"ts": f"{id}.1"}}
        Inbox(desk.engine).store(event)
    at = replace(desk, terms=lambda: Terms(set, asked))
    with desk.engine.begin() as connection:
        for id, value in (("a1", "up"), ("a2", "up"), ("a3", "down")):
            record_answer(connection, replace(ANSWER, id=id), id, keep_question=True)
            for voter in ("U1", "U2"):
                vote(connection, Vote(id, voter, value, datetime.now(UTC), correction=""))
    at.judge(Review("a2", "confirmed", "U9"))
    at.judge(Review("a3", "corrected", "U9", text="Pay comes on the 25th. [1]"))
    assert (len(at.unreviewed()), len(at.lessons()), len(at.disliked())) == (1, 2, 1)
    with desk.engine.connect() as connection:
        assert (len(askable(connection, 9)), len(unhelpful(connection, 9))) == (3, 1)

    desk.optout("U7", True)

    assert at.unreviewed() == at.lessons() == at.disliked() == []
    with desk.engine.connect() as connection:
        assert askable(connection, 9) == [] and unhelpful(connection, 9) == {}
        kept = [recorded(connection, id) for id in ("a1", "a2", "a3")]
    assert [one and one.question for one in kept] == ["", "", ""]
    desk.optout("U7", False)
    desk.optout("U9", True)
    assert len(at.unreviewed()) == 1 and at.lessons() == at.disliked() == []
    desk.optout("U1", True)
    desk.optout("U2", True)
    with desk.engine.connect() as connection:
        assert unhelpful(connection, 9) == {}
