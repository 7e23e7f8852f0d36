"""What found no answer: put together by meaning, counted by people, and shown without what is private."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from spoken import footnote

from bot.blocks.orders import said
from bot.commands import Order, Reply
from bot.commands.gaps import Gaps
from bot.inbox import Inbox
from bot.learning.desk import Desk, may_be_learnt
from bot.learning.gaps import Missed, close, gaps
from bot.learning.keeper import Keeper
from bot.memory.audit import Audit
from bot.state import inbox
from docs.gaps import labelled, shares
from model.answer import Answer, Status
from model.learning import gist, optout, verified
from model.learning.case import Terms
from model.learning.gist import gists, grouped
from model.learning.verified import Verified
from model.trail import Trail
from retrieval.passage import EVERYONE, VERIFIED, Audience, Hit, Passage, SearchUnavailable
from retrieval.rows import Found

KILN, DOG = ("e", "aa" * 32), ("e", "0f" * 32)  # what two questions mean
NEAR = Passage("p1", "kb/pay.md", "kb", "Pay", "Pay is made on the 25th.", 0, 24, "https://k.example/pay")
PAGE = Found("kb/pay.md", "kb", "When pay is made", NEAR.url, Audience(), 1, "d", "r", datetime.now(UTC))
OPEN, CLOSED = "C0OPEN", "C0SHUT"


class Company:
    """Questions of people that found nothing, in an inbox that keeps their words or does not."""

    def __init__(self, engine: sa.Engine, *, slack_text: bool = False) -> None:
        self.engine, self.times = engine, 0
        self.means: tuple[str, str] | None = None
        learnt = may_be_learnt if slack_text else lambda *_: False
        self.inbox = Inbox(
            engine, learnt=learnt, gist=lambda one: self.means if one.status == "not_found" else None
        )

    def asks(self, person: str, means: tuple[str, str] | None, channel: str = OPEN, **answer: Any) -> str:
        """A question and what came of it; its id."""
        self.times += 1
        id, ts = f"Ev{self.times}", f"{self.times}.1"
        event = {"type": "app_mention", "channel": channel, "ts": ts, "user": person, "text": f"kiln {ts}?"}
        event |= {"type": "message", "channel_type": "im"} if channel.startswith("D") else {}
        self.inbox.store({"type": "event_callback", "event_id": id, "team_id": "T1", "event": event})
        self.means = means
        trail = Trail(hits=(Hit(NEAR, 1.0),), sure=0.1, days=30)
        given = Answer(id, f"kiln {ts}?", Status.NOT_FOUND, "Nothing.", trail=trail)
        self.inbox.answered(id, replace(given, **answer), Audience())
        self.inbox.close(id)
        return id

    def found(self) -> list[tuple[int, int]]:
        """People and questions of each gap, as they are listed."""
        with self.engine.connect() as connection:
            every = gaps(connection, datetime.now(UTC) - timedelta(days=1))
        return [(gap.people, len(gap.asked)) for gap in every]

    def command(self, readers: Audience, there: Callable[[str], Audience]) -> Gaps:
        keeper = Keeper(self.engine, VERIFIED, 180, lambda _: None, lambda: Terms(set), lambda _: None)
        found = {PAGE.uri: PAGE}.get
        return Gaps(keeper, lambda who, admin: admin, lambda _: readers, there, found, link)


def link(one: Missed) -> str:
    return f"https://x.example/archives/{one.channel}/p{one.message_ts}"


def shown(company: Company, *principals: str, admin: bool = True) -> Reply:
    def there(channel: str) -> Audience:
        return Audience() if channel == OPEN else Audience.of(f"channel:{channel}")

    order = Order("c1", "U0EVE", OPEN, (), datetime.now(UTC), admin=admin)
    return company.command(Audience.of(*principals), there).run(order)


@pytest.fixture
def company(anywhere: sa.Engine) -> Company:
    return Company(anywhere)


def test_what_asks_the_same_is_one_gap_and_the_most_people_come_first(company: Company) -> None:
    for person, means in (
        ("U0A", DOG),
        ("U0A", DOG),
        ("U0A", DOG),
        ("U0A", KILN),
        ("U0B", KILN),
        ("U0B", None),
    ):
        company.asks(person, means)
    company.asks("U0C", KILN, status=Status.ANSWERED)

    assert company.found() == [(2, 2), (1, 3), (1, 1)]


def test_other_embedders_bits_are_not_compared(company: Company) -> None:
    company.asks("U0A", KILN)
    company.asks("U0B", ("another", KILN[1]))

    assert company.found() == [(1, 1), (1, 1)]


def test_who_opted_out_is_not_counted_and_what_they_meant_is_not_kept(company: Company) -> None:
    company.asks("U0A", KILN)
    Desk(company.engine, lambda: Terms(set)).optout("U0A", True)
    company.asks("U0A", KILN)

    with company.engine.connect() as connection:
        assert connection.execute(sa.select(gists)).all() == [] and optout.out(connection).has("U0A")
    assert company.found() == []


def test_who_opts_out_again_has_the_index_brought_up_to_it_where_that_failed(company: Company) -> None:
    told = list[str]()

    def publish() -> None:
        told.append("told")
        if len(told) == 1:
            raise SearchUnavailable("The index cannot be asked.")

    desk = Desk(company.engine, lambda: Terms(set), publish)
    with pytest.raises(SearchUnavailable):
        desk.optout("U0A", True)

    desk.optout("U0A", True)

    assert len(told) == 2


def test_a_verified_answer_closes_what_was_asked_before_it_by_whoever_may_read_it(company: Company) -> None:
    company.asks("U0A", KILN)
    there = company.asks("U0B", KILN, CLOSED)
    company.asks("U0C", KILN, CLOSED)
    told = ("U0EVE", "Eve", "U0B", "", "It is 9 days.", "https://x.example/p2", False)
    now = datetime.now(UTC) + timedelta(seconds=5)
    one = Verified(there, VERIFIED, CLOSED, "2.1", "3.1", *told, now, date(2020, 1, 1))
    with company.engine.begin() as connection:
        verified.put(connection, one)
    assert company.found() == [(1, 1)]

    with company.engine.begin() as connection:
        connection.execute(verified.verified.update().values(open=True))
    assert company.found() == []
    with company.engine.begin() as connection:
        connection.execute(
            inbox.update().where(inbox.c.person == "U0C").values(received_at=now.timestamp() + 9)
        )
    assert company.found() == [(1, 1)]
    late = shown(company, EVERYONE).text
    assert "To be looked at again:\n- “It is 9 days.”, by Eve, since 2020-01-01" in late


@pytest.mark.parametrize("how", ["answered", "closed"])
def test_what_was_asked_before_it_stays_closed_when_the_first_question_is_too_old_to_be_listed(
    company: Company, how: str
) -> None:
    first = company.asks("U0A", KILN)
    company.asks("U0B", KILN)
    told = ("U0EVE", "Eve", "U0A", "", "It is 9 days.", "https://x.example/p2", True)
    one = Verified(first, VERIFIED, OPEN, "1.1", "3.1", *told, datetime.now(UTC), date(2020, 1, 1))
    with company.engine.begin() as connection:
        if how == "answered":
            verified.put(connection, one)
        else:
            close(connection, first, datetime.now(UTC).timestamp())
        days = {"received_at": inbox.c.received_at - 2 * 86_400}
        connection.execute(inbox.update().where(inbox.c.person == "U0A").values(days))

    assert company.found() == []
    company.asks("U0C", KILN)
    assert company.found() == [(1, 1)]


def test_a_gap_that_needs_no_answer_is_closed_by_who_reviews_until_somebody_asks_it_again(
    company: Company,
) -> None:
    first = company.asks("U0A", KILN)
    company.asks("U0B", KILN)
    gap = company.command(Audience(), lambda _: Audience())

    def said_of(code: str, *, admin: bool = True) -> str:
        return gap.close(Order("c2", "U0EVE", OPEN, (code,), datetime.now(UTC), admin=admin)).text

    assert "Only those who review" in said_of(first, admin=False)
    assert (
        "no such gap" in said_of("Ev9") and "no such gap" in said_of("%") and "no such gap" in said_of("Ev")
    )
    assert company.found() == [(2, 2)]
    assert f"`{first}`" in shown(company, EVERYONE).text.replace("Ev2", first)

    assert "no gap any more" in said_of(first) and "no gap any more" in said_of(first)
    assert company.found() == [] and [one.what for one in Audit(company.engine).latest()] == ["close gap"] * 2
    company.asks("U0C", KILN)
    assert company.found() == [(1, 1)]


def test_who_else_asked_the_same_is_owed_a_word_once_where_they_asked_last(company: Company) -> None:
    there = company.asks("U0A", KILN)
    for person, channel in (("U0B", OPEN), ("U0B", CLOSED), ("U0C", "D0C"), ("U0EVE", OPEN), ("U0D", OPEN)):
        company.asks(person, DOG if person == "U0D" else KILN, channel)
    told = ("U0EVE", "Eve", "U0A", "", "It is 9 days.", "https://x.example/p2", True)
    one = Verified(there, "", OPEN, "1.1", "9.1", *told, datetime.now(UTC), date(2020, 1, 1))
    keeper = company.command(Audience(), lambda _: Audience()).keeper

    assert keeper.keep(one) == keeper.keep(one)

    with company.engine.connect() as connection:
        rows = connection.execute(sa.select(inbox).where(inbox.c.kind == "told")).all()
    assert sorted((row.person, row.channel, row.thread_ts, row.direct) for row in rows) == [
        ("U0B", CLOSED, "3.1", False),
        ("U0C", "D0C", "4.1", True),
    ]


@pytest.mark.parametrize("slack_text", [False, True])
def test_words_are_shown_where_they_are_kept_and_only_to_who_could_read_them(
    engine: sa.Engine, slack_text: bool
) -> None:
    company = Company(engine, slack_text=slack_text)
    company.asks("U0A", KILN, CLOSED)
    company.asks("U0A", DOG)
    company.asks("U0B", ("e", "f0" * 32), "D0B")

    [title, *lines] = (reply := shown(company, EVERYONE)).text.split("\n")

    assert title.startswith("3 questions of the last 30 days") and "U0" not in reply.text
    kept, near = "“kiln 2.1?”", "near “When pay is made”"
    assert sorted(line.partition(" · ")[0] for line in lines) == sorted(
        [f"- {near}"] * 2 + [f"- {kept if slack_text else near}"]
    )
    assert [(label, url) for _, label, url in reply.links] == [
        ("open", f"https://x.example/archives/{OPEN}/p2.1")
    ]
    inside = shown(company, EVERYONE, f"channel:{CLOSED}")
    assert ("“kiln 1.1?”" in inside.text) == slack_text and "kiln 3.1" not in inside.text
    assert len(inside.links) == 2
    assert "asked where you cannot read it" in shown(company, "user:U0GUEST").text


def test_only_those_who_review_see_them_and_each_has_its_link(company: Company) -> None:
    company.asks("U0A", KILN)

    assert "Only those who review" in shown(company, EVERYONE, admin=False).text
    reply = shown(company, EVERYONE)
    [block] = said(reply.text, [list(one) for one in reply.links]).blocks
    assert block["elements"][-1]["elements"][0]["elements"][-1] == {
        "type": "link",
        "url": f"https://x.example/archives/{OPEN}/p1.1",
        "text": "open",
    }


def test_the_bits_tell_questions_apart_nearly_as_their_vectors_do() -> None:
    draw = np.random.default_rng(7)
    one, other = draw.standard_normal((2, 384)).astype(np.float32)
    near = one + 0.3 * other

    assert grouped([gist.gist(one), gist.gist(near), gist.gist(other)]) == [0, 0, 2]
    alike = gist.likeness([gist.gist(one), gist.gist(near)])[0, 1]
    assert abs(alike - near @ one / np.linalg.norm(near) / np.linalg.norm(one)) < 0.15
    assert grouped([]) == [] and len(gist.gist(one)) == 64


def test_the_labelled_questions_are_in_groups_of_several_wordings() -> None:
    for half in ("written", "held"):
        numbers = [group for _, group in labelled(half)]
        assert shares(numbers, numbers) == (1.0, 1.0) and all(numbers.count(n) > 2 for n in numbers)


def test_the_terminal_says_of_a_direct_message_neither_words_nor_where(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    company = Company(engine, slack_text=True)
    company.asks("U0A", KILN)
    company.asks("U0B", DOG, "D0B")

    listed, told = footnote("gaps").stdout, json.loads(footnote("gaps", "--json").stdout)

    [alone], [there] = (gap["asked"] for gap in told["gaps"])
    assert "kiln 1.1?" in listed and "kiln 2.1?" not in listed
    assert sorted(alone) == ["answer", "at", "direct"] and alone["direct"]
    assert (there["question"], there["channel"], there["message_ts"]) == ("kiln 1.1?", OPEN, "1.1")


def test_the_terminal_lists_them_without_anybodys_id(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    company = Company(engine)
    for person in ("U0A", "U0B"):
        company.asks(person, KILN)

    listed, told = footnote("gaps").stdout, json.loads(footnote("gaps", "--json").stdout)
    unknown, closed = footnote("gaps", "--close", "Ev7"), footnote("gaps", "--close", "Ev2")

    assert unknown.returncode == 2 and "no such gap" in unknown.stderr
    assert "no gap any more" in closed.stdout and company.found() == []
    assert "2 people, 2 times" in listed and "near kb/pay.md" in listed and "days: 1." in listed
    assert [gap["people"] for gap in told["gaps"]] == [2] and "U0" not in listed + json.dumps(told)
