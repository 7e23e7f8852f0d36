"""The Slack side in one process, over Socket Mode and over HTTP, as people in the workspace see it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pytest
import sqlalchemy as sa
from canned_serve import canned
from plugged import plug_in

from bot.app import Credentials, Service, build
from bot.blocks.sources import QUOTES
from bot.events import VOTE
from bot.events.votes import WHY
from bot.house import House
from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.play.slack_state import Message
from bot.state import connect, inbox, upgrade
from bot.who.door import Rules
from model.answer import Answer, Question
from model.feedback import votes
from retrieval.passage import IndexMissing

pytestmark = pytest.mark.slow  # starts servers or processes of its own

ANSWER = "26 weeks"
HOSTILE = (
    "Hey <!channel> <@U1>, [click](http://evil.example/a) or http://evil.example/b &lt;!here&gt; [1] [9]"
)


@dataclass
class Writer:
    """Answers by a word in the question; remembers what it was asked and how many at once."""

    asked: list[Question] = field(default_factory=list)
    at_once: int = 0
    peak: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, question: Question) -> Answer:
        with self.lock:
            self.asked.append(question)
            self.at_once += 1
            self.peak = max(self.peak, self.at_once)
        try:
            return self._answer(question)
        finally:
            with self.lock:
                self.at_once -= 1

    def _answer(self, question: Question) -> Answer:
        if "slow" in question.text:
            time.sleep(0.2)
        if "unindexed" in question.text:
            raise IndexMissing("Nothing is indexed yet. Run footnote index PATH.")
        if "bug" in question.text:
            raise ValueError(f"exploded on {question.text}")
        if "hostile" in question.text:
            return replace(canned(question), text=HOSTILE)
        return canned(question)


def final(message: Message) -> bool:
    """Whether it is said whole, as it stays: a stream is ended and then updated."""
    return bool(message.edited) and not message.streaming


def voting(message: Message) -> str:
    """The answer that its buttons vote on."""
    return next(b.value for b in message.buttons if b.action_id == VOTE).partition(":")[2]


@dataclass
class Rig:
    slack: SlackStandIn
    service: Service
    engine: sa.Engine
    writer: Writer
    ada: str
    channel: str

    def ask(self, text: str = "how long is parental leave?", until: str = ANSWER) -> str:
        ts = self.slack.mention(self.ada, self.channel, text)
        self.slack.wait_for_reply(self.channel, ts, until=lambda m: until in m.shown and final(m))
        return ts

    def quiet(self) -> None:
        """Waits until nothing is delivered or worked on any more."""
        assert self.slack.settled(20)
        end = time.monotonic() + 20
        while self.open_rows() and time.monotonic() < end:
            time.sleep(0.02)

    def open_rows(self) -> int:
        with self.engine.connect() as connection:
            query = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state != "final")
            return connection.execute(query).scalar() or 0

    def shown(self, ts: str, channel: str = "") -> list[str]:
        return [m.shown for m in self.slack.replies_to(channel or self.channel, ts)]


@pytest.fixture(scope="module", params=["socket", "http"])
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    mode: Literal["socket", "http"] = request.param
    home: Path = tmp_path_factory.mktemp(mode)
    writer = Writer()
    with SlackStandIn(mode=mode, timing=Timing(retries=(0.2, 0.5, 1.0, 2.0))) as slack:
        engine = connect(home)
        upgrade(engine)
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        house = House(lambda question: [writer(question)], Rules(per_person=0, per_channel=0))
        service = build(credentials, engine, house)
        # Slack cannot even be asked for the bot's name at the start: that stops nothing.
        slack.fail("auth.test", status=429 if mode == "socket" else 500)
        service.start(home, alone=True)
        close = plug_in(slack, service)
        ada = slack.add_user("ada")
        yield Rig(slack, service, engine, writer, ada, slack.add_channel("help", ada))
        close()
        assert service.jobs.close()
        engine.dispose()


def test_a_mention_gets_one_cited_answer_in_its_thread(rig: Rig) -> None:
    ts = rig.ask()

    rig.quiet()
    [message] = rig.slack.replies_to(rig.channel, ts)
    assert message.thread_ts == ts
    assert "Parental leave is 26 weeks at full pay. [1]" in message.shown
    assert "[1] Parental leave · Leave > Weeks · updated" in message.shown
    assert {link.url for link in message.links} == {"https://docs.example.com/leave#weeks"}


def test_what_a_screen_reader_reads_is_the_whole_answer(rig: Rig) -> None:
    ts = rig.ask()

    [message] = rig.slack.replies_to(rig.channel, ts)
    assert "26 weeks at full pay. [1]" in message.text and "Sources" in message.text


def test_the_placeholder_comes_first_and_becomes_the_answer(rig: Rig) -> None:
    ts = rig.ask()

    [message] = rig.slack.replies_to(rig.channel, ts)
    assert message.history[0].shown.strip().startswith("Searching") and message.edited


def test_a_mention_is_asked_without_the_bots_name_and_for_its_channels_readers(rig: Rig) -> None:
    rig.ask("who approves travel?")

    question = rig.writer.asked[-1]
    assert question.text == "who approves travel?"
    assert question.readers.principals == {"everyone", f"channel:{rig.channel}"}


def test_direct_messages_are_answered_alike_at_the_root_and_in_a_thread(rig: Rig) -> None:
    channel = rig.slack.dm_channel(rig.ada)
    root = rig.slack.dm(rig.ada, "how long is parental leave?")
    rig.slack.wait_for_reply(channel, root, until=lambda m: ANSWER in m.shown)
    reply = rig.slack.dm(rig.ada, "and for how much pay?", thread_ts=root)
    rig.slack.wait_for_reply(channel, reply, until=lambda m: ANSWER in m.shown)

    rig.quiet()
    first, second = [m for m in rig.slack.thread(channel, root) if m.bot]
    assert first.shown == second.shown and first.thread_ts == second.thread_ts == root
    own = {"everyone", f"user:{rig.ada}", f"channel:{rig.channel}"}
    assert rig.writer.asked[-1].readers.principals == own


def test_an_event_delivered_again_and_again_gets_one_answer(rig: Rig) -> None:
    ts = rig.ask()
    for event in rig.slack.events_about(rig.channel, ts):
        rig.slack.redeliver(event, copies=5)

    rig.quiet()
    assert len(rig.shown(ts)) == 1
    assert all(
        d.acked_ms is not None
        for d in rig.slack.deliveries
        if d.id in rig.slack.events_about(rig.channel, ts)
    )


def test_two_deliveries_at_once_get_one_answer(rig: Rig) -> None:
    event = {"type": "app_mention", "user": rig.ada, "text": "slow one?", "channel": rig.channel}
    ts = rig.slack.say(rig.ada, rig.channel, "slow one?")
    ids = [rig.slack.raw_event(event | {"ts": ts, "event_ts": ts}) for _ in range(4)]

    rig.quiet()
    assert len(set(ids)) == 4 and len(rig.shown(ts)) == 1


def test_a_click_is_one_vote_a_person_and_the_last_wins(rig: Rig) -> None:
    ts = rig.ask()
    [message] = rig.slack.replies_to(rig.channel, ts)
    answer = voting(message)
    bob = rig.slack.add_user("bob")
    rig.slack.say(bob, rig.channel, "I read along")
    for person, value in ((rig.ada, "up"), (bob, "up"), (rig.ada, "down")):
        rig.slack.click(person, rig.channel, message.ts, VOTE, f"{value}:{answer}")
        rig.quiet()

    with rig.engine.connect() as connection:
        counted = {v.voter: v.value for v in votes(connection, answer)}
    assert counted.pop(rig.ada) == "down" and list(counted.values()) == ["up"]
    assert rig.slack.wait_until(lambda: sum("Thank you" in text for text in rig.shown(ts)) == 2)
    [form] = [view for view in rig.slack.workspace.views.values() if view["callback_id"] == WHY]
    assert form["private_metadata"] == answer


def test_the_quotes_of_an_answer_open_at_a_press(rig: Rig) -> None:
    ts = rig.ask()
    [message] = rig.slack.replies_to(rig.channel, ts)
    [button] = [b for b in message.buttons if b.action_id == QUOTES]

    rig.slack.click(rig.ada, rig.channel, message.ts, QUOTES, button.value)

    views = rig.slack.workspace.views
    assert rig.slack.wait_until(lambda: any("26 weeks" in str(view["blocks"]) for view in views.values()))


def test_talk_among_people_and_bots_is_acknowledged_and_left_alone(rig: Rig) -> None:
    before = len(rig.writer.asked)
    ts = rig.slack.say(rig.ada, rig.channel, "lunch?")
    rig.slack.edit(rig.channel, ts, "dinner?")
    rig.slack.raw_event(
        {"type": "app_mention", "bot_id": "B1", "channel": rig.channel, "ts": "9.9", "text": "hi"}
    )
    rig.slack.raw_event({"type": "something_new", "channel": rig.channel})
    rig.slack.slash(rig.ada, "/unknown", "x", rig.channel)

    rig.quiet()
    assert len(rig.writer.asked) == before and rig.shown(ts) == []
    assert all(d.acked_ms is not None for d in rig.slack.deliveries[-5:])


def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(rig: Rig) -> None:
    with rig.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE inbox RENAME TO away"))
    ts = rig.slack.mention(rig.ada, rig.channel, "are you there?")
    if rig.slack.mode == "http":
        assert rig.slack.wait_until(lambda: any(d.status == 500 for d in rig.slack.deliveries))
    else:
        time.sleep(0.5)
    with rig.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO inbox"))

    rig.slack.wait_for_reply(rig.channel, ts, until=lambda m: ANSWER in m.shown)
    rig.quiet()
    assert len(rig.shown(ts)) == 1
    assert any(d.attempt > 0 and d.acked_ms is not None for d in rig.slack.deliveries)


def test_an_answer_that_cannot_be_given_says_what_to_do_and_a_reference(rig: Rig) -> None:
    ts = rig.ask("unindexed?", until="Reference")

    assert rig.shown(ts)[0].strip().startswith("Nothing is indexed yet. Run footnote index PATH. (Reference ")


def test_a_bug_is_a_sentence_with_a_reference_that_the_log_knows(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        ts = rig.ask("a bug with secrets?", until="Reference")

    sentence = rig.shown(ts)[0]
    reference = sentence.split("Reference ")[1][:8]
    assert reference in caplog.text and "ValueError" in caplog.text
    assert "secrets" not in caplog.text + sentence and "exploded" not in sentence


def test_no_words_and_no_tokens_reach_the_log(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ts = rig.ask("my xylophone salary?")
        [message] = rig.slack.replies_to(rig.channel, ts)
        answer = voting(message)
        rig.slack.click(rig.ada, rig.channel, message.ts, VOTE, f"up:{answer}")
        rig.quiet()

    ours = [
        r.getMessage() for r in caplog.records if not r.name.startswith(("uvicorn", "websockets", "asyncio"))
    ]
    assert not [
        line
        for line in ours
        if "xylophone" in line or "26 weeks" in line or "xoxb-" in line or "xapp-" in line
    ]


def test_hostile_words_in_an_answer_are_only_words(rig: Rig) -> None:
    ts = rig.ask("hostile?", until="evil.example")

    [message] = rig.slack.replies_to(rig.channel, ts)
    assert {link.url for link in message.links} == {"https://docs.example.com/leave#weeks"}
    assert "<!channel>" in message.shown and rig.slack.fetched == []


def test_blocks_that_slack_refuses_still_show_the_answer_and_its_sources(rig: Rig) -> None:
    rig.slack.fail("chat.update", error="invalid_blocks")

    ts = rig.ask()

    assert "[1] Parental leave" in rig.shown(ts)[0]


def test_a_channel_that_takes_no_message_ends_the_question(rig: Rig) -> None:
    rig.slack.fail("chat.postMessage", error="is_archived")
    ts = rig.slack.mention(rig.ada, rig.channel, "anyone?")

    rig.quiet()
    assert rig.shown(ts) == [] and rig.open_rows() == 0


def test_many_questions_at_once_are_all_answered_eight_at_a_time(rig: Rig) -> None:
    rig.writer.peak = 0
    asked = [rig.slack.mention(rig.ada, rig.channel, f"slow {n}?") for n in range(20)]
    for ts in asked:
        rig.slack.wait_for_reply(rig.channel, ts, timeout=30, until=lambda m: ANSWER in m.shown)

    rig.quiet()
    assert all(len(rig.shown(ts)) == 1 for ts in asked)
    assert 2 <= rig.writer.peak <= 8


@pytest.mark.parametrize("how", ["drop", "warning", "refresh_requested"])
def test_a_socket_that_goes_is_replaced_and_nothing_is_lost(rig: Rig, how: str) -> None:
    if rig.slack.mode == "socket":
        rig.slack.drop_connections() if how == "drop" else rig.slack.disconnect(how)
    ts = rig.slack.mention(rig.ada, rig.channel, "still there?")

    rig.slack.wait_for_reply(rig.channel, ts, timeout=10, until=lambda m: ANSWER in m.shown)
    rig.quiet()
    assert len(rig.shown(ts)) == 1


def test_slack_was_never_asked_on_the_way_to_an_acknowledgement(rig: Rig) -> None:
    rig.ask()

    # When it starts, to know who belongs to the workspace, and who it is itself in a thread.
    assert [call.method for call in rig.slack.calls].count("auth.test") == 3
