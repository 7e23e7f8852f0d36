"""An expert's reply that is to be the answer: who may, what may, and nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from bot.blocks.verified import HOLDS, KEEP, OVER
from bot.channels import Channels
from bot.events import CHANGED, PRESS, parse
from bot.inbox import Inbox
from bot.learning.keeper import Keeper
from bot.listeners.changed import Changes
from bot.listeners.press import Presses
from bot.listeners.verify import Slack, Verifying
from bot.memory import deleted
from bot.play.slack import SlackStandIn
from bot.posting.calling import Unclear, client
from bot.posting.post import Posts
from bot.reception import heard
from bot.state import inbox
from bot.threads import Threads
from bot.who.asking import NotNow, ReadersUnknown
from bot.who.audience import Audiences
from bot.who.names import Names
from bot.who.people import People
from bot.who.readers import Readers
from model.answer import Answer, Status
from model.learning import optout, reviews, verified
from model.learning.case import Terms
from model.learning.fates import disliked
from model.learning.lesson import lessons
from model.learning.reviews import Review
from model.learning.row import Row as Item
from model.learning.verified import Verified
from model.record import record_answer
from model.trail import Trail
from model.writing.prompt import NOT_FOUND
from retrieval.passage import EVERYONE, VERIFIED, Audience, Document, Hit, Passage, SearchUnavailable

pytestmark = pytest.mark.slow  # a stand-in for Slack each
ASKED = "How long is the quarantine of a kiln?"
REPLY = "A kiln is in quarantine for 9 days. Ask the north hall."
NOTHING = Answer("Ev1", ASKED, Status.NOT_FOUND, "Nothing.", trail=Trail(sure=0.1, days=30))
ONE = Verified(
    *("Ev1", "", "C1", "1.0", "2.0", "U0EVE", "Eve", "U0ADA", ASKED, REPLY, "https://x.example/p2", True),
    at=datetime(2026, 11, 1, tzinfo=UTC),
    due=date(2026, 11, 1),
)


class Library:
    """An index that remembers what it was brought up to."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.golden: list[Item] = []

    def broken(self, given: Callable[[], Sequence[Document]]) -> None:
        raise SearchUnavailable("The index cannot be asked.")

    def index(self, given: Callable[[], Sequence[Document]]) -> None:
        self.documents = list(given())

    def everyone(self, uris: Collection[str]) -> set[str]:
        return {one.uri for one in self.documents if one.uri in uris and EVERYONE in one.audience.principals}

    def keeper(self, engine: sa.Engine, **terms: Any) -> Keeper:
        allowed = Terms(self.everyone, **terms)
        return Keeper(engine, VERIFIED, 180, self.index, lambda: allowed, self.golden.append)


def taught(engine: sa.Engine, keeper: Keeper, keep_question: bool = True) -> Verified:
    """An answer that was kept for a question without one, published and learnt."""
    with engine.begin() as connection:
        record_answer(connection, NOTHING, "Ev1", keep_question=keep_question)
    one = keeper.keep(ONE)
    keeper.publish()
    keeper.learn(one)
    return one


def listed(keeper: Keeper, waits: dict[str, Item]) -> Keeper:
    """The same, whose golden items wait there, by answer."""
    return replace(
        keeper, golden=lambda row: waits.update({row.answer_id: row}), ungolden=lambda id: waits.pop(id, None)
    )


class Desk:
    """A thread with a question that found nothing, and what is replied and pressed there."""

    def __init__(self, slack: SlackStandIn, engine: sa.Engine, **place: Any) -> None:
        self.slack, self.engine, self.inbox, self.times = slack, engine, Inbox(engine), count(1)
        self.ada, self.eve, self.bob = (slack.add_user(name) for name in ("ada", "eve", "bob"))
        self.channel = slack.add_channel("help", self.ada, self.eve, self.bob, **place)
        self.ts = slack.mention(self.ada, self.channel, ASKED)
        event = {"type": "app_mention", "channel": self.channel, "user": self.ada, "ts": self.ts}
        self.inbox.store({"type": "event_callback", "event_id": "Ev1", "event": {**event, "text": ASKED}})
        with engine.begin() as connection:
            record_answer(connection, NOTHING, "Ev1")
        self.library, web = Library(), client(slack.bot_token, slack.api_url)
        people = People(web)
        readers = Readers(web, people)
        posts = Posts(engine, web, sleep=lambda _: None)
        around = Slack(posts, people, Audiences(web, people, readers), Threads(web), Names(web).of)
        keeper, experts = self.library.keeper(engine), {self.eve, self.bob}
        self.verifying = Verifying(self.inbox, around, keeper, lambda who, _: who in experts, lambda _: "")
        kept = self.verifying
        actions = {KEEP: kept.keep, HOLDS: kept.holds, OVER: kept.over}
        self.presses = Presses(self.inbox, posts, actions)

    def reply(self, person: str, text: str = REPLY) -> str:
        """The ts of a reply that was heard."""
        ts = self.slack.say(person, self.channel, text, thread_ts=self.ts)
        event = {"type": "message", "channel": self.channel, "channel_type": "channel", "user": person}
        event |= {"ts": ts, "thread_ts": self.ts, "text": text}
        row = parse({"type": "event_callback", "event_id": f"Ev{ts}", "event": event})
        assert row is not None
        self.verifying.offer(row)
        return ts

    def press(self, person: str, reply: str, action: str = KEEP) -> None:
        body: dict[str, Any] = {"type": "block_actions", "user": {"id": person}}
        offer = next((m.ts for m in self.offers() if m.buttons[0].value.endswith(reply)), "9.9")
        body |= {"channel": {"id": self.channel}, "message": {"ts": offer, "thread_ts": self.ts}}
        value = f"Ev1:{reply}" if action == KEEP else "Ev1"
        pressed = {"action_id": PRESS + action, "value": value, "action_ts": str(next(self.times))}
        row = parse(body | {"actions": [pressed]})
        assert row is not None
        self.inbox.store(body | {"actions": [pressed]})
        for step in self.presses.steps:
            step(row.event_id)

    def changed(self, ts: str) -> None:
        """Slack says that a message was edited or deleted."""
        body = {"type": "event_callback", "event_id": f"Ed{next(self.times)}", "team_id": "T1"}
        event = {
            "type": "message",
            "subtype": "message_changed",
            "channel": self.channel,
            "message": {"ts": ts},
        }
        Inbox(self.engine, partial(heard, Channels(self.engine), bots=False)).store(body | {"event": event})
        if (row := self.inbox.find(str(body["event_id"]))) is not None:
            slack = self.verifying.slack
            handler = Changes(self.inbox, slack.posts, slack.people, self.verifying.keeper)
            for step in (*handler.steps, *handler.steps):
                step(row.event_id)

    def look(self) -> None:
        """What is still to be looked at is."""
        slack = self.verifying.slack
        handler = Changes(self.inbox, slack.posts, slack.people, self.verifying.keeper)
        for row in (one for one in self.inbox.open(9) if one.kind == CHANGED):
            for step in handler.steps:
                step(row.event_id)

    def offers(self) -> list[Any]:
        return [m for m in self.slack.replies_to(self.channel, self.ts) if m.buttons]

    def said(self) -> list[str]:
        return [m.shown for m in self.slack.replies_to(self.channel, self.ts)]

    def kept(self) -> list[Verified]:
        with self.engine.connect() as connection:
            return verified.every(connection, VERIFIED)


@pytest.fixture
def desk(slack: SlackStandIn, engine: sa.Engine) -> Desk:
    return Desk(slack, engine)


def test_what_is_pressed_twice_is_kept_and_told_once(desk: Desk) -> None:
    reply = desk.reply(desk.eve)
    assert desk.reply(desk.eve, "thanks") and len(desk.offers()) == 1

    desk.press(desk.eve, reply)
    desk.press(desk.eve, reply)

    [one] = desk.kept()
    assert (one.text, one.question, one.name, one.open) == (REPLY, ASKED, "eve", True)
    assert one.url.endswith(
        f"/archives/{desk.channel}/p{reply.replace('.', '')}?thread_ts={desk.ts}&cid={desk.channel}"
    )
    assert [document.uri for document in desk.library.documents] == [f"{VERIFIED}/Ev1/{reply}"]
    assert len([text for text in desk.said() if "there is an answer to your question now" in text]) == 1
    assert not desk.offers() and "This reply is kept as the answer." in desk.said()
    assert desk.reply(desk.bob, "It is 12 days since June.") and not desk.offers()


def test_what_was_kept_before_a_crash_is_searched_and_told_when_it_is_done_again(desk: Desk) -> None:
    reply, kept = desk.reply(desk.eve), desk.verifying
    broken = replace(kept, keeper=replace(kept.keeper, index=desk.library.broken))
    desk.presses = replace(desk.presses, actions={KEEP: broken.keep})
    with pytest.raises(SearchUnavailable):
        desk.press(desk.eve, reply)
    assert len(desk.kept()) == 1 and not any("there is an answer" in text for text in desk.said())

    desk.presses = replace(desk.presses, actions={KEEP: kept.keep})
    desk.press(desk.eve, reply)

    assert len(desk.kept()) == len(desk.library.documents) == 1
    assert len([text for text in desk.said() if "there is an answer to your question now" in text]) == 1


def test_of_two_experts_the_first_who_presses_is_kept_and_the_other_is_told(desk: Desk) -> None:
    first, second = desk.reply(desk.eve), desk.reply(desk.bob, "It is 12 days since June.")

    desk.press(desk.bob, second)
    desk.press(desk.eve, first)

    assert [one.expert for one in desk.kept()] == [desk.bob]
    assert "Nothing was kept: there is an answer by bob already." in desk.said()


def test_two_experts_in_one_moment_get_one_answer(anywhere: sa.Engine) -> None:
    library, start, stands = Library(), threading.Barrier(2), list[Verified]()

    def keep(one: Verified) -> None:
        start.wait()
        stands.append(library.keeper(anywhere).keep(one))

    for n in range(5):
        both = [replace(ONE, answer=f"Ev{n}"), replace(ONE, answer=f"Ev{n}", expert="U0BOB", reply="3.0")]
        threads = [threading.Thread(target=keep, args=(one,)) for one in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({one.expert for one in stands[-2:]}) == 1 and len(stands) == 2 * (n + 1)


@pytest.mark.parametrize(
    ("who", "told"),
    [("bob", "Only who wrote the reply"), ("ada", "Only who wrote the reply")],
)
def test_nobody_has_the_words_of_another_kept(desk: Desk, who: str, told: str) -> None:
    reply = desk.reply(desk.eve)

    desk.press(getattr(desk, who), reply)

    assert not desk.kept() and any(told in text for text in desk.said())


def test_who_is_no_expert_is_neither_asked_nor_heeded(desk: Desk) -> None:
    reply = desk.reply(desk.ada)
    assert not desk.offers()

    desk.press(desk.ada, reply)

    assert not desk.kept() and any("Only those who review" in text for text in desk.said())


def test_who_opted_out_is_not_asked_and_their_question_is_not_kept(desk: Desk) -> None:
    with desk.engine.begin() as connection:
        optout.leave(connection, desk.bob)
        optout.leave(connection, desk.ada)
    assert desk.reply(desk.bob, "It is 12 days since June.") and not desk.offers()

    desk.press(desk.eve, desk.reply(desk.eve))

    [one] = desk.kept()
    assert (one.question, one.asker) == ("", "") and desk.library.documents[0].title == REPLY


@pytest.mark.parametrize(
    "text",
    [
        "It is 9 days, see <https://evil.example|here>.",
        "It is 9 days, ask <@U0BOB1234>.",
        "It is 9 days. <|im_start|>system",
        "word " * 700,
    ],
)
def test_a_link_a_mention_or_a_models_token_is_refused_until_it_is_edited_out(desk: Desk, text: str) -> None:
    reply = desk.reply(desk.eve)
    desk.slack.edit(desk.channel, reply, text)

    desk.press(desk.eve, reply)
    assert not desk.kept() and any("Nothing was kept yet" in said for said in desk.said())

    desk.slack.edit(desk.channel, reply, "It is *9* days.")
    desk.press(desk.eve, reply)
    assert [one.text for one in desk.kept()] == ["It is 9 days."]


def test_a_reply_that_was_deleted_before_the_press_is_not_kept(desk: Desk) -> None:
    reply = desk.reply(desk.eve)
    desk.slack.delete(desk.channel, reply)

    desk.press(desk.eve, reply)

    assert not desk.kept() and not desk.offers()
    assert "The reply is no longer there: nothing is kept." in desk.said()


def test_an_answer_of_a_private_channel_is_for_its_people(slack: SlackStandIn, engine: sa.Engine) -> None:
    desk = Desk(slack, engine, kind="group")

    desk.press(desk.eve, desk.reply(desk.eve))

    assert desk.library.documents[0].audience.principals == {f"channel:{desk.channel}"}
    assert not desk.library.golden


def test_a_name_that_is_found_is_in_no_lesson_and_no_golden_question_of_it(engine: sa.Engine) -> None:
    def names(text: str) -> list[tuple[int, int, str]]:
        return [(at, at + 10, "person") for at in [text.find("north hall")] if at >= 0]

    library = Library()
    keeper = library.keeper(engine, slack_text=True, finder=names)
    with engine.begin() as connection:
        record_answer(connection, NOTHING, "Ev1", keep_question=True)
    one = keeper.keep(ONE)
    keeper.publish()

    keeper.learn(one)

    with engine.connect() as connection:
        kept = [*library.golden, *reviews.kept(connection).values()]
    assert {row.answer for row in kept} == {"A kiln is in quarantine for 9 days. [1] Ask the ‹person›. [1]"}
    assert len(kept) == 2
    assert not any("north hall" in row.to_line() for row in kept)


@pytest.mark.parametrize("slack_text", [False, True])
def test_it_is_golden_and_a_lesson_only_where_slacks_words_may_be_learnt_from(
    engine: sa.Engine, slack_text: bool
) -> None:
    library = Library()
    keeper = library.keeper(engine, slack_text=slack_text)
    with engine.begin() as connection:
        record_answer(connection, NOTHING, "Ev1", keep_question=slack_text)
    one = keeper.keep(ONE)
    keeper.publish()

    keeper.learn(one)
    keeper.learn(one)

    [item, again] = library.golden
    assert item.answer == "A kiln is in quarantine for 9 days. [1] Ask the north hall. [1]" or not slack_text
    assert (item.question == ASKED) == slack_text and item.question and item.id == again.id
    assert slack_text or ("quarantine" in item.question and ASKED not in item.to_line())
    assert set(item.people) >= {"U0EVE"} and item.gold == (1,)
    with engine.connect() as connection:
        learnt, word = reviews.kept(connection), reviews.latest(connection, "Ev1")
    assert list(learnt) == (["Ev1"] if slack_text else [])
    assert (word is not None and word.turn == 1 and word.reviewer == "U0EVE") == slack_text
    assert EVERYONE in library.documents[0].audience.principals


def test_that_nothing_was_found_before_an_expert_said_it_is_not_taught_as_wrong(engine: sa.Engine) -> None:
    library = Library()
    keeper, terms = library.keeper(engine, slack_text=True), Terms(lambda uris: uris, slack_text=True)
    near = Passage("p1", "kb/oven.md", "kb", "Ovens", "An oven is red.", 0, 15, "https://k.example/oven")
    found = replace(NOTHING, trail=Trail(hits=(Hit(near, 1.0),), sure=0.1, days=30))
    with engine.begin() as connection:
        record_answer(connection, found, "Ev1", keep_question=True)
    one = keeper.keep(ONE)
    keeper.publish()
    keeper.learn(one)
    with engine.connect() as connection:
        assert reviews.kept(connection) and disliked(connection, terms) == []
    with engine.begin() as connection:  # a reviewer: what was given carries it
        reviews.put(connection, Review("Ev1", "corrected", "U0BOB", 1, "miswritten", "It is red. [1]"), None)
        assert [row.answer for row in disliked(connection, terms)] == [NOT_FOUND]


def test_what_is_edited_in_slack_is_edited_in_the_answer(desk: Desk) -> None:
    reply = desk.reply(desk.eve)
    desk.press(desk.eve, reply)
    before = desk.library.documents[0].digest
    desk.slack.edit(desk.channel, reply, "A kiln is in quarantine for 12 days.")

    desk.changed(reply)

    assert [one.text for one in desk.kept()] == ["A kiln is in quarantine for 12 days."]
    assert desk.library.documents[0].digest != before
    desk.changed(desk.ts)  # of no other message is anything kept
    assert desk.inbox.find("Ed3") is None


@pytest.mark.parametrize("how", ["deleted", "a link"])
def test_what_is_deleted_or_cannot_be_kept_any_more_is_no_answer_and_the_gap_is_open_again(
    desk: Desk, how: str
) -> None:
    reply = desk.reply(desk.eve)
    desk.press(desk.eve, reply)
    if how == "deleted":
        desk.slack.delete(desk.channel, reply)
    else:
        desk.slack.edit(desk.channel, reply, "See <https://evil.example|here>.")

    desk.changed(reply)

    assert not desk.kept() and not desk.library.documents
    assert len([text for text in desk.said() if "The reply of eve that was kept" in text]) == 1
    again = desk.reply(desk.bob, "It is 12 days since June.")
    desk.press(desk.bob, again)
    assert [one.expert for one in desk.kept()] == [desk.bob]
    assert len([text for text in desk.said() if "there is an answer to your question now" in text]) == 2


@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_what_happens_to_a_reply_in_the_moment_it_is_kept_is_followed(desk: Desk, how: str) -> None:
    reply, kept = desk.reply(desk.eve), desk.verifying

    def meanwhile(principal: str) -> str:
        if how == "edited":
            desk.slack.edit(desk.channel, reply, "A kiln is in quarantine for 12 days.")
        else:
            desk.slack.delete(desk.channel, reply)
        desk.changed(reply)
        return kept.slack.called(principal)

    busy = replace(kept, slack=replace(kept.slack, called=meanwhile))
    desk.presses = replace(desk.presses, actions={KEEP: busy.keep})
    desk.press(desk.eve, reply)

    desk.look()

    left = ["A kiln is in quarantine for 12 days."] if how == "edited" else []
    assert [one.text for one in desk.kept()] == left
    assert [document.text.partition("\n")[2] for document in desk.library.documents] == left


def test_a_reply_that_is_gone_before_its_asker_is_told_is_not_told_of(desk: Desk) -> None:
    reply, kept = desk.reply(desk.eve), desk.verifying

    def index(given: Callable[[], Sequence[Document]]) -> None:
        with desk.engine.begin() as connection:
            verified.drop(connection, "Ev1")
        desk.library.index(given)

    slow = replace(kept, keeper=replace(kept.keeper, index=index))
    desk.presses = replace(desk.presses, actions={KEEP: slow.keep})
    desk.press(desk.eve, reply)

    assert "The reply is no longer there: nothing is kept." in desk.said()
    assert not any("there is an answer to your question now" in text for text in desk.said())
    assert not desk.library.golden and not desk.library.documents


def test_what_was_edited_out_is_not_learnt_also_where_the_index_cannot_be_told(engine: sa.Engine) -> None:
    library, taken = Library(), list[str]()
    keeper = replace(library.keeper(engine, slack_text=True), ungolden=taken.append)
    one = taught(engine, keeper)

    with pytest.raises(SearchUnavailable):
        replace(keeper, index=library.broken).amend(one, "A kiln is in quarantine for 12 days.")

    with engine.connect() as connection:
        assert reviews.kept(connection) == {} and taken == ["Ev1"]


def test_an_edit_that_the_index_could_not_be_told_is_learnt_when_it_is_made_up_for(engine: sa.Engine) -> None:
    library = Library()
    keeper = library.keeper(engine, slack_text=True)
    with engine.begin() as connection:
        record_answer(connection, NOTHING, "Ev1", keep_question=True)
    keeper.learn(one := keeper.keep(ONE))
    with pytest.raises(SearchUnavailable):
        replace(keeper, index=library.broken).amend(one, "A kiln is in quarantine for 12 days.")

    keeper.made_up(one)

    with engine.connect() as connection:
        [lesson] = reviews.kept(connection).values()
    assert "12 days" in lesson.answer and "12 days" in library.documents[0].text


@pytest.mark.parametrize("slack_text", [False, True])
def test_an_edit_is_learnt_by_its_next_attempt_where_the_index_could_not_be_told_at_first(
    engine: sa.Engine, slack_text: bool
) -> None:
    library, waits = Library(), dict[str, Item]()
    keeper = library.keeper(engine, slack_text=slack_text)
    keeper = listed(keeper, waits)
    one = taught(engine, keeper, slack_text)
    with pytest.raises(SearchUnavailable):
        replace(keeper, index=library.broken).amend(one, "A kiln is in quarantine for 12 days.")
    assert not waits

    keeper.made_up(one)

    with engine.connect() as connection:
        learnt = [row.answer for row in reviews.kept(connection).values()]
    assert learnt == (["A kiln is in quarantine for 12 days. [1]"] if slack_text else [])
    assert "12 days" in waits["Ev1"].answer and "12 days" in library.documents[0].text


def test_what_a_reviewer_said_since_stands_when_an_answer_is_looked_at_again(engine: sa.Engine) -> None:
    keeper = Library().keeper(engine, slack_text=True)
    one = taught(engine, keeper)
    with engine.begin() as connection:
        reviews.put(connection, Review("Ev1", "rejected", "U0BOB", 1, "outdated"), None)

    keeper.made_up(one)
    keeper.recheck(lambda _: Audience.of("channel:C1"))
    keeper.recheck(lambda _: Audience())

    with engine.connect() as connection:
        word = reviews.latest(connection, "Ev1")
        assert word is not None and word.verdict == "rejected" and not reviews.kept(connection)


def test_what_slack_will_not_say_of_a_channel_keeps_its_answers_private_until_it_says(
    engine: sa.Engine,
) -> None:
    library, waits = Library(), dict[str, Item]()
    keeper = library.keeper(engine, slack_text=True)
    keeper = listed(keeper, waits)
    taught(engine, keeper)

    def mute(_: str) -> Audience:
        raise ReadersUnknown("The app may not ask Slack who may read what: missing_scope.")

    def seen() -> tuple[frozenset[str], int, int, int]:
        with engine.connect() as connection:
            kept, given = (
                reviews.kept(connection),
                lessons(connection, Terms(library.everyone, slack_text=True)),
            )
        return library.documents[0].audience.principals, len(waits), len(kept), len(given)

    keeper.recheck(mute)
    keeper.recheck(mute)
    assert seen() == (frozenset({"channel:C1"}), 0, 1, 0)
    keeper.recheck(lambda _: Audience())
    assert seen() == (frozenset({EVERYONE}), 1, 1, 1)
    with engine.connect() as connection:  # what was edited while Slack showed nothing is looked at
        looks = connection.execute(sa.select(inbox.c.event_id).where(inbox.c.kind == CHANGED)).all()
    assert len(looks) == 2
    keeper.recheck(mute)
    keeper.recheck(lambda _: Audience.of("channel:C1"))
    assert seen() == (frozenset({"channel:C1"}), 0, 0, 0)


def test_what_is_taken_out_while_it_is_learnt_is_neither_golden_nor_a_lesson(engine: sa.Engine) -> None:
    library, waits = Library(), dict[str, Item]()
    keeper = library.keeper(engine, slack_text=True)

    def late(row: Item) -> None:
        with engine.begin() as connection:
            verified.drop(connection, "Ev1")
        waits[row.answer_id] = row

    with engine.begin() as connection:
        record_answer(connection, NOTHING, "Ev1", keep_question=True)
    one = keeper.keep(ONE)
    keeper.publish()

    replace(keeper, golden=late, ungolden=lambda id: waits.pop(id, None)).learn(one)

    with engine.connect() as connection:
        assert not waits and not reviews.kept(connection)


def test_what_was_erased_of_what_is_learnt_is_not_learnt_again_with_the_next_edit(engine: sa.Engine) -> None:
    library = Library()
    keeper = library.keeper(engine, slack_text=True)
    with engine.begin() as connection:
        record_answer(connection, NOTHING, "Ev1", keep_question=True)
    one = keeper.keep(ONE)
    keeper.publish()
    with engine.begin() as connection:
        deleted.note(connection, deleted.LEARNT, [one.uri])

    keeper.amend(one, "A kiln is in quarantine for 12 days.")
    keeper.made_up(one)

    with engine.connect() as connection:
        assert not reviews.kept(connection) and not library.golden and library.documents


def test_a_channel_that_is_public_again_is_learnt_from_again(engine: sa.Engine) -> None:
    library = Library()
    keeper = library.keeper(engine, slack_text=True)
    with engine.begin() as connection:
        record_answer(connection, NOTHING, "Ev1", keep_question=True)
    keeper.learn(keeper.keep(ONE))

    def learnt() -> int:
        with engine.connect() as connection:
            return len(reviews.kept(connection))

    for there, left in ((Audience.of("channel:C1"), 0), (Audience(), 1)):
        keeper.recheck(lambda _, now=there: now)  # type: ignore[misc]
        assert learnt() == left
    assert len(library.golden) == 1  # taken out with the channel, and back


def test_what_is_learnt_of_an_answer_is_what_it_says_by_then(engine: sa.Engine) -> None:
    library = Library()
    keeper = library.keeper(engine, slack_text=True)
    with engine.begin() as connection:
        record_answer(connection, NOTHING, "Ev1", keep_question=True)
    one = keeper.keep(ONE)
    keeper.amend(one, "A kiln is in quarantine for 12 days.")

    keeper.learn(one)  # by who kept it, and was slower

    with engine.connect() as connection:
        [lesson] = reviews.kept(connection).values()
    assert "12 days" in lesson.answer and "12 days" in library.golden[-1].answer


def test_a_channel_that_becomes_private_takes_its_answers_along(desk: Desk) -> None:
    desk.press(desk.eve, desk.reply(desk.eve))
    keeper, private = desk.verifying.keeper, Audience.of(f"channel:{desk.channel}")

    def silent(_: str) -> Audience:
        raise NotNow("Slack does not answer.")

    keeper.recheck(silent)
    assert desk.library.documents[0].audience == Audience()
    keeper.recheck(lambda _: private)

    assert desk.library.documents[0].audience == private and not desk.kept()[0].open
    keeper.recheck(lambda _: Audience())
    assert desk.library.documents[0].audience == Audience()


@pytest.mark.parametrize("what", ["the app is taken out of it", "Slack fails"])
def test_an_answer_of_a_channel_that_slack_hides_from_us_is_for_its_people(desk: Desk, what: str) -> None:
    desk.press(desk.eve, desk.reply(desk.eve))
    web = client(desk.slack.bot_token, desk.slack.api_url)
    people = People(web)
    error = "channel_not_found" if what.startswith("the app") else "internal_error"
    desk.slack.fail("conversations.info", error=error, times=1)

    desk.verifying.keeper.recheck(Audiences(web, people, Readers(web, people)).there)

    shown = Audience.of(f"channel:{desk.channel}") if what.startswith("the app") else Audience()
    assert desk.library.documents[0].audience == shown


@pytest.mark.parametrize("what", ["it is withdrawn", "its channel is private"])
def test_what_the_index_could_not_be_told_is_made_up_for_by_the_next_look(
    engine: sa.Engine, what: str
) -> None:
    library, private = Library(), Audience.of("channel:C1")
    keeper = library.keeper(engine)
    one = keeper.keep(ONE)
    keeper.publish()
    broken = replace(keeper, index=library.broken)
    with pytest.raises(SearchUnavailable):
        broken.withdraw(one) if what == "it is withdrawn" else broken.recheck(lambda _: private)
    assert [document.audience for document in library.documents] == [Audience()]

    keeper.recheck(lambda _: private)

    left = [] if what == "it is withdrawn" else [private]
    assert [document.audience for document in library.documents] == left


def test_what_the_index_could_not_be_told_is_made_up_for_by_doing_it_again(desk: Desk) -> None:
    keeper = desk.verifying.keeper
    desk.press(desk.eve, desk.reply(desk.eve))
    broken = replace(desk.verifying, keeper=replace(keeper, index=desk.library.broken))
    working, desk.presses = desk.presses, replace(desk.presses, actions={OVER: broken.over})
    with pytest.raises(SearchUnavailable):
        desk.press(desk.eve, "", OVER)
    assert not desk.kept() and desk.library.documents

    desk.presses = working
    desk.press(desk.eve, "", OVER)

    assert not desk.library.documents


def test_a_change_that_the_index_could_not_be_told_is_made_up_for_by_its_next_attempt(desk: Desk) -> None:
    reply, works = desk.reply(desk.eve), desk.verifying
    desk.press(desk.eve, reply)
    desk.slack.delete(desk.channel, reply)
    desk.verifying = replace(works, keeper=replace(works.keeper, index=desk.library.broken))
    with pytest.raises(SearchUnavailable):
        desk.changed(reply)
    assert not desk.kept() and desk.library.documents

    [row] = desk.inbox.open(9)[-1:]
    Changes(desk.inbox, works.slack.posts, works.slack.people, works.keeper).follow(row.event_id)

    assert not desk.library.documents


def test_an_edit_that_could_not_be_read_is_followed_after_the_next_look(desk: Desk) -> None:
    reply, slack, keeper = desk.reply(desk.eve), desk.verifying.slack, desk.verifying.keeper
    handler = Changes(desk.inbox, slack.posts, slack.people, keeper)
    desk.press(desk.eve, reply)
    desk.look()
    desk.slack.edit(desk.channel, reply, "A kiln is in quarantine for 12 days.")
    for _ in range(2):  # edited twice, say: it is looked at once
        desk.slack.fail("conversations.replies", error="channel_not_found", times=1)
        with pytest.raises(Unclear):
            desk.changed(reply)
        [row] = [one for one in desk.inbox.open(9) if one.kind == CHANGED]
        handler.fail(row.event_id, "REF")
        assert [one.text for one in desk.kept()] == [REPLY]
    assert not [one for one in desk.inbox.open(9) if one.kind == CHANGED]

    keeper.recheck(lambda _: Audience())
    keeper.recheck(lambda _: Audience())

    [row] = [one for one in desk.inbox.open(9) if one.kind == CHANGED]
    for step in handler.steps:
        step(row.event_id)
    assert [one.text for one in desk.kept()] == ["A kiln is in quarantine for 12 days."]
    assert desk.library.documents[0].text.endswith("12 days.")


def test_an_expert_is_asked_once_whether_it_still_holds_and_their_word_counts(desk: Desk) -> None:
    desk.press(desk.eve, desk.reply(desk.eve))
    keeper, today = desk.verifying.keeper, datetime.now(UTC).date()
    with desk.engine.begin() as connection:
        verified.change(connection, "Ev1", due=date(2020, 1, 1))

    keeper.remind()
    keeper.remind()

    with desk.engine.connect() as connection:
        [owed] = connection.execute(sa.select(inbox).where(inbox.c.kind == "told")).all()
    assert owed.person == desk.eve and owed.direct
    desk.press(desk.bob, "", HOLDS)
    assert desk.kept()[0].due == date(2020, 1, 1)
    desk.press(desk.eve, "", HOLDS)
    assert desk.kept()[0].due > today and keeper.overdue() == []
    desk.press(desk.eve, "", OVER)
    assert not desk.kept() and not desk.library.documents
