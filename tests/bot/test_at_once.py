"""What is asked and pressed at once: quotas hold, Slack's side has its room, nothing is read twice."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import add
from types import SimpleNamespace
from typing import cast

import pytest
import sqlalchemy as sa

from bot.events import Row
from bot.inbox import Inbox
from bot.memory.audit import Audit
from bot.memory.recall import Recall
from bot.pages.chat import Chat
from bot.pages.questions import Questions
from bot.pages.saying import Saying
from bot.pages.sources import Sources
from bot.pages.visit import Page, Visit, Visitor
from bot.shelf import Shelf
from bot.state import inbox
from bot.who.door import Door, Rules
from bot.who.people import Person
from model.answer import Answer, Question, Status
from model.record import answers
from retrieval.passage import Audience, SearchUnavailable
from retrieval.sources import Spec
from retrieval.syncs import Syncs
from retrieval.turns import Turns, schedule_of
from tests.bot.test_pages_admin import at, token

ADA = Visitor("U0ADA0001", Audience())
MANY = 8


class Slow:
    """What stands in for the chain: it answers when it is let go."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Semaphore(0), threading.Event()

    def __call__(self, asked: Question) -> Iterator[Answer]:
        self.asked.release()
        self.go.wait(20)
        yield Answer(asked.id, asked.text, Status.ANSWERED, "Yes.")


def answered(questions: Questions, text: str = "Is it so?") -> Answer:
    return reduce(add, questions.ask(ADA, text, ()))


def rows(engine: sa.Engine) -> list[tuple[str, str | None]]:
    with engine.connect() as connection:
        return [(row.state, row.text) for row in connection.execute(sa.select(inbox))]


def test_of_questions_sent_at_once_from_pages_no_more_are_answered_than_the_quota_has(
    engine: sa.Engine,
) -> None:
    door, slow, done = Door(engine, Rules(per_person=2)), Slow(), threading.Semaphore(0)

    def refused(row: Row, who: Visitor) -> str:
        return door.words(row, Person(who.id, "member")) or ""

    def ask(number: int) -> Status:
        status = answered(questions, f"Question {number}?").status
        done.release()
        return status

    questions = Questions(engine, slow, refused, at_once=MANY)
    with ThreadPoolExecutor(MANY) as pool:
        said = [pool.submit(ask, number) for number in range(MANY)]
        for _ in range(MANY - 2):
            done.acquire(timeout=5)
        slow.go.set()

    assert sorted(one.result() for one in said) == [Status.ANSWERED] * 2 + [Status.FAILED] * (MANY - 2)
    assert rows(engine) == [("final", None)] * 2


def test_of_questions_that_reach_machines_of_different_clocks_at_once_no_more_are_let_in_than_the_quota_has(
    anywhere: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = random.randrange(1 << 30)
    clocks, door = random.Random(seed), Door(anywhere, Rules(per_person=3, per_channel=4))
    now = time.time()
    ahead = SimpleNamespace(time=lambda: now + clocks.uniform(-2, 2))
    monkeypatch.setattr("bot.who.door.time", ahead)

    def ask(number: int) -> str:
        place = {"channel": "C1", "ts": f"{number}.0", "user": f"U{number % 2}", "text": "Is it so?"}
        event = {"type": "app_mention", **place}
        kept = Inbox(anywhere)
        kept.store({"type": "event_callback", "event_id": f"E{number}", "team_id": "T1", "event": event})
        return door.refusal(kept.get(f"E{number}"), Person(place["user"], "member"))

    with ThreadPoolExecutor(MANY) as pool:
        said = Counter(pool.map(ask, range(2 * MANY)))

    assert said[""] == 4, f"seed {seed}: {said}"


def test_what_a_page_is_answered_from_is_taken_up_by_nobody_else_and_leaves_nothing_where_it_failed(
    engine: sa.Engine,
) -> None:
    seen: list[object] = []

    def broken(asked: Question) -> Iterator[Answer]:
        seen.extend([rows(engine), Inbox(engine).open(9), Inbox(engine).waiting()])
        raise SearchUnavailable("The index cannot be reached.")

    answered(Questions(engine, broken))

    assert seen == [[("asked", None)], [], 0]
    assert rows(engine) == []


def test_what_a_process_left_when_it_died_goes_with_the_next_question(engine: sa.Engine) -> None:
    slow = Slow()
    slow.go.set()
    questions = Questions(engine, slow)
    answered(questions)
    with engine.begin() as connection:
        connection.execute(inbox.update().values(state="asked", received_at=time.time() - 3000))
    answered(questions)

    assert rows(engine) == [("final", None)]


def test_of_an_answer_that_is_made_while_everything_is_erased_nothing_is_kept(engine: sa.Engine) -> None:
    def erased(asked: Question) -> Iterator[Answer]:
        Inbox(engine).wipe("")
        yield Answer(asked.id, asked.text, Status.ANSWERED, "Yes.")

    assert answered(Questions(engine, erased)).text == "Yes."
    with engine.connect() as connection:
        assert connection.execute(sa.select(answers)).all() == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Other questions are being answered"), ("de", "andere Fragen beantwortet")]
)
def test_who_asks_while_as_many_as_may_be_are_answered_is_told_so_and_types_nothing_twice(
    engine: sa.Engine, language: str, words: str
) -> None:
    slow = Slow()
    chat = Chat(Questions(engine, slow, at_once=1, wait_s=0.0), cast(Recall, None), lambda _: None)
    page = at(engine, chat.entries())
    form = {"token": token(page.get("/").text), "question": "How long is the leave?"}
    first = cast(Page, chat.asked(Visit(ADA, form={"question": ["Is it so?"]})))
    slow.asked.acquire(timeout=5)
    full = page.post("/", data=form, headers={"accept-language": language})
    slow.go.set()
    list(cast(Saying, first.shown["saying"]).parts())
    later = page.post("/", data=form)

    assert (full.status_code, full.headers["retry-after"]) == (503, "10")
    assert words in full.text and "How long is the leave?</textarea>" in full.text
    assert (later.status_code, "Yes." in later.text) == (200, True)


def test_what_a_schedule_reads_when_it_is_pressed_is_not_read_again_after_it(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.shelf._LOOK_S", 0.01)
    read, syncs, turns = list[str](), Syncs(engine), Turns(engine)
    shelf = Shelf(lambda: [Spec("wiki", "files", ("/x",))], lambda _: "t", syncs, turns, "main")
    pages = Sources(shelf, lambda name, _: read.append(name), Audit(engine), lambda: 0)
    page = at(engine, pages.entries())
    form = {"token": token(page.get("/sources").text), "source": "wiki"}
    with turns.take(schedule_of("main", "wiki")):
        page.post("/sources/read", data=form)
        syncs.began("t", "wiki")
        syncs.finished("t", "wiki", {}, changed=False)
    until = time.monotonic() + 10
    while "being read now" in page.get("/sources").text and time.monotonic() < until:
        time.sleep(0.02)

    assert read == []
