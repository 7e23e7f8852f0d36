"""What one person was answered, shown to a channel: only if all who are there may read what it rests on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import wiring
from bot.blocks import Look, render
from bot.events import Row
from bot.listeners.share import Share
from bot.memory.recall import Changed, Recall
from bot.play.slack import SlackStandIn
from bot.play.slack_views import new_response_url
from bot.posting.calling import client
from bot.posting.post import Posts
from bot.posting.respond import Responses
from bot.settings import Settings, load
from bot.who.audience import Audiences
from bot.who.people import People
from bot.who.readers import Readers
from model.answer import Answer, Question
from model.record import record_answer
from model.trail import Trail
from retrieval.passage import EVERYONE, Audience
from retrieval.sources.files import FileSource

pytestmark = pytest.mark.slow  # starts servers or processes of its own

LEAVE = "---\naudience: {audience}\n---\n# Leave\n\nParental leave is {weeks} weeks long for everybody here."
ASKED = "How long is parental leave?"


@dataclass
class Rig:
    slack: SlackStandIn
    settings: Settings
    folder: Path
    ada: str
    channel: str

    def written(self, audience: str = "everyone", weeks: int = 26) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "leave.md").write_text(LEAVE.format(audience=audience, weeks=weeks))
        wiring.index(self.settings).sync(FileSource("docs", [self.folder], 1 << 20))

    def answered(self, *readers: str) -> Answer:
        """An answer that Ada alone saw, and whose record was kept."""
        asked = Question(ASKED, Audience.of(*readers or (EVERYONE,)), f"cmd-{time.time_ns()}")
        answer = wiring.chain(self.settings).invoke(asked)
        assert answer.citations
        with self.engine.begin() as db:
            record_answer(db, answer, asked.id)
        return answer

    def press(self, answer: str, question: str = ASKED) -> str:
        """Presses the button; what Ada is told."""
        url = self.slack.response_address + new_response_url(self.slack.workspace, self.channel, self.ada)
        about = {"action": "share", "value": f"{answer} {question}", "response_url": url}
        row = Row(f"act-{time.time_ns()}", "T1", self.channel, "", "", self.ada, False, kind="press")
        self.share(replace(row, payload=about, received_at=time.time()))
        return [m.shown for m in self.slack.messages(self.channel) if m.ephemeral_to == self.ada][-1]

    @property
    def engine(self) -> sa.Engine:
        return wiring.engine(self.settings)

    @property
    def recall(self) -> Recall:
        live = wiring.store(self.settings).live
        return Recall(self.engine, lambda: live("main"), wiring.ledger(self.settings))

    @property
    def share(self) -> Share:
        web = client(self.slack.bot_token, self.slack.api_url)
        people, posts = People(web), Posts(self.engine, web)
        audiences = Audiences(web, people, Readers(web, people))
        return Share(
            self.recall, audiences, posts, Responses(web, posts), lambda _: "", lambda who: f"<{who}>"
        )

    @property
    def public(self) -> list[str]:
        return [m.shown for m in self.slack.messages(self.channel) if not m.ephemeral_to]


@pytest.fixture
def rig(slack: SlackStandIn, ada: str, channel: str, tmp_path: Path) -> Iterator[Rig]:
    yield Rig(slack, load(_env_file=None, home=tmp_path / "home"), tmp_path / "docs", ada, channel)


def test_an_answer_that_everybody_may_read_is_posted_with_its_question_and_its_sources(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()

    said = rig.press(answer.id)

    (posted,) = rig.public
    assert said == "Shared in this channel."
    assert posted.startswith(f"Asked by <user:{rig.ada}> with /footnote ask: {ASKED}")
    assert "26 weeks" in posted and "Leave" in posted


def test_what_is_recalled_is_what_was_shown(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()

    recalled = rig.recall.of(answer.id)

    assert recalled and recalled.answer.text == answer.text and recalled.answer.citations == answer.citations
    assert rig.recall.of("nothing") is None


def test_a_translation_is_recalled_as_one(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()
    german = replace(answer, id="de", trail=Trail(translated=True))
    with rig.engine.begin() as connection:
        record_answer(connection, german, "Ev-de")

    recalled = [rig.recall.of(one) for one in (answer.id, "de")]

    assert [one and one.translated for one in recalled] == [False, True]


def test_it_is_posted_once_however_often_the_button_is_pressed(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()

    said = [rig.press(answer.id) for _ in range(3)]

    assert len(rig.public) == 1 and set(said) == {"Shared in this channel."}


def test_what_the_channel_may_not_read_stays_where_it_was(rig: Rig) -> None:
    rig.written(audience=f"user:{rig.ada}")
    answer = rig.answered(f"user:{rig.ada}")

    said = rig.press(answer.id)

    assert "not everybody in this channel" in said and rig.public == []


def test_what_became_private_since_is_not_shared(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()
    rig.written(audience=f"user:{rig.ada}")

    assert "not everybody" in rig.press(answer.id) or "changed" in rig.press(answer.id)
    assert rig.public == []


def test_a_guest_in_the_channel_keeps_what_is_for_everyone_out(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()
    guest = rig.slack.add_user("guest", is_restricted=True)
    rig.slack.workspace.channels[rig.channel].members.add(guest)

    assert "not everybody" in rig.press(answer.id) and rig.public == []


def test_a_document_that_changed_since_is_not_quoted_anew(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()
    rig.written(weeks=27)

    said = rig.press(answer.id)

    assert "has changed or gone" in said and rig.public == []
    with pytest.raises(Changed):
        rig.recall.of(answer.id)


def test_an_answer_of_which_nothing_is_kept_is_not_invented(rig: Rig) -> None:
    rig.written()

    assert "no longer have this answer" in rig.press("cmd-gone") and rig.public == []


def test_where_slack_does_not_say_who_is_there_nothing_is_shared(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()
    rig.slack.fail("conversations.members", error="internal_error", times=50)

    rig.press(answer.id)

    assert rig.public == []


def test_a_question_cannot_ping_or_link_when_it_is_shared(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()

    rig.press(answer.id, "<!channel> see https://evil.example/x <@U1>")

    (message,) = [m for m in rig.slack.messages(rig.channel) if not m.ephemeral_to]
    assert [link.url for link in message.links if "evil" in link.url] == [] and rig.slack.fetched == []


def test_the_button_carries_the_question_and_stands_only_where_sharing_is_possible(rig: Rig) -> None:
    rig.written()
    answer = rig.answered()

    shared, plain = (render(answer, Look(share=share))[-1] for share in (True, False))

    carried = [
        e["value"] for b in shared.blocks for e in b.get("elements", []) if "share" in e.get("action_id", "")
    ]
    assert carried == [f"{answer.id} {ASKED}"]
    assert not any("footnote_do_share" in str(block) for block in plain.blocks)
