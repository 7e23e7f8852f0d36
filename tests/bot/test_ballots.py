"""Votes on their way in: a reaction finds its answer, also where it comes before we know of it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from bot.events import Reaction, parse_ballot
from bot.events.votes import WHY
from bot.inbox import Inbox, Receipt
from bot.state import posts
from model.answer import Vote
from model.feedback import early, votes

NOW = time.time()
BOT = [{"is_bot": True, "user_id": "UBOT"}]


@pytest.fixture
def engine(anywhere: sa.Engine) -> sa.Engine:
    return anywhere


@pytest.fixture
def inbox(engine: sa.Engine) -> Inbox:
    inbox = Inbox(engine)
    event = {"type": "app_mention", "channel": "C1", "user": "U1", "ts": "1.1", "text": "hi?"}
    inbox.store({"type": "event_callback", "event_id": "Ev1", "event": event, "authorizations": BOT})
    return inbox


def reaction(hand: str = "+1", what: str = "added", at: float = 5.0, **event: Any) -> dict[str, Any]:
    item = {"type": "message", "channel": "C1", "ts": "2.2"}
    given = {"type": f"reaction_{what}", "reaction": hand, "user": "U1", "item": item, "item_user": "UBOT"}
    return {
        "type": "event_callback", "event_id": f"EvR{at}", "authorizations": BOT,
        "event": {**given, "event_ts": str(NOW + at), **event},
    }  # fmt: skip


def form(reasons: tuple[str, ...] = (), correction: str | None = None) -> dict[str, Any]:
    chosen = {"reasons": {"selected_options": [{"value": one} for one in reasons]}}
    values = {"reasons": chosen, "correction": {"correction": {"value": correction}}}
    view = {"callback_id": WHY, "private_metadata": "Ev1", "state": {"values": values}}
    return {"type": "view_submission", "user": {"id": "U1"}, "view": view}


def posted(engine: sa.Engine, key: str = "Ev1", ts: str = "2.2") -> None:
    with engine.begin() as connection:
        connection.execute(posts.insert().values(key=key, channel="C1", thread_ts="1.1", ts=ts))


def counted(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return [vote.value for vote in votes(connection, "Ev1")]


def waiting(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(early)).scalar() or 0


@pytest.mark.parametrize(
    ("hand", "value"),
    [("+1", "up"), ("thumbsup::skin-tone-5", "up"), ("-1::skin-tone-2", "down"), ("thumbsdown", "down")],
)
def test_a_thumb_of_any_skin_under_an_answer_is_a_vote(
    inbox: Inbox, engine: sa.Engine, hand: str, value: str
) -> None:
    posted(engine)

    assert inbox.store(reaction(hand)) is Receipt.STORED
    assert counted(engine) == [value]


@pytest.mark.parametrize(
    "body",
    [
        reaction("heart"),
        reaction(item_user="U2"),
        reaction(user="UBOT"),
        reaction(item={"type": "file", "file": "F1"}),
        {**reaction(), "authorizations": []},
    ],
)
def test_other_reactions_are_none_of_our_business(inbox: Inbox, body: dict[str, Any]) -> None:
    assert parse_ballot(body) is None and inbox.store(body) is Receipt.NOT_OURS


@pytest.mark.parametrize("key", ["Ev1/2", "Ev1/shared", "Ev1/shared/2"])
def test_a_thumb_under_another_message_that_shows_an_answer_is_a_vote_on_it(
    inbox: Inbox, engine: sa.Engine, key: str
) -> None:
    posted(engine, key)
    inbox.store(reaction("-1"))

    assert counted(engine) == ["down"]


def test_a_thumb_that_comes_before_its_message_is_known_is_joined_when_it_is(
    inbox: Inbox, engine: sa.Engine
) -> None:
    inbox.store(reaction("+1", at=5.0))
    inbox.store(reaction("-1", at=6.0))
    assert (counted(engine), waiting(engine)) == ([], 1)

    posted(engine)
    inbox.close("Ev1")

    assert (counted(engine), waiting(engine)) == (["down"], 0)


def test_a_thumb_taken_back_before_its_message_is_known_never_counts(inbox: Inbox, engine: sa.Engine) -> None:
    inbox.store(reaction(what="removed", at=6.0))
    inbox.store(reaction(at=5.0))
    posted(engine)

    inbox.close("Ev1")

    assert (counted(engine), waiting(engine)) == ([], 0)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("often", [6, 7])
def test_thumbs_that_come_all_at_once_end_as_they_are(
    inbox: Inbox, engine: sa.Engine, known: bool, often: int
) -> None:
    if known:
        posted(engine)
    bodies = [reaction(what="removed" if n % 2 else "added", at=float(n)) for n in range(often)]

    def deliver(body: dict[str, Any]) -> None:
        while True:
            try:
                inbox.store(body)
                return
            except sa.exc.IntegrityError:  # not acknowledged: Slack delivers it again
                continue

    with ThreadPoolExecutor(often) as pool:
        list(pool.map(deliver, reversed(bodies)))
    if not known:
        posted(engine)
    inbox.close("Ev1")

    assert counted(engine) == (["up"] if often % 2 else []) and waiting(engine) == 0


def test_a_thumb_under_what_is_no_answer_is_not_kept(inbox: Inbox, engine: sa.Engine) -> None:
    inbox.store(reaction(at=5.0))
    posted(engine, "Ev1/owner")

    assert inbox.store(reaction("-1", at=6.0)) is Receipt.DUPLICATE
    assert waiting(engine) == 0


def test_the_form_says_why(inbox: Inbox, engine: sa.Engine) -> None:
    inbox.store(form(("outdated", "made up"), "  It is 30 weeks.  "))

    with engine.connect() as connection:
        [vote] = votes(connection, "Ev1")
    assert (vote.value, vote.reasons, vote.correction) == ("down", ("outdated",), "It is 30 weeks.")


def test_an_empty_form_and_the_forms_of_others_say_nothing(inbox: Inbox) -> None:
    assert parse_ballot(form()) is None
    assert parse_ballot({**form(("wrong",)), "view": {"callback_id": "theirs"}}) is None


def test_what_a_reaction_is_on_is_known_by_channel_and_time() -> None:
    ballot = parse_ballot(reaction("-1", "removed", 7.5))

    assert isinstance(ballot, Reaction) and (ballot.channel, ballot.ts) == ("C1", "2.2")
    assert isinstance(ballot.vote, Vote) and (ballot.vote.value, ballot.vote.via) == ("-down", "reaction")
