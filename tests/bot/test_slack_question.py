"""What becomes of a question on every surface: stopped, late, paused, by command, by shortcut, overheard."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from canned_serve import canned
from plugged import plug_in

from bot.app import Credentials, Service, build
from bot.channels import KEPT_S, PAUSED, Channels, Switches
from bot.events import SHORTCUT
from bot.house import House
from bot.listeners import question as listening
from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message
from bot.state import connect, upgrade
from bot.who.door import Rules
from model.answer import Answer, Question, Status

pytestmark = pytest.mark.slow  # starts servers or processes of its own

ANSWER = "26 weeks"
SUGGESTED = ("How long is parental leave?", "Who approves travel?")


@dataclass
class Writer:
    """Answers; where it was asked to take its time, when the test says so."""

    asked: list[Question] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, question: Question) -> Iterator[Answer]:
        self.asked.append(question)
        if "unknown" in question.text:
            yield Answer(question.id, question.text, Status.NOT_FOUND, "I did not find an answer to that.")
            return
        first, second = "Parental leave is 26 weeks at full pay. [1]", " It may be shared. [1]"
        whole = canned(question)
        yield Answer(question.id, question.text, Status.ANSWERED, first, whole.citations, "canned")
        if "slowly" in question.text:
            self.go_on.wait(20)
        yield Answer(question.id, question.text, Status.ANSWERED, second, (), "canned")


@dataclass
class Rig:
    slack: SlackStandIn
    service: Service
    engine: sa.Engine
    writer: Writer
    ada: str
    channel: str

    def seen(self, ts: str, channel: str = "") -> list[Message]:
        return [m for m in self.slack.replies_to(channel or self.channel, ts) if m.bot]

    def until(self, ts: str, words: str, channel: str = "") -> Message:
        where = channel or self.channel
        done = self.slack.wait_until(
            lambda: any(words in m.shown and not m.streaming for m in self.seen(ts, where)), 20
        )
        assert done, [m.shown for m in self.seen(ts, where)]
        return self.seen(ts, where)[-1]

    def private(self, person: str, channel: str = "") -> list[str]:
        there = self.slack.messages(channel or self.channel)
        return [m.shown for m in there if m.ephemeral_to == person]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    home: Path = tmp_path_factory.mktemp("questions")
    writer = Writer()
    with SlackStandIn() as slack:
        engine = connect(home)
        upgrade(engine)
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        service = build(
            credentials, engine, House(writer, Rules(per_person=0, per_channel=0), suggested=SUGGESTED)
        )
        service.start(home, alone=True)
        close = plug_in(slack, service)
        ada = slack.add_user("ada", locale="en-GB")
        yield Rig(slack, service, engine, writer, ada, slack.add_channel("help", ada))
        close()
        assert service.jobs.close()
        engine.dispose()


@pytest.fixture(autouse=True)
def calm(rig: Rig) -> Iterator[None]:
    rig.slack.heal()
    rig.writer.go_on.clear()
    yield
    rig.writer.go_on.set()


def test_a_checked_sentence_is_seen_before_the_next_one_is_written(rig: Rig) -> None:
    ts = rig.slack.mention(rig.ada, rig.channel, "slowly: how long is parental leave?")

    assert rig.slack.wait_until(lambda: any(ANSWER in m.shown for m in rig.seen(ts)), 20)
    [growing] = rig.seen(ts)
    rig.writer.go_on.set()
    done = rig.until(ts, "It may be shared")

    assert growing.streaming == "live" and "shared" not in growing.shown
    assert done.shown.count(ANSWER) == 1 and len(rig.seen(ts)) == 1


def test_who_presses_stop_is_told_and_the_status_is_cleared(rig: Rig) -> None:
    dm = rig.slack.dm_channel(rig.ada)
    ts = rig.slack.dm(rig.ada, "slowly: how long is parental leave?")
    assert rig.slack.wait_until(lambda: any(ANSWER in m.shown for m in rig.seen(ts, dm)), 20)

    rig.slack.stop_session(rig.ada, dm, ts)

    done = rig.until(ts, "Stopped.", dm)
    assert len(rig.seen(ts, dm)) == 1 and ANSWER not in done.shown
    assert rig.slack.status(dm, ts) == "active"


def test_a_question_that_takes_too_long_ends_with_a_reference(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "DEADLINE_S", 1.0)

    ts = rig.slack.mention(rig.ada, rig.channel, "slowly: how long is parental leave?")

    done = rig.until(ts, "longer than it may")
    assert "Reference" in done.shown and len(rig.seen(ts)) == 1


def test_while_paused_every_question_is_told_so_and_none_is_asked(rig: Rig) -> None:
    Switches(rig.engine).turn(PAUSED, rig.ada, on=True)
    time.sleep(KEPT_S + 0.2)  # for so long the service goes by what it read last
    before = len(rig.writer.asked)

    direct = rig.slack.dm(rig.ada, "how long is parental leave?")
    told = rig.slack.wait_until(
        lambda: any("paused" in m.shown for m in rig.seen(direct, rig.slack.dm_channel(rig.ada))), 20
    )
    rig.slack.mention(rig.ada, rig.channel, "how long is parental leave?")
    whispered = rig.slack.wait_until(lambda: any("paused" in m for m in rig.private(rig.ada)), 20)

    Switches(rig.engine).turn(PAUSED, rig.ada, on=False)
    time.sleep(KEPT_S + 0.2)
    assert told and whispered and len(rig.writer.asked) == before


def test_asked_by_command_only_its_person_sees_the_answer_in_the_place_of_the_wait(rig: Rig) -> None:
    before = len(rig.private(rig.ada))

    rig.slack.slash(rig.ada, "/footnote", "ask how long is parental leave?", rig.channel)

    assert rig.slack.wait_until(lambda: any(ANSWER in m for m in rig.private(rig.ada)), 20)
    assert len(rig.private(rig.ada)) == before + 1
    assert f"user:{rig.ada}" in rig.writer.asked[-1].readers.principals


def test_a_shortcut_answers_a_colleagues_message_in_its_thread(rig: Rig) -> None:
    bob = rig.slack.add_user("bob")
    ts = rig.slack.say(bob, rig.channel, "how long is parental leave?")

    rig.slack.shortcut(rig.ada, SHORTCUT, rig.channel, ts)

    rig.until(ts, ANSWER)
    assert len(rig.seen(ts)) == 1


def test_in_a_channel_that_asks_for_it_the_bot_speaks_up_only_with_an_answer(rig: Rig) -> None:
    channel = rig.slack.add_channel("auto", rig.ada)
    Channels(rig.engine).change(channel, rig.ada, mode="auto")

    unknown = rig.slack.say(rig.ada, channel, "how is the weather in unknown parts?")
    known = rig.slack.say(rig.ada, channel, "how long is parental leave?")

    rig.until(known, ANSWER, channel)
    assert rig.seen(unknown, channel) == []


def test_where_the_bot_is_switched_off_who_asks_is_told_so(rig: Rig) -> None:
    channel = rig.slack.add_channel("quiet", rig.ada)
    Channels(rig.engine).change(channel, rig.ada, mode="off")

    ts = rig.slack.mention(rig.ada, channel, "how long is parental leave?")

    assert rig.slack.wait_until(lambda: any("switched off" in m for m in rig.private(rig.ada, channel)), 20)
    assert [m for m in rig.seen(ts, channel) if not m.ephemeral_to] == []


def test_a_guest_is_told_that_guests_are_not_answered(rig: Rig) -> None:
    guest = rig.slack.add_user("gus", is_restricted=True)
    channel = rig.slack.add_channel("project", rig.ada, guest)
    before = len(rig.writer.asked)

    rig.slack.mention(guest, channel, "how long is parental leave?")

    assert rig.slack.wait_until(lambda: bool(rig.private(guest, channel)), 20)
    assert len(rig.writer.asked) == before


def test_a_refusal_that_slack_does_not_whisper_is_written_in_the_thread(rig: Rig) -> None:
    guest = rig.slack.add_user("gina", is_restricted=True)
    channel = rig.slack.add_channel("project-two", rig.ada, guest)
    rig.slack.fail("chat.postEphemeral", error="user_not_in_channel")

    ts = rig.slack.mention(guest, channel, "how long is parental leave?")

    assert rig.slack.wait_until(lambda: bool(rig.seen(ts, channel)), 20)


def test_a_conversation_is_called_by_its_question_and_begins_with_suggestions(rig: Rig) -> None:
    dm = rig.slack.dm_channel(rig.ada)
    rig.slack.open_home(rig.ada, "messages")
    suggested = rig.slack.wait_until(lambda: (dm, "") in rig.slack.workspace.prompts, 20)

    ts = rig.slack.dm(rig.ada, "how long is parental leave?")
    rig.until(ts, ANSWER, dm)

    named = rig.slack.wait_until(lambda: bool(rig.slack.workspace.sessions[dm, ts]["title"]), 20)
    assert suggested and named
    assert [p["message"] for p in rig.slack.workspace.prompts[dm, ""]["prompts"]] == list(SUGGESTED)
    assert rig.slack.workspace.sessions[dm, ts]["title"] == "how long is parental leave?"


def test_a_follow_up_in_the_thread_is_answered_without_a_mention_and_chatter_is_not(rig: Rig) -> None:
    bob = rig.slack.add_user("bert")
    channel = rig.slack.add_channel("thread", rig.ada, bob)
    ts = rig.slack.mention(rig.ada, channel, "how long is parental leave?")
    rig.until(ts, ANSWER, channel)

    rig.slack.say(bob, channel, "thanks @ada, lunch at one?", ts)
    rig.slack.say(rig.ada, channel, "and how is it paid in the second month?", ts)

    assert rig.slack.wait_until(lambda: len([m for m in rig.seen(ts, channel) if ANSWER in m.shown]) == 2, 20)
    asked = rig.writer.asked[-1]
    assert (asked.text, asked.earlier) == (
        "and how is it paid in the second month?",
        ("how long is parental leave?",),
    )
    assert not [q for q in rig.writer.asked if "lunch" in q.text]


def test_where_the_fate_of_a_reply_is_not_known_its_person_is_told(rig: Rig) -> None:
    channel = rig.slack.add_channel("dark", rig.ada)
    rig.slack.fail("chat.startStream", error="channel_type_not_supported", times=5)
    rig.slack.fail("chat.postMessage", cut="after")
    rig.slack.fail("conversations.replies", error="missing_scope", times=50)

    rig.slack.mention(rig.ada, channel, "how long is parental leave?")

    assert rig.slack.wait_until(lambda: any("Reference" in m for m in rig.private(rig.ada, channel)), 30)
