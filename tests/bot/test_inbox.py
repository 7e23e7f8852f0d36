"""Events become committed rows, once, and lose their words at the end."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.events import VOTE
from bot.inbox import Inbox, Receipt
from bot.learning.desk import may_be_learnt
from bot.turns import OPEN
from model import grounds
from model.answer import Answer, Citation, Status, Timings
from model.feedback import votes
from model.learning import optout
from model.record import answers, erase, recorded
from model.trail import Trail
from retrieval.ledger import Ledger
from retrieval.passage import Audience, Document, Hit, Passage
from retrieval.rows import DocumentRow


@pytest.fixture
def engine(anywhere: sa.Engine) -> sa.Engine:
    return anywhere


@pytest.fixture
def inbox(engine: sa.Engine) -> Inbox:
    return Inbox(engine)


def question(event_id: str = "Ev1", ts: str = "1.0", kind: str = "app_mention") -> dict[str, Any]:
    event = {"type": kind, "channel": "C1", "ts": ts, "user": "U1", "text": "a secret question"}
    event |= {"channel_type": "im"} if kind == "message" else {}
    return {"type": "event_callback", "event_id": event_id, "team_id": "T1", "event": event}


def click(value: str, at: str) -> dict[str, Any]:
    action = {"action_id": VOTE, "value": value, "action_ts": at}
    return {"type": "block_actions", "user": {"id": "U1"}, "actions": [action]}


def test_one_message_is_one_row_however_often_and_as_whatever_it_is_delivered(inbox: Inbox) -> None:
    receipts = [
        inbox.store(question("Ev1", "1.0")),
        inbox.store(question("Ev1", "1.0")),
        inbox.store(question("Ev2", "1.0", kind="message")),
        inbox.store(question("Ev3", "2.0")),
    ]

    assert receipts == [Receipt.STORED, Receipt.DUPLICATE, Receipt.DUPLICATE, Receipt.STORED]
    assert [row.event_id for row in inbox.open(10)] == ["Ev1", "Ev3"]


def test_what_cannot_be_stored_raises_so_that_it_is_not_acknowledged(inbox: Inbox, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE inbox"))

    with pytest.raises(sa.exc.DBAPIError) as failure:
        inbox.store(question())

    assert "secret" not in str(failure.value)


def test_a_message_with_characters_that_no_database_keeps_is_stored_without_them(inbox: Inbox) -> None:
    body = question()
    body["event"]["text"] = "how\0 many \ud800days?"

    assert inbox.store(body) is Receipt.STORED
    assert inbox.get("Ev1").text == "how many days?"


def test_of_many_executors_one_takes_a_row(inbox: Inbox) -> None:
    inbox.store(question())
    row = inbox.get("Ev1")
    taken: list[bool] = []
    threads = [threading.Thread(target=lambda n=n: taken.append(inbox.take(row, f"E{n}"))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [False] * 7 + [True]


def test_a_row_is_open_until_a_living_executor_has_it(inbox: Inbox) -> None:
    inbox.store(question())
    inbox.take(inbox.get("Ev1"), "dead")

    assert inbox.open(1, frozenset({"dead"})) == []
    assert [row.event_id for row in inbox.open(1, frozenset({"alive"}))] == ["Ev1"]


def test_only_who_has_a_row_gives_it_up(inbox: Inbox) -> None:
    inbox.store(question())
    inbox.take(inbox.get("Ev1"), "mine")

    inbox.release("Ev1", "another")
    kept = inbox.get("Ev1").executor
    inbox.release("Ev1", "mine")
    assert (kept, inbox.get("Ev1").executor) == ("mine", "")


def test_the_answer_is_kept_whole_until_it_is_shown(inbox: Inbox) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    citation = Citation(1, "p", "d", "Title", "http://x", ("A", "B"), 3, 1, 5, "word", moment)
    answer = Answer(
        "Ev1",
        "q",
        Status.PARTIAL,
        "text [1]",
        (citation, replace(citation, number=2)),
        "w",
        "n",
        Timings(1, 2, 3, 4),
    )
    inbox.store(question())

    inbox.answered("Ev1", answer, Audience())

    assert inbox.outcome("Ev1") == (answer, Audience())


@pytest.mark.parametrize(
    ("out", "earlier", "kept"),
    [
        ((), (), "a secret question"),
        (("U1",), (), None),
        ((), ("what before?",), None),
        (("U2",), (), "a secret question"),
    ],
)
def test_a_question_is_kept_to_learn_from_where_that_is_wanted_and_only_its_asker_has_a_say(
    engine: sa.Engine, out: Collection[str], earlier: tuple[str, ...], kept: str | None
) -> None:
    learning = Inbox(engine, learnt=may_be_learnt)
    learning.store(question())
    with engine.begin() as connection:
        for person in out:
            optout.leave(connection, person)

    answer = Answer("Ev1", "a secret question", Status.ANSWERED, "yes", trail=Trail(earlier=earlier))
    learning.answered("Ev1", answer, Audience())

    with engine.connect() as connection:
        assert connection.execute(sa.select(answers.c.question)).scalar() == kept


def test_when_a_question_is_over_nothing_of_its_words_is_left(
    inbox: Inbox, engine: sa.Engine, tmp_path: Path
) -> None:
    inbox.store(question())
    inbox.answered("Ev1", Answer("Ev1", "a secret question", Status.ANSWERED, "yes"), Audience())

    inbox.close("Ev1")

    with engine.connect() as connection:
        rows = [
            *connection.execute(sa.text("SELECT * FROM inbox")),
            *connection.execute(sa.text("SELECT * FROM answers")),
        ]
    assert "secret" not in repr(rows) and inbox.open(10) == []
    assert inbox.store(question()) is Receipt.DUPLICATE


def test_a_vote_is_counted_before_it_is_acknowledged(inbox: Inbox, engine: sa.Engine) -> None:
    receipts = [
        inbox.store(click("up:a1", "10.0")),
        inbox.store(click("down:a1", "11.0")),
        inbox.store(click("up:a1", "9.0")),
    ]

    with engine.connect() as connection:
        assert [v.value for v in votes(connection, "a1")] == ["down"]
    assert receipts == [Receipt.STORED, Receipt.STORED, Receipt.DUPLICATE]


def thread(event_id: str, text: str = "and at night?", **more: str) -> dict[str, Any]:
    body = question(event_id, event_id, kind="message")
    body["event"] |= {"channel_type": "channel", "thread_ts": "0.5", "text": text} | more
    return body


def test_nothing_that_people_said_to_one_another_is_in_a_record(inbox: Inbox, engine: sa.Engine) -> None:
    inbox.store(question())
    said = Passage("t1", "thread/1", "thread", "Ada", "Ada: a secret plan", 0, 18, "https://s.example/1")
    trail = Trail(hits=(Hit(said, 1.0),), days=30)

    inbox.answered("Ev1", Answer("Ev1", "?", Status.ANSWERED, "a secret plan", trail=trail), Audience())
    inbox.close("Ev1")

    with engine.connect() as connection:
        kept = [connection.execute(sa.select(table)).all() for table in (answers, grounds.grounds)]
    assert len(kept[0]) == len(kept[1]) == 1
    assert "secret" not in str(kept)


def test_talk_among_people_and_of_bots_is_not_kept_unless_it_is_wanted(engine: sa.Engine) -> None:
    plain, curious = Inbox(engine), Inbox(engine, lambda _, row: row.surface == "thread")

    assert plain.store(thread("Ev1")) is Receipt.NOT_OURS
    assert plain.store(thread("Ev2", bot_id="B1", channel_type="im")) is Receipt.NOT_OURS
    assert curious.store(thread("Ev3")) is Receipt.STORED
    assert [row.surface for row in plain.open(10)] == ["thread"]


def test_a_stop_ends_what_is_worked_on_in_its_thread_and_nothing_else(inbox: Inbox) -> None:
    inbox.store(question("Ev1", "1.0"))
    inbox.store(question("Ev2", "2.0"))
    event = {"type": "agent_session_stopped", "channel": "C1", "thread_ts": "1.0", "user": "U1"}

    receipt = inbox.store({"type": "event_callback", "event_id": "Ev3", "event": event})

    assert receipt is Receipt.STORED
    assert [(row.event_id, row.state) for row in inbox.open(10)] == [("Ev1", "stopped"), ("Ev2", "received")]


def test_commands_have_no_message_and_are_kept_once_each(inbox: Inbox) -> None:
    body = {"command": "/footnote", "user_id": "U1", "channel_id": "C1", "team_id": "T1", "text": "status"}

    receipts = [inbox.store({**body, "trigger_id": trigger}) for trigger in ("1", "1", "2")]

    assert receipts == [Receipt.STORED, Receipt.DUPLICATE, Receipt.STORED]


def test_what_may_take_hours_stands_in_nobodys_way(inbox: Inbox) -> None:
    body = {"command": "/footnote", "channel_id": "C1", "team_id": "T1"}
    for trigger, text in enumerate(("reindex", "sources add https://a.example", "reindex docs", "pause")):
        inbox.store({**body, "text": text, "user_id": f"U{trigger}", "trigger_id": str(trigger)})
    inbox.store(question())

    assert [row.kind for row in inbox.open(9)] == ["command", "question"]
    assert [row.kind for row in inbox.open(9, long=True)] == ["labour"] * 3


def test_a_stop_without_a_thread_stops_nothing(inbox: Inbox) -> None:
    asked = {
        "command": "/footnote",
        "text": "ask why?",
        "user_id": "U1",
        "channel_id": "C1",
        "trigger_id": "9",
    }
    inbox.store(asked)

    inbox.store({"type": "event_callback", "event": {"type": "agent_session_stopped", "channel": "C1"}})

    assert [row.state for row in inbox.open(9)] == ["received"]


def test_a_question_waits_for_those_before_it_in_its_thread_whoever_has_them(inbox: Inbox) -> None:
    thread = [question("Ev1", "1.0"), question("Ev2", "2.0"), question("Ev3", "3.0")]
    for event in thread:
        event["event"]["thread_ts"] = "1.0"
    for event in (*reversed(thread), question("Ev4", "4.0")):  # as they may come
        inbox.store(event)
    first, elsewhere = [row.event_id for row in inbox.open(10)], inbox.take(inbox.get("Ev1"), "other")
    held = [row.event_id for row in inbox.open(10, frozenset({"other"}))]
    inbox.close("Ev1")

    assert elsewhere and set(first) == {"Ev1", "Ev4"} and held == ["Ev4"]
    assert {row.event_id for row in inbox.open(10)} == {"Ev2", "Ev4"}


def test_who_asks_a_lot_waits_behind_whoever_asks_a_little(inbox: Inbox) -> None:
    def ask(number: int, person: str) -> None:
        event = question(f"Ev{number}", f"{number}.0")
        event["event"]["user"] = person
        inbox.store(event)

    for number in range(1, 7):
        ask(number, "Uloud")
    for number, person in ((7, "Ua"), (8, "Ub"), (9, "Ua")):
        ask(number, person)
    in_turn = [row.event_id for row in inbox.open(9)]
    for number in range(1, 5):
        inbox.take(inbox.get(f"Ev{number}"), "here")
    beside_four = [row.event_id for row in inbox.open(9, frozenset({"here"}))]
    inbox.close("Ev1")
    beside_three = [row.event_id for row in inbox.open(9, frozenset({"here"}))]

    assert in_turn == ["Ev1", "Ev7", "Ev8", "Ev2", "Ev9", "Ev3", "Ev4"]
    assert beside_four == ["Ev7", "Ev8", "Ev9"]  # four at once, whoever answers them
    assert beside_three == ["Ev7", "Ev8", "Ev9", "Ev5"]


def test_a_command_does_not_wait_for_the_questions_of_its_person(inbox: Inbox) -> None:
    for number in range(3):
        inbox.store(question(f"Ev{number}", f"{number}.0"))
    inbox.store({
        "command": "/footnote", "user_id": "U1", "channel_id": "C1", "team_id": "T1", "text": "sources",
        "trigger_id": "1",
    })  # fmt: skip

    assert [row.kind for row in inbox.open(9)] == ["question", "command", "question", "question"]


def test_what_is_open_is_found_without_reading_what_is_at_its_end(inbox: Inbox, engine: sa.Engine) -> None:
    for number in range(3):
        inbox.store(question(f"Ev{number}", f"{number}.0"))
    if engine.dialect.name != "sqlite":
        return  # what PostgreSQL does depends on how much there is
    read = sa.select(sa.literal(1)).where(OPEN).compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {read}").all()

    assert "inbox_state" in str(plan)


def test_what_left_the_index_before_its_answer_was_recorded_leaves_no_words(
    inbox: Inbox, engine: sa.Engine
) -> None:
    ledger = Ledger(engine, erase)
    there, gone = (
        Passage(f"p{n}", f"d{n}", "handbook", "Leave", f"Leave is 2{n} weeks.", 0, 18, "", revision="r")
        for n in (1, 2)
    )
    trail = Trail(hits=(Hit(there, 1.0), Hit(gone, 0.5)), table="main-1", days=30)
    document = Document("d1", "handbook", "Leave", there.text, "", "1")
    ledger.show("main-1", [DocumentRow(document, "d1", 1, "r")])

    for event_id, of in (("Ev1", there), ("Ev2", gone)):
        inbox.store(question(event_id, event_id))
        cited = (Citation.of(of, 1, (0, 18)),)
        said = Answer(event_id, "?", Status.ANSWERED, f"{of.text} [1]", cited, trail=trail)
        inbox.answered(event_id, said, Audience())

    with engine.connect() as connection:
        texts = [getattr(recorded(connection, event_id), "text", None) for event_id in ("Ev1", "Ev2")]
        words = [grounds.words(connection, event_id, 30) for event_id in ("Ev1", "Ev2")]
    assert texts == [f"{there.text} [1]", ""]
    assert words == [{1: there}, {1: there}]


def test_records_that_lie_elsewhere_than_the_ledger_ask_it_what_has_left_the_index(engine: sa.Engine) -> None:
    asked: list[tuple[str, set[str]]] = []

    def gone(_: sa.Connection, table: str, documents: Collection[str]) -> list[str]:
        asked.append((table, set(documents)))
        return [one for one in documents if one == "d2"]

    inbox = Inbox(engine, gone=gone)
    for event_id, document in (("Ev1", "d1"), ("Ev2", "d2")):
        of = Passage("p1", document, "handbook", "Leave", "Leave is 21 weeks.", 0, 18, "", revision="r")
        trail = Trail(hits=(Hit(of, 1.0),), table="main-1", days=30)
        inbox.store(question(event_id, event_id))
        cited = (Citation.of(of, 1, (0, 18)),)
        inbox.answered(
            event_id, Answer(event_id, "?", Status.ANSWERED, of.text, cited, trail=trail), Audience()
        )

    with engine.connect() as connection:
        texts = [getattr(recorded(connection, event_id), "text", None) for event_id in ("Ev1", "Ev2")]
    assert texts == ["Leave is 21 weeks.", ""]
    assert asked == [("main-1", {"d1"}), ("main-1", {"d2"})]
