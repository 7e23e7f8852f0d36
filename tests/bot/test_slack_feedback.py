"""What people press, put under an answer and open, from the hand in Slack to what they see there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from canned_serve import canned
from plugged import plug_in

from bot import wiring
from bot.app import Credentials, build
from bot.blocks.sources import QUOTES
from bot.blocks.votes import OWNER, SOLVED
from bot.events import PRESS, VOTE
from bot.events.votes import WHY
from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.play.slack_state import Message
from bot.play.slack_text import shown
from bot.settings import load
from model.answer import Answer, Near, Question, Status, Vote
from model.feedback import votes

pytestmark = pytest.mark.slow  # starts servers or processes of its own

NEAREST = (Near("Working hours", "https://docs.example.com/hours", "docs"),)
TOML = '[[source]]\nname = "docs"\nkind = "files"\nlocation = "docs"\nowner = "{owner}"\n'


def answer(question: Question) -> Answer:
    if "unknown" not in question.text:
        return canned(question)
    return Answer(question.id, question.text, Status.NOT_FOUND, "I did not find it.", nearest=NEAREST)


@dataclass
class Rig:
    slack: SlackStandIn
    engine: sa.Engine
    ada: str
    bob: str
    channel: str

    def ask(self, text: str, until: str) -> tuple[str, Message]:
        """The answer's id and its message."""
        ts = self.slack.mention(self.ada, self.channel, text)
        message = self.slack.wait_for_reply(self.channel, ts, until=lambda m: until in m.shown and m.buttons)
        return message.buttons[-1].value.partition(":")[2], message

    def press(self, person: str, message: Message, action: str) -> None:
        value = next(b.value for b in message.buttons if b.action_id == action)
        self.slack.click(person, self.channel, message.ts, action, value)

    def counted(self, answer: str) -> list[Vote]:
        with self.engine.connect() as connection:
            return votes(connection, answer)

    def counts(self, answer: str, *values: str) -> bool:
        return self.slack.wait_until(lambda: [v.value for v in self.counted(answer)] == list(values))

    def modal(self, person: str) -> str:
        """What is in the modal that opens."""
        assert self.slack.wait_until(lambda: self.slack.modal(person) is not None)
        view = self.slack.modal(person)
        assert view is not None
        return shown("", view["blocks"])


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("feedback")
    (folder / "docs").mkdir()
    with SlackStandIn(timing=Timing(ack_timeout=20.0)) as slack:
        ada, bob = slack.add_user("ada", locale="de-DE"), slack.add_user("bob")
        (folder / "sources.toml").write_text(TOML.format(owner=bob))
        settings = load(_env_file=None, home=folder / "home", sources=folder / "sources.toml")
        engine = wiring.engine(settings)
        credentials = Credentials(slack.bot_token, slack.app_token, "", slack.api_url)
        service = build(credentials, engine, wiring.house(settings, lambda asked: [answer(asked)]))
        service.start(settings.home, alone=True)
        unplug = plug_in(slack, service)
        yield Rig(slack, engine, ada, bob, slack.add_channel("help", ada, bob))
        unplug()
        assert service.jobs.close()


def test_a_thumb_put_under_an_answer_counts_until_it_is_taken_back(rig: Rig) -> None:
    id, message = rig.ask("how long is parental leave?", "26 weeks")

    rig.slack.react(rig.bob, rig.channel, message.ts, "+1")
    assert rig.counts(id, "up") and rig.counted(id)[0].via == "reaction"
    rig.slack.react(rig.bob, rig.channel, message.ts, "+1", remove=True)
    assert rig.counts(id)


def test_a_press_on_not_helpful_asks_why_at_once_in_ones_own_language(rig: Rig) -> None:
    id, message = rig.ask("how long is parental leave?", "26 weeks")
    value = next(b.value for b in message.buttons if b.value.startswith("down:"))
    rig.slack.click(rig.ada, rig.channel, message.ts, VOTE, value)

    assert rig.counts(id, "down") and "Es wird nirgends veröffentlicht." in rig.modal(rig.ada)
    rig.slack.submit(rig.ada, WHY, {"reasons": ["outdated"], "correction": "It is 30 weeks."})

    assert rig.slack.wait_until(lambda: rig.counted(id)[0].correction == "It is 30 weeks.")
    assert rig.counted(id)[0].reasons == ("outdated",)
    assert rig.slack.wait_until(lambda: rig.slack.modal(rig.ada) is None)


def test_the_quotes_open_in_the_language_of_who_asked(rig: Rig) -> None:
    _, message = rig.ask("how long is parental leave?", "26 weeks")

    rig.press(rig.bob, message, QUOTES)

    assert "[1] Parental leave\nParental leave is 26 weeks at full pay." in rig.modal(rig.bob)
    assert "Zitate zeigen" in [b.label for b in message.buttons]


def test_what_is_not_found_is_handed_to_the_owner_of_the_nearest_page(rig: Rig) -> None:
    _, message = rig.ask("something unknown?", "nächstliegenden Seiten")
    assert {link.url for link in message.links} == {NEAREST[0].url}

    rig.press(rig.ada, message, PRESS + OWNER)
    called = rig.slack.wait_for_reply(rig.channel, message.thread_ts, until=lambda m: "Kannst du" in m.shown)
    assert f"@{rig.bob}" in called.shown.replace("@bob", f"@{rig.bob}")

    rig.press(rig.bob, called, PRESS + SOLVED)
    assert rig.slack.wait_until(
        lambda: any("Solved, says" in m.shown for m in rig.slack.replies_to(rig.channel, message.thread_ts))
    )


def test_the_home_tab_shows_ones_questions(rig: Rig) -> None:
    rig.ask("something unknown?", "nächstliegenden Seiten")

    rig.slack.open_home(rig.ada)

    assert rig.slack.wait_until(lambda: rig.ada in rig.slack.workspace.homes)
    seen = shown("", rig.slack.workspace.homes[rig.ada]["blocks"])
    assert "Deine letzten Fragen" in seen and "nichts gefunden" in seen and "unknown" not in seen
