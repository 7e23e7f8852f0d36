"""Replies that grow while they are made: whatever becomes of a stream, one message says the whole answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.events import Row
from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message as Shown
from bot.posting.calling import Refused, client
from bot.posting.post import Message, Place, Posts
from bot.posting.reply import Replies
from bot.posting.respond import Responses
from bot.posting.stream import STARTS, Reader, Streams

pytestmark = pytest.mark.slow  # starts servers or processes of its own

WAIT = Message("searching")
DONE = Message("26 weeks")


class Talk:
    """A place to reply in, and the one who replies."""

    def __init__(self, slack: SlackStandIn, engine: sa.Engine, *, direct: bool = False) -> None:
        web = client(slack.bot_token, slack.api_url)
        self.slack, self.engine = slack, engine
        self.posts = Posts(engine, web, attempts=5, sleep=lambda _: None)
        self.streams = Streams(engine, web, self.posts)
        self.ada = slack.add_user("ada")
        self.channel = slack.dm_channel(self.ada) if direct else slack.add_channel("help", self.ada)
        ts = slack.say(self.ada, self.channel, "how long?")
        self.place = Place(self.channel, ts)
        self.reader = Reader(self.ada, slack.workspace.team_id, slack.workspace.bot_user, ts, direct)

    def open(self, key: str = "Ev1") -> None:
        self.streams.open(key, self.place, self.reader, WAIT)

    def finish(self, key: str = "Ev1", message: Message = DONE) -> None:
        self.streams.end(key, self.place)
        self.posts.update(self.place, self.posts.once(key, self.place, WAIT), message)
        self.streams.rest(key, self.place)

    def among(self, count: int) -> Talk:
        """As one of so many processes."""
        web = client(self.slack.bot_token, self.slack.api_url)
        self.streams = Streams(self.engine, web, self.posts, sharing=lambda: count)
        return self

    def again(self) -> Talk:
        """As after a restart: what was in memory is gone."""
        web = client(self.slack.bot_token, self.slack.api_url)
        self.streams = Streams(self.engine, web, self.posts)
        return self

    @property
    def seen(self) -> list[Shown]:
        return [m for m in self.slack.replies_to(self.channel, self.place.thread) if m.bot]

    @property
    def session(self) -> str:
        return self.slack.status(self.channel, self.place.thread)


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn(mode="http") as stand_in:
        yield stand_in


@pytest.fixture
def talk(slack: SlackStandIn, engine: sa.Engine) -> Talk:
    slack.heal()
    return Talk(slack, engine)


def test_a_reply_grows_and_ends_as_one_message_that_says_it_all(talk: Talk) -> None:
    talk.open()
    [waiting] = talk.seen
    talk.streams.add("Ev1", "26 ")
    talk.streams.add("Ev1", "weeks")
    [growing] = talk.seen
    talk.finish()

    [done] = talk.seen
    assert (waiting.streaming, growing.streaming, done.streaming) == ("live", "live", "")
    assert "searching" in waiting.shown and "26 weeks" in growing.shown
    assert done.shown == "26 weeks" and done.metadata["event_payload"] == {"key": "Ev1"}
    assert talk.session == "active"


@pytest.mark.parametrize(
    "fault",
    [
        {"error": "channel_type_not_supported"},
        {"status": 429},
        {"status": 500, "times": 3},
        {"cut": "before"},
    ],
)
def test_where_no_stream_is_to_be_had_the_reply_is_a_message(talk: Talk, fault: dict[str, object]) -> None:
    talk.slack.fail("chat.startStream", **fault)  # type: ignore[arg-type]

    talk.open()
    talk.streams.add("Ev1", "26 ")
    talk.finish()

    assert [m.shown for m in talk.seen] == ["26 weeks"]


def test_a_stream_whose_start_was_not_answered_is_found_and_filled(talk: Talk) -> None:
    talk.slack.fail("chat.startStream", cut="after")

    talk.open()
    talk.streams.add("Ev1", "26 weeks")
    [growing] = talk.seen
    talk.finish()

    assert "26 weeks" in growing.shown
    assert [m.shown for m in talk.seen] == ["26 weeks"]


def test_two_streams_whose_starts_were_not_answered_are_shared_out(talk: Talk) -> None:
    talk.slack.fail("chat.startStream", cut="after", times=2)
    talk.slack.fail("conversations.replies", error="fatal_error", times=5)  # nor can the first be looked for

    talk.open("Ev1")
    talk.slack.heal()
    talk.open("Ev2")
    talk.finish("Ev1", Message("one"))
    talk.finish("Ev2", Message("two"))

    assert sorted(m.shown for m in talk.seen if not m.streaming) == ["one", "two"]


@pytest.mark.parametrize("call", ["chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_call_that_was_not_answered_doubles_no_word(talk: Talk, call: str, cut: str) -> None:
    talk.open()
    talk.slack.fail(call, cut=cut)  # type: ignore[arg-type]
    talk.streams.add("Ev1", "26 ")
    talk.streams.add("Ev1", "weeks")
    talk.finish()

    assert [(m.shown, m.streaming) for m in talk.seen] == [("26 weeks", "")]


def test_a_stream_that_died_of_old_age_or_by_a_persons_hand_still_says_the_answer(talk: Talk) -> None:
    talk.open()
    talk.slack.workspace.stream_lifetime = -1.0
    talk.streams.add("Ev1", "26 ")
    talk.finish()
    talk.slack.workspace.stream_lifetime = 300.0

    assert [m.shown for m in talk.seen] == ["26 weeks"]
    assert talk.session == "active"


def test_after_a_restart_the_stream_is_ended_and_says_the_answer(talk: Talk) -> None:
    talk.open()
    talk.streams.add("Ev1", "26 ")

    talk.again().open()
    talk.streams.add("Ev1", "nothing is appended by one that did not begin")
    talk.finish()

    assert [(m.shown, m.streaming) for m in talk.seen] == [("26 weeks", "")]


@pytest.mark.parametrize("processes", [1, 3])
def test_more_streams_than_slack_takes_are_messages_however_many_processes_begin_them(
    talk: Talk, processes: int
) -> None:
    for process in range(processes):
        talk.among(processes)
        for number in range(STARTS // processes + 1):
            talk.open(f"Ev{process}/{number}")

    live = [m for m in talk.seen if m.streaming == "live"]
    assert (len(live), len(talk.seen)) == (STARTS, STARTS + processes)


def test_in_a_direct_message_the_loader_is_gone_with_the_answer(
    slack: SlackStandIn, engine: sa.Engine
) -> None:
    slack.heal()
    talk = Talk(slack, engine, direct=True)
    slack.fail("chat.startStream", error="channel_type_not_supported")

    talk.open()
    working = talk.session
    slack.fail("agents.sessions.setStatus", status=500, times=2)
    talk.finish()

    assert (working, talk.session) == ("processing", "active")
    assert [m.shown for m in talk.seen] == ["26 weeks"]


def test_an_answer_is_shown_where_the_app_may_not_say_that_it_is_done(talk: Talk) -> None:
    talk.open()
    talk.slack.fail("chat.stopStream", error="stopped_by_user")
    talk.slack.fail("agents.sessions.setStatus", error="missing_scope")
    talk.slack.workspace.stream_lifetime = -1.0
    talk.streams.add("Ev1", "26 ")
    talk.finish()
    talk.slack.workspace.stream_lifetime = 300.0

    assert [m.shown for m in talk.seen] == ["26 weeks"]


@pytest.mark.parametrize("fault", [{"error": "channel_type_not_supported"}, {"status": 429}])
def test_where_slack_starts_no_stream_the_message_is_there_at_once(
    talk: Talk, fault: dict[str, object]
) -> None:
    asked = talk.slack.calls
    talk.slack.fail("chat.startStream", **fault)  # type: ignore[arg-type]

    talk.open()

    since = [call.method for call in talk.slack.calls[len(asked) :]]
    assert since == ["chat.startStream", "chat.postMessage"]


def test_a_status_that_slack_does_not_take_keeps_nobody_waiting_for_long(
    slack: SlackStandIn, engine: sa.Engine
) -> None:
    slack.heal()
    talk, naps = Talk(slack, engine, direct=True), list[float]()
    talk.posts = Posts(engine, client(slack.bot_token, slack.api_url), sleep=naps.append)
    talk.again()
    slack.fail("chat.startStream", error="channel_type_not_supported")
    talk.open()
    slack.fail("agents.sessions.setStatus", status=500, times=200)

    talk.finish()
    slack.heal()

    assert [m.shown for m in talk.seen] == ["26 weeks"]
    assert sum(naps) < 180


def test_the_loader_is_gone_even_where_slack_will_not_have_the_answer(
    slack: SlackStandIn, engine: sa.Engine
) -> None:
    slack.heal()
    talk = Talk(slack, engine, direct=True)
    replies = Replies(talk.posts, talk.streams, Responses(client(slack.bot_token, slack.api_url), talk.posts))
    team, thread = slack.workspace.team_id, talk.place.thread
    payload = {"us": slack.workspace.bot_user}
    row = Row("Ev1", team, talk.channel, thread, thread, talk.ada, True, "how long?", payload=payload)
    slack.fail("chat.startStream", error="channel_type_not_supported")
    replies.open(row, "")
    slack.fail("chat.update", error="edit_window_closed")

    with pytest.raises(Refused):
        replies.finish(row, [DONE])

    assert talk.session == "active"
