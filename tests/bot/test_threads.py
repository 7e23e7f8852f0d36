"""A thread as it is read from Slack, and whether we are engaged in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from slack_sdk import WebClient

from bot.events import Row
from bot.inbox import Inbox
from bot.play.slack import SlackStandIn
from bot.posting.post import Message, Place, Posts
from bot.state import connect, upgrade
from bot.threads import LAST, Threads, earlier, engaged
from bot.who.asking import NotNow


@pytest.fixture
def engine(anywhere: sa.Engine) -> sa.Engine:
    return anywhere


@pytest.fixture
def posts(tmp_path: Path, client: WebClient) -> Iterator[Posts]:
    engine = connect(tmp_path)
    upgrade(engine)
    yield Posts(engine, client)
    engine.dispose()


@pytest.fixture
def threads(slack: SlackStandIn, client: WebClient) -> Threads:
    return Threads(client)


def replies(slack: SlackStandIn) -> int:
    return sum(call.method == "conversations.replies" for call in slack.calls)


def test_a_thread_is_read_as_it_was_typed_with_our_answers_known(
    slack, client, threads, posts, ada, channel
) -> None:
    ben = slack.add_user("ben")
    root = slack.say(ada, channel, f"<@{slack.bot_user}> how long is leave & how is it paid?")
    place = Place(channel, root)
    posts.once("Ev1", place, Message("18 weeks. [1]"))
    posts.once("Ev1/owner", place, Message("The owner has been asked."))
    slack.say(ben, channel, f"<@{ada}> see the wiki", root)
    last = slack.say(ada, channel, "and for fathers?", root)

    turns = threads.turns(place, last)

    assert [(turn.person, turn.text, turn.kind, turn.asked) for turn in turns] == [
        (ada, "how long is leave & how is it paid?", "person", True),
        (slack.bot_user, "18 weeks. [1]", "answer", False),
        (slack.bot_user, "The owner has been asked.", "notice", False),
        (ben, f"@{ada} see the wiki", "person", False),
    ]
    assert earlier(turns) == ("how long is leave & how is it paid?",)


def test_of_a_thread_that_is_longer_than_is_read_it_is_known_how_much_was(
    slack, threads, ada, channel, monkeypatch
) -> None:
    monkeypatch.setattr("bot.threads._PAGE", 2)
    root = slack.say(ada, channel, "first")
    some = [slack.say(ada, channel, f"number {n}", root) for n in range(9)]
    place = Place(channel, root)

    threads.whole(place, some[-1])
    whole = threads.cut(place)
    slack.say(ada, channel, "number 9", root)
    read = len(threads.whole(place, slack.say(ada, channel, "last", root)))

    assert (whole, threads.cut(place), read) == (0, 10, 10)


def test_a_thread_that_was_read_up_to_a_message_is_not_read_again_for_it(
    slack, threads, ada, channel
) -> None:
    root = slack.say(ada, channel, "first")
    one, two = (slack.say(ada, channel, text, root) for text in ("one", "two"))
    place = Place(channel, root)

    threads.turns(place, two)
    again = threads.turns(place, one)
    before = replies(slack)
    three = slack.say(ada, channel, "three", root)
    after = threads.turns(place, three)

    assert before == 1 and replies(slack) == 2
    assert [turn.text for turn in again] == ["first"]
    assert [turn.text for turn in after] == ["first", "one", "two"]


def test_of_a_long_thread_the_first_message_and_the_last_ones_are_read(slack, threads, ada, channel) -> None:
    root = slack.say(ada, channel, "first")
    said = [slack.say(ada, channel, f"reply {n}", root) for n in range(260)]

    turns = threads.turns(Place(channel, root), said[-1])

    assert len(turns) == LAST
    assert (turns[0].text, turns[1].text, turns[-1].text) == ("first", "reply 230", "reply 258")


@pytest.mark.parametrize("error", ["missing_scope", "thread_not_found", "not_in_channel"])
def test_a_thread_that_slack_does_not_show_has_no_turns(slack, threads, ada, channel, error) -> None:
    root = slack.say(ada, channel, "first")
    slack.fail("conversations.replies", error=error)

    assert threads.turns(Place(channel, root), "9999999999.0") == ()


def test_slack_s_wait_is_waited_for_where_it_is_short(slack, client, ada, channel) -> None:
    waits: list[float] = []
    threads = Threads(client, sleep=waits.append)
    root = slack.say(ada, channel, "first")
    slack.fail("conversations.replies", status=429, retry_after=2)

    turns = threads.turns(Place(channel, root), "9999999999.0")

    assert [turn.text for turn in turns] == ["first"]
    assert waits == [2.0]


@pytest.mark.parametrize("processes", [1, 2])
def test_no_more_threads_are_read_a_minute_than_slack_allows(slack, client, ada, channel, processes) -> None:
    clock = [0.0]
    threads = Threads(client, now=lambda: clock[0], sharing=lambda: processes)
    roots = [slack.say(ada, channel, "first") for _ in range(60)]

    read = []
    for root in roots:
        with suppress(NotNow):
            read.append(threads.turns(Place(channel, root), "9999999999.0"))
    clock[0] = 61.0
    later = threads.turns(Place(channel, roots[-1]), "9999999999.0")

    assert sum(bool(turns) for turns in read) == replies(slack) - 1 == 40 // processes
    assert later


def test_in_a_direct_message_everything_a_person_said_was_asked(slack, threads, ada) -> None:
    root = slack.dm(ada, "how long is leave?")
    place = Place(slack.dm_channel(ada), root)
    last = slack.dm(ada, "and for fathers?", root)

    assert earlier(threads.turns(place, last), direct=True) == ("how long is leave?",)


def row(slack: SlackStandIn, channel: str, root: str, ts: str, text: str, surface: str = "thread") -> Row:
    person = next(m.user for m in slack.messages(channel) if m.ts == ts)
    return Row("Ev9", "T1", channel, ts, root, person, False, text, payload={"surface": surface})


def test_what_is_said_to_us_without_a_mention_is_meant_with_what_was_asked(
    slack, threads, posts, ada, channel
) -> None:
    root = slack.say(ada, channel, f"<@{slack.bot_user}> how long is leave?")
    posts.once("Ev1", Place(channel, root), Message("18 weeks. [1]"))
    on = slack.say(ada, channel, "and for fathers?", root)
    off = slack.say(ada, channel, "thanks!", root)

    follow_up = row(slack, channel, root, on, "and for fathers?")

    assert threads.meant(follow_up)
    assert threads.earlier(follow_up) == ("how long is leave?",)
    assert not threads.meant(row(slack, channel, root, off, "thanks!"))
    assert not threads.meant(replace(follow_up, payload={"surface": "thread", "bot": "B1"}))
    assert threads.earlier(row(slack, channel, root, root, "how long is leave?", "mention")) == ()


def test_in_a_channel_where_all_questions_are_answered_a_whole_question_is_meant(
    slack, threads, ada, channel
) -> None:
    texts = {"How long is parental leave?": True, "lunch?": False, "@U0BEN how long is leave?": False,
             "We moved to the third floor.": False}  # fmt: skip
    ts = {text: slack.say(ada, channel, text) for text in texts}

    found = {text: threads.meant(row(slack, channel, at, at, text, "channel")) for text, at in ts.items()}

    assert found == texts


def test_a_thread_is_ours_once_a_question_in_it_was_stored(engine) -> None:
    event = {"type": "app_mention", "channel": "C1", "ts": "1.0", "user": "U1", "text": "how long?"}
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event}
    box = Inbox(engine)

    with engine.connect() as connection:
        before = engaged(connection, "C1", "1.0")
    box.store(body)
    with engine.connect() as connection:
        asked = engaged(connection, "C1", "1.0")
    box.close("Ev1")
    with engine.connect() as connection:
        closed = engaged(connection, "C1", "1.0")
        others = [engaged(connection, *there) for there in (("C2", "1.0"), ("C1", "2.0"), ("C1", ""))]

    assert (before, asked, closed) == (False, True, True)
    assert others == [False, False, False]


def test_one_look_at_an_index_tells_so_however_many_rows_there_are(tmp_path: Path) -> None:
    engine = connect(tmp_path)
    upgrade(engine)
    plans: list[str] = []

    with engine.connect() as connection:
        sa.event.listen(
            connection, "before_cursor_execute", lambda *a: plans.append(a[2].replace("?", "'x'"))
        )
        engaged(connection, "C1", "1.0")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {plans[0].partition(' LIMIT')[0]}").all()
    engine.dispose()

    assert len(plans) == 2  # the second is the explanation
    assert "USING INDEX inbox_thread" in str(plan)
