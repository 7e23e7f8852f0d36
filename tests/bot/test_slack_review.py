"""Reviewing in Slack, from a vote to a lesson: who may, what the form shows, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from plugged import plug_in

from bot import wiring
from bot.app import Credentials, build
from bot.events import REVIEW, VOTE
from bot.events.votes import WHY
from bot.memory.audit import Audit
from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.play.slack_text import shown
from bot.settings import Settings, load
from bot.wiring import learning
from model.learning import optout, reviews
from model.learning.reviews import Review
from model.learning.row import Row
from model.record import answers

pytestmark = pytest.mark.slow  # starts servers or processes of its own

TOML = '[[source]]\nname = "docs"\nkind = "files"\nlocation = "docs"\n'
LEAVE = "# Leave\nParental leave is 26 weeks at full pay. Ask the people team in Lund for the form.\n"


@dataclass
class Rig:
    slack: SlackStandIn
    settings: Settings
    engine: sa.Engine
    ada: str
    rev: str
    channel: str

    def disliked(self, question: str, correction: str = "It is 30 weeks.") -> str:
        """An answer that Ada says is wrong; its id."""
        ts = self.slack.mention(self.ada, self.channel, question)
        message = self.slack.wait_for_reply(
            self.channel, ts, until=lambda m: "26 weeks" in m.shown and m.buttons
        )
        value = next(b.value for b in message.buttons if b.value.startswith("down:"))
        self.slack.click(self.ada, self.channel, message.ts, VOTE, value)
        assert self.slack.wait_until(lambda: self.slack.modal(self.ada) is not None)
        self.slack.submit(self.ada, WHY, {"reasons": ["wrong"], "correction": correction})
        answer = value.partition(":")[2]
        assert self.slack.wait_until(lambda: answer in self.waiting())
        return answer

    def waiting(self) -> dict[str, str]:
        return {one.record.id: one.why for one in learning.desk(self.settings).waiting()}

    def type(self, person: str, text: str) -> str:
        before = len(self.told(person))
        self.slack.slash(person, "/footnote", text, self.channel)
        assert self.slack.wait_until(lambda: len(self.told(person)) > before)
        return self.told(person)[-1]

    def told(self, person: str) -> list[str]:
        return [m.shown for m in self.slack.messages(self.channel) if m.ephemeral_to == person]

    def form(self, until: str) -> dict[str, Any]:
        """The reviewer's modal, when it shows that."""
        assert self.slack.wait_until(lambda: until in self.seen()), self.seen()
        return self.slack.modal(self.rev) or {}

    def seen(self) -> str:
        view = self.slack.modal(self.rev)
        return f"{view['callback_id']} {shown('', view['blocks'])} {view.get('errors')}" if view else ""

    def press(self, action: str, until: str) -> dict[str, Any]:
        view = self.slack.modal(self.rev) or {}
        self.slack.press(self.rev, view["id"], REVIEW + action)
        return self.form(until)

    def word(self, answer: str) -> Review | None:
        with self.engine.connect() as connection:
            return reviews.latest(connection, answer)

    def lesson(self, answer: str) -> Row | None:
        with self.engine.connect() as connection:
            return reviews.kept(connection).get(answer)


@pytest.fixture(params=[False, True], ids=["slack text off", "slack text on"])
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("review")
    (folder / "docs").mkdir()
    (folder / "docs" / "leave.md").write_text(LEAVE)
    (folder / "sources.toml").write_text(TOML)
    with SlackStandIn(timing=Timing(ack_timeout=20.0)) as slack:
        ada, rev = slack.add_user("ada"), slack.add_user("rev")
        given = {"reviewers": rev, "train_slack_text": request.param, "sources": folder / "sources.toml"}
        settings = load(_env_file=None, home=folder / "home", **given)
        spec = wiring.declared(settings)[0]
        wiring.index(settings).sync(wiring.source(settings, spec))
        engine = wiring.engine(settings)
        house = wiring.house(settings, lambda question: wiring.chain(settings).stream(question))
        service = build(Credentials(slack.bot_token, slack.app_token, "", slack.api_url), engine, house)
        service.start(settings.home, alone=True)
        unplug = plug_in(slack, service)
        yield Rig(slack, settings, engine, ada, rev, slack.add_channel("help", ada, rev))
        unplug()
        assert service.jobs.close()


def test_from_a_vote_to_a_lesson(rig: Rig) -> None:
    first = rig.disliked("how long is parental leave?")
    assert "Only those who review" in rig.type(rig.ada, "review")
    assert rig.slack.modal(rig.ada) is None

    assert rig.type(rig.rev, "review") == "The form is open."
    look = rig.form("It is 30 weeks.")
    asked = "how long is parental leave?"
    on = rig.settings.train_slack_text
    assert (asked in rig.seen()) == on and "26 weeks at full pay" in rig.seen()

    rig.press("write", REVIEW + "corrected")
    rig.slack.submit(rig.rev, REVIEW + "corrected", {"text": "It is 30 weeks. [1]"})
    rig.form("“30 weeks” is not in what it cites")
    assert rig.word(first) is None and look["callback_id"] == REVIEW + "look"

    rig.slack.submit(rig.rev, REVIEW + "corrected", {"text": "Parental leave is 26 weeks at full pay. [1]"})
    rig.form("Nothing waits for a review.")
    assert rig.slack.wait_until(lambda: rig.lesson(first) is not None)
    lesson, word = rig.lesson(first), rig.word(first)
    assert lesson is not None and word is not None
    assert (word.verdict, word.reviewer) == ("corrected", rig.rev)
    assert lesson.question == (asked if on else "") and lesson.rights == "consented"
    assert set(lesson.people) == {rig.ada} and lesson.channel == rig.channel
    with rig.engine.connect() as connection:
        assert connection.execute(sa.select(answers.c.question)).scalar() == (asked if on else None)
    direct = rig.slack.dm_channel(rig.ada)
    right = "What is right and learnt from is: “Parental leave is 26 weeks at full pay.”"
    assert rig.slack.wait_until(lambda: any(right in m.shown for m in rig.slack.messages(direct)))
    noted = [(entry.who, entry.what, entry.about) for entry in Audit(rig.engine).latest()]
    assert noted == [(rig.rev, "review corrected", first)]

    confirmed_skipped_and_rejected(rig)
    out_and_back(rig)


def confirmed_skipped_and_rejected(rig: Rig) -> None:
    second = rig.disliked("is parental leave paid?", "")
    third = rig.disliked("how many weeks of parental leave?", "")
    rig.type(rig.rev, "review")
    view = rig.form("26 weeks")
    shown_first = view["private_metadata"].partition(":")[0]
    other = ({second, third} - {shown_first}).pop()

    rig.slack.press(rig.rev, view["id"], REVIEW + "skip")
    assert rig.slack.wait_until(
        lambda: (rig.slack.modal(rig.rev) or {})["private_metadata"].startswith(other)
    )
    rig.press("reject", REVIEW + "rejected")
    rig.slack.submit(rig.rev, REVIEW + "rejected", {"cause": "outdated"})
    assert rig.slack.wait_until(lambda: rig.word(other) is not None)
    word = rig.word(other)
    assert word is not None and (word.verdict, word.cause) == ("rejected", "outdated")
    assert rig.lesson(other) is None

    rig.type(rig.rev, "review")
    rig.form("26 weeks")
    rig.press("confirm", "Nothing waits for a review.")
    confirmed = rig.lesson(shown_first)
    assert confirmed is not None and confirmed.origin == "confirmed"


def out_and_back(rig: Rig) -> None:
    assert "Nothing that you ask or vote" in rig.type(rig.ada, "optout")
    with rig.engine.connect() as connection:
        assert optout.out(connection).has(rig.ada)
    assert learning.desk(rig.settings).lessons() == []

    assert "may be learnt from" in rig.type(rig.ada, "optout off")
    assert len(learning.desk(rig.settings).lessons()) == 2
