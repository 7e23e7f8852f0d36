"""The Home tab: what somebody may know of, what they asked, and what administrators see besides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.blocks.home import MOST, Known, Seen, home
from bot.inbox import Inbox
from bot.listeners.home import Visitors, Visits
from bot.memory.recent import Asked, Recent, Week
from bot.play.slack import SlackStandIn
from bot.play.slack_blocks import VIEW_BLOCKS, complaints
from bot.play.slack_text import links, shown
from bot.posting.calling import client
from bot.posting.post import Posts
from bot.posting.views import Views
from bot.shelf import Row, Shelf
from bot.who.asking import ReadersUnknown
from bot.who.people import Person
from model import feedback
from model.answer import Answer, Status, Vote
from retrieval.passage import Audience
from retrieval.sources import Spec
from retrieval.syncs import Syncs
from retrieval.turns import Turns

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ROW = Row("handbook", "files", 18, 90, 2, NOW - timedelta(days=3), None, ("everyone",), 0, "ok")
ASKED = Asked("C1", "1795.000100", "1795.000100", NOW - timedelta(days=1), "not_found", direct=False)
SEEN = Seen([Known(ROW, 12)], [ASKED], NOW, address="https://kestrel.slack.com/")


def text(seen: Seen) -> str:
    return shown("", home(seen)["blocks"])


def test_it_says_what_is_known_and_how_fresh_it_is() -> None:
    assert "handbook: 12 documents, read 3 days ago" in text(SEEN)
    assert "handbook: 1 document, not read" in text(
        replace(SEEN, known=[Known(replace(ROW, synced_at=None), 1)])
    )
    assert "Nothing that you may read" in text(replace(SEEN, known=()))


def test_a_source_whose_reading_failed_says_so_and_why_only_to_administrators() -> None:
    failed = replace(SEEN, known=[Known(replace(ROW, error="wiki.internal refused the token."), 12)])
    admin = replace(failed, week=Week(0, 0, 0, (), 0))

    assert "the last reading failed" in text(failed) and "wiki.internal" not in text(failed)
    assert "wiki.internal refused" in text(admin) and "2 documents could not be read" in text(admin)


def test_your_questions_are_places_and_outcomes_with_a_link_and_never_words() -> None:
    inside = replace(ASKED, thread_ts="1794.000200", status="answered")
    direct = replace(ASKED, message_ts="", direct=True, status="clarify")
    seen = replace(SEEN, asked=[ASKED, inside, direct])

    assert "#C1 · 1 day ago · nothing found · Open" in text(seen)
    assert "direct message · 1 day ago · asked back\n" in text(seen)
    assert [link.url for link in links("", home(seen)["blocks"])] == [
        "https://kestrel.slack.com/archives/C1/p1795000100",
        "https://kestrel.slack.com/archives/C1/p1795000100?thread_ts=1794.000200&cid=C1",
    ]


def test_administrators_see_the_queue_the_votes_and_what_had_no_answer() -> None:
    said = text(replace(SEEN, asked=(), week=Week(1, 5, 2, (ASKED,), 7)))

    for part in ("1 question or task is waiting", "5 times helpful, 2 times not", "this week: 7", "#C1"):
        assert part in said
    assert "For administrators" not in text(SEEN)


def test_it_is_said_in_german_too() -> None:
    said = text(replace(SEEN, locale="de-DE"))

    assert "12 Dokumente, gelesen vor 3 Tagen" in said and "Deine letzten Fragen" in said


@pytest.mark.parametrize("many", [0, MOST + 300])
def test_however_much_is_known_slack_takes_it(many: int) -> None:
    hostile = replace(ROW, name="<!channel> http://evil.example " * 20, error="<@U1>" * 200)
    seen = replace(
        SEEN, known=[Known(hostile, n) for n in range(many)], week=Week(9, 1, 1, (ASKED,) * 10, 99)
    )

    view = home(seen)
    assert complaints(view["blocks"], VIEW_BLOCKS) == [] and len(view["blocks"]) <= VIEW_BLOCKS
    assert {link.url for link in links("", view["blocks"])} == {
        "https://kestrel.slack.com/archives/C1/p1795000100"
    }
    assert many == 0 or "and 300 more" in text(seen)


@dataclass
class Rig:
    slack: SlackStandIn
    engine: sa.Engine
    inbox: Inbox
    admin: bool = False
    barred: str = ""
    readers: Callable[[str], Audience] = lambda _: Audience()

    def __post_init__(self) -> None:
        self.ada = self.slack.add_user("ada")

    def ask(self, id: str, *, status: Status | None = None, channel: str = "C1", by: str = "") -> None:
        event = {"type": "app_mention", "channel": channel, "user": by or self.ada, "ts": f"1.{id[2:]}"}
        self.inbox.store({"type": "event_callback", "event_id": id, "event": {**event, "text": "secret?"}})
        if status:
            self.inbox.answered(id, Answer(id, "secret?", status, "…"), Audience())
            self.inbox.close(id)

    def visit(self) -> str:
        api = client(self.slack.bot_token, self.slack.api_url)
        views = Views(api, Posts(self.engine, api))
        shelf = Shelf(
            lambda: [Spec("handbook", "files", ())],
            lambda _: "t",
            Syncs(self.engine),
            Turns(self.engine),
            "w",
        )
        visitors = Visitors(
            lambda id: Person(id, "member", self.admin, "en-GB"),
            lambda id: self.readers(id),
            lambda _: self.barred,
        )
        visits = Visits(self.inbox, views, visitors, shelf, Recent(self.engine))
        event = {"type": "app_home_opened", "tab": "home", "user": self.ada, "channel": "D1"}
        body: dict[str, Any] = {"type": "event_callback", "event_id": "EvHome", "event": event}
        self.inbox.store(body)
        for step in visits.steps:
            step("EvHome")
        assert self.inbox.get("EvHome").state == "final"
        return shown("", self.slack.workspace.homes[self.ada]["blocks"])


@pytest.fixture
def rig(slack: SlackStandIn, anywhere: sa.Engine) -> Rig:
    return Rig(slack, anywhere, Inbox(anywhere))


def test_a_visit_shows_ones_own_questions_newest_first_and_nobody_elses(rig: Rig) -> None:
    rig.ask("Ev1", status=Status.ANSWERED)
    rig.ask("Ev2")
    rig.ask("Ev3", status=Status.FAILED, by="U2", channel="C2")

    seen = rig.visit()

    at = seen.index("being worked on"), seen.index("answered")
    assert at[0] < at[1] and "#C2" not in seen and "secret" not in seen


def test_a_greeting_is_no_question_of_yours_and_not_without_an_answer(rig: Rig) -> None:
    rig.admin = True
    rig.ask("Ev1", status=Status.SMALL_TALK)

    seen = rig.visit()

    assert "You have not asked anything yet." in seen and "Without an answer this week: 0" in seen


def test_a_visit_of_an_administrator_shows_the_week(rig: Rig) -> None:
    rig.admin = True
    rig.ask("Ev1", status=Status.NOT_FOUND, by="U2", channel="C2")
    with rig.engine.begin() as connection:
        feedback.vote(connection, Vote("Ev1", "U2", "down", datetime.now(UTC)))

    seen = rig.visit()

    assert "0 questions and tasks are waiting" in seen
    assert "0 times helpful, 1 times not helpful" in seen and "#C2 · today · nothing found" in seen
    assert "handbook: 0 documents" in seen


def test_where_rights_are_not_known_no_source_is_named(rig: Rig) -> None:
    def unknown(_: str) -> Audience:
        raise ReadersUnknown("Slack did not say.")

    rig.admin, rig.readers = True, unknown

    seen = rig.visit()

    assert "Slack did not tell me who may read what" in seen and "handbook" not in seen


def test_who_is_not_served_sees_why_and_nothing_of_what_is_known(rig: Rig) -> None:
    rig.ask("Ev1", status=Status.ANSWERED)
    rig.barred = "I answer members of this workspace and no guests."

    seen = rig.visit()

    assert "no guests" in seen and "handbook" not in seen and "answered" not in seen
