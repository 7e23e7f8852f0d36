"""What found no answer and is answered by a document that came since: told once, to who may read it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from test_gaps import CLOSED, DOG, KILN, NEAR, OPEN, Company
from test_slack_gaps import ASKED, Rig, rig
from test_told import Desk

from bot import wiring
from bot.learning.filled import Filled, Today
from bot.learning.gaps import Missed
from bot.learning.keeper import Keeper
from bot.learning.owed import filled
from bot.memory.audit import Audit
from bot.state import inbox
from bot.wiring.filled import look
from model.answer import Answer, Citation, Question, Status
from model.learning.case import Terms
from model.writing.prompt import NOT_FOUND
from retrieval.passage import EVERYONE, VERIFIED, Audience, Hit, Passage, SearchUnavailable
from retrieval.rows import Found
from retrieval.search import Search

__all__ = ["rig"]
PAGE = Passage("k1", "kb/kiln.md", "kb", "Kilns", "A kiln rests for 9 days.", 0, 24, "https://k.example/kiln")
SAID = Answer("a", "", Status.ANSWERED, "A kiln rests for 9 days. [1]", (Citation.of(PAGE, 1, (0, 24)),))


@dataclass
class Index:
    """What it has and since when, and what is answered from it to whom."""

    company: Company
    hits: tuple[Passage, ...] = (NEAR, PAGE)
    since: float = field(default_factory=lambda: datetime.now(UTC).timestamp() + 60)
    said: Answer = SAID
    readers: Callable[[str], Audience] = lambda _: Audience()
    asked: list[Question] = field(default_factory=list)
    broken: bool = False

    def look(self) -> list[tuple[str, str]]:
        """Who is owed a word and where, after two looks."""
        keeper = Keeper(
            self.company.engine, VERIFIED, 180, lambda _: None, lambda: Terms(set), lambda _: None
        )
        today = Today(self.words, self.question, self.find, self.answer, self.known)
        for _ in range(2):
            assert Filled(keeper, today).look(set())
        with self.company.engine.connect() as connection:
            rows = connection.execute(sa.select(inbox).where(inbox.c.kind == "told")).all()
        return sorted((row.person, row.channel) for row in rows)

    def known(self, pages: Collection[str]) -> dict[str, float]:
        return {PAGE.document: self.since}

    def words(self, one: Missed) -> str:
        return "How long does a kiln rest?"

    def question(self, one: Missed, words: str) -> Question:
        return Question(words, self.readers(one.channel))

    def find(self, asked: Question) -> Sequence[Hit]:
        if self.broken:
            raise SearchUnavailable("The index cannot be asked.")
        return [Hit(one, 1.0) for one in self.hits]

    def answer(self, asked: Question) -> Answer:
        self.asked.append(asked)
        return (
            self.said if EVERYONE in asked.readers.principals else replace(self.said, status=Status.NOT_FOUND)
        )


@pytest.fixture
def company(anywhere: sa.Engine) -> Company:
    made = Company(anywhere)
    for person in ("U0A", "U0B", "U0A"):
        made.asks(person, KILN)
    return made


def test_whoever_asked_is_owed_a_word_once_where_they_asked_last_and_the_gap_is_closed(
    company: Company,
) -> None:
    index = Index(company)

    assert index.look() == [("U0A", OPEN), ("U0B", OPEN)]
    assert company.found() == [] and [one.what for one in Audit(company.engine).latest()] == ["close gap"]
    assert len(index.asked) == 2  # of each of them once
    company.asks("U0C", KILN)
    assert company.found() == [(1, 1)]


def test_what_a_look_has_no_time_for_is_left_to_the_next_one(company: Company) -> None:
    company.asks("U0C", DOG)
    index, done = Index(company, said=replace(SAID, status=Status.NOT_FOUND)), set[str]()
    keeper = Keeper(company.engine, VERIFIED, 180, lambda _: None, lambda: Terms(set), lambda _: None)
    made = Filled(keeper, Today(index.words, index.question, index.find, index.answer, index.known))

    assert not made.look(done, budget_s=0.0) and not index.asked
    assert made.look(done) and made.look(done) and len(index.asked) == len(done) == 3


@pytest.mark.parametrize(
    "how",
    [
        {"since": 1.0},
        {"hits": (NEAR,)},
        {"said": replace(SAID, status=Status.NOT_FOUND, text=NOT_FOUND, citations=())},
        {"said": replace(SAID, status=Status.DEGRADED)},
        {"said": replace(SAID, citations=(Citation.of(NEAR, 1, (0, 24)),))},
        {"broken": True},
    ],
    ids=["it was there before", "nothing new is found", "no answer", "no model", "not from it", "no index"],
)
def test_what_is_not_answered_by_something_new_stays_a_gap(company: Company, how: dict[str, Any]) -> None:
    assert Index(company, **how).look() == [] and company.found() == [(2, 3)]


def test_who_may_not_read_it_is_told_nothing_and_it_stays_a_gap_of_theirs(company: Company) -> None:
    company.asks("U0C", KILN, CLOSED)
    index = Index(
        company, readers=lambda channel: Audience() if channel == OPEN else Audience.of("channel:C9")
    )

    assert index.look() == [("U0A", OPEN), ("U0B", OPEN)]
    assert company.found() == [(3, 4)]


@pytest.mark.parametrize("now", ["there", "gone", "closed"])
def test_the_page_is_named_to_who_asked_if_all_who_read_there_may_read_it(
    engine: sa.Engine, now: str
) -> None:
    desk, readers = Desk(engine, EVERYONE), Audience.of("group:board") if now == "closed" else Audience()
    at = datetime.now(UTC)
    page = Found(PAGE.document, "kb", "Kilns & <ovens>", PAGE.url, readers, 1, "d", "r", at)
    desk.told = replace(desk.told, found=lambda _: None if now == "gone" else page)
    with engine.begin() as connection:
        filled(connection, Missed("Ev2", "U0BOB", "C2", "1.0", "1.0", False, 1.0, "", ""), PAGE.document)

    said = desk.works()

    assert [text.startswith("<@U0BOB>, you asked this, and I found nothing") for _, text in said] == (
        [True] if now == "there" else []
    )
    assert all(PAGE.url in str(m.blocks) and page.title in str(m.blocks) for _, m in desk.heard.values())


@pytest.mark.slow
def test_in_slack_the_asker_hears_of_the_page_that_came_since(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, close = list[Search](), Search.close
    monkeypatch.setattr(Search, "close", lambda search: closed.append(search) or close(search))
    ts, _ = rig.ask(rig.ada, until="did not find")
    given = {"slack_bot_token": SecretStr(rig.slack.bot_token), "slack_api_url": rig.slack.api_url}
    sweep = look(rig.settings.model_copy(update=given))
    sweep()
    assert not [m for m in rig.thread(ts) if "you asked this" in m.shown]
    page = rig.settings.sources.parent / "docs" / "kiln.md"
    page.write_text("# Kiln alarm\nThe code of the kiln alarm in the north hall is 4711.\n")
    wiring.index(rig.settings).sync(wiring.source(rig.settings, wiring.declared(rig.settings)[0]))
    look(rig.settings.model_copy(update=given))()

    assert rig.seen(lambda: any("you asked this, and I found nothing" in m.shown for m in rig.thread(ts)))
    assert ASKED not in str(rig.engine.connect().execute(sa.text("select * from inbox")).all())
    assert "found an answer" in rig.type(rig.eve, "gaps")
    assert len(closed) == 2  # none holds an index until the next look
