"""The last answer of a thread in another form, and what was said in a thread, as people in Slack see it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from plugged import plug_in
from slack_sdk import WebClient

from bot import wiring
from bot.app import Credentials, Service, build
from bot.channels import KEPT_S
from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message
from bot.settings import Settings
from bot.state import inbox
from tests.bot.conftest import settings_at

pytestmark = pytest.mark.slow  # starts servers or processes of its own

DINNER = "How much may I spend on dinner when I travel?"


@dataclass
class Rig:
    slack: SlackStandIn
    service: Service
    settings: Settings
    ada: str
    channel: str

    def asks(self, said: str, ts: str = "", channel: str = "", person: str = "") -> tuple[str, Message]:
        """Says it, and what is answered: the thread, and the reply as it stays."""
        where, who = channel or self.channel, person or self.ada
        before = len(self._done(where, ts)) if ts else 0
        if ts:
            self.slack.say(who, where, said, ts)
        else:
            ts = self.slack.mention(who, where, said)
        assert self.slack.wait_until(lambda: len(self._done(where, ts)) > before, 30)
        return ts, self._done(where, ts)[-1]

    def _done(self, channel: str, ts: str) -> list[Message]:
        there = self.slack.replies_to(channel, ts)
        return [m for m in there if m.bot and m.edited and not m.streaming]


@pytest.fixture(scope="module")
def rig(indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    home = tmp_path_factory.mktemp("reshape") / "home"
    shutil.copytree(indexed, home)
    settings = settings_at(home)
    with SlackStandIn() as slack:
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        house = wiring.house(settings, wiring.chain(settings).stream)
        service = build(credentials, wiring.engine(settings), house)
        service.start(home, alone=True)
        close = plug_in(slack, service)
        ada = slack.add_user("ada", locale="en-GB")
        yield Rig(slack, service, settings, ada, slack.add_channel("help", ada))
        close()
        assert service.jobs.close()


def test_an_answer_is_put_into_another_form_without_a_mention_and_with_its_sources(rig: Rig) -> None:
    ts, whole = rig.asks(DINNER)
    assert "€38" in whole.shown

    _, table = rig.asks("as a table please", ts)
    _, as_json = rig.asks("and as JSON?", ts)
    _, number = rig.asks("only the number", ts)

    [shown] = [block for block in table.blocks if block["type"] == "table"]
    head, *below = map(str, shown["rows"])  # the row's own columns
    assert all(name in head for name in ("what", "limit", "Source")) and "€38" in str(below)
    [code] = [
        e for b in as_json.blocks for e in b.get("elements", ()) if e["type"] == "rich_text_preformatted"
    ]
    assert '"citations"' in code["elements"][0]["text"] and "€38" in code["elements"][0]["text"]
    assert "€38 [1]" in number.shown
    assert all("Sources" in message.shown for message in (table, as_json, number))


def test_after_the_bare_number_other_forms_are_of_the_answer_that_it_was_taken_from(rig: Rig) -> None:
    ts, _ = rig.asks("What is the hotel limit per night?")
    _, number = rig.asks("only the number", ts)
    _, again = rig.asks("only the number please", ts)
    _, table = rig.asks("as a table", ts)
    _, as_json = rig.asks("as JSON", ts)
    _, simpler = rig.asks("simpler please", ts)

    assert "€140 [1]" in number.shown and "€140 [1]" in again.shown
    assert all("Hotel, per night" in form.shown for form in (table, as_json))
    assert "language model" in simpler.shown


def test_a_follow_up_after_it_leans_on_the_question_and_not_on_the_wish(rig: Rig) -> None:
    ts, _ = rig.asks(DINNER)
    rig.asks("shorter please", ts)

    _, answer = rig.asks("and for lunch?", ts)

    assert "shorter" not in answer.shown and "€" in answer.shown


def test_where_there_is_no_answer_to_put_into_a_form_it_says_where_to_ask(rig: Rig) -> None:
    _, alone = rig.asks("as a table please")
    ts = rig.slack.say(rig.ada, rig.channel, "morning all")
    rig.slack.mention(rig.ada, rig.channel, "shorter please", ts)

    assert "in the thread of the answer" in alone.shown
    assert rig.slack.wait_until(
        lambda: any("no answer of mine" in m.shown for m in rig._done(rig.channel, ts)), 30
    )


def test_a_direct_message_may_be_about_the_answer_before_it(rig: Rig) -> None:
    dm = rig.slack.dm_channel(rig.ada)
    asked = rig.slack.dm(rig.ada, DINNER)
    assert rig.slack.wait_until(lambda: bool(rig._done(dm, asked)), 30)

    wished = rig.slack.dm(rig.ada, "shorter please")

    assert rig.slack.wait_until(lambda: any("€38" in m.shown for m in rig._done(dm, wished)), 30)


def test_nothing_that_people_wrote_is_kept_and_the_new_answer_is_one_to_vote_on(rig: Rig) -> None:
    ts, _ = rig.asks(DINNER)
    _, short = rig.asks("shorter please", ts)

    def texts() -> list[str | None]:
        with wiring.engine(rig.settings).connect() as db:
            return list(db.execute(sa.select(inbox.c.text).where(inbox.c.thread_ts == ts)).scalars())

    assert rig.slack.wait_until(lambda: texts() == [None, None], 20)
    assert any(button.action_id == "footnote_vote" for button in short.buttons)


def test_a_channel_that_wants_json_gets_it_and_in_its_language(rig: Rig) -> None:
    boss = rig.slack.add_user("boss", is_admin=True, locale="en-GB")
    channel = rig.slack.add_channel("machines", rig.ada, boss)
    schema = '{"type": "object", "properties": {"answer": {"type": "string"}, "number": {"type": "number"}}}'
    for order in ("language de", f"schema {schema}"):
        rig.slack.slash(boss, "/footnote", f"channel {order}", channel)

    def told() -> list[str]:
        return [m.shown for m in rig.slack.messages(channel) if m.ephemeral_to == boss]

    assert rig.slack.wait_until(lambda: any("JSON with answer, number" in one for one in told()), 30)
    time.sleep(KEPT_S + 0.2)
    _, answer = rig.asks(DINNER, channel=channel)

    [code] = [
        e for b in answer.blocks for e in b.get("elements", ()) if e["type"] == "rich_text_preformatted"
    ]
    assert "€38" in code["elements"][0]["text"] and "Quellen" in answer.shown
    assert "in der Sprache der Quellen" in answer.shown


def test_an_answer_in_the_schema_of_its_channel_has_other_forms_too_and_keeps_to_it(rig: Rig) -> None:
    boss = rig.slack.add_user("chief", is_admin=True, locale="en-GB")
    channel = rig.slack.add_channel("records", rig.ada, boss)
    schema = '{"type": "object", "properties": {"answer": {"type": "string"}}}'
    rig.slack.slash(boss, "/footnote", f"channel schema {schema}", channel)
    assert rig.slack.wait_until(lambda: any(m.ephemeral_to == boss for m in rig.slack.messages(channel)), 30)
    time.sleep(KEPT_S + 0.2)
    ts, whole = rig.asks("How many days a week can I work from home?", channel=channel)

    _, short = rig.asks("shorter please", ts, channel=channel)
    _, listed = rig.asks("as bullet points", ts, channel=channel)

    assert '"answer"' in whole.shown and '"answer"' in short.shown
    assert "three days a week. [1]" in short.shown and "one sentence" in short.shown
    assert '"answer"' not in listed.shown and "Sources" in listed.shown


def talked(rig: Rig) -> tuple[str, str, list[str]]:
    """A channel and a thread in it in which people agree on something, with the ts of its messages."""
    ben, cem = rig.slack.add_user("ben"), rig.slack.add_user("cem")
    channel = rig.slack.add_channel("party", rig.ada, ben, cem)
    ts = rig.slack.say(rig.ada, channel, "We need a venue for the summer party on 12 June.")
    said = [
        rig.slack.say(ben, channel, "The boat house costs €900.", ts),
        rig.slack.say(rig.ada, channel, f"Let's go with the boat house then. <@{ben}> can you call?", ts),
        rig.slack.say(ben, channel, "I'll do it", ts),
    ]
    return channel, ts, [ts, *said]


def test_a_thread_is_summed_up_from_its_messages_each_point_with_its_permalink(rig: Rig) -> None:
    channel, ts, said = talked(rig)
    rig.slack.mention(rig.ada, channel, "what was decided?", ts)
    assert rig.slack.wait_until(lambda: len(rig._done(channel, ts)) == 1, 30)
    rig.slack.mention(rig.ada, channel, "and who said they would do it?", ts)
    assert rig.slack.wait_until(lambda: len(rig._done(channel, ts)) == 2, 30)

    decided, promised = rig._done(channel, ts)
    web = WebClient(rig.slack.bot_token, base_url=rig.slack.api_url)
    links = [web.chat_getPermalink(channel=channel, message_ts=one)["permalink"] for one in said]
    assert "ada: Let's go with the boat house then. [1]" in decided.shown and "900" not in decided.shown
    assert links[2] in str(decided.blocks) and "word for word from this thread" in decided.shown
    assert "ben: I'll do it [2]" in promised.shown and links[3] in str(promised.blocks)


def test_no_word_of_a_thread_is_kept(rig: Rig) -> None:
    channel, ts, _ = talked(rig)
    rig.slack.mention(rig.ada, channel, "summarise this thread", ts)
    assert rig.slack.wait_until(lambda: len(rig._done(channel, ts)) == 1, 30)
    engine = wiring.engine(rig.settings)

    def open_rows() -> int:
        with engine.connect() as db:
            query = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.state != "final")
            return db.execute(query).scalar() or 0

    assert rig.slack.wait_until(lambda: open_rows() == 0, 20)
    with engine.connect() as db:
        tables = sa.MetaData()
        tables.reflect(engine)
        rows = [str(row) for table in tables.tables.values() for row in db.execute(sa.select(table))]
    assert rows and not [row for row in rows if "boat house" in row]


def test_a_thread_that_slack_does_not_show_is_said_to_be_unread(rig: Rig) -> None:
    channel, ts, _ = talked(rig)
    rig.slack.fail("conversations.replies", error="missing_scope", times=50)

    rig.slack.mention(rig.ada, channel, "summarise this thread", ts)

    assert rig.slack.wait_until(lambda: any("let me read" in m.shown for m in rig._done(channel, ts)), 30)
    rig.slack.heal()
